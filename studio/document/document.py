"""The document: everything the user made, with one mutator and one signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from studio.core.errors import EditRefused
from studio.core.signal import Signal
from studio.core.values import MAX_NAME, check_text
from studio.document.changes import (
    Change,
    DataChange,
    EdgeChange,
    Edit,
    FrameChange,
    GraphChange,
    NodeChange,
    TrainingChange,
    inverse,
)
from studio.document.checks import (
    check_blocks,
    check_data,
    check_edge,
    check_frame,
    check_node,
    check_shares,
    check_training,
    check_unshared,
)
from studio.document.data_choice import DataChoice
from studio.document.graph import ROOT, Edge, Graph, GraphId, GraphPlaces, Places
from studio.document.training_choice import TrainingChoice

MAX_NODES = 20_000
MAX_EDGES = 100_000


class Document:
    """The graphs, the data choice and the training choice of a project.

    Read freely; only `apply` changes anything. `changed` is emitted once for every applied edit, after all of its
    changes were made, with the edit itself; `revision` counts the applied edits.
    """

    def __init__(self) -> None:
        self.changed: Signal[Edit] = Signal()
        self.settled: Signal[Edit] = Signal()
        self.revision = 0
        self._graphs: dict[GraphId, Graph] = {}
        self._places = Places()
        self._removed_graphs: dict[GraphId, Graph] = {}  # empty ones, which know the places of their nodes
        self._places.put(self._graphs, ROOT, Graph(ROOT))
        self._data = DataChoice()
        self._training = TrainingChoice()

    @property
    def graphs(self) -> dict[GraphId, Graph]:
        """The model's graph under `ROOT`, and the insides of blocks."""
        return self._graphs

    @property
    def root(self) -> Graph:
        """The graph that is the model."""
        return self._graphs[ROOT]

    def seen_from(self, graph: GraphId) -> Document:
        """This document as if the inside of a block were the model: to make edits with, never to apply them to."""
        seen = Document()
        seen._graphs = {**self._graphs, ROOT: self._graphs[graph]}
        seen._data, seen._training = self._data, self._training
        return seen

    def seen_with(self, data: DataChoice) -> Document:
        """This document as if other data were chosen: to look at and to write, never to apply edits to."""
        seen = Document()
        seen._graphs, seen._data, seen._training = dict(self._graphs), data, self._training
        return seen

    @property
    def data(self) -> DataChoice:
        """The data that was chosen."""
        return self._data

    @property
    def training(self) -> TrainingChoice:
        """How the model is to be trained."""
        return self._training

    @property
    def places(self) -> tuple[GraphPlaces, ...]:
        """In which order everything that ever was there came; what comes back by undo goes by it."""
        graphs = {**self._removed_graphs, **self._graphs}
        return tuple(graphs[id_].places for id_ in self._places)

    def remember(self, places: Iterable[GraphPlaces]) -> None:
        """Take over the places of another document, of which this one is a copy: so both do the same with an edit."""
        places = tuple(places)
        self._places.remember(each.graph for each in places)
        for each in places:
            graph = self._graphs.get(each.graph) or self._removed_graphs.setdefault(each.graph, Graph(each.graph))
            graph.remember(each)

    def apply(self, edit: Edit) -> None:
        """Make every change of `edit`, or none: raises EditRefused, and is as before, if one would corrupt it."""
        done: list[Change] = []
        try:
            for change in edit.changes:
                self._make(change)
                done.append(change)
            self._check_links(edit.changes)
        except Exception:  # a bug, too, must not leave half an edit behind
            for change in reversed(done):
                self._make(inverse(change))
            raise
        finally:
            self._places.settle(self._graphs)
            for graph in self._graphs.values():
                graph.settle()
        self.revision += 1
        self.changed.emit(edit)
        self.settled.emit(edit)

    def _make(self, change: Change) -> None:
        """Make one change, or raise and change nothing."""
        match change:
            case NodeChange():
                self._change_node(change)
            case EdgeChange():
                self._change_edge(change)
            case FrameChange():
                self._change_frame(change)
            case GraphChange():
                self._change_graph(change)
            case DataChange(before, after):
                if self._data != before:
                    raise _stale("the data choice")
                check_data(after)
                self._data = after
            case TrainingChange(before, after):
                if self._training != before:
                    raise _stale("the training choice")
                check_training(after)
                self._training = after
            case _:
                assert_never(change)

    def _change_node(self, change: NodeChange) -> None:
        graph = self._graph(change.graph)
        before, after = change.before, change.after
        if graph.nodes.get(change.id) != before or (after and before and after.id != before.id):
            raise _stale("a node")
        if after is not None:
            check_node(after)
            if before is None and sum(len(each.nodes) for each in self._graphs.values()) >= MAX_NODES:
                raise EditRefused(
                    "graph.nodes",
                    f"A project holds at most {MAX_NODES:,} nodes.",
                    "Remove some first.",
                )
            graph.put_node(after)
        elif before is not None:
            if graph.incoming(before.id) or graph.outgoing(before.id):
                raise EditRefused("node.wired", f"{before.name} is still wired.", "Remove its wires first.")
            graph.drop_node(before.id)

    def _change_edge(self, change: EdgeChange) -> None:
        graph = self._graph(change.graph)
        match change.before, change.after:
            case Edge() as gone, None:
                if not graph.has_edge(gone):
                    raise _stale("a wire")
                graph.drop_edge(gone)
            case None, Edge() as edge:
                self._check_new_edge(edge, graph)
                graph.put_edge(edge)
            case _:
                raise ValueError("an edge comes or goes; to replace one, take the old one away first")

    def _check_new_edge(self, edge: Edge, graph: Graph) -> None:
        check_edge(edge)
        if edge.source not in graph.nodes or edge.target not in graph.nodes:
            raise EditRefused("edge.ends", "A wire needs a node at both ends.", "Add the node first.")
        if graph.edge_at(*edge.end) is not None:
            name = graph.nodes[edge.target].name
            raise EditRefused(
                "edge.taken",
                f"{name} already has a wire at {edge.target_port}.",
                "Remove that wire first.",
            )
        if sum(each.edge_count for each in self._graphs.values()) >= MAX_EDGES:
            raise EditRefused("graph.edges", f"A project holds at most {MAX_EDGES:,} wires.", "Remove some first.")

    def _change_frame(self, change: FrameChange) -> None:
        graph = self._graph(change.graph)
        before, after = change.before, change.after
        if graph.frames.get(change.id) != before or (after and before and after.id != before.id):
            raise _stale("a frame")
        if after is None:
            graph.drop_frame(change.id)
        else:
            check_frame(after)
            graph.put_frame(after)

    def _change_graph(self, change: GraphChange) -> None:
        graph = self._graphs.get(change.graph)
        if (graph.name if graph else None) != change.before:
            raise _stale("a block")
        if change.after is None:
            if change.graph == ROOT or graph is None or graph.nodes or graph.frames:
                raise EditRefused("graph.full", "A block is removed only when it is empty.", "Remove its nodes first.")
            self._removed_graphs[change.graph] = self._graphs.pop(change.graph)
            return
        check_text(change.graph, MAX_NAME)
        check_text(change.after, MAX_NAME)
        if graph is None:
            graph = self._removed_graphs.pop(change.graph, None) or Graph(change.graph)
            self._places.put(self._graphs, graph.id, graph)
        graph.name = change.after

    def _check_links(self, changes: tuple[Change, ...]) -> None:
        """Raise EditRefused if a node names another node's layer, or a block, that is not there after the edit."""
        without_layer: dict[GraphId, list[str]] = {}
        blocks_changed = False
        for change in changes:
            match change:
                case NodeChange(id_, before, _):
                    graph = self._graphs.get(id_)
                    node = graph.nodes.get(change.id) if graph else None
                    if graph is not None and node is not None:
                        check_shares(node, graph)
                    if before is not None and before.shares is None and (node is None or node.shares is not None):
                        without_layer.setdefault(id_, []).append(change.id)
                    if node is not None and node.graph is not None:
                        blocks_changed = blocks_changed or before is None or before.graph != node.graph
                case GraphChange(after=None):
                    blocks_changed = True
                case _:
                    pass
        for id_, nodes in without_layer.items():
            if id_ in self._graphs:
                check_unshared(nodes, self._graphs[id_])
        if blocks_changed:
            check_blocks(self._graphs)

    def _graph(self, graph: GraphId) -> Graph:
        try:
            return self._graphs[graph]
        except KeyError:
            raise EditRefused("graph.missing", f"There is no block “{graph}”.", "Reopen the project.") from None


def _stale(what: str) -> EditRefused:
    return EditRefused(
        "edit.stale",
        f"The edit expects {what} that has changed since it was made.",
        "Do it again on the current state.",
    )
