"""What a gesture shows while it lasts: the rubber band, guides, the loose wire, the ghost of a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.gui.canvas.card_painter import Mood, paint_card
from studio.gui.canvas.curves import Curve
from studio.gui.canvas.face import Face
from studio.gui.canvas.geometry import PORT_RADIUS, Body, Box, Detail, Guide, Point
from studio.gui.canvas.items import Sight, rect
from studio.gui.canvas.look import faded, pen
from studio.gui.canvas.wire_painter import wire_path

ABOVE = 100.0


class BandItem(QGraphicsItem):
    """The rectangle that selects what it touches."""

    def __init__(self, sight: Sight) -> None:
        super().__init__()
        self._sight = sight
        self._box = Box(0, 0, 0, 0)
        self._bounds = QRectF()
        self.setZValue(ABOVE)

    def show_box(self, box: Box) -> None:
        """Take another size."""
        self.prepareGeometryChange()
        self._box = box
        self._bounds = rect(box.grown(2.0 / self._sight.scale))

    def boundingRect(self) -> QRectF:
        """The band with its line."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the band."""
        accent = self._sight.look.tokens.accent
        line = pen(accent, 1.0)
        line.setCosmetic(True)
        painter.setPen(line)
        painter.setBrush(faded(accent, 0.12))
        painter.drawRect(rect(self._box))


class GuidesItem(QGraphicsItem):
    """Lines that show what a moving card is aligned with."""

    def __init__(self, sight: Sight) -> None:
        super().__init__()
        self._sight = sight
        self._guides: Sequence[Guide] = ()
        self._bounds = QRectF()
        self.setZValue(ABOVE)

    def show_guides(self, guides: Sequence[Guide]) -> None:
        """Show these lines only."""
        if guides != self._guides:
            self.prepareGeometryChange()
            self._guides = guides
            self._bounds = QRectF()
            for guide in guides:
                self._bounds = self._bounds.united(_guide_area(guide))

    def boundingRect(self) -> QRectF:
        """All lines."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the lines."""
        line = pen(self._sight.look.tokens.accent, 1.0, Qt.PenStyle.DashLine)
        line.setCosmetic(True)
        painter.setPen(line)
        for guide in self._guides:
            if guide.upright:
                painter.drawLine(QPointF(guide.at, guide.start - 16), QPointF(guide.at, guide.end + 16))
            else:
                painter.drawLine(QPointF(guide.start - 16, guide.at), QPointF(guide.end + 16, guide.at))


class Hold(Enum):
    """What the loose end of a wire is at."""

    NOTHING = "nothing"
    FITS = "fits"
    WRONG = "wrong"


class LooseWireItem(QGraphicsItem):
    """The wire that is being drawn."""

    def __init__(self, sight: Sight, curve: Curve, loose: Point) -> None:
        super().__init__()
        self._sight = sight
        self._curve = curve
        self._loose = loose
        self._hold = Hold.NOTHING
        self.setZValue(ABOVE)
        self.show_wire(curve, loose, Hold.NOTHING)

    def show_wire(self, curve: Curve, loose: Point, hold: Hold) -> None:
        """Take another course."""
        self.prepareGeometryChange()
        self._curve, self._loose, self._hold = curve, loose, hold
        self._path = wire_path(curve)

    def boundingRect(self) -> QRectF:
        """The course and its loose end."""
        return rect(self._curve.bounds.grown(16.0))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the wire: dashed and red where it does not fit."""
        t = self._sight.look.tokens
        color = t.error if self._hold is Hold.WRONG else t.accent
        style = Qt.PenStyle.DashLine if self._hold is Hold.WRONG else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(color, 2.5, style))
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(*self._loose), PORT_RADIUS, PORT_RADIUS)


class GhostItem(QGraphicsItem):
    """The card that would be put here."""

    def __init__(self, sight: Sight, body: Body, face: Face) -> None:
        super().__init__()
        self._sight = sight
        self._body = body
        self._face = face
        self.setZValue(ABOVE)

    def boundingRect(self) -> QRectF:
        """The card."""
        return QRectF(-12, -12, 216, self._body.height + 24)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the card as selected."""
        mood = replace(Mood(), selected=True)
        paint_card(painter, self._sight.look, self._body, self._face, mood, Detail.FULL, self._sight.scale)


def _guide_area(guide: Guide) -> QRectF:
    length = guide.end - guide.start + 36
    if guide.upright:
        return QRectF(guide.at - 2, guide.start - 18, 4, length)
    return QRectF(guide.start - 18, guide.at - 2, length, 4)
