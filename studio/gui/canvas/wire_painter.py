"""How a wire looks: only painting, from its course and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from studio.gui.canvas.curves import Curve
from studio.gui.canvas.face import Caption
from studio.gui.canvas.geometry import PORT_RADIUS
from studio.gui.canvas.look import Look, faded, pen, text_width

LABEL_HEIGHT = 16.0
CROSS = 4.0
MASKED_PX = 2.5
"""How much broader a wire with a mask is."""
MASK_LINE_PX = 1.4
"""How thick each of its two lines is."""


@dataclass(frozen=True, slots=True)
class WireMood:
    """How a wire is being treated; `labelled` asks for its shape."""

    selected: bool = False
    hovered: bool = False
    faded: bool = False
    marked: bool = False
    """Something is about to be inserted here."""


def wire_path(*parts: Curve) -> QPainterPath:
    """The course of a wire, in one or several parts, for Qt."""
    path = QPainterPath()
    for part in parts:
        path.moveTo(QPointF(*part.start))
        if part.is_straight:
            path.lineTo(QPointF(*part.end))
        else:
            path.cubicTo(QPointF(*part.first), QPointF(*part.second), QPointF(*part.end))
    return path


def paint_wire(
    painter: QPainter, look: Look, parts: Sequence[QPainterPath], curve: Curve, caption: Caption, mood: WireMood
) -> None:
    """Paint a wire without its label, in a leaving and an arriving part; one that cannot work arrives dashed.

    One with a mask is a double line: a broad one with the ground showing through its middle.
    """
    impossible = caption.impossible
    t = look.tokens
    color = t.accent if mood.selected or mood.marked else t.text if mood.hovered else t.wire
    width = 3.0 if mood.marked else 2.5 if mood.selected or mood.hovered else 2.0
    if mood.faded:
        color = faded(color, 0.3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    leaving, arriving = parts
    painter.setPen(pen(color, width + MASKED_PX if caption.masked else width))
    painter.drawPath(leaving)
    if impossible:
        dashed = QPen(t.error, width)
        dashed.setDashPattern([3.0, 2.5])
        dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(dashed)
    painter.drawPath(arriving)
    if caption.masked:
        painter.setPen(pen(t.canvas, width + MASKED_PX - 2 * MASK_LINE_PX))
        painter.drawPath(leaving)
        if not impossible:
            painter.drawPath(arriving)
    if impossible:
        painter.setPen(pen(t.error, 2.0))
        x, y = curve.end.x - PORT_RADIUS - 9, curve.end.y
        painter.drawLine(QPointF(x - CROSS, y - CROSS), QPointF(x + CROSS, y + CROSS))
        painter.drawLine(QPointF(x - CROSS, y + CROSS), QPointF(x + CROSS, y - CROSS))


def label_area(look: Look, curve: Curve, text: str) -> QRectF:
    """Where a wire's shape stands: on its middle."""
    middle = curve.at(0.5)
    width = text_width(text, look.wire_font) + 10
    return QRectF(middle.x - width / 2, middle.y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)


def paint_label(painter: QPainter, look: Look, area: QRectF, text: str, mood: WireMood) -> None:
    """Paint a wire's shape on its middle, where the wire leaves room for it."""
    t = look.tokens
    strong = mood.hovered or mood.selected
    if strong:
        painter.setPen(pen(t.accent if mood.selected else look.border))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(area, LABEL_HEIGHT / 2, LABEL_HEIGHT / 2)
    painter.setFont(look.wire_font)
    painter.setPen(t.text if strong else t.muted)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)
