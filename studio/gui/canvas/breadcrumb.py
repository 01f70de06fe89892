"""The way into the block that is shown: one button for each drawing around it, and the block's name as a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from studio.core.values import MAX_NAME
from studio.gui.canvas.look import RADIUS, pen
from studio.gui.shared.line import Line
from studio.gui.shared.theme import Theme

FIELD_PX = 144


class Breadcrumb(QWidget):
    """Lies over the canvas in its upper left corner; hidden while the model is shown.

    `leave` is called with the number of levels to go out, `rename` with another name for the block.
    """

    def __init__(
        self, theme: Theme, leave: Callable[[int], object], rename: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._leave = leave
        self._rename = rename
        self._shown: tuple[tuple[str, ...], str] = ((), "")
        self._field: Line | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(4)
        self.setAccessibleName(self.tr("The way into this block"))
        self.move(12, 12)
        self.hide()

    def show_way(self, around: Sequence[str], name: str) -> None:
        """Show the drawings around a block, the model first, and the block's own name; none around hides it."""
        if (tuple(around), name) == self._shown:
            return
        self._shown = (tuple(around), name)
        self._clear()
        for at, each in enumerate(around):
            button = QToolButton()
            button.setAutoRaise(True)
            button.setText(each.replace("&", "&&"))
            button.setToolTip(self.tr("Go back to {name} (Esc)").format(name=each))
            levels = len(around) - at
            button.clicked.connect(lambda checked=False, levels=levels: self._leave(levels))
            self._put(button)
            self._put(QLabel("›"))
        if around:
            self._put(self._made_field(name))
        self.setVisible(bool(around))
        self.adjustSize()
        self.raise_()

    def _put(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        widget.show()  # which the layout would do later

    def _made_field(self, name: str) -> Line:
        field = Line(name)
        field.setMaxLength(MAX_NAME)
        field.setFixedWidth(FIELD_PX)
        field.setCursorPosition(0)
        field.setAccessibleName(self.tr("Name of the block"))
        field.setToolTip(self.tr("The name of the block, which every node that calls it shows"))
        field.editingFinished.connect(self._take_name)
        self._field = field
        return field

    def _take_name(self) -> None:
        field = self._field
        typed = field.text().strip() if field is not None else ""
        if typed and typed != self._shown[1]:
            self._rename(typed)
        elif field is not None:
            field.setText(self._shown[1])

    def _clear(self) -> None:
        self._field = None
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.blockSignals(True)
                widget.hide()
                widget.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape give the focus back to the canvas; Escape in the field takes back what was typed."""
        if event.key() not in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Escape and self._field is not None:
            self._field.setText(self._shown[1])
        canvas = self.parentWidget()
        if canvas is not None:
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(t.line, 1.0))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
