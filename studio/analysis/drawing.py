"""What every check may look at: the graph, the data, the records, the names and the cycles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from studio.analysis import structure
from studio.analysis.binding import INPUT_KIND, OUTPUT_KIND
from studio.analysis.following import Follow
from studio.analysis.inference import Inference
from studio.analysis.problem import Fix, Problem, severity_rank
from studio.analysis.record import NodeRecord
from studio.analysis.watching import Watching
from studio.catalog.declaration import Port, ShapeError
from studio.core.tensors import TensorSpec
from studio.document.data_choice import DataChoice
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Graph, Node, NodeId


class Drawing:
    """A read-only view for checks and fixes, with indices that `Analysis` keeps up to date.

    `inputs` and `outputs` are the nodes of those kinds, `unused` the nodes whose outputs go nowhere, `stray` these and
    the nodes with wires that leave by a port that does not exist, `names` how many nodes have each name, `circles` the
    cycle that a node stands on, `watching` who looked at whom. `edition` counts the edits that mattered. `biased`
    has, for each BatchNormalization that takes a bias away again, the layer that adds it.
    """

    def __init__(self, document: Document, inference: Inference) -> None:
        self.document = document
        self.inference = inference
        self.inputs: set[NodeId] = set()
        self.outputs: set[NodeId] = set()
        self.unused: set[NodeId] = set()
        self.stray: set[NodeId] = set()
        self.names: Counter[str] = Counter()
        self.circles: dict[NodeId, frozenset[NodeId]] = {}
        self.watching = Watching()
        self.edition = 0
        self.biased: dict[NodeId, NodeId] = {}
        self._loose_ends: list[NodeId] | None = None
        self._spans: Mapping[str, tuple[float, float]] = {}
        self._chosen = self._measured = document.data

    @property
    def graph(self) -> Graph:
        """The graph that is analysed."""
        return self.inference.graph

    @property
    def is_model(self) -> bool:
        """Whether this is the model, whose Inputs and Outputs are bound to data, and not the inside of a block."""
        return self.graph.id == ROOT

    @property
    def data(self) -> DataChoice:
        """The data that was chosen; features have the spans that were measured, where they were."""
        if self._chosen is not self.document.data:
            self.measure(self._spans)
        return self._measured

    def measure(self, spans: Mapping[str, tuple[float, float]]) -> None:
        """From now on take features, by name, to have these smallest and largest raw numbers."""
        chosen = self._chosen = self.document.data
        self._spans = spans
        found = tuple(replace(each, span=spans.get(each.name, each.span)) for each in chosen.features)
        self._measured = chosen if found == chosen.features else replace(chosen, features=found)

    def record(self, node: NodeId) -> NodeRecord:
        """The record of a node."""
        return self.inference.records[node]

    def spec(self, edge: Edge) -> TensorSpec | None:
        """What travels on a wire, if it is known."""
        return self.record(edge.source).outputs.get(edge.source_port)

    def accepts(self, record: NodeRecord, port: Port, spec: TensorSpec) -> bool:
        """Whether a node's rule takes `spec` at a port (once more, at a list port), as far as can be told now."""
        if record.settings is None:
            return False
        try:
            self.inference.supposed(record, port, spec)
        except ShapeError:
            return False
        return True

    def later(self, record: NodeRecord | None, make: Callable[[], Iterable[Fix]]) -> Callable[[], tuple[Fix, ...]]:
        """The fixes of a problem, found when they are asked for, and once for every state of the drawing.

        There are none any more when the node that found the problem is gone.
        """
        found: tuple[Fix, ...] = ()
        asked = -1

        def fixes() -> tuple[Fix, ...]:
            nonlocal found, asked
            if asked != self.edition:
                asked = self.edition
                there = record is None or self.inference.records.get(record.id) is record
                found = tuple(make()) if there else ()
            return found

        return fixes

    def in_order(self, nodes: Iterable[NodeId]) -> list[NodeId]:
        """Nodes along the graph; those on cycles last."""
        rank, last = self.inference.rank, len(self.inference.rank)
        return sorted(nodes, key=lambda node: (rank.get(node, last), node))

    def sorted_problems(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Errors first, hints last, and each of these along the graph."""
        if len(problems) < 2:
            return tuple(problems)
        rank, last = self.inference.rank, len(self.inference.rank)

        def place(problem: Problem) -> tuple[int, int, str]:
            node = problem.node
            return severity_rank(problem), -1 if node is None else rank.get(node, last), node or ""

        return tuple(sorted(problems, key=place))

    def loose_ends(self) -> list[NodeId]:
        """The nodes whose outputs go nowhere, those furthest along the graph first."""
        if self._loose_ends is None:
            self._loose_ends = self.in_order(self.unused)[::-1]
        return self._loose_ends

    def find_circles(self) -> None:
        """Name the cycles anew."""
        stuck = self.inference.stuck
        found = structure.cycles(self.graph, stuck) if stuck else []
        self.circles = {node: circle for circle in found for node in circle}

    def index_all(self) -> None:
        """Index every node, for the first time."""
        nodes = self.graph.nodes
        self.names = Counter([node.name for node in nodes.values()])
        self.inputs = {id_ for id_, node in nodes.items() if node.kind == INPUT_KIND}
        self.outputs = {id_ for id_, node in nodes.items() if node.kind == OUTPUT_KIND}

    def index(self, changed: Iterable[NodeId]) -> set[NodeId]:
        """Follow nodes that came, went or changed, before their records do; return who has one of their names."""
        repeated: set[str] = set()
        for id_ in changed:
            record, after = self.inference.records.get(id_), self.graph.nodes.get(id_)
            if record is not None:
                repeated.update(self._leave(record.node))
            if after is not None:
                repeated.update(self._enter(after))
        return {id_ for id_, node in self.graph.nodes.items() if node.name in repeated} if repeated else set()

    def ends_to_check(self, follow: Follow) -> Iterable[NodeId]:
        """The Inputs and Outputs about which an edit elsewhere may have changed what is to be said."""
        if follow.general:
            return self.inputs | self.outputs
        return self.outputs if follow.structural or not self.outputs.isdisjoint(follow.nodes) else ()

    def note_leaving(self, nodes: Iterable[NodeId]) -> None:
        """Look again at the wires that leave nodes; to be called once for every edit."""
        self._loose_ends = None
        for id_ in nodes:
            record = self.record(id_)
            leaving = self.graph.outgoing(id_)
            self._note(record, used=bool(leaving), astray=_astray(record, leaving))

    def note_all_leaving(self) -> None:
        """Look at the wires that leave all nodes, for the first time."""
        used: set[NodeId] = set()
        astray: set[NodeId] = set()
        records = self.inference.records
        for record in records.values():
            for wire in record.wires:
                source = wire.source
                used.add(source)
                if wire.source_port not in records[source].outputs:
                    astray.add(source)
        for id_ in {*(records.keys() - used), *astray}:
            self._note(records[id_], used=id_ in used, astray=id_ in astray)

    def _note(self, record: NodeRecord, *, used: bool, astray: bool) -> None:
        id_ = record.id
        if record.ports and not used:
            self.unused.add(id_)
        else:
            self.unused.discard(id_)
        if (astray and record.kind is not None) or id_ in self.unused:
            self.stray.add(id_)
        else:
            self.stray.discard(id_)

    def _enter(self, node: Node) -> tuple[str, ...]:
        """Index a node; return its name if others have it."""
        self.names[node.name] += 1
        if node.kind == INPUT_KIND:
            self.inputs.add(node.id)
        elif node.kind == OUTPUT_KIND:
            self.outputs.add(node.id)
        return (node.name,) if self.names[node.name] > 1 else ()

    def _leave(self, node: Node) -> tuple[str, ...]:
        """Forget a node; return its name if others have it still."""
        left = self.names[node.name] - 1
        if left:
            self.names[node.name] = left
        else:
            del self.names[node.name]
        self.inputs.discard(node.id)
        self.outputs.discard(node.id)
        self.unused.discard(node.id)
        self.stray.discard(node.id)
        self.biased.pop(node.id, None)
        return (node.name,) if left else ()


def _astray(record: NodeRecord, leaving: list[Edge]) -> bool:
    return any(wire.source_port not in record.outputs for wire in leaving)
