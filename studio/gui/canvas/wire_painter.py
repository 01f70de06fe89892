"""How a wire looks: only painting, from its course and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from studio.gui.canvas.curves import Curve
from studio.gui.canvas.geometry import PORT_RADIUS
from studio.gui.canvas.look import Look, faded, pen, text_width

LABEL_HEIGHT = 16.0
CROSS = 4.0


@dataclass(frozen=True, slots=True)
class WireMood:
    """How a wire is being treated; `labelled` asks for its shape."""

    selected: bool = False
    hovered: bool = False
    faded: bool = False
    marked: bool = False
    """Something is about to be inserted here."""


def wire_path(curve: Curve) -> QPainterPath:
    """The course of a wire for Qt."""
    path = QPainterPath(QPointF(*curve.start))
    path.cubicTo(QPointF(*curve.first), QPointF(*curve.second), QPointF(*curve.end))
    return path


def paint_wire(
    painter: QPainter, look: Look, path: QPainterPath, curve: Curve, impossible: bool, mood: WireMood
) -> None:
    """Paint a wire without its label."""
    t = look.tokens
    color = t.accent if mood.selected or mood.marked else t.text if mood.hovered else t.wire
    width = 3.0 if mood.marked else 2.5 if mood.selected or mood.hovered else 2.0
    if mood.faded:
        color = faded(color, 0.3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not impossible:
        painter.setPen(pen(color, width))
        if curve.is_straight:
            painter.drawLine(QPointF(*curve.start), QPointF(*curve.end))
        else:
            painter.drawPath(path)
        return
    _paint_impossible(painter, look, curve, color, width)


def _paint_impossible(painter: QPainter, look: Look, curve: Curve, color: QColor, width: float) -> None:
    """The arriving half dashed in the color of errors, a cross before the port."""
    error = look.tokens.error
    leaving, arriving = curve.halves
    painter.setPen(pen(color, width))
    painter.drawPath(wire_path(leaving))
    dashed = QPen(error, width)
    dashed.setDashPattern([3.0, 2.5])
    dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(dashed)
    painter.drawPath(wire_path(arriving))
    painter.setPen(pen(error, 2.0))
    x, y = curve.end.x - PORT_RADIUS - 9, curve.end.y
    painter.drawLine(QPointF(x - CROSS, y - CROSS), QPointF(x + CROSS, y + CROSS))
    painter.drawLine(QPointF(x - CROSS, y + CROSS), QPointF(x + CROSS, y - CROSS))


def label_area(look: Look, curve: Curve, text: str) -> QRectF:
    """Where a wire's shape stands: on its middle."""
    middle = curve.at(0.5)
    width = text_width(text, look.wire_font) + 10
    return QRectF(middle.x - width / 2, middle.y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)


def paint_label(painter: QPainter, look: Look, area: QRectF, text: str, mood: WireMood) -> None:
    """Paint a wire's shape on its middle."""
    t = look.tokens
    strong = mood.hovered or mood.selected
    if strong:
        painter.setPen(pen(t.accent if mood.selected else look.border))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(area, LABEL_HEIGHT / 2, LABEL_HEIGHT / 2)
    else:  # only the wire is cut
        painter.fillRect(area, t.canvas)
    painter.setFont(look.wire_font)
    painter.setPen(t.text if strong else t.muted)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)
