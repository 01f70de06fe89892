"""The Data place: where the examples come from, what features they have, and how they enter the drawing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.core.wording import count_text
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import DataChoice, Encoding, Feature
from studio.document.document import Document
from studio.document.graph import Node
from studio.gui.data.sources import Sources
from studio.gui.shared.buttons import Button
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session.data_setup import file_choice, input_node, output_node, sample_choice
from studio.session.session import Session
from studio.session.source_names import about, called

ENCODINGS = {
    Encoding.NONE: "as it is",
    Encoding.SCALE: "scaled",
    Encoding.STANDARDIZE: "standardized",
    Encoding.CATEGORY: "class number",
    Encoding.ONE_HOT: "one-hot",
}
COLUMNS = ("Feature", "Made of", "Shape of one example", "Values", "In the drawing")
ROW_PX, HEADER_PX, CELL_PX = 32, 32, 24
GRID_PX = 8
BESIDE_PX = 264
BELOW_PX = 120


class _Airy(QStyledItemDelegate):
    """Rows whose texts do not touch their neighbors."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As large as the text, with air at the end."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + CELL_PX, size.height())


class DataPlace(QWidget):
    """Chooses the source and puts features into the drawing; `refused` carries what a file was refused for."""

    refused = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.sources = Sources(theme)
        self.sources.sample_chosen.connect(lambda name: self._choose(sample_choice(name)))
        self.sources.file_asked.connect(self._ask_file)
        self._title = Words(points=4, bold=True)
        self._about = Words(muted=True, wrap=True)
        self.table = QTableWidget(0, len(COLUMNS))
        self._set_up_table()
        self._pages = QStackedWidget()
        self.add_input = Button(self.tr("Add as input"), theme, icon_name="input")
        self.add_input.clicked.connect(lambda: self._add(input_node, at_end=False))
        self.add_output = Button(self.tr("Add as output"), theme, icon_name="output")
        self.add_output.clicked.connect(lambda: self._add(output_node, at_end=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sources)
        self._pages.addWidget(self._invitation())
        self._pages.addWidget(self._features())
        row.addWidget(self._pages, 1)
        session.document.changed.connect(self._follow)
        theme.changed.connect(self._paint)
        self._paint(theme.tokens)
        self.refresh()

    def refresh(self) -> None:
        """Show the data as it is chosen now."""
        data = self._session.document.data
        self.sources.show_source(data.source)
        self._title.setText(called(data.source))
        self._about.setText(about(data.source))
        chosen = self.table.currentRow()
        self.table.setRowCount(len(data.features))
        for at, feature in enumerate(data.features):
            for column, text in enumerate(self._cells(feature)):
                self.table.setItem(at, column, QTableWidgetItem(text))
        if data.features:
            self.table.selectRow(max(0, min(chosen, len(data.features) - 1)))
        for button in (self.add_input, self.add_output):
            button.setEnabled(bool(data.features))
        self._pages.setCurrentIndex(0 if data.source is None else 1)

    def open_file(self, path: Path) -> None:
        """Take a CSV or NPZ file as the source; what is wrong with it goes out by `refused`."""
        base = self._session.path.parent if self._session.path else None
        try:
            self._choose(file_choice(path, base))
        except StudioError as error:
            self.refused.emit(error)

    def release(self) -> None:
        """Let go of session and theme."""
        self._session.document.changed.disconnect(self._follow)
        self._theme.changed.disconnect(self._paint)

    def _invitation(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        advice = self.tr("Open a file of your own, or choose a sample on the left. Its features appear here.")
        for words in (Words(self.tr("No data yet"), points=4, bold=True), Words(advice, muted=True, wrap=True)):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        column.addStretch(3)
        return page

    def _features(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._about)
        column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add_input)
        buttons.addWidget(self.add_output)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return page

    def _set_up_table(self) -> None:
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.setAccessibleName(self.tr("Features"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setItemDelegate(_Airy(self.table))
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setFixedHeight(HEADER_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(COLUMNS.index("Made of"), QHeaderView.ResizeMode.Stretch)

    def _cells(self, feature: Feature) -> tuple[str, ...]:
        made_of = ", ".join(feature.columns[:4]) + (", …" if len(feature.columns) > 4 else "")
        values = ENCODINGS[feature.encoding]
        if feature.classes:
            values += f", {len(feature.classes)} classes"
        users = [
            node.name
            for node in self._session.document.root.nodes.values()
            if feature.name in (node.params.get("feature"), node.params.get("target"))
        ]
        return feature.name, made_of, f"{_shape(feature)}, {feature.dtype}", values, ", ".join(users) or "–"

    def _ask_file(self) -> None:
        self.refresh()
        start = str(self._session.path.parent) if self._session.path else str(Path.home())
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open data"), start, self.tr("Tables and arrays (*.csv *.tsv *.txt *.npz)")
        )
        if name:
            self.open_file(Path(name))

    def _choose(self, choice: DataChoice) -> None:
        document = self._session.document
        kept = DataChoice(choice.source, choice.features, document.data.split)
        self._session.do(edits.set_data(document, kept))
        self.refresh()

    def _add(self, make: Callable[[Document, Feature, float, float], Node], *, at_end: bool) -> None:
        document = self._session.document
        row = self.table.currentRow()
        if not 0 <= row < len(document.data.features):
            return
        x, y = _free_place(list(document.root.nodes.values()), at_end=at_end)
        self._session.do(edits.add_node(make(document, document.data.features[row], x, y)))

    def _follow(self, edit: Edit) -> None:
        self.refresh()

    def _paint(self, t: Tokens) -> None:
        self.sources.paint_with(t)
        own = self.table.palette()
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.table.setPalette(own)


def _free_place(nodes: list[Node], *, at_end: bool) -> tuple[float, float]:
    """Where a new Input or Output goes: left or right of everything, below those that are there."""
    if not nodes:
        return (BESIDE_PX * 2.0 if at_end else 0.0), 0.0
    edge = max(node.x for node in nodes) if at_end else min(node.x for node in nodes)
    kind = "Output" if at_end else "Input"
    column = [node for node in nodes if abs(node.x - edge) < GRID_PX]
    if column and all(node.kind == kind for node in column):
        return edge, max(node.y for node in column) + BELOW_PX
    middle = sum(node.y for node in nodes) / len(nodes)
    return edge + (BESIDE_PX if at_end else -BESIDE_PX), round(middle / GRID_PX) * GRID_PX


def _shape(feature: Feature) -> str:
    return " × ".join("?" if size is None else count_text(size) for size in feature.shape) or "one number"
