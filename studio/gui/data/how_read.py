"""How a file is written, as it was found out: delimiter, encoding, decimals, header, sheet; all can be overruled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.data.look import TEXT_TABLES, Look
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableForm, TableLook
from studio.gui.shared.flow import Flow
from studio.gui.shared.forms.editors import QuietComboBox
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
    """`asked` carries LookOptions that the file is to be read with."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = AS_FOUND
        self.delimiter = Said(self.tr("Cells are apart by"))
        self.encoding = Said(self.tr("Encoding"))
        self.decimal = Said(self.tr("Decimal"))
        self.header = Said(self.tr("First line"))
        self.sheet = Said(self.tr("Sheet"))
        self._title = Words(bold=True)
        self._title.setContentsMargins(0, 0, 8, 0)
        flow = Flow(self)
        flow.addWidget(self._title)
        for each in (self.delimiter, self.encoding, self.decimal, self.header, self.sheet):
            flow.addWidget(each)
        # What cells are apart by decides what the first line and the numbers are: these are found out anew.
        self.delimiter.picked.connect(
            lambda it: self._ask(replace(self._options, delimiter=it, decimal=None, header=None))
        )
        self.encoding.picked.connect(lambda it: self._ask(replace(self._options, encoding=it)))
        self.decimal.picked.connect(lambda it: self._ask(replace(self._options, decimal=it)))
        self.header.picked.connect(lambda it: self._ask(replace(self._options, header=it)))
        self.sheet.picked.connect(lambda it: self._ask(LookOptions(sheet=it)))

    def show_look(self, look: Look | None) -> bool:
        """Show how a file was read; whether there is anything to overrule."""
        if not isinstance(look, TableLook):
            return False
        if look.form is TableForm.TEXT:
            options = LookOptions(look.delimiter, look.encoding, look.decimal, look.has_header)
            self._show(options)
            return True
        if look.form is TableForm.EXCEL and len(look.sheets) > 1:
            self._show(LookOptions(sheet=look.sheet), look.sheets)
            return True
        return False

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
        for each in (self.delimiter, self.encoding, self.decimal, self.header):
            each.setVisible(not sheets)
        self.sheet.setVisible(bool(sheets))

    def _ask(self, options: LookOptions) -> None:
        if options != self._options:
            self._options = options
            self.asked.emit(options)
