"""A field of Python: colored, with line numbers; the code view reads in it, a custom layer is written in it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from studio.gui.shared.highlighter import PythonHighlighter
from studio.gui.shared.theme import Theme, Tokens, mono_font


class Numbers(QWidget):
    """The line numbers beside the text."""

    def __init__(self, text: CodeText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        """As wide as the largest number."""
        return QSize(self._text.numbers_width, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the numbers of the lines in view."""
        self._text.paint_numbers(self, event.rect())


class CodeText(QPlainTextEdit):
    """Python in the fixed-width font, colored, with line numbers; `paint_with` takes another theme's colors."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(mono_font(self.font().pointSizeF()))
        self._highlighter = PythonHighlighter(self.document(), theme.tokens)
        self._numbers = Numbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_numbers)
        self._make_room()
        self.paint_with(theme.tokens)

    @property
    def numbers_width(self) -> int:
        """The width of the line numbers, in pixels."""
        digits = max(3, len(str(self.blockCount())))
        return 16 + self.fontMetrics().horizontalAdvance("9") * digits

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = self.palette()
        own.setColor(own.ColorRole.Base, t.sunken)
        own.setColor(own.ColorRole.Text, t.text)
        self.setPalette(own)
        self._highlighter.paint_with(t)

    def paint_numbers(self, on: QWidget, exposed: QRect) -> None:
        """Write the numbers of the lines in view."""
        t = self._theme.tokens
        painter = QPainter(on)
        painter.fillRect(exposed, t.sunken)
        painter.setFont(self.font())
        painter.setPen(t.muted)
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > exposed.bottom():
                break
            right = Qt.AlignmentFlag.AlignRight
            painter.drawText(
                0, round(box.top()), on.width() - 8, round(box.height()), right, str(block.blockNumber() + 1)
            )
            block = block.next()
        painter.end()

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width, 0, 0, 0)

    def _scroll_numbers(self, area: QRect, by: int) -> None:
        if by:
            self._numbers.scroll(0, by)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers at the side."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.numbers_width, inside.height())
