"""The course of a wire: a cubic curve from an output to an input, as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from studio.gui.canvas.geometry import Box, Point, distance

STEPS = 20
CUTS = 64
CORNERS = 10
BENT_FROM = 40.0
"""Nearer than that to the line between its ends, a wire is that line from afar."""
BACK_FROM = 400.0
"""How far a wire runs back at least that begins to do so between the lines; twice as far, it does so wholly."""
CLEARANCE = 20.0
"""How far a wire that goes around cards stays away from them."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic Bézier curve."""

    start: Point
    first: Point
    second: Point
    end: Point

    def at(self, t: float) -> Point:
        """The point at `t` from 0 to 1."""
        u = 1.0 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        return Point(
            a * self.start.x + b * self.first.x + c * self.second.x + d * self.end.x,
            a * self.start.y + b * self.first.y + c * self.second.y + d * self.end.y,
        )

    @property
    def is_straight(self) -> bool:
        """Whether it runs level from left to right."""
        return self.start.y == self.first.y == self.second.y == self.end.y and self.start.x <= self.end.x

    def corners(self) -> list[Point]:
        """Points that straight lines join to about the same course: its ends, and more where it bends away."""
        quarter = self.at(0.25)
        if distance(quarter, _between(self.start, self.end, 0.25)) <= BENT_FROM:
            return [self.start, self.end]
        return [self.at(step / CORNERS) for step in range(CORNERS + 1)]

    def cut(self, t: float) -> tuple[Curve, Curve]:
        """The parts before and after `t` (de Casteljau)."""
        a, b, c = (_between(*pair, t) for pair in pairwise((self.start, self.first, self.second, self.end)))
        ab, bc = _between(a, b, t), _between(b, c, t)
        middle = _between(ab, bc, t)
        return Curve(self.start, a, ab, middle), Curve(middle, bc, c, self.end)

    def outside(self, box: Box) -> tuple[Curve, Curve]:
        """The parts before and after a box around its middle: room for a label."""
        half = CUTS // 2
        before = next((at for at in range(half, 0, -1) if not box.contains(self.at(at / CUTS))), 0)
        after = next((at for at in range(half, CUTS) if not box.contains(self.at(at / CUTS))), CUTS)
        return self.cut(before / CUTS)[0], self.cut(after / CUTS)[1]

    @property
    def bounds(self) -> Box:
        """A box that holds the curve: that of its control points."""
        xs = (self.start.x, self.first.x, self.second.x, self.end.x)
        ys = (self.start.y, self.first.y, self.second.y, self.end.y)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _between(first: Point, second: Point, t: float) -> Point:
    return Point(first.x + (second.x - first.x) * t, first.y + (second.y - first.y) * t)


def curve(start: Point, end: Point) -> Curve:
    """The wire from `start` to `end`: it leaves to the right and arrives from the left, also where it runs back.

    Far back to another line of a drawing that is folded, it runs level between the two lines, not behind their cards.
    """
    dx, dy = end.x - start.x, end.y - start.y
    reach = min(max(dx * 0.5, min(24.0 + abs(dy) * 0.1, 48.0)), 160.0) if dx >= 0 else min(64.0 - dx * 0.4, 220.0)
    drop = dy * min(max((-dx - BACK_FROM) / BACK_FROM, 0.0), 1.0)
    return Curve(start, Point(start.x + reach, start.y + drop), Point(end.x - reach, end.y - drop), end)


def around(wire: Curve, obstacles: Iterable[Box]) -> Curve:
    """The wire bent above or below the cards that it would run behind, if it runs forward past any."""
    start, end = wire.start, wire.end
    between = [box for box in obstacles if box.x > start.x and box.right < end.x]
    hidden = [box for box in between if _crosses(wire, box)]
    if not hidden:
        return wire
    top = min(box.y for box in hidden) - CLEARANCE
    bottom = max(box.bottom for box in hidden) + CLEARANCE
    level = (start.y + end.y) / 2
    target = top if level - top <= bottom - level else bottom
    # The middle of a cubic whose inner points share a height is a quarter the ends and three quarters that height.
    height = (target - level / 4) * 4 / 3
    reach = min((end.x - start.x) * 0.2, 120.0)
    return Curve(start, Point(start.x + reach, height), Point(end.x - reach, height), end)


def _crosses(wire: Curve, box: Box) -> bool:
    return any(box.contains(wire.at(step / STEPS)) for step in range(1, STEPS))


def nearest(wire: Curve, point: Point) -> tuple[float, float]:
    """How far `point` is from the wire, and at which t."""
    best, where = float("inf"), 0.0
    before = wire.start
    for step in range(1, STEPS + 1):
        after = wire.at(step / STEPS)
        away, along = _to_segment(before, after, point)
        if away < best:
            best, where = away, (step - 1 + along) / STEPS
        before = after
    return best, where


def _to_segment(first: Point, second: Point, point: Point) -> tuple[float, float]:
    dx, dy = second.x - first.x, second.y - first.y
    length = dx * dx + dy * dy
    if length == 0.0:
        return distance(first, point), 0.0
    along = min(max(((point.x - first.x) * dx + (point.y - first.y) * dy) / length, 0.0), 1.0)
    return distance(Point(first.x + along * dx, first.y + along * dy), point), along
