"""Which boxes are near a point: a grid of cells, so that a look-up does not walk over everything."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import floor
from typing import Generic, TypeVar

from studio.gui.canvas.geometry import Box, Point

Key = TypeVar("Key", bound=Hashable)
Cells = tuple[int, int, int, int]

CELL = 384.0
WIDEST = 64
"""A box over more cells than this is kept apart: a wire across the whole canvas would fill thousands."""


class Places(Generic[Key]):
    """Boxes by key. Later ones lie on top of earlier ones."""

    def __init__(self) -> None:
        self._boxes: dict[Key, Box] = {}
        self._spans: dict[Key, Cells | None] = {}
        self._cells: dict[tuple[int, int], dict[Key, None]] = {}
        self._wide: dict[Key, None] = {}

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, key: object) -> bool:
        return key in self._boxes

    def put(self, key: Key, box: Box) -> None:
        """Add a box, or move it; its place in the stack stays."""
        span = _span(box)
        if key in self._boxes:
            self._boxes[key] = box
            if self._spans[key] == span:
                return
            self._leave(key)
        else:
            self._boxes[key] = box
        self._spans[key] = span
        if span is None:
            self._wide[key] = None
            return
        for cell in _cells(span):
            self._cells.setdefault(cell, {})[key] = None

    def drop(self, key: Key) -> None:
        """Forget a box."""
        self._leave(key)
        del self._boxes[key], self._spans[key]

    def box(self, key: Key) -> Box:
        """Where something is."""
        return self._boxes[key]

    def boxes(self) -> Iterator[tuple[Key, Box]]:
        """Everything, the lowest first."""
        yield from self._boxes.items()

    def at(self, point: Point) -> list[Key]:
        """What lies at a point."""
        return self.within(Box(point.x, point.y, 0.0, 0.0))

    def within(self, area: Box) -> list[Key]:
        """What meets an area, each once."""
        span = _span(area)
        if span is None:
            return [key for key, box in self._boxes.items() if box.meets(area)]
        near = dict(self._wide)
        for cell in _cells(span):
            near.update(self._cells.get(cell, {}))
        return [key for key in near if self._boxes[key].meets(area)]

    def _leave(self, key: Key) -> None:
        span = self._spans[key]
        if span is None:
            del self._wide[key]
            return
        for cell in _cells(span):
            keys = self._cells[cell]
            del keys[key]
            if not keys:
                del self._cells[cell]


def _span(box: Box) -> Cells | None:
    left, right = floor(box.x / CELL), floor(box.right / CELL)
    top, bottom = floor(box.y / CELL), floor(box.bottom / CELL)
    return None if (right - left + 1) * (bottom - top + 1) > WIDEST else (left, top, right, bottom)


def _cells(span: Cells) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = span
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row
