"""A check box whose box can be seen on every ground."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from studio.gui.shared.outline import RADIUS_PX, outline_color

BOX_PX = 16
MARK = ((4.0, 8.5), (7.0, 11.5), (12.0, 5.0))


class Check(QCheckBox):
    """A box without words: an accent with a mark when it is on, an outline when it is off."""

    def sizeHint(self) -> QSize:
        """The box, with a line for the focus around it."""
        return QSize(BOX_PX + 6, BOX_PX + 6)

    def hitButton(self, pos: object) -> bool:
        """Take a press anywhere."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the mark and the focus."""
        colors = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(3, (self.height() - BOX_PX) / 2)
        box = QRectF(0.5, 0.5, BOX_PX - 1, BOX_PX - 1)
        on = self.isChecked()
        painter.setPen(QPen(colors.highlight().color() if on else outline_color(self), 1.0))
        painter.setBrush(colors.highlight() if on else colors.base())
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        if on:
            mark = QPen(colors.highlightedText().color(), 2.0)
            mark.setCapStyle(Qt.PenCapStyle.RoundCap)
            mark.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(mark)
            painter.drawPolyline([QPointF(x, y) for x, y in MARK])
        if self.hasFocus():
            painter.setPen(QPen(colors.highlight().color(), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), RADIUS_PX + 2, RADIUS_PX + 2)
        painter.end()
