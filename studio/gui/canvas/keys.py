"""The keys of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.document import edits
from studio.document.graph import NodeId
from studio.gui.canvas.geometry import GRID, Box, Point, distance

if TYPE_CHECKING:
    from studio.gui.canvas.canvas import Canvas

BURST_MS = 1000
"""Arrow keys that follow each other faster than this are one step for undo."""
FAR = 8
"""How many steps of the grid Shift makes of one."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Keys:
    """Turns key presses into what the canvas does, and knows whether the space bar is held."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._bursts = count()
        self._burst = 0
        self._since = QElapsedTimer()
        self.space_is_down = False
        sequence = QKeySequence.StandardKey
        self._standard: dict[QKeySequence.StandardKey, Callable[[], object]] = {
            sequence.Copy: canvas.copy,
            sequence.Cut: canvas.cut,
            sequence.Paste: canvas.paste,
            sequence.SelectAll: canvas.select_all,
            sequence.Delete: canvas.delete_selection,
            sequence.ZoomIn: canvas.zoom_in,
            sequence.ZoomOut: canvas.zoom_out,
        }
        self._plain: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Backspace: canvas.delete_or_leave,
            Qt.Key.Key_F: canvas.fit,
            Qt.Key.Key_A: canvas.begin_quick_add,
            Qt.Key.Key_Return: canvas.enter_or_add,
            Qt.Key.Key_Enter: canvas.enter_or_add,
            Qt.Key.Key_Plus: canvas.zoom_in,
            Qt.Key.Key_Minus: canvas.zoom_out,
        }

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says; whether it says anything here."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._hold(event)
            return True
        if key == Qt.Key.Key_Escape:
            return self._leave()
        for standard, action in self._standard.items():
            if event.matches(standard):
                action()
                return True
        return self._press_plain(event)

    def release(self, event: QKeyEvent) -> bool:
        """Forget a held key; whether it was one."""
        if event.key() != Qt.Key.Key_Space:
            return False
        if not event.isAutoRepeat():
            self.forget()
        return True

    def forget(self) -> None:
        """Forget every held key."""
        if self.space_is_down:
            self.space_is_down = False
            self._canvas.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def _press_plain(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        arrow = ARROWS.get(Qt.Key(event.key()))
        if arrow is not None:
            return self._press_arrow(arrow, held)
        if held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D:
            self._canvas.duplicate()
            return True
        if held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        action = self._plain.get(event.key())
        if action is None:
            return False
        action()
        return True

    def _press_arrow(self, arrow: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
        self._canvas.show_keys(True)
        if held == Qt.KeyboardModifier.ControlModifier or not self._canvas.selection.nodes:
            self._walk(arrow)
        elif held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            steps = FAR if held == Qt.KeyboardModifier.ShiftModifier else 1
            self._nudge(arrow[0] * steps * GRID, arrow[1] * steps * GRID)
        else:
            return False
        return True

    def _hold(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.space_is_down = True
            self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)

    def _leave(self) -> bool:
        canvas = self._canvas
        if canvas.cancel_gesture():
            return True
        if canvas.selection.nodes or canvas.selection.edges:
            canvas.selection.select()
            return True
        return canvas.blocks.leave()

    def _nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes; presses in quick succession are one step for undo."""
        canvas = self._canvas
        if not self._since.isValid() or self._since.elapsed() > BURST_MS:
            self._burst = next(self._bursts)
        self._since.restart()
        graph = canvas.drawing.graph
        chosen = [graph.nodes[id_] for id_ in canvas.selection.nodes if id_ in graph.nodes]
        places = {node.id: (node.x + dx, node.y + dy) for node in chosen}
        key = ("nudge", self._burst, frozenset(places))
        canvas.do(edits.move(canvas.document, places, merge_key=key))

    def _walk(self, arrow: tuple[int, int]) -> None:
        """Select the nearest card in a direction; along a wire, if one leads there."""
        canvas = self._canvas
        drawing = canvas.drawing
        here = canvas.selection.node
        if here is None:
            middle = canvas.visible_box().center
            boxes = drawing.node_places.boxes()
            nearest = min(((distance(box.center, middle), id_) for id_, box in boxes), default=None)
            target = nearest[1] if nearest else None
        else:
            target = self._wired(here, arrow) or _toward(dict(drawing.node_places.boxes()), here, arrow)
        if target is not None:
            canvas.selection.select([target])
            canvas.reveal(target)

    def _wired(self, here: NodeId, arrow: tuple[int, int]) -> NodeId | None:
        graph = self._canvas.drawing.graph
        if arrow[0] > 0:
            return next((edge.target for edge in graph.outgoing(here)), None)
        if arrow[0] < 0:
            return next((edge.source for edge in graph.incoming(here)), None)
        return None


def _toward(boxes: dict[NodeId, Box], here: NodeId, arrow: tuple[int, int]) -> NodeId | None:
    """The card that lies next in a direction: near, and not far to the side."""
    start = boxes[here].center
    best: tuple[float, NodeId] | None = None
    for id_, box in boxes.items():
        off = Point(box.center.x - start.x, box.center.y - start.y)
        ahead = off.x * arrow[0] + off.y * arrow[1]
        aside = abs(off.x * arrow[1]) + abs(off.y * arrow[0])
        if id_ != here and ahead > 0 and aside <= 2 * ahead:
            found = (ahead + 2 * aside, id_)
            best = min(best, found) if best else found
    return best[1] if best else None
