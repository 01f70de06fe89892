"""Rubber band: select what a rectangle touches."""

from __future__ import annotations

from studio.document.graph import Edge, NodeId
from studio.gui.canvas import curves
from studio.gui.canvas.geometry import Box, Point, box_around
from studio.gui.canvas.overlays import BandItem
from studio.gui.canvas.tools.gesture import Board, Pointer

SAMPLES = 12


class Band:
    """Selects while it is drawn. With Shift or Ctrl, adds to what was selected; a mere click selects nothing."""

    def __init__(self, board: Board, pointer: Pointer) -> None:
        self._board = board
        self._start = pointer.place
        self._before = (board.selection.nodes, board.selection.edges)
        self._keeps = pointer.shift or pointer.control
        self._item = BandItem(board.drawing)
        board.drawing.scene.addItem(self._item)

    def move(self, pointer: Pointer) -> None:
        """Select what lies in the band now."""
        box = box_around(self._start, pointer.place)
        self._item.show_box(box)
        nodes, edges = self._touched(box)
        if self._keeps:
            nodes |= self._before[0]
            edges |= self._before[1]
        self._board.selection.select(nodes, edges)

    def finish(self, pointer: Pointer) -> None:
        """Keep the selection."""
        self.move(pointer)
        self._clear()

    def cancel(self) -> None:
        """Select what was selected before."""
        self._board.selection.select(*self._before)
        self._clear()

    def _clear(self) -> None:
        self._board.drawing.scene.removeItem(self._item)

    def _touched(self, box: Box) -> tuple[frozenset[NodeId], frozenset[Edge]]:
        drawing = self._board.drawing
        if box.width < 2 and box.height < 2:
            return frozenset(), frozenset()
        nodes = frozenset(drawing.node_places.within(box))
        wires = drawing.wire_places.within(box)
        return nodes, frozenset(edge for edge in wires if _passes(drawing.wires[edge].curve, box))


def _passes(curve: curves.Curve, box: Box) -> bool:
    return any(box.contains(Point(*curve.at(step / SAMPLES))) for step in range(SAMPLES + 1))
