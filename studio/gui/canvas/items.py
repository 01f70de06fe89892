"""The graphics items: one for each node and wire, thin, holding ids and what is to be painted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Protocol

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.document.graph import Edge, NodeId
from studio.gui.canvas.card_painter import Mood, paint_card
from studio.gui.canvas.curves import Curve
from studio.gui.canvas.face import Caption, Face
from studio.gui.canvas.geometry import CARD_WIDTH, Body, Box, Detail, Point, Side, detail
from studio.gui.canvas.look import Look
from studio.gui.canvas.pictures import Pictures, blank, stamp_at
from studio.gui.canvas.wire_painter import WireMood, label_area, paint_label, paint_wire, wire_path

CARD_MARGIN = 12.0
WIRE_MARGIN = 14.0


def rect(box: Box) -> QRectF:
    """A box for Qt."""
    return QRectF(box.x, box.y, box.width, box.height)


class Sight(Protocol):
    """How the canvas is being looked at now."""

    @property
    def look(self) -> Look:
        """The colors and fonts in force."""

    @property
    def scale(self) -> float:
        """Screen pixels for each scene pixel."""

    @property
    def lens(self) -> bool:
        """Whether wires show their shapes."""

    @property
    def pictures(self) -> Pictures:
        """The pictures of cards."""


class Layer(QGraphicsItem):
    """An invisible parent, so that all cards or all wires are shown and hidden in one step."""

    def __init__(self, z: float) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        """Nothing of its own."""
        return QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Nothing of its own."""


class NodeItem(QGraphicsItem):
    """A card. What it says is asked for when it is painted first, and again after `forget_face`."""

    def __init__(self, node: NodeId, body: Body, sight: Sight, ask: Callable[[NodeId], Face], parent: Layer) -> None:
        super().__init__(parent)
        self.node = node
        self.rank = 0
        """Of cards at one place, the one with the highest rank lies on top."""
        self.body = body
        self._sight = sight
        self._ask = ask
        self._face: Face | None = None
        self._mood = Mood()
        self._bounds = _card_bounds(body)
        self._area: QRectF | None = None

    @property
    def place(self) -> Point:
        """Where its corner is shown now, also in the middle of a gesture."""
        at = self.pos()
        return Point(at.x(), at.y())

    @property
    def box(self) -> Box:
        """The card's rectangle on the canvas."""
        at = self.pos()
        return Box(at.x(), at.y(), CARD_WIDTH, self.body.height)

    @property
    def face(self) -> Face:
        """What it says."""
        if self._face is None:
            self._face = self._ask(self.node)
        return self._face

    @property
    def mood(self) -> Mood:
        """How it is being treated."""
        return self._mood

    @property
    def area(self) -> QRectF:
        """The card's rectangle from afar."""
        if self._area is None:
            self._area = rect(self.box)
        return self._area

    def put(self, place: Point) -> None:
        """Show it elsewhere."""
        self._area = None
        self.setPos(*place)

    def end(self, side: Side, port: str, slot: int = 0) -> Point:
        """Where a wire of a port arrives or leaves, on the canvas."""
        at, socket = self.pos(), self.body.end(side, port, slot)
        return Point(at.x() + socket.x, at.y() + socket.y)

    def forget_face(self) -> None:
        """Ask again what to say."""
        self._face = None
        self.update()

    def set_body(self, body: Body) -> None:
        """Take another outline."""
        if body != self.body:
            self.prepareGeometryChange()
            self.body = body
            self._area = None
            self._bounds = _card_bounds(body)

    def set_mood(self, mood: Mood) -> None:
        """Be treated otherwise."""
        if mood != self._mood:
            self._mood = mood
            self.update()

    def boundingRect(self) -> QRectF:
        """The card with its ports, outline and shadow."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the card, or its picture from the last time where nothing has changed."""
        scale, look = self._sight.scale, self._sight.look
        if detail(scale) is Detail.BLOCKS:
            return
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        stamp = (look, self.body, self.face, self._mood, scale, ratio)
        picture = self._sight.pictures.get(self.node, stamp, lambda: self._picture(ratio))
        stamp_at(painter, picture, self._bounds.x(), self._bounds.y())

    def _picture(self, ratio: float) -> QPixmap:
        scale, look = self._sight.scale, self._sight.look
        made = blank(self._bounds.width() * scale, self._bounds.height() * scale, ratio)
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        painter.translate(-self._bounds.topLeft())
        paint_card(painter, look, self.body, self.face, self._mood, detail(scale), scale)
        painter.end()
        return made


class WireItem(QGraphicsItem):
    """A wire, in scene coordinates."""

    def __init__(self, edge: Edge, curve: Curve, sight: Sight, ask: Callable[[Edge], Caption], parent: Layer):
        super().__init__(parent)
        self.edge = edge
        self.curve = curve
        self._sight = sight
        self._ask = ask
        self._caption: Caption | None = None
        self._mood = WireMood()
        self._parts: tuple[QRectF | None, QPainterPath, QPainterPath] | None = None
        self._bounds = rect(curve.bounds.grown(WIRE_MARGIN))
        self._lines: list[QLineF] = []

    @property
    def lines(self) -> list[QLineF]:
        """Its course from afar."""
        if not self._lines:
            self._lines = [QLineF(*start, *end) for start, end in pairwise(self.curve.corners())]
        return self._lines

    @property
    def caption(self) -> Caption:
        """What it says."""
        if self._caption is None:
            self._caption = self._ask(self.edge)
        return self._caption

    @property
    def mood(self) -> WireMood:
        """How it is being treated."""
        return self._mood

    def forget_caption(self) -> None:
        """Ask again what to say."""
        self._caption = None
        self.update()

    def set_curve(self, curve: Curve) -> None:
        """Take another course."""
        if curve != self.curve:
            self.prepareGeometryChange()
            self.curve = curve
            self._parts = None
            self._lines = []
            self._bounds = rect(curve.bounds.grown(WIRE_MARGIN))

    def set_mood(self, mood: WireMood) -> None:
        """Be treated otherwise."""
        if mood != self._mood:
            self._mood = mood
            self.setZValue(1.0 if mood.hovered or mood.selected or mood.marked else 0.0)
            self.update()

    def boundingRect(self) -> QRectF:
        """The course with its label."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the wire, and its shape where that is wanted and has room."""
        look, scale = self._sight.look, self._sight.scale
        caption, label = self.caption, None
        if caption.shape and detail(scale) is Detail.FULL:
            area = label_area(look, self.curve, caption.shape)
            wanted = self._mood.hovered or self._mood.selected or (self._sight.lens and self._has_room(area))
            label = area if wanted else None
        if self._parts is None or self._parts[0] != label:
            self._parts = (label, *self._cut(label))
        paint_wire(painter, look, self._parts[1:], self.curve, caption, self._mood)
        if label is not None:
            paint_label(painter, look, label, caption.shape, self._mood)

    def _cut(self, label: QRectF | None) -> tuple[QPainterPath, QPainterPath]:
        """The leaving and the arriving part, with room between them for a label."""
        if label is None:
            leaving, arriving = self.curve.cut(0.5)
        else:
            leaving, arriving = self.curve.outside(Box(label.x(), label.y(), label.width(), label.height()))
        return wire_path(leaving), wire_path(arriving)

    def _has_room(self, area: QRectF) -> bool:
        """Whether the shape stands between two cards without touching them or another wire's."""
        room = abs(self.curve.end.x - self.curve.start.x) - 14.0
        return room >= area.width() and not self._mood.faded and not self.caption.repeated


def _card_bounds(body: Body) -> QRectF:
    return QRectF(-CARD_MARGIN, -CARD_MARGIN, CARD_WIDTH + 2 * CARD_MARGIN, body.height + 2 * CARD_MARGIN)
