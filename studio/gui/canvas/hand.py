"""The hand: mouse buttons become gestures, and what is under the mouse is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from studio.gui.canvas import adding
from studio.gui.canvas.geometry import Side
from studio.gui.canvas.hits import FrameHit, Hit, NodeHit, SocketHit, WireHit, hit
from studio.gui.canvas.tools.band import Band
from studio.gui.canvas.tools.connect import Connect, Fixed
from studio.gui.canvas.tools.feature import PlaceFeatures
from studio.gui.canvas.tools.frame import MoveFrame
from studio.gui.canvas.tools.gesture import Gesture, Pointer
from studio.gui.canvas.tools.move import Move
from studio.gui.canvas.tools.pan import Pan
from studio.gui.canvas.tools.place import Place
from studio.gui.shared.offers import Offer, fitting_offers

if TYPE_CHECKING:
    from studio.document.graph import Edge
    from studio.gui.canvas.canvas import Canvas

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class Hand:
    """Holds the gesture that is going on, if any: there is one at a time, and the button that began it ends it."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self._hovered: Hit = None
        self.carried: Place | PlaceFeatures | None = None
        """What is being dragged in from outside."""
        self.place: QPoint | None = None
        """Where the mouse was last, in the view."""

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is going on."""
        return self._gesture is not None or self.carried is not None

    def press(self, pointer: Pointer, button: Qt.MouseButton, *, pans: bool) -> None:
        """Begin a gesture; another button in the middle of one begins none."""
        if self._gesture is not None:
            return
        if button == MIDDLE or (button == LEFT and pans):
            self._gesture = Pan(pointer, self._canvas.scroll_by)
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif button == LEFT:
            self._gesture = self._begin(pointer)
        self._button = button

    def move(self, pointer: Pointer) -> None:
        """Go on with the gesture, or show what is under the mouse."""
        self.place = pointer.view
        if self._gesture is not None:
            self._gesture.move(pointer)
        else:
            self._hover(hit(self._canvas.drawing, pointer.place))

    def release(self, pointer: Pointer, button: Qt.MouseButton) -> None:
        """Finish the gesture that this button began."""
        if button != self._button:
            return
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish(pointer)
            self._canvas.viewport().setCursor(cursor(self._hovered))

    def double_click(self, pointer: Pointer) -> None:
        """Add on the empty canvas, insert on a wire, open a node, edit a frame."""
        self.cancel()
        canvas = self._canvas
        match hit(canvas.drawing, pointer.place):
            case None:
                canvas.begin_quick_add(pointer.view)
            case WireHit(edge):
                self._ask_what_to_insert(edge, pointer)
            case NodeHit(node):
                if not canvas.blocks.enter(node):
                    canvas.opened.emit(node)
            case FrameHit(frame):
                canvas.frames.edit(frame)

    def cancel(self) -> bool:
        """Leave the gesture without doing anything; whether there was one."""
        gesture, self._gesture = self._gesture, None
        carried, self.carried = self.carried, None
        if gesture is not None:
            gesture.cancel()
        if carried is not None:
            carried.cancel()
        return gesture is not None or carried is not None

    def leave(self) -> None:
        """The mouse is no longer over the canvas."""
        if self._gesture is None:
            self._hover(None)

    def forget(self) -> None:
        """What was under the mouse may be gone."""
        self._hovered = None

    def _begin(self, pointer: Pointer) -> Gesture | None:
        canvas = self._canvas
        found = hit(canvas.drawing, pointer.place)
        canvas.frames.select(found.frame if isinstance(found, FrameHit) else None)
        match found:
            case SocketHit():
                return self._begin_at_socket(found, pointer)
            case NodeHit(node):
                return Move(canvas, pointer, node)
            case WireHit():
                return self._begin_at_wire(found, pointer)
            case FrameHit(frame, corner):
                canvas.selection.select()
                canvas.frames.select(frame)
                return MoveFrame(canvas, pointer, frame, resizes=corner)
            case None:
                return Band(canvas, pointer)

    def _begin_at_socket(self, found: SocketHit, pointer: Pointer) -> Gesture:
        node, socket = found.node, found.socket
        graph = self._canvas.drawing.graph
        wired = graph.edge_at(node, socket.port, socket.slot) if socket.side is Side.IN else None
        if wired is not None:
            return Connect(self._canvas, pointer, Fixed(wired.source, Side.OUT, wired.source_port), wired)
        return Connect(self._canvas, pointer, Fixed(node, socket.side, socket.port, socket.slot))

    def _begin_at_wire(self, found: WireHit, pointer: Pointer) -> Gesture | None:
        canvas, edge = self._canvas, found.edge
        if pointer.shift or pointer.control:
            canvas.selection.select(canvas.selection.nodes, canvas.selection.edges ^ {edge})
        else:
            canvas.selection.select(edges=[edge])
        if found.grabs_target:
            return Connect(canvas, pointer, Fixed(edge.source, Side.OUT, edge.source_port), edge)
        if found.grabs_source:
            return Connect(canvas, pointer, Fixed(edge.target, Side.IN, edge.target_port, edge.slot), edge)
        return None

    def _ask_what_to_insert(self, edge: Edge, pointer: Pointer) -> None:
        canvas = self._canvas
        analysis = canvas.session.analysis
        where = canvas.drawing.where
        spec = analysis.edge_spec(edge, where)
        offers = [
            each
            for each in fitting_offers(canvas.session, where.graph)
            if analysis.fits(each.kind, spec) and adding.can_insert(each.kind)
        ]

        def insert(offer: Offer) -> None:
            edit, node = adding.inserted(canvas.document, edge, offer)
            canvas.do(edit)
            canvas.take_focus(node)

        canvas.ask_kind(pointer.view, offers, insert)

    def _hover(self, found: Hit) -> None:
        if found == self._hovered:
            return
        drawing = self._canvas.drawing
        for each, there in ((self._hovered, False), (found, True)):
            match each:
                case WireHit(edge) if edge in drawing.wires:
                    wire = drawing.wires[edge]
                    wire.set_mood(replace(wire.mood, hovered=there))
                case NodeHit(node) | SocketHit(node) if node in drawing.nodes:
                    item = drawing.nodes[node]
                    item.set_mood(replace(item.mood, hovered=there))
        self._hovered = found
        self._canvas.viewport().setCursor(cursor(found))


def cursor(found: Hit) -> Qt.CursorShape:
    """What the mouse looks like over something."""
    match found:
        case SocketHit():
            return Qt.CursorShape.CrossCursor
        case WireHit(_, True, _) | WireHit(_, _, True):
            return Qt.CursorShape.OpenHandCursor
        case WireHit():
            return Qt.CursorShape.PointingHandCursor
        case FrameHit(_, True):
            return Qt.CursorShape.SizeFDiagCursor
        case FrameHit() | NodeHit() | None:
            return Qt.CursorShape.ArrowCursor
