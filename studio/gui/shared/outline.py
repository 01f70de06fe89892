"""Outlines of fields: the style takes them from the window's color, and they vanish on dark ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

RADIUS_PX = 3.0


def outline_color(widget: QWidget) -> QColor:
    """What the outline of a field is drawn with now: an accent with the focus, else a line that can be seen."""
    colors = widget.palette()
    if widget.hasFocus():
        return colors.highlight().color()
    return colors.dark().color() if widget.isEnabled() else colors.mid().color()


def paint_outline(painter: QPainter, widget: QWidget) -> None:
    """Draw the outline of a field over the one of the style."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(outline_color(widget), 1.0))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
