"""Where things are on a card, a wire and the canvas: pure functions in scene pixels, without Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

from studio.catalog.declaration import Port, Ports

GRID = 8.0
CARD_WIDTH = 192.0
HEADER = 48.0
FOOT = 24.0
ROW = 16.0
CARD_HEIGHT = HEADER + FOOT
PORT_RADIUS = 4.5
SNAP_RADIUS = 20.0
"""How near to a port, in screen pixels, a wire's end jumps to it."""
WIRE_REACH = 7.0
"""How near to a wire, in screen pixels, the pointer is on it."""
MIN_SCALE, MAX_SCALE = 0.02, 4.0
PARAMS_FROM = 0.5
"""The scale below which cards show no params."""
CARDS_FROM = 0.35
"""The scale below which cards are colored rectangles."""


class Point(NamedTuple):
    """A place on the canvas."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def center(self) -> Point:
        """Its middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def contains(self, point: Point) -> bool:
        """Whether `point` lies inside or on the border."""
        return self.x <= point.x <= self.right and self.y <= point.y <= self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two share a point."""
        return self.x <= other.right and other.x <= self.right and self.y <= other.bottom and other.y <= self.bottom

    def holds(self, other: Box) -> bool:
        """Whether `other` lies wholly inside."""
        inside = self.x <= other.x and other.right <= self.right
        return inside and self.y <= other.y and other.bottom <= self.bottom

    def grown(self, margin: float) -> Box:
        """The box with `margin` more on every side."""
        return Box(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def moved(self, dx: float, dy: float) -> Box:
        """The box at another place."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)


def box_around(first: Point, second: Point) -> Box:
    """The smallest box with both points."""
    x, y = min(first.x, second.x), min(first.y, second.y)
    return Box(x, y, abs(first.x - second.x), abs(first.y - second.y))


def united(boxes: Iterable[Box]) -> Box | None:
    """The smallest box with all of them; None if there are none."""
    found = list(boxes)
    if not found:
        return None
    x, y = min(box.x for box in found), min(box.y for box in found)
    return Box(x, y, max(box.right for box in found) - x, max(box.bottom for box in found) - y)


class Detail(Enum):
    """How much a card shows."""

    FULL = "full"
    NAMES = "names"
    BLOCKS = "blocks"


def detail(scale: float) -> Detail:
    """What is shown at a scale."""
    if scale < CARDS_FROM:
        return Detail.BLOCKS
    return Detail.NAMES if scale < PARAMS_FROM else Detail.FULL


class Side(StrEnum):
    """Where a socket sits: data flows from left to right."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Socket:
    """A port, or one slot of a list port, at (x, y) from the card's corner.

    `hollow` ones may stay unwired; `label` is empty where the side has one port only; `said` is what people call
    the port.
    """

    side: Side
    port: str
    slot: int
    x: float
    y: float
    hollow: bool = False
    label: str = ""
    said: str = ""

    @property
    def place(self) -> Point:
        """Where it is, from the card's corner."""
        return Point(self.x, self.y)


@dataclass(frozen=True, slots=True)
class Body:
    """The outline of a card: its height and its sockets; the width is the same for all."""

    height: float
    sockets: tuple[Socket, ...]

    def socket(self, side: Side, port: str, slot: int = 0) -> Socket | None:
        """The socket of a port's slot, if it is shown."""
        for socket in self.sockets:
            if socket.side is side and socket.port == port and socket.slot == slot:
                return socket
        return None

    def end(self, side: Side, port: str, slot: int = 0) -> Point:
        """Where a wire arrives or leaves, from the card's corner; the middle of the side for a port that is gone."""
        found = self.socket(side, port, slot)
        if found is not None:
            return found.place
        return Point(0.0 if side is Side.IN else CARD_WIDTH, self.height / 2)

    @property
    def anchor(self) -> float:
        """The height of the first output: cards in a row are aligned by it, so that their wires are straight."""
        first = next((socket for socket in self.sockets if socket.side is Side.OUT), None)
        return (first or self.sockets[0]).y if self.sockets else self.height / 2


def body(
    inputs: Ports,
    outputs: Ports,
    wired_in: Collection[tuple[str, int]] = (),
    wired_out: Collection[str] = (),
) -> Body:
    """The outline of a card with these ports, with room for every wire that is drawn, declared or not."""
    left = _input_rows(inputs, wired_in)
    right = [(port.name, 0, port.optional) for port in outputs]
    right += [(name, 0, True) for name in dict.fromkeys(wired_out) if all(port.name != name for port in outputs)]
    named_left = len({name for name, _, _ in left}) > 1
    named_right = len(right) > 1
    if named_left or named_right:
        first = HEADER + ROW / 2
        height = HEADER + ROW * max(len(left), len(right), 1) + FOOT
        starts = first, first
    else:
        spare = any(port.many for port in inputs) and len(left) > 1  # the free slot hangs below the middle
        rows = max(len(left) + spare, len(right), 3)
        height = CARD_HEIGHT + ROW * (rows - 3)
        starts = _centered(height, len(left) - spare), _centered(height, len(right))
    said = {port.name: port.shown for port in (*outputs, *inputs) if port.label}
    arriving = _sockets(Side.IN, left, starts[0], named_left, said)
    return Body(height, arriving + _sockets(Side.OUT, right, starts[1], named_right, said))


def _input_rows(inputs: Ports, wired: Collection[tuple[str, int]]) -> list[tuple[str, int, bool]]:
    rows: list[tuple[str, int, bool]] = []
    for port in inputs:
        if port.many:
            rows += _slots(port, {slot for name, slot in wired if name == port.name})
        else:
            rows.append((port.name, 0, port.optional))
    shown = {(name, slot) for name, slot, _ in rows}
    rows += [(name, slot, True) for name, slot in wired if (name, slot) not in shown]
    return rows


def _slots(port: Port, used: set[int]) -> list[tuple[str, int, bool]]:
    """The slots of a list port: the wired ones, those it needs, and one that is free."""
    shown = sorted(used if port.optional else used | set(range(port.at_least)))
    free = max(shown, default=-1) + 1
    return [*((port.name, slot, False) for slot in shown), (port.name, free, True)]


def _centered(height: float, count: int) -> float:
    return (height - ROW * max(count - 1, 0)) / 2


def _sockets(
    side: Side, rows: Sequence[tuple[str, int, bool]], first: float, named: bool, said: Mapping[str, str]
) -> tuple[Socket, ...]:
    x = 0.0 if side is Side.IN else CARD_WIDTH
    found = []
    for row, (name, slot, hollow) in enumerate(rows):
        words = said.get(name, name)
        label = words if slot == 0 else f"{words} {slot + 1}"
        found.append(Socket(side, name, slot, x, first + ROW * row, hollow, label if named else "", words))
    return tuple(found)


def snapped(value: float) -> float:
    """The nearest line of the grid."""
    return round(value / GRID) * GRID


def snapped_point(point: Point) -> Point:
    """The nearest crossing of the grid."""
    return Point(snapped(point.x), snapped(point.y))


def distance(first: Point, second: Point) -> float:
    """How far two points are apart."""
    return float(((first.x - second.x) ** 2 + (first.y - second.y) ** 2) ** 0.5)


def nearest_socket(sockets: Iterable[tuple[Socket, Point]], point: Point, radius: float) -> Socket | None:
    """The socket (given with its place on the canvas) nearest to `point`, at most `radius` away."""
    best, least = None, radius
    for socket, place in sockets:
        away = distance(place, point)
        if away <= least:
            best, least = socket, away
    return best


@dataclass(frozen=True, slots=True)
class Guide:
    """A line that shows what a moving card is aligned with: upright at `at`, or level."""

    upright: bool
    at: float
    start: float
    end: float


def aligned(moving: Box, others: Iterable[Box], reach: float) -> tuple[float, float, tuple[Guide, ...]]:
    """How far to shift `moving` so that its left side and its middle line up with another box; and the lines."""
    best_x: tuple[float, Box] | None = None
    best_y: tuple[float, Box] | None = None
    for other in others:
        dx, dy = other.x - moving.x, other.center.y - moving.center.y
        if abs(dx) <= reach and (best_x is None or abs(dx) < abs(best_x[0])):
            best_x = dx, other
        if abs(dy) <= reach and (best_y is None or abs(dy) < abs(best_y[0])):
            best_y = dy, other
    guides: list[Guide] = []
    shift_x, shift_y = best_x[0] if best_x else 0.0, best_y[0] if best_y else 0.0
    settled = moving.moved(shift_x, shift_y)
    if best_x:
        both = united([settled, best_x[1]])
        assert both is not None
        guides.append(Guide(True, settled.x, both.y, both.bottom))
    if best_y:
        both = united([settled, best_y[1]])
        assert both is not None
        guides.append(Guide(False, settled.center.y, both.x, both.right))
    return shift_x, shift_y, tuple(guides)
