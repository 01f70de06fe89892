"""Select and move: a click selects a card, a drag moves the selected ones."""

from __future__ import annotations

from studio.document import edits
from studio.document.graph import NodeId
from studio.gui.canvas.geometry import GRID, Point, aligned, distance, snapped_point
from studio.gui.canvas.overlays import GuidesItem
from studio.gui.canvas.tools.gesture import Board, Pointer

DRAG_FROM = 4.0
"""How far, in screen pixels, the mouse goes before a click becomes a drag."""
ALIGN_REACH = 6.0


class Move:
    """Moves the selected cards with the pressed one. On the grid, or in line with other cards; Alt: freely."""

    def __init__(self, board: Board, pointer: Pointer, node: NodeId) -> None:
        self._board = board
        self._node = node
        self._start = pointer.place
        self._selected_before = (board.selection.nodes, board.selection.edges)
        self._narrows = False
        self._moving = False
        self._select(pointer)
        drawing = board.drawing
        self._origins = {id_: drawing.nodes[id_].place for id_ in board.selection.nodes if id_ in drawing.nodes}
        self._guides = GuidesItem(drawing)
        drawing.scene.addItem(self._guides)

    def move(self, pointer: Pointer) -> None:
        """Show the cards where the mouse has them."""
        if not self._moving and distance(pointer.place, self._start) * self._board.drawing.scale < DRAG_FROM:
            return
        if self._node not in self._origins:
            return
        self._moving = True
        dx, dy = self._shift(pointer)
        self._board.drawing.show_at({id_: Point(at.x + dx, at.y + dy) for id_, at in self._origins.items()})

    def finish(self, pointer: Pointer) -> None:
        """Move the nodes in the document; a click on one of several selected cards selects it alone."""
        self.move(pointer)
        self._clear()
        if self._moving:
            drawing = self._board.drawing
            places: dict[NodeId, tuple[float, float]] = {
                id_: drawing.nodes[id_].place for id_ in self._origins if id_ in drawing.nodes
            }
            self._board.do(edits.move(self._board.document, places))
        elif self._narrows:
            self._board.selection.select([self._node])

    def cancel(self) -> None:
        """Show the cards where they were."""
        self._clear()
        self._board.drawing.restore()
        self._board.selection.select(*self._selected_before)

    def _clear(self) -> None:
        self._board.drawing.scene.removeItem(self._guides)

    def _select(self, pointer: Pointer) -> None:
        selection = self._board.selection
        if pointer.shift or pointer.control:
            selection.select(selection.nodes ^ {self._node}, selection.edges)
        elif self._node in selection.nodes:
            self._narrows = len(selection.nodes) + len(selection.edges) > 1
        else:
            selection.select([self._node])

    def _shift(self, pointer: Pointer) -> tuple[float, float]:
        origin, drawing = self._origins[self._node], self._board.drawing
        free = Point(origin.x + pointer.place.x - self._start.x, origin.y + pointer.place.y - self._start.y)
        if pointer.alt:
            self._guides.show_guides(())
            return free.x - origin.x, free.y - origin.y
        item = drawing.nodes[self._node]
        moving = item.box.moved(free.x - item.place.x, free.y - item.place.y)
        near = drawing.node_places.within(self._board.visible_box())
        others = [drawing.node_places.box(id_) for id_ in near if id_ not in self._origins]
        dx, dy, guides = aligned(moving, others, min(ALIGN_REACH / drawing.scale, GRID))
        grid = snapped_point(free)
        self._guides.show_guides(guides)
        upright = any(guide.upright for guide in guides)
        level = any(not guide.upright for guide in guides)
        x = free.x + dx if upright else grid.x
        y = free.y + dy if level else grid.y
        return x - origin.x, y - origin.y
