"""The editors of single values: a typed line, a switch, a choice."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip, QWidget

from studio.catalog.forms import Form, Integer, Text
from studio.core.values import Value
from studio.gui.shared.check import Check
from studio.gui.shared.forms.typed import Unreadable, typed_text, typed_value, value_text
from studio.gui.shared.line import Line
from studio.gui.shared.outline import paint_outline

VISITS = itertools.count()
"""Numbers the visits to fields, so that the steps of one visit can be one for undo."""


class Editor(QWidget):
    """Edits one value. `edited` carries a value that was committed, `unreadable` a text that is none; `taken_back`
    says that the user has put back what was there.

    `below` is what an editor needs the whole width of a form for, if anything: it stands under it. `visit` numbers the
    stay of the cursor in a field where values may follow each other quickly; None where each is a decision of its own.
    """

    edited = Signal(object)
    unreadable = Signal(object)
    taken_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.below: QWidget | None = None
        self.visit: int | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def show_value(self, value: Value) -> None:
        """Show a value without telling anyone."""
        raise NotImplementedError

    @property
    def keeps_text(self) -> bool:
        """Whether it shows something that was not taken."""
        return False

    def keep_text(self) -> None:
        """Go on showing what was typed although it was not taken; nothing to do where nothing is typed."""


class TypedEditor(Editor):
    """One line of text, committed with Enter or on leaving; the arrow keys step whole numbers."""

    def __init__(self, form: Form, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._shown = ""
        self._keeps = False
        self.line = Line()
        self.line.setMinimumWidth(48)
        self.line.setAccessibleName(name)
        if isinstance(form, Text) and form.examples:
            self.line.setPlaceholderText(form.examples[0])
        self.line.editingFinished.connect(self._commit)
        self.line.installEventFilter(self)
        self._row.addWidget(self.line)
        self.setFocusProxy(self.line)

    def show_value(self, value: Value) -> None:
        """Show a value, unless the user is typing another one, or has typed one that does not fit."""
        text = typed_text(self._form, value)
        if text == self._shown and (self._keeps or self.line.isModified()):
            return
        self._shown = text
        self._put_back()

    @property
    def keeps_text(self) -> bool:
        """Whether it shows something that was not taken."""
        return self._keeps

    def keep_text(self) -> None:
        """Go on showing what was typed, until the user or the value changes it."""
        self._keeps = True

    def _put_back(self) -> None:
        self._keeps = False
        self.line.setText(self._shown)
        self.line.setModified(False)
        self.line.setCursorPosition(0)

    def _commit(self) -> None:
        if not self.line.isModified():
            return
        text = self.line.text()
        self.line.setModified(False)
        self._keeps = False
        try:
            value = typed_value(self._form, text)
        except Unreadable:
            self.unreadable.emit(text)
            return
        self.edited.emit(value)
        if not self._keeps and self.line.text() != self._shown:  # another way to write the value that was there
            self._put_back()

    def _step(self, by: int) -> bool:
        try:
            value = typed_value(self._form, self.line.text())
        except Unreadable:
            return False
        if not isinstance(self._form, Integer) or not isinstance(value, int):
            return False
        low = self._form.minimum
        self.line.setText(str(value + by if low is None else max(low, value + by)))
        self.line.setModified(True)
        self._commit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step with the arrow keys; Esc takes the typing back."""
        if event.type() == QEvent.Type.FocusIn:
            self.visit = next(VISITS)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Up:
                    return self._step(1)
                case Qt.Key.Key_Down:
                    return self._step(-1)
                case Qt.Key.Key_Escape if self.line.isModified() or self._keeps:
                    self._put_back()
                    self.taken_back.emit()
                    return True
        return False


class SwitchEditor(Editor):
    """A check box."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = Check()
        self.box.setAccessibleName(name)
        self.box.clicked.connect(lambda checked: self.edited.emit(bool(checked)))
        self._row.addWidget(self.box)
        self._row.addStretch(1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        self.box.setChecked(bool(value))


class QuietComboBox(QComboBox):
    """A combo box as narrow as its form, that leaves the wheel to whoever scrolls: scrolling a form changes nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what is around."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shorten a long value with an ellipsis, and draw an outline that can be seen."""
        option = self._option()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        paint_outline(painter, self)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Say a shortened value in full."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            whole = self.currentText()
            if self._option().currentText != whole:
                QToolTip.showText(event.globalPos(), f"<span>{escape(whole)}</span>", self)
                return True
        return super().event(event)

    def _option(self) -> QStyleOptionComboBox:
        """How it is drawn, with the value as far as there is room for it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width() - 2
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        return option


class ChoiceEditor(Editor):
    """One of a list of values, each with the text that stands for it."""

    def __init__(self, choices: Sequence[Value], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Value] = list(choices)
        self.combo = QuietComboBox(name)
        for choice in self._choices:
            self.combo.addItem(value_text(choice))
        self.combo.activated.connect(lambda index: self.edited.emit(self._choices[index]))
        self._row.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def show_value(self, value: Value) -> None:
        """Show a value, also one that is not on the list."""
        if value not in self._choices:
            self._choices.append(value)
            self.combo.addItem(value_text(value))
        self.combo.setCurrentIndex(self._choices.index(value))
