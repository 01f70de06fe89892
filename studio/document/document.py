"""The document: everything the user made, with one mutator and one signal."""

from __future__ import annotations

from typing import assert_never

from studio.core.errors import EditRefused
from studio.core.signal import Signal
from studio.core.values import MAX_NAME, MAX_TEXT, check_text, check_value
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
from studio.document.data_choice import DataChoice
from studio.document.graph import ROOT, Graph, GraphId, Node
from studio.document.training_choice import TrainingChoice

MAX_NODES = 20_000
MAX_EDGES = 100_000


class Document:
    """The graphs, the data choice and the training choice of a project.

    Read freely; only `apply` changes anything. `changed` is emitted once for every applied edit, after all of its
    changes were made, with the edit itself.
    """

    def __init__(self) -> None:
        self.changed: Signal[Edit] = Signal()
        self._graphs: dict[GraphId, Graph] = {ROOT: Graph(ROOT)}
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

    @property
    def data(self) -> DataChoice:
        """The data that was chosen."""
        return self._data

    @property
    def training(self) -> TrainingChoice:
        """How the model is to be trained."""
        return self._training

    def apply(self, edit: Edit) -> None:
        """Make every change of `edit`, or none: raises EditRefused, and is as before, if one would corrupt it."""
        done: list[Change] = []
        try:
            for change in edit.changes:
                self._make(change)
                done.append(change)
        except EditRefused:
            for change in reversed(done):
                self._make(inverse(change))
            raise
        self.changed.emit(edit)

    def _make(self, change: Change) -> None:
        match change:
            case NodeChange():
                self._change_node(change)
            case EdgeChange():
                self._change_edge(change)
            case FrameChange(graph, before, after):
                frames = self._graph(graph).frames
                thing = after or before
                if thing is None or frames.get(thing.id) != before:
                    raise _stale("a frame")
                if after is None:
                    del frames[thing.id]
                else:
                    check_text(after.title, MAX_NAME)
                    check_text(after.text, MAX_TEXT)
                    for number in (after.x, after.y, after.width, after.height):
                        check_value(number)
                    frames[thing.id] = after
            case GraphChange():
                self._change_graph(change)
            case DataChange(before, after):
                if self._data != before:
                    raise _stale("the data choice")
                self._data = after
            case TrainingChange(before, after):
                if self._training != before:
                    raise _stale("the training choice")
                self._training = after
            case _:
                assert_never(change)

    def _change_node(self, change: NodeChange) -> None:
        graph = self._graph(change.graph)
        before, after = change.before, change.after
        if graph.nodes.get(change.id) != before or (after and before and after.id != before.id):
            raise _stale("a node")
        if after is not None:
            self._check_node(after)
            if before is None and len(graph.nodes) >= MAX_NODES:
                raise EditRefused(
                    "graph.nodes",
                    f"A graph holds at most {MAX_NODES:,} nodes.",
                    "Split the model into blocks.",
                )
            graph.put_node(after)
        elif before is not None:
            if graph.incoming(before.id) or graph.outgoing(before.id):
                raise EditRefused("node.wired", f"{before.name} is still wired.", "Remove its wires first.")
            graph.drop_node(before.id)

    def _check_node(self, node: Node) -> None:
        check_text(node.id, MAX_NAME)
        check_text(node.name, MAX_NAME)
        check_text(node.kind, MAX_NAME)
        for params in (node.params, node.call):
            for name, value in params.items():
                check_text(name, MAX_NAME)
                check_value(value)
        check_value(node.x)
        check_value(node.y)

    def _change_edge(self, change: EdgeChange) -> None:
        graph = self._graph(change.graph)
        if change.before is not None:
            if not graph.has_edge(change.before):
                raise _stale("a wire")
            graph.drop_edge(change.before)
        if change.after is not None:
            edge = change.after
            if edge.source not in graph.nodes or edge.target not in graph.nodes:
                raise EditRefused("edge.ends", "A wire needs a node at both ends.", "Add the node first.")
            if graph.edge_at(*edge.end) is not None:
                name = graph.nodes[edge.target].name
                raise EditRefused(
                    "edge.taken",
                    f"{name} already has a wire at {edge.target_port}.",
                    "Remove that wire first.",
                )
            if graph.edge_count >= MAX_EDGES:
                raise EditRefused("graph.edges", f"A graph holds at most {MAX_EDGES:,} wires.", "Split the model.")
            graph.put_edge(edge)

    def _change_graph(self, change: GraphChange) -> None:
        graph = self._graphs.get(change.graph)
        if (graph.name if graph else None) != change.before:
            raise _stale("a block")
        if change.after is None:
            if change.graph == ROOT or graph is None or graph.nodes or graph.frames:
                raise EditRefused("graph.full", "A block is removed only when it is empty.", "Remove its nodes first.")
            del self._graphs[change.graph]
        else:
            check_text(change.after, MAX_NAME)
            if graph is None:
                self._graphs[change.graph] = Graph(change.graph, change.after)
            else:
                graph.name = change.after

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
