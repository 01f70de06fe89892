"""What is at a point of the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studio.document.graph import Edge, NodeId
from studio.gui.canvas import curves
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.frame_item import CORNER, TITLE_HEIGHT
from studio.gui.canvas.geometry import WIRE_REACH, Box, Detail, Point, Side, Socket, detail, nearest_socket

SOCKET_REACH = 10.0
"""How near to a socket, in screen pixels, a press takes hold of it."""
END_REACH = 32.0
"""How near to its end, in screen pixels, a press on a wire takes hold of that end."""


@dataclass(frozen=True, slots=True)
class SocketHit:
    """A socket of a card."""

    node: NodeId
    socket: Socket


@dataclass(frozen=True, slots=True)
class NodeHit:
    """A card."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class WireHit:
    """A wire; `grabs_source` and `grabs_target` say that it was hit near an end."""

    edge: Edge
    grabs_source: bool = False
    grabs_target: bool = False


@dataclass(frozen=True, slots=True)
class FrameHit:
    """A frame's title, a note, or the corner by which either is resized."""

    frame: str
    corner: bool = False


Hit: TypeAlias = SocketHit | NodeHit | WireHit | FrameHit | None


def hit(drawing: Drawing, point: Point) -> Hit:
    """The topmost thing at a point, as generous as the scale allows."""
    near = detail(drawing.scale) is not Detail.BLOCKS
    found: Hit = socket_at(drawing, point, SOCKET_REACH) if near else None
    if found is None:
        node = node_at(drawing, point)
        found = NodeHit(node) if node else None
    if found is None and near:
        found = wire_at(drawing, point)
    return found or frame_at(drawing, point)


def socket_at(drawing: Drawing, point: Point, reach_px: float, side: Side | None = None) -> SocketHit | None:
    """The nearest socket (of one side, if given) within `reach_px` screen pixels, but never the whole card."""
    reach = min(reach_px / drawing.scale, reach_px * 1.5)
    for node in reversed(drawing.node_places.within(Box(point.x, point.y, 0, 0).grown(reach))):
        item = drawing.nodes[node]
        at = item.place
        sockets = [
            (socket, Point(at.x + socket.x, at.y + socket.y))
            for socket in item.body.sockets
            if side is None or socket.side is side
        ]
        socket = nearest_socket(sockets, point, reach)
        if socket is not None:
            return SocketHit(node, socket)
    return None


def node_at(drawing: Drawing, point: Point) -> NodeId | None:
    """The topmost card at a point."""
    found = drawing.node_places.at(point)
    return max(found, key=lambda node: drawing.nodes[node].rank) if found else None


def wire_at(drawing: Drawing, point: Point) -> WireHit | None:
    """The nearest wire, and whether the point is near one of its ends."""
    reach = WIRE_REACH / drawing.scale
    best: tuple[float, Edge] | None = None
    for edge in drawing.wire_places.within(Box(point.x, point.y, 0, 0).grown(reach)):
        away, _ = curves.nearest(drawing.wires[edge].curve, point)
        if away <= reach and (best is None or away < best[0]):
            best = away, edge
    if best is None:
        return None
    curve = drawing.wires[best[1]].curve
    length = abs(curve.end.x - curve.start.x) + abs(curve.end.y - curve.start.y)
    end = min(END_REACH / drawing.scale, length / 4)
    x, y = point
    to_source = abs(x - curve.start.x) + abs(y - curve.start.y)
    to_target = abs(x - curve.end.x) + abs(y - curve.end.y)
    return WireHit(best[1], to_source <= end, to_target <= end and to_target < to_source)


def frame_at(drawing: Drawing, point: Point) -> FrameHit | None:
    """The topmost frame whose title, corner or, for a note, text is at a point."""
    for id_, item in reversed(drawing.frames.items()):
        box = item.box
        if not box.contains(point):
            continue
        if point.x >= box.right - CORNER and point.y >= box.bottom - CORNER:
            return FrameHit(id_, corner=True)
        if item.is_note or point.y <= box.y + TITLE_HEIGHT:
            return FrameHit(id_)
    return None
