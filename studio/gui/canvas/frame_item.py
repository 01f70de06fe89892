"""Frames and notes: titled rectangles and texts behind the cards, only for the reader."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.catalog.declaration import Family
from studio.document.graph import Frame
from studio.gui.canvas.geometry import Box
from studio.gui.canvas.items import Sight, rect
from studio.gui.canvas.look import RADIUS, elided, faded, mixed, pen

TITLE_HEIGHT = 32.0
CORNER = 16.0
MIN_SIDE = 64.0
HUES = tuple(Family)
"""A frame's `hue` picks one of the family colors; 0 is grey."""


class FrameItem(QGraphicsItem):
    """A frame or a note. `selected` shows its outline and its corner."""

    def __init__(self, frame: Frame, sight: Sight) -> None:
        super().__init__()
        self.frame = frame.id
        self._sight = sight
        self._frame = frame
        self._selected = False
        self.setZValue(-10.0)
        self.show_frame(frame)

    @property
    def box(self) -> Box:
        """Where it is shown now."""
        return Box(self._frame.x, self._frame.y, self._frame.width, self._frame.height)

    @property
    def is_note(self) -> bool:
        """Whether it holds a text and no nodes."""
        return bool(self._frame.text)

    def show_frame(self, frame: Frame) -> None:
        """Take the frame's place, size, title and text."""
        self.prepareGeometryChange()
        self._frame = frame
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Show or hide the outline."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle with its outline."""
        return rect(self.box.grown(4.0))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the ground, the title, the text, and the corner to pull."""
        look, frame = self._sight.look, self._frame
        t = look.tokens
        hue = t.families[HUES[(frame.hue - 1) % len(HUES)]] if frame.hue else t.strong_line
        area = rect(self.box)
        painter.setBrush(mixed(t.warning, t.raised, 0.10) if frame.text else faded(hue, 0.08))
        line = t.accent if self._selected else t.line if frame.text else faded(hue, 0.45)
        painter.setPen(pen(line, 2.0 if self._selected else 1.0))
        painter.drawRoundedRect(area, RADIUS + 4, RADIUS + 4)
        inside = area.adjusted(16, 8, -16, -12)
        if frame.title:
            painter.setPen(t.text)
            painter.setFont(look.name_font)
            title = elided(frame.title, look.name_font, inside.width())
            painter.drawText(QRectF(inside.x(), inside.y(), inside.width(), 20), Qt.AlignmentFlag.AlignVCenter, title)
            inside.setTop(inside.top() + 24)
        if frame.text:
            painter.setPen(t.text)
            painter.setFont(look.note_font)
            painter.drawText(inside, Qt.TextFlag.TextWordWrap, frame.text)
        if self._selected:
            self._paint_corner(painter, area)

    def _paint_corner(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(pen(self._sight.look.tokens.accent, 1.5))
        corner = area.bottomRight()
        for size in (5.0, 10.0):
            painter.drawLine(corner - QPointF(size, 3), corner - QPointF(3, size))
