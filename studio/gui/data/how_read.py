"""How data is read, as it was found out, to be overruled: delimiter, sheet, content, masks; and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.wording import count_text
from studio.data.files import FileSort
from studio.data.folder import FolderLook
from studio.data.look import TEXT_TABLES, Look
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableForm, TableLook
from studio.document.data_choice import FolderSource
from studio.gui.shared.buttons import Button
from studio.gui.shared.buttons import Look as ButtonLook
from studio.gui.shared.flow import Flow
from studio.gui.shared.forms.editors import QuietComboBox
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

DELIMITERS: Mapping[object, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space"}
ENCODINGS: Mapping[object, str] = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
}
DECIMALS: Mapping[object, str] = {".": "point: 1.5", ",": "comma: 1,5"}
HEADERS: Mapping[object, str] = {True: "names of columns", False: "an example"}
KEPT: Mapping[object, str] = {False: "in memory", True: "on disk"}
OPEN = "found out"
"""What stands where nothing was found yet, and nothing was said."""


class Said(QWidget):
    """One thing that can be said, with its name before it; `picked` carries the value."""

    picked = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.combo = QuietComboBox(name)
        self.combo.activated.connect(lambda at: self.picked.emit(self._values[at]))
        label = Words(name, muted=True)
        label.setBuddy(self.combo)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.combo)

    def show_value(self, value: object, words: Mapping[object, str]) -> None:
        """Show a value among those that could be chosen; also one that is not among them."""
        known = dict(words) if value in words else {value: OPEN if value is None else str(value), **words}
        self._values = list(known)
        self.combo.setMinimumContentsLength(max(map(len, known.values())))
        self.combo.clear()
        self.combo.addItems(list(known.values()))
        self.combo.setCurrentIndex(self._values.index(value))


class HowRead(QWidget):
    """`asked` carries LookOptions that the data is to be read with; `masks_asked` wants a folder with masks chosen.

    `kept` carries whether the table is to be on disk while a model learns from it.
    """

    asked = Signal(object)
    masks_asked = Signal()
    kept = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = AS_FOUND
        self.delimiter = Said(self.tr("Cells are apart by"))
        self.encoding = Said(self.tr("Encoding"))
        self.decimal = Said(self.tr("Decimal"))
        self.header = Said(self.tr("First line"))
        self.sheet = Said(self.tr("Sheet"))
        self.holds = Said(self.tr("The files are"))
        self.masks = Said(self.tr("Masks"))
        self.elsewhere = Button(self.tr("Masks in another folder…"), theme, ButtonLook.QUIET, height_px=24)
        self.kept_in = Said(self.tr("While a model learns, the table is"))
        self._title = Words(bold=True)
        self._title.setContentsMargins(0, 0, 8, 0)
        self._title.setMinimumHeight(self.delimiter.sizeHint().height())
        self._title.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        flow = Flow(self)
        flow.addWidget(self._title)
        self._of_text = (self.delimiter, self.encoding, self.decimal, self.header)
        self._of_images = (self.holds, self.masks, self.elsewhere)
        for each in (*self._of_text, self.sheet, self.kept_in, *self._of_images):
            flow.addWidget(each)
        # What cells are apart by decides what the first line and the numbers are: these are found out anew.
        self.delimiter.picked.connect(
            lambda it: self._ask(replace(self._options, delimiter=it, decimal=None, header=None))
        )
        self.encoding.picked.connect(lambda it: self._ask(replace(self._options, encoding=it)))
        self.decimal.picked.connect(lambda it: self._ask(replace(self._options, decimal=it)))
        self.header.picked.connect(lambda it: self._ask(replace(self._options, header=it)))
        self.sheet.picked.connect(lambda it: self._ask(LookOptions(sheet=it)))
        # What the files are decides whether there may be masks: these are found out anew.
        self.holds.picked.connect(lambda it: self._ask(LookOptions(holds=it)))
        self.masks.picked.connect(lambda it: self._ask(replace(self._options, masks=it)))
        self.elsewhere.clicked.connect(self.masks_asked)
        self.kept_in.picked.connect(self.kept)

    def show_look(self, look: Look | None, *, on_disk: bool) -> bool:
        """Show how a file was read, and where its table is kept; whether there is anything to overrule."""
        self.kept_in.show_value(on_disk, KEPT)
        if not isinstance(look, TableLook):
            return False
        if look.form is TableForm.TEXT:
            options = LookOptions(look.delimiter, look.encoding, look.decimal, look.has_header)
            self._show(options)
            self.kept_in.show()
            return True
        if look.form is TableForm.JSON:
            self._title.hide()
            self._show_only((self.kept_in,))
            return True
        if look.form is TableForm.EXCEL and len(look.sheets) > 1:
            self._show(LookOptions(sheet=look.sheet), look.sheets)
            return True
        return False

    def show_folder(self, source: FolderSource, look: FolderLook | None) -> None:
        """Show what a folder was taken for, also where nobody could look at it so."""
        counts = dict(look.sorts) if look is not None else {}
        holds = FileSort(source.holds.value)
        self._options = LookOptions(holds=holds, masks=source.masks)
        self._title.hide()
        self.holds.show_value(holds, {sort: _counted(sort, counts.get(sort)) for sort in FileSort})
        folders = (*(look.folders if look is not None else ()), *([source.masks] if source.masks else ()))
        words: dict[object, str] = {"": self.tr("none")}
        words |= {name: self.tr("in {folder}").format(folder=name) for name in dict.fromkeys(folders)}
        self.masks.show_value(source.masks, words)
        self._show_only(self._of_images if holds is FileSort.IMAGES else (self.holds,))

    def show_refused(self, path: Path, options: LookOptions) -> bool:
        """Show how a file was to be read that could not be; whether saying more could help."""
        if path.suffix.lower() not in TEXT_TABLES:
            return False
        self._show(options)
        self._title.setText(self.tr("Read {name} otherwise:").format(name=path.name))
        self._title.show()
        return True

    def _show(self, options: LookOptions, sheets: tuple[str, ...] = ()) -> None:
        self._options = options
        self._title.hide()
        self.delimiter.show_value(options.delimiter, DELIMITERS)
        self.encoding.show_value(options.encoding, ENCODINGS)
        self.decimal.show_value(options.decimal, DECIMALS)
        self.header.show_value(options.header, HEADERS)
        self.sheet.show_value(options.sheet, {sheet: sheet for sheet in sheets})
        self._show_only((self.sheet,) if sheets else self._of_text)

    def _show_only(self, shown: tuple[QWidget, ...]) -> None:
        for each in (*self._of_text, self.sheet, self.kept_in, *self._of_images):
            each.setVisible(each in shown)

    def _ask(self, options: LookOptions) -> None:
        if options != self._options:
            self._options = options
            self.asked.emit(options)


def _counted(sort: FileSort, count: int | None) -> str:
    return sort.value if count is None else f"{sort.value} ({count_text(count)})"
