"""The drawing on the scene: one item for each node, wire and frame, kept in step with the document and its analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from studio.analysis.problem import Severity
from studio.catalog.declaration import Family
from studio.core.signal import Signal
from studio.document.blocks import MODEL, Where
from studio.document.changes import EdgeChange, Edit, FrameChange, NodeChange
from studio.document.graph import Edge, Frame, Graph, NodeId
from studio.gui.canvas import curves
from studio.gui.canvas.curves import Curve
from studio.gui.canvas.face import Caption, Face, caption, face
from studio.gui.canvas.far_item import FarItem, FarView
from studio.gui.canvas.frame_item import FrameItem
from studio.gui.canvas.geometry import CARD_WIDTH, Body, Box, Detail, Point, Side, body, detail, united
from studio.gui.canvas.items import Layer, NodeItem, WireItem, rect
from studio.gui.canvas.look import Look
from studio.gui.canvas.pictures import Pictures
from studio.gui.canvas.places import Places
from studio.session.session import Session

LONG = CARD_WIDTH * 1.5
"""A wire that runs further to the right than this may pass behind cards, and goes around them."""
SCENE_MARGIN = 2000.0


class Drawing:
    """Items by id, and where they are shown.

    What is shown may be ahead of the document in the middle of a gesture (`show_at`); the document's next change, or
    `restore`, puts it right. `moved` tells which nodes a change of the document has put elsewhere, with the places
    where they were shown before.
    """

    def __init__(self, session: Session, look: Look) -> None:
        self.moved: Signal[Mapping[NodeId, Point]] = Signal()
        self.where = MODEL
        self.look = look
        self.scale = 1.0
        self.pictures = Pictures()
        self.scene = QGraphicsScene()
        self.nodes: dict[NodeId, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.node_places: Places[NodeId] = Places()
        self.wire_places: Places[Edge] = Places()
        self._session = session
        self._lens = True
        self._focused: NodeId | None = None
        self._ranks = count()
        self._owners: set[NodeId] = set()
        self._wire_layer, self._node_layer = Layer(0.0), Layer(10.0)
        self._far = FarItem(lambda: self.look, self._far_view)
        for item in (self._wire_layer, self._node_layer, self._far):
            self.scene.addItem(item)
        self._load()
        session.document.changed.connect(self._follow)
        session.analysis.updated.connect(self._refresh)

    @property
    def graph(self) -> Graph:
        """The graph that is shown; an empty one where it is gone, until another is shown in its place."""
        return self._session.document.graphs.get(self.where.graph) or Graph(self.where.graph)

    @property
    def lens(self) -> bool:
        """Whether every wire shows its shape."""
        return self._lens

    @property
    def bounds(self) -> Box | None:
        """The smallest box with every card and frame; None if there is none."""
        cards = (box for _, box in self.node_places.boxes())
        return united([*cards, *(item.box for item in self.frames.values())])

    def show(self, where: Where) -> None:
        """Show another graph, or the same as another call sees it."""
        self.where = where
        for id_ in list(self.nodes):
            self._drop_node(id_)
        for edge in list(self.wires):
            self._drop_wire(edge)
        for frame in self.frames.values():
            self.scene.removeItem(frame)
        self.frames.clear()
        self._focused = None
        self._load()

    def close(self) -> None:
        """Let go of the document, and of every item."""
        self._session.document.changed.disconnect(self._follow)
        self._session.analysis.updated.disconnect(self._refresh)
        self.nodes.clear()
        self.wires.clear()
        self.frames.clear()
        self.scene.clear()

    def set_look(self, look: Look) -> None:
        """Paint with other colors."""
        self.look = look
        self._far.forget()
        self.scene.update()

    def set_lens(self, lens: bool) -> None:
        """Show or hide the shapes on all wires."""
        self._lens = lens
        self.scene.update()

    def set_scale(self, scale: float) -> None:
        """Show as much as can be read at a scale."""
        self.scale = scale
        far = detail(scale) is Detail.BLOCKS
        if far != self._far.isVisible():
            self._far.setVisible(far)
            self._wire_layer.setVisible(not far)
            self._node_layer.setVisible(not far)

    def show_at(self, places: Mapping[NodeId, Point]) -> None:
        """Show nodes elsewhere for now, with their wires; the document stays as it is."""
        graph = self.graph
        edges: dict[Edge, None] = {}
        for id_, place in places.items():
            self._put(id_, place)
            edges.update(dict.fromkeys(graph.incoming(id_)))
            edges.update(dict.fromkeys(graph.outgoing(id_)))
        for edge in edges:
            self._run(edge)
        self._far.forget()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame otherwise for now."""
        self.frames[frame.id].show_frame(frame)

    def restore(self) -> None:
        """Show everything where the document has it."""
        self.show_at(
            {
                id_: Point(node.x, node.y)
                for id_, node in self.graph.nodes.items()
                if self.nodes[id_].place != (node.x, node.y)
            }
        )
        for frame in self.graph.frames.values():
            self.show_frame(frame)

    def reroute(self, areas: Iterable[Box]) -> None:
        """Lead long wires around the cards that now stand in these areas, or no longer do."""
        edges: dict[Edge, None] = {}
        for area in areas:
            edges.update(dict.fromkeys(self.wire_places.within(area.grown(curves.CLEARANCE))))
        for edge in edges:
            if self._is_long(edge):
                self._run(edge)

    def select(self, nodes: frozenset[NodeId], edges: frozenset[Edge]) -> None:
        """Show what is selected."""
        for id_, item in self.nodes.items():
            if item.mood.selected != (id_ in nodes):
                item.set_mood(replace(item.mood, selected=id_ in nodes))
        for edge, wire in self.wires.items():
            if wire.mood.selected != (edge in edges):
                wire.set_mood(replace(wire.mood, selected=edge in edges))
        self._far.forget()

    def focus(self, node: NodeId | None) -> None:
        """Show which card has the keyboard's focus."""
        for id_ in {self._focused, node} - {None}:
            item = self.nodes.get(str(id_))
            if item is not None:
                item.set_mood(replace(item.mood, focused=id_ == node))
        self._focused = node

    # Following the document.

    def _load(self) -> None:
        graph = self.graph
        self._owners = {node.shares for node in graph.nodes.values() if node.shares}
        for id_ in graph.nodes:
            self._add_node(id_)
        for edge in graph.edges:
            self._add_wire(edge)
        for frame in graph.frames.values():
            self._add_frame(frame)
        self._resize()

    def _follow(self, edit: Edit) -> None:
        shown = self.where.graph
        nodes: dict[NodeId, None] = {}
        edges: dict[Edge, None] = {}
        frames: dict[str, None] = {}
        for change in edit.changes:
            match change:
                case NodeChange(graph=graph) if graph == shown:
                    nodes[change.id] = None
                case EdgeChange(graph, before, after) if graph == shown:
                    edges.update(dict.fromkeys(edge for edge in (before, after) if edge))
                case FrameChange(graph, before_frame, after_frame) if graph == shown:
                    frames.update(dict.fromkeys(frame.id for frame in (before_frame, after_frame) if frame))
        if nodes or edges:
            self._follow_graph(nodes, edges)
        for id_ in frames:
            self._follow_frame(id_)
        if nodes or edges or frames:
            self._resize()

    def _follow_graph(self, nodes: dict[NodeId, None], edges: dict[Edge, None]) -> None:
        graph = self.graph
        for edge in edges:
            if edge in self.wires and not graph.has_edge(edge):
                self._drop_wire(edge)
        areas = [self.nodes[id_].box for id_ in nodes if id_ in self.nodes]
        for id_ in nodes:
            if id_ in self.nodes and id_ not in graph.nodes:
                self._drop_node(id_)
        before = self._move_changed(nodes)
        self._reshape(self._affected(nodes, edges))
        for edge in edges:
            if edge not in self.wires and graph.has_edge(edge):
                self._add_wire(edge)
        areas += [self.nodes[id_].box for id_ in nodes if id_ in self.nodes]
        self.reroute(areas)
        self._far.forget()
        if before:
            self.moved.emit(before)

    def _move_changed(self, nodes: dict[NodeId, None]) -> dict[NodeId, Point]:
        """Add what is new and show what has moved in its new place; where it was shown before."""
        graph = self.graph
        before: dict[NodeId, Point] = {}
        for id_ in nodes:
            if id_ not in graph.nodes:
                continue
            if id_ not in self.nodes:
                self._add_node(id_)
                continue
            place = Point(graph.nodes[id_].x, graph.nodes[id_].y)
            if self.nodes[id_].place != place:
                before[id_] = self.nodes[id_].place
                self._put(id_, place)
        for id_ in before:
            for edge in (*graph.incoming(id_), *graph.outgoing(id_)):
                if edge in self.wires:
                    self._run(edge)
        return before

    def _affected(self, nodes: dict[NodeId, None], edges: dict[Edge, None]) -> list[NodeId]:
        """The nodes whose outline or words may be others now: changed ones, ends of wires, calls of a shared layer."""
        graph = self.graph
        found = dict(nodes)
        for edge in edges:
            found[edge.source] = None
            found[edge.target] = None
        owners = {node.shares for node in graph.nodes.values() if node.shares}
        if owners or self._owners:
            found.update(dict.fromkeys(owner for owner in owners ^ self._owners if owner))
            found.update(dict.fromkeys(id_ for id_, node in graph.nodes.items() if node.shares in nodes))
            self._owners = owners
        return [id_ for id_ in found if id_ in self.nodes]

    def _reshape(self, nodes: Iterable[NodeId]) -> None:
        graph = self.graph
        for id_ in nodes:
            item = self.nodes[id_]
            item.forget_face()
            outline = self._body(id_)
            if outline != item.body:
                item.set_body(outline)
                self.node_places.put(id_, item.box)
                for edge in (*graph.incoming(id_), *graph.outgoing(id_)):
                    if edge in self.wires:
                        self._run(edge)

    def _follow_frame(self, id_: str) -> None:
        frame = self.graph.frames.get(id_)
        if frame is None:
            if id_ in self.frames:
                self.scene.removeItem(self.frames.pop(id_))
        elif id_ in self.frames:
            self.frames[id_].show_frame(frame)
        else:
            self._add_frame(frame)

    def _refresh(self, nodes: frozenset[NodeId]) -> None:
        """Shapes or problems of these nodes are others."""
        graph = self.graph
        for id_ in nodes:
            if id_ in self.nodes and id_ in graph.nodes:
                self.nodes[id_].forget_face()
                for edge in (*graph.incoming(id_), *graph.outgoing(id_)):
                    if edge in self.wires:
                        self.wires[edge].forget_caption()
        self._far.forget()

    # Items.

    def _add_node(self, id_: NodeId) -> None:
        node = self.graph.nodes[id_]
        item = NodeItem(id_, self._body(id_), self, self._face, self._node_layer)
        item.put(Point(node.x, node.y))
        item.rank = next(self._ranks)
        self.nodes[id_] = item
        self.node_places.put(id_, item.box)

    def _drop_node(self, id_: NodeId) -> None:
        self.scene.removeItem(self.nodes.pop(id_))
        self.pictures.drop(id_)
        self.node_places.drop(id_)

    def _add_wire(self, edge: Edge) -> None:
        curve = self._curve(edge)
        self.wires[edge] = WireItem(edge, curve, self, self._caption, self._wire_layer)
        self.wire_places.put(edge, curve.bounds)

    def _drop_wire(self, edge: Edge) -> None:
        self.scene.removeItem(self.wires.pop(edge))
        self.wire_places.drop(edge)

    def _add_frame(self, frame: Frame) -> None:
        item = FrameItem(frame, self)
        self.frames[frame.id] = item
        self.scene.addItem(item)

    def _put(self, id_: NodeId, place: Point) -> None:
        item = self.nodes[id_]
        item.put(place)
        self.node_places.put(id_, item.box)

    def _run(self, edge: Edge) -> None:
        curve = self._curve(edge)
        self.wires[edge].set_curve(curve)
        self.wire_places.put(edge, curve.bounds)

    def _curve(self, edge: Edge) -> Curve:
        start = self.nodes[edge.source].end(Side.OUT, edge.source_port)
        end = self.nodes[edge.target].end(Side.IN, edge.target_port, edge.slot)
        wire = curves.curve(start, end)
        if end.x - start.x <= LONG:
            return wire
        near = self.node_places.within(wire.bounds)
        return curves.around(wire, [self.node_places.box(id_) for id_ in near])

    def _is_long(self, edge: Edge) -> bool:
        return self.nodes[edge.target].pos().x() - self.nodes[edge.source].pos().x() - CARD_WIDTH > LONG

    def _body(self, id_: NodeId) -> Body:
        graph = self.graph
        inputs, outputs = self._session.analysis.ports(id_, self.where)
        wired_in = [(edge.target_port, edge.slot) for edge in graph.incoming(id_)]
        return body(inputs, outputs, wired_in, [edge.source_port for edge in graph.outgoing(id_)])

    def _face(self, id_: NodeId) -> Face:
        graph = self.graph
        return face(graph, self._session.analysis, graph.nodes[id_], self._owners, self.where)

    def _caption(self, edge: Edge) -> Caption:
        return caption(self.graph, self._session.analysis, edge, self.where)

    def _resize(self) -> None:
        bounds = self.bounds
        area = rect(bounds) if bounds else QRectF()
        if not self.scene.sceneRect().contains(area):  # a new rectangle has all items sorted anew
            self.scene.setSceneRect(area.adjusted(-SCENE_MARGIN, -SCENE_MARGIN, SCENE_MARGIN, SCENE_MARGIN))
        self._far.forget(area)

    def _far_view(self) -> FarView:
        cards: dict[Family | None, list[QRectF]] = {}
        selected, errors = [], []
        for item in self.nodes.values():
            area = item.area
            cards.setdefault(item.face.family, []).append(area)
            if item.mood.selected:
                selected.append(area)
            if item.face.severity is Severity.ERROR:
                errors.append(area)
        wires = [line for item in self.wires.values() for line in item.lines]
        return FarView([(self.look.family(family), areas) for family, areas in cards.items()], wires, selected, errors)
