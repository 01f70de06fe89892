"""Move or resize a frame or note; a frame takes along the cards that stand in it."""

from __future__ import annotations

from dataclasses import replace

from studio.document import edits
from studio.document.graph import Frame
from studio.gui.canvas.frame_item import MIN_SIDE
from studio.gui.canvas.geometry import Point, snapped
from studio.gui.canvas.tools.gesture import Board, Pointer


class MoveFrame:
    """Moves a frame with what stands in it, or, by its corner, makes it larger or smaller."""

    def __init__(self, board: Board, pointer: Pointer, frame: str, *, resizes: bool) -> None:
        self._board = board
        self._start = pointer.place
        self._resizes = resizes
        self._before = board.drawing.graph.frames[frame]
        self._now = self._before
        drawing = board.drawing
        box = drawing.frames[frame].box
        held = [] if resizes or self._before.text else drawing.node_places.within(box)
        self._origins = {id_: drawing.nodes[id_].place for id_ in held if box.holds(drawing.nodes[id_].box)}

    def move(self, pointer: Pointer) -> None:
        """Show the frame as the mouse has it."""
        dx, dy = pointer.place.x - self._start.x, pointer.place.y - self._start.y
        frame = self._before
        if self._resizes:
            width, height = max(frame.width + dx, MIN_SIDE), max(frame.height + dy, MIN_SIDE)
            self._show(replace(frame, width=_to_grid(width, pointer), height=_to_grid(height, pointer)))
        else:
            self._show(replace(frame, x=_to_grid(frame.x + dx, pointer), y=_to_grid(frame.y + dy, pointer)))

    def finish(self, pointer: Pointer) -> None:
        """Change the frame in the document, as one step with the nodes in it."""
        self.move(pointer)
        document = self._board.document
        framed = edits.put_frame(document, self._now)
        shift = self._shift()
        if not self._origins or shift == (0.0, 0.0):
            self._board.do(framed)
            return
        moved = edits.move(document, {id_: (at.x + shift[0], at.y + shift[1]) for id_, at in self._origins.items()})
        self._board.do(edits.combined("Move frame", [framed, moved]))

    def cancel(self) -> None:
        """Show the frame as it was."""
        self._board.drawing.restore()

    def _shift(self) -> tuple[float, float]:
        return self._now.x - self._before.x, self._now.y - self._before.y

    def _show(self, frame: Frame) -> None:
        self._now = frame
        drawing = self._board.drawing
        drawing.show_frame(frame)
        dx, dy = self._shift()
        drawing.show_at({id_: Point(at.x + dx, at.y + dy) for id_, at in self._origins.items()})


def _to_grid(value: float, pointer: Pointer) -> float:
    return value if pointer.alt else snapped(value)
