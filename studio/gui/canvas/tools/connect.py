"""Connect: draw a wire from a port in either direction, or take an existing one by its end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer

from studio.analysis.problem import Problem, Severity
from studio.document import edits
from studio.document.changes import EdgeChange, Edit
from studio.document.graph import ROOT, Edge, NodeId
from studio.gui.canvas import adding
from studio.gui.canvas.card_painter import Fit
from studio.gui.canvas.curves import Curve, curve
from studio.gui.canvas.geometry import SNAP_RADIUS, Point, Side, Socket, distance
from studio.gui.canvas.hits import SocketHit, node_at, socket_at
from studio.gui.canvas.overlays import Hold, LooseWireItem
from studio.gui.canvas.tools.gesture import Board, Pointer
from studio.gui.canvas.tools.move import DRAG_FROM
from studio.gui.shared.offers import Offer, fitting_offers

BATCH = 24
"""How many cards are judged in one go, so that the pointer never waits."""
ANYWAY = "Hold Alt to wire it anyway."


@dataclass(frozen=True, slots=True)
class Fixed:
    """The end of the wire that stays: an output that looks for an input, or an input that looks for an output."""

    node: NodeId
    side: Side
    port: str
    slot: int = 0

    @property
    def wanted(self) -> Side:
        """What the loose end looks for."""
        return Side.OUT if self.side is Side.IN else Side.IN


class Connect:
    """Draws a wire. What fits glows, what does not fades; near a port the loose end jumps to it.

    Let go over a port that fits, it connects; over one that does not, it says why and changes nothing (Alt: wires it
    anyway); over the empty canvas, it offers the kinds that fit, or, with a wire that was there before, takes it off.
    """

    def __init__(self, board: Board, pointer: Pointer, fixed: Fixed, grabbed: Edge | None = None) -> None:
        self._board = board
        self._fixed = fixed
        self._grabbed = grabbed
        self._start = pointer
        self._moving = False
        self._target: SocketHit | None = None
        self._verdicts: dict[tuple[NodeId, str, int], Problem | None] = {}
        drawing = board.drawing
        self._item = LooseWireItem(drawing, self._curve(pointer.place), pointer.place)
        drawing.scene.addItem(self._item)
        if grabbed is not None:
            drawing.wires[grabbed].setVisible(False)
        self._waiting: list[NodeId] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._judge_some)

    def move(self, pointer: Pointer) -> None:
        """Lead the loose end to the pointer, or to a port near it."""
        if not self._moving:
            if distance(pointer.place, self._start.place) * self._board.drawing.scale < DRAG_FROM:
                return
            self._moving = True
            self._fade_wires()
            self._waiting = self._by_distance(pointer.place)
            self._timer.start(0)
        self._aim(self._find(pointer.place))
        problem = self._problem(pointer)
        self._board.say(f"{problem.text}\n{ANYWAY}" if problem else "", pointer.view)
        if self._target is None:
            self._item.show_wire(self._curve(pointer.place), pointer.place, Hold.NOTHING)
        else:
            place = self._place(self._target)
            self._item.show_wire(self._curve(place), place, Hold.WRONG if problem else Hold.FITS)

    def finish(self, pointer: Pointer) -> None:
        """Wire it, say why not, or offer what fits."""
        self.move(pointer)
        problem = self._problem(pointer)
        target = self._target
        self.cancel()
        if not self._moving:
            return
        board = self._board
        if problem is not None:
            self._board.say(problem.text, pointer.view)
        elif target is not None:
            board.do(self._edit(target))
        elif node_at(self._board.drawing, pointer.place) is None:
            if self._grabbed is None:
                self._offer(pointer)
            else:
                board.do(edits.remove(board.document, (), [self._grabbed]))

    def cancel(self) -> None:
        """Take the loose wire away."""
        self._timer.stop()
        self._board.say("", self._start.view)
        drawing = self._board.drawing
        drawing.scene.removeItem(self._item)
        if self._grabbed in drawing.wires:
            drawing.wires[self._grabbed].setVisible(True)
        for item in drawing.nodes.values():
            item.set_mood(replace(item.mood, fit=Fit.NONE, fitting=frozenset(), target=None))
        for wire in drawing.wires.values():
            wire.set_mood(replace(wire.mood, faded=False))

    # The loose end.

    def _curve(self, loose: Point) -> Curve:
        fixed = self._fixed
        anchor = self._board.drawing.nodes[fixed.node].end(fixed.side, fixed.port, fixed.slot)
        return curve(anchor, loose) if fixed.side is Side.OUT else curve(loose, anchor)

    def _place(self, target: SocketHit) -> Point:
        socket = target.socket
        return self._board.drawing.nodes[target.node].end(socket.side, socket.port, socket.slot)

    def _find(self, point: Point) -> SocketHit | None:
        """The port that the loose end is at: one near the pointer, or the best of the card under it."""
        drawing = self._board.drawing
        near = socket_at(drawing, point, SNAP_RADIUS, self._fixed.wanted)
        if near is not None and near.node != self._fixed.node:
            return near
        node = node_at(drawing, point)
        if node is None or node == self._fixed.node:
            return None
        sockets = [SocketHit(node, socket) for socket in self._wanted(node)]
        fitting = [hit for hit in sockets if self._verdict(hit) is None]
        graph = drawing.graph
        free = [hit for hit in fitting if graph.edge_at(node, hit.socket.port, hit.socket.slot) is None]
        return next(iter(free or fitting or sockets), None)

    def _aim(self, target: SocketHit | None) -> None:
        if target == self._target:
            return
        drawing = self._board.drawing
        if self._target is not None:
            item = drawing.nodes[self._target.node]
            item.set_mood(replace(item.mood, target=None))
        self._target = target
        if target is not None:
            self._judge(target.node)
            item = drawing.nodes[target.node]
            key = (target.socket.side, target.socket.port, target.socket.slot)
            item.set_mood(replace(item.mood, target=key))

    # What fits.

    def _problem(self, pointer: Pointer) -> Problem | None:
        """Why the wire cannot end where it is, unless the user insists."""
        return None if self._target is None or pointer.alt else self._verdict(self._target)

    def _verdict(self, hit: SocketHit) -> Problem | None:
        socket = hit.socket
        key = (hit.node, socket.port, socket.slot)
        if key not in self._verdicts:
            edge = self._edge(hit)
            found = self._board.session.analysis.verdict(
                edge.source, edge.source_port, edge.target, edge.target_port, edge.slot, self._board.drawing.where
            )
            self._verdicts[key] = found if found is not None and found.severity is Severity.ERROR else None
        return self._verdicts[key]

    def _wanted(self, node: NodeId) -> list[Socket]:
        wanted = self._fixed.wanted
        return [socket for socket in self._board.drawing.nodes[node].body.sockets if socket.side is wanted]

    def _by_distance(self, point: Point) -> list[NodeId]:
        """The cards to be judged, the nearest last."""
        boxes = self._board.drawing.node_places.boxes()
        far = sorted(((distance(box.center, point), id_) for id_, box in boxes), reverse=True)
        return [id_ for _, id_ in far if id_ != self._fixed.node]

    def _judge_some(self) -> None:
        for _ in range(min(BATCH, len(self._waiting))):
            self._judge(self._waiting.pop())
        if not self._waiting:
            self._timer.stop()

    def _judge(self, node: NodeId) -> None:
        item = self._board.drawing.nodes[node]
        if item.mood.fit is not Fit.NONE:
            return
        fitting = frozenset(
            (socket.side, socket.port, socket.slot)
            for socket in self._wanted(node)
            if self._verdict(SocketHit(node, socket)) is None and not self._is_taken(node, socket)
        )
        item.set_mood(replace(item.mood, fit=Fit.FITS if fitting else Fit.WRONG, fitting=fitting))

    def _is_taken(self, node: NodeId, socket: Socket) -> bool:
        """Whether a list port's slot has a wire: its free slot is what glows. Other wired ports take the new wire."""
        if socket.side is Side.OUT or self._board.drawing.graph.edge_at(node, socket.port, socket.slot) is None:
            return False
        ports = self._board.session.analysis.ports(node, self._board.drawing.where)[0]
        return any(port.many for port in ports if port.name == socket.port)

    def _fade_wires(self) -> None:
        for wire in self._board.drawing.wires.values():
            wire.set_mood(replace(wire.mood, faded=True, hovered=False))

    # What is done.

    def _edge(self, hit: SocketHit) -> Edge:
        fixed, socket = self._fixed, hit.socket
        if fixed.side is Side.OUT:
            return Edge(fixed.node, fixed.port, hit.node, socket.port, socket.slot)
        return Edge(hit.node, socket.port, fixed.node, fixed.port, fixed.slot)

    def _edit(self, target: SocketHit) -> Edit:
        edge = self._edge(target)
        document = self._board.document
        made = edits.connect(document, edge.source, edge.source_port, edge.target, edge.target_port, edge.slot)
        old = self._grabbed
        if old is None or not made.changes or old.end == edge.end:
            return made
        return Edit(made.label, (EdgeChange(ROOT, old, None), *made.changes))

    def _offer(self, pointer: Pointer) -> None:
        board, fixed = self._board, self._fixed
        analysis, document = board.session.analysis, board.document
        known = fitting_offers(board.session, board.drawing.where.graph)
        if fixed.side is Side.OUT:
            spec = analysis.outputs(fixed.node, board.drawing.where).get(fixed.port)
            offers = [each for each in known if analysis.fits(each.kind, spec)]
        else:
            offers = [each for each in known if adding.has_output(each.kind)]

        def add(offer: Offer) -> None:
            if fixed.side is Side.OUT:
                edit, node = adding.added_after(document, offer, fixed.node, fixed.port, pointer.place)
            else:
                edit, node = adding.added_before(document, offer, fixed.node, fixed.port, fixed.slot, pointer.place)
            board.do(edit)
            board.take_focus(node)

        board.ask_kind(pointer.view, offers, add)
