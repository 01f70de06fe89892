"""Labelled rows of a form whose values are shown and never rebuilt, so that the focus stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from studio.catalog.forms import Integer, Number, refusal
from studio.core.values import Value
from studio.gui.shared.forms.editors import QuietComboBox, TypedEditor
from studio.gui.shared.words import Words

LABEL_PX = 80
Key = TypeVar("Key", bound=StrEnum)


class Choices(QuietComboBox, Generic[Key]):
    """A combo box of the members of an enum, each with its words; `picked` carries the member."""

    picked = Signal(object)

    def __init__(self, words: Mapping[Key, str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._words = words
        self._keys: list[Key] = []
        self.offer(list(words))
        self.activated.connect(lambda index: self.picked.emit(self._keys[index]))

    def offer(self, keys: list[Key]) -> None:
        """Offer these members only."""
        if keys != self._keys:
            self._keys = keys
            self.clear()
            self.addItems([self._words[key] for key in keys])

    def show_key(self, key: Key) -> None:
        """Show a member, also one that is not offered."""
        if key not in self._keys:
            self.offer([*self._keys, key])
        self.setCurrentIndex(self._keys.index(key))

    def pick(self, key: Key) -> None:
        """Choose a member as a person does."""
        self.setCurrentIndex(self._keys.index(key))
        self.activated.emit(self.currentIndex())

    @property
    def offered(self) -> list[Key]:
        """The members that can be chosen."""
        return list(self._keys)


class Typed(QWidget):
    """Some numbers in one row, with words between them; `edited` carries all of them as a list."""

    edited = Signal(object)

    def __init__(self, forms: list[tuple[str, Integer | Number]], between: str = "×") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._forms = [form for _, form in forms]
        self._values: list[Value] = [None for _ in forms]
        self.editors: list[TypedEditor] = []
        for at, (name, form) in enumerate(forms):
            if at:
                row.addWidget(Words(between, muted=True))
            editor = TypedEditor(form, name)
            editor.edited.connect(lambda value, at=at: self._take(at, value))
            self.editors.append(editor)
            row.addWidget(editor, 1)

    def show_numbers(self, *values: Value) -> None:
        """Show these numbers."""
        self._values = list(values)
        for editor, value in zip(self.editors, values, strict=True):
            editor.show_value(value)

    def _take(self, at: int, value: Value) -> None:
        if refusal(self._forms[at], value, {}) is not None:
            self.editors[at].show_value(self._values[at])
            return
        self._values[at] = value
        self.edited.emit(list(self._values))


class Rows(QWidget):
    """A column of labels and what belongs to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: dict[QWidget, Words] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def add(self, label: str, widget: QWidget) -> None:
        """Put a row at the end."""
        at = len(self._labels)
        words = self._labels[widget] = Words(label, muted=True)
        words.setWordWrap(True)
        words.setFixedWidth(LABEL_PX)
        words.setContentsMargins(0, 4, 0, 0)
        words.setBuddy(widget)
        self._grid.addWidget(words, at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, at, 1)

    def show_row(self, widget: QWidget, shown: bool) -> None:
        """Show or hide a row."""
        widget.setVisible(shown)
        self._labels[widget].setVisible(shown)
