"""A sentence near the pointer: why a wire does not fit, while it is being drawn."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from studio.gui.canvas.look import RADIUS, pen
from studio.gui.shared.theme import Theme

WIDEST = 320
STAYS_MS = 6000


class Bubble(QLabel):
    """Plain text over the canvas, beside the pointer; goes away by itself."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = parent
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(10)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, near: QPoint) -> None:
        """Show a sentence below and to the right of a place; an empty one hides the bubble."""
        if not text:
            self.hide()
            self._timer.stop()
            return
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
        width = min(self.fontMetrics().horizontalAdvance(max(text.split("\n"), key=len)) + 28, WIDEST)
        self.setFixedWidth(width)
        self.setFixedHeight(self.heightForWidth(width))
        room = self._over.size() - self.size()
        below = near.y() + 24
        y = below if below <= room.height() - 8 else near.y() - self.height() - 16
        self.move(min(max(near.x() + 16, 8), max(room.width() - 8, 8)), max(y, 8))
        self.show()
        self.raise_()
        self._timer.start(STAYS_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, then the text."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(t.error, 1.0))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
        super().paintEvent(event)
