"""The first examples of a data set as they are: rows, pictures, sounds, texts, a line over the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.core.wording import plural
from studio.data.archive import ArchiveLook
from studio.data.columns import numbers
from studio.data.files import FileSort
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.table import NUMBERS, ColumnKind, TableLook
from studio.gui.data.file_page import FilePage
from studio.gui.data.looking import Looker
from studio.gui.data.pictures import Trace
from studio.gui.data.thumbnails import Picture, Thumbnails
from studio.gui.shared.buttons import Button
from studio.gui.shared.buttons import Look as ButtonLook
from studio.gui.shared.theme import Theme, Tokens

ROW_PX = 24
WIDEST_PX = 240
ROWS, PICTURES, FILES, LINE, FAULTS = "rows", "pictures", "files", "line", "faults"


class Head(QAbstractTableModel):
    """The first rows of a table, as texts."""

    def __init__(self, names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        super().__init__()
        self._names = names
        self._rows = rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """As many as were kept."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """As many as there are."""
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        return " ".join(text[:200].split()) if role == Qt.ItemDataRole.DisplayRole else text[:1000]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name of a column, the number of a row; a name that is cut off in full where the pointer rests."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return self._names[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)


class Preview(QWidget):
    """Shows what a look brought, and reads single files of a folder by itself, a bounded part of each."""

    def __init__(self, theme: Theme, looker: Looker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._looker = looker
        self._look: Look | None = None
        self._tickets: list[int] = []
        self.table = QTableView()
        self._set_up_table()
        self.thumbnails = Thumbnails(theme, looker)
        self.files = FilePage(theme, looker)
        self.faults = QListWidget()
        self.faults.setFrameShape(QFrame.Shape.NoFrame)
        self.faults.setWordWrap(True)
        self.faults.setAccessibleName(self.tr("What is wrong with some files"))
        self.line = Trace(theme)
        self._pages = QStackedWidget()
        self._group = QButtonGroup(self)
        self.switches: dict[str, Button] = {}
        switches = QHBoxLayout()
        switches.setSpacing(4)
        for name, label, page in (
            (PICTURES, self.tr("Pictures"), self.thumbnails),
            (FILES, self.tr("Files"), self.files),
            (ROWS, self.tr("First rows"), self.table),
            (LINE, self.tr("Over the rows"), self.line),
            (FAULTS, self.tr("Faults"), self.faults),
        ):
            switches.addWidget(self._switch(name, label))
            self._pages.addWidget(page)
        switches.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(switches)
        column.addWidget(self._pages, 1)
        self.hide()  # until there is something to see

    def show_look(self, look: Look | None) -> None:
        """Show what there is to see in a look."""
        if look is self._look:
            return
        self._look = look
        for ticket in self._tickets:
            self._looker.forget(ticket)
        self._tickets.clear()
        self.files.stop()
        there = self._fill(look)
        for name, button in self.switches.items():
            button.setVisible(name in there and len(there) > 1)
        self.setVisible(bool(there))
        if there:
            self._go(there[0])

    def show_column(self, name: str | None) -> None:
        """Draw a column of numbers over the rows, if it is one."""
        look = self._look
        if not isinstance(look, TableLook) or name is None:
            return
        at = next((at for at, column in enumerate(look.columns) if column.name == name), None)
        if at is None or look.columns[at].kind not in NUMBERS:
            return
        values = [_number(row[at] if at < len(row) else "", look.decimal) for row in look.head]
        self.line.show_values(
            values, self.tr("{column} in the first {rows}").format(column=name, rows=plural(len(values), "row"))
        )

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = QPalette(self.table.palette())
        own.setColor(QPalette.ColorRole.Base, t.surface)
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.table.setPalette(own)
        self.faults.setPalette(own)
        self.thumbnails.paint_with(t)
        self.files.paint_with(t)
        self.line.update()

    def _fill(self, look: Look | None) -> list[str]:
        """Fill the pages; the names of those that have something to show, the best first."""
        match look:
            case TableLook():
                return self._fill_table(look)
            case FolderLook():
                return self._fill_folder(look)
            case ArchiveLook():
                return self._fill_archive(look)
            case None:
                return []

    def _fill_table(self, look: TableLook) -> list[str]:
        self._show_rows(tuple(column.name for column in look.columns), look.head)
        there = [ROWS]
        for at, column in enumerate(look.columns):
            if column.kind is ColumnKind.FILE and column.files is not None and column.files.sort is FileSort.IMAGES:
                named = [row[at] for row in look.head if at < len(row) and row[at]]
                self.thumbnails.show_files(look.path.parent, tuple(Picture(name, Path(name).name) for name in named))
                there.insert(0, PICTURES)
                break
        numeric = [column.name for column in look.columns if column.kind in NUMBERS]
        if numeric and any(column.kind is ColumnKind.DATE for column in look.columns):
            self.show_column(numeric[-1])
            there.append(LINE)
        return there

    def _fill_folder(self, look: FolderLook) -> list[str]:
        there = [PICTURES if look.holds is FileSort.IMAGES else FILES]
        if look.holds is FileSort.IMAGES:
            pictures = (Picture(row.file, row.label or Path(row.file).name, row.mask) for row in look.samples)
            self.thumbnails.show_files(look.path, tuple(pictures))
        else:
            self.files.show_look(look)
        if look.faults:
            self.faults.clear()
            self.faults.addItems([fault.text for fault in look.faults])
            there.append(FAULTS)
        return there

    def _fill_archive(self, look: ArchiveLook) -> list[str]:
        """Pictures where an array holds some, else a line through the first example of a series, and rows."""
        from studio.gui.data import arrays  # brings NumPy, which nothing before needs

        usable = [each for each in look.arrays if each.name not in look.mismatched]
        drawn = next((each for each in usable if arrays.holds_pictures(each)), None)
        if drawn is not None:
            labels = next((each.name for each in usable if len(each.shape) == 1 and each.distinct is not None), None)

            def show(result: object) -> None:
                assert isinstance(result, arrays.Pictures)
                self.thumbnails.show_images(result.images, result.words)

            self._ask(lambda: arrays.pictures(look.path, drawn, labels), show)
            return [PICTURES]
        there = []
        in_rows = [each for each in usable if arrays.holds_rows(each)]
        if in_rows:

            def fill(result: object) -> None:
                assert isinstance(result, arrays.Table)
                self._show_rows(result.names, result.rows)

            self._ask(lambda: arrays.table(look.path, in_rows), fill)
            there.append(ROWS)
        series = next((each for each in usable if arrays.holds_series(each)), None)
        if series is not None:

            def draw(result: object) -> None:
                if isinstance(result, tuple):
                    self.line.show_values(result, self.tr("{array}, the first example").format(array=series.name))

            self._ask(lambda: arrays.series(look.path, series), draw)
            there.insert(0, LINE)
        return there

    def _ask(self, work: Callable[[], object], show: Callable[[object], object]) -> None:
        self._tickets.append(self._looker.ask(work, show, lambda _: None))

    def _show_rows(self, names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        before = self.table.model()
        self.table.setModel(Head(names, rows))
        if before is not None:
            before.deleteLater()
        header = self.table.horizontalHeader()
        for at in range(min(len(names), 100)):
            wanted = max(self.table.sizeHintForColumn(at), header.sectionSizeHint(at)) + 16
            header.resizeSection(at, min(WIDEST_PX, wanted))

    def _set_up_table(self) -> None:
        self.table.setAccessibleName(self.tr("First rows"))
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _switch(self, name: str, label: str) -> Button:
        button = self.switches[name] = Button(label, self._theme, ButtonLook.QUIET, height_px=24)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._go(name))
        self._group.addButton(button)
        return button

    def _go(self, name: str) -> None:
        self.switches[name].setChecked(True)
        self._pages.setCurrentIndex(list(self.switches).index(name))


def _number(cell: str, decimal: str) -> float | None:
    found = numbers((cell,), decimal) if cell.strip() else None
    return found[0] if found else None
