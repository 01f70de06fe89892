"""What lies over the canvas and lets the mouse through: the invitation of an empty one, and the ring of the focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.gui.canvas.look import Look, draw_icon, pen


class Veil(QWidget):
    """Shown only while there is something to show: it costs the view its fast scrolling."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._inviting = False
        self._ringed = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_look(self, look: Look) -> None:
        """Paint with other colors."""
        self._look = look
        self.update()

    def show_state(self, *, inviting: bool, ringed: bool) -> None:
        """Invite, ring, both or nothing."""
        self._inviting, self._ringed = inviting, ringed
        self.setVisible(inviting or ringed)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is to show."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._inviting:
            self._invite(painter)
        if self._ringed:
            painter.setPen(pen(self._look.tokens.accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _invite(self, painter: QPainter) -> None:
        t = self._look.tokens
        middle = self.rect().center()
        card = QRectF(middle.x() - 176, middle.y() - 88, 352, 176)
        painter.setPen(pen(t.strong_line, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(card, 16, 16)
        draw_icon(painter, "add", t.accent, QRectF(middle.x() - 16, card.y() + 28, 32, 32), 1.0)
        painter.setPen(t.text)
        painter.setFont(self._look.invitation_font)
        line = QRect(int(card.x()), int(card.y()) + 72, int(card.width()), 28)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.tr("Double-click to add a layer"))
        painter.setPen(t.muted)
        painter.setFont(self._look.note_font)
        text = self.tr("or drag one from the left.\nStart with an Input, end with an Output.")
        painter.drawText(line.translated(0, 34).adjusted(0, 0, 0, 16), Qt.AlignmentFlag.AlignCenter, text)
