"""The layers as a table: shapes, parameters, multiply-adds and activations, to be sorted and copied."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.core.tensors import shape_text
from studio.core.wording import bytes_text, count_text, plural
from studio.document.graph import NodeId
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, mono_font
from studio.gui.shared.words import Words
from studio.session.session import Session

Index = QModelIndex | QPersistentModelIndex

HEADINGS = ("Layer", "Kind", "Output", "Parameters", "Not trained", "Bytes", "Multiply-adds", "Activations")
ROW_PX, HEADER_PX = 28, 32
NAME_PX = (112, 280)
"""How narrow and how wide the column of names begins."""
MARGIN_PX, SMALLEST_PX = 16, 640
COLUMN_GAP_PX = 16
FIRST_NUMBER = HEADINGS.index("Parameters")
SHARES = {"Parameters", "Multiply-adds", "Activations"}
BYTES = {"Bytes", "Activations"}


class LayerRow(NamedTuple):
    """A node and what stands in its line: texts, then numbers, where None is not known."""

    node: NodeId
    cells: tuple[str | int | None, ...]


def layer_rows(session: Session) -> list[LayerRow]:
    """A row for each node of the model, along the drawing."""
    analysis, nodes = session.analysis, session.document.root.nodes
    rows = []
    for id_ in analysis.order():
        node, cost = nodes[id_], analysis.cost(id_)
        shapes = ", ".join(shape_text(spec.shape) if spec else "?" for spec in analysis.outputs(id_).values())
        numbers = (
            cost.parameters, cost.non_trainable, cost.weight_bytes, cost.multiply_adds, cost.activation_bytes,
        )  # fmt: skip
        rows.append(LayerRow(id_, (node.name, node.kind, shapes, *numbers)))
    return rows


def sums(rows: list[LayerRow]) -> tuple[int, ...]:
    """The sum of what is known in each column of numbers."""
    return tuple(
        sum(cell for row in rows if isinstance(cell := row.cells[column], int))
        for column in range(FIRST_NUMBER, len(HEADINGS))
    )


def cell_text(heading: str, cell: str | int | None) -> str:
    """A cell as it is read; a dash is not known."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "–"
    return bytes_text(cell) if heading in BYTES else count_text(cell)


def table_text(rows: list[LayerRow]) -> str:
    """The table as plain text, in columns, with its sums, as `model.summary()` prints it."""
    lines = [HEADINGS, *(tuple(map(cell_text, HEADINGS, row.cells)) for row in rows)]
    lines.append(("Total", "", "", *map(cell_text, HEADINGS[FIRST_NUMBER:], sums(rows))))
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]

    def written(line: tuple[str, ...]) -> str:
        cells = [
            text.rjust(width) if column >= FIRST_NUMBER else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    rule = "─" * len(written(lines[0]))
    return "\n".join([written(lines[0]), rule, *map(written, lines[1:-1]), rule, written(lines[-1])]) + "\n"


class LayerModel(QAbstractTableModel):
    """The rows for Qt; numbers sort as numbers, and say their share of the sum in a tooltip."""

    def __init__(self, rows: list[LayerRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._sums = (0,) * FIRST_NUMBER + sums(rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One for each node."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The headings."""
        return len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings; numbers stand on the right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return HEADINGS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows, and what it is sorted by (`UserRole`)."""
        cell, heading = self.rows[index.row()].cells[index.column()], HEADINGS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                share = self._share(index.column(), cell)
                return f"{cell_text(heading, cell)}  {share}" if share else cell_text(heading, cell)
            case Qt.ItemDataRole.UserRole:
                return -1 if cell is None else cell.lower() if isinstance(cell, str) else float(cell)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(index.column())
            case Qt.ItemDataRole.FontRole if index.column() >= FIRST_NUMBER - 1:
                return mono_font(9)
            case _:
                return None

    def _share(self, column: int, cell: str | int | None) -> str:
        whole = self._sums[column]
        if HEADINGS[column] not in SHARES or not isinstance(cell, int) or not cell:
            return ""
        return f"{100 * cell / whole:4.1f} %"


class LayerTableDialog(QDialog):
    """Shows the table as it is when it is opened; a row leads to its node."""

    def __init__(self, session: Session, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Layers of {title}").format(title=session.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._selection = selection
        self.rows = layer_rows(session)
        self._order = QSortFilterProxyModel(self)
        self._order.setSourceModel(LayerModel(self.rows, self))
        self._order.setSortRole(Qt.ItemDataRole.UserRole)
        self.table = QTableView()
        self.table.setModel(self._order)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName(self.tr("Layers"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.resizeColumnsToContents()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(HEADER_PX)
        for column in range(1, len(HEADINGS)):
            header.resizeSection(column, header.sectionSize(column) + COLUMN_GAP_PX)
        header.resizeSection(0, min(max(header.sectionSize(0) + COLUMN_GAP_PX, NAME_PX[0]), NAME_PX[1]))
        wanted = header.length() + self.table.verticalScrollBar().sizeHint().width() + 2 * MARGIN_PX
        room = parent.window().width() - 2 * MARGIN_PX
        self.resize(min(wanted, max(room, SMALLEST_PX)), 560)
        self.table.activated.connect(self._reveal)
        self.table.doubleClicked.connect(self._reveal)
        totals = session.analysis.totals
        text = f"{plural(totals.trainable + totals.non_trainable, 'parameter')}, {bytes_text(totals.weight_bytes)} · "
        text += f"{count_text(totals.multiply_adds)} multiply-adds and {bytes_text(totals.activation_bytes)} of "
        text += "activations per example" + ("" if totals.complete and totals.sized else ", as far as shapes are known")
        copy = Button(self.tr("Copy as text"), theme, icon_name="copy")
        copy.clicked.connect(self.copy)
        close = Button(self.tr("Close"), theme, Look.FILLED)
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addWidget(Words(text, muted=True, wrap=True), 1)
        bottom.addWidget(copy)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(12)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)

    def copy(self) -> None:
        """Put the table onto the clipboard, in the order on display."""
        shown = [self._order.mapToSource(self._order.index(row, 0)).row() for row in range(self._order.rowCount())]
        QGuiApplication.clipboard().setText(table_text([self.rows[row] for row in shown]))

    def _reveal(self, index: QModelIndex) -> None:
        self._selection.reveal(self.rows[self._order.mapToSource(index).row()].node)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= FIRST_NUMBER else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
