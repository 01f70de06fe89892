"""Analysis: what follows from a document, kept right after every edit."""

from __future__ import annotations

from collections.abc import Collection

from studio.analysis import fitting
from studio.analysis.checks import data, model, nodes
from studio.analysis.drawing import Drawing
from studio.analysis.following import followed
from studio.analysis.inference import Inference
from studio.analysis.problem import Problem, Severity, about
from studio.analysis.record import NOTHING, Outputs
from studio.analysis.totals import Totals, tally, total
from studio.catalog.declaration import Kind, Port, Ports, Weight
from studio.core.memory import uncollected
from studio.core.signal import Signal
from studio.core.tensors import TensorSpec
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import Edge, NodeId


class Analysis:
    """Order, shapes, counts, cost and problems of a document's model; the insides of blocks are not looked at yet.

    Analyses at once, and again what an edit touches whenever the document changes. Never raises on a drawing.
    `updated` is emitted once for each edit, after every listener of `Document.changed` was called, with the nodes
    whose specs or problems changed; nodes that went are not among them.
    """

    def __init__(self, document: Document) -> None:
        self.updated: Signal[frozenset[NodeId]] = Signal()
        self._document = document
        self._inference = Inference(document.root, document.data)
        self._drawing = Drawing(document, self._inference)
        self._troubled: set[NodeId] = set()
        self._general: tuple[Problem, ...] = ()
        self._depth: tuple[Problem, ...] = ()
        self._problems: tuple[Problem, ...] | None = None
        self._by_node: dict[NodeId, tuple[Problem, ...]] | None = None
        self._totals: Totals | None = None
        self._changed: frozenset[NodeId] = frozenset()
        self._build()
        document.changed.connect(self._follow)
        document.settled.connect(self._tell)

    def close(self) -> None:
        """Let go of the document."""
        self._document.changed.disconnect(self._follow)
        self._document.settled.disconnect(self._tell)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything there is to mend: errors first, then along the graph."""
        if self._problems is None:
            found = list(self._general)
            for id_ in self._drawing.in_order(self._troubled) if self._troubled else ():
                found += self._inference.records[id_].problems
            self._problems = self._drawing.sorted_problems(found)
        return self._problems

    @property
    def has_errors(self) -> bool:
        """Whether anything keeps the model from training."""
        return bool(self.problems) and self.problems[0].severity is Severity.ERROR

    @property
    def totals(self) -> Totals:
        """The sums over the model."""
        if self._totals is None:
            self._totals = total(self._drawing)
        return self._totals

    def problems_of(self, node: NodeId) -> tuple[Problem, ...]:
        """What is to be mended at a node, or is about it though the mistake is elsewhere."""
        if self._by_node is None:
            by_node: dict[NodeId, list[Problem]] = {}
            for problem in self.problems:
                for id_ in problem.nodes:
                    by_node.setdefault(id_, []).append(problem)
            self._by_node = {id_: tuple(found) for id_, found in by_node.items()}
        return self._by_node.get(node, ())

    def outputs(self, node: NodeId) -> Outputs:
        """What leaves a node, by port name; None is unknown."""
        record = self._inference.records.get(node)
        return NOTHING if record is None else record.outputs

    def edge_spec(self, edge: Edge) -> TensorSpec | None:
        """What travels on a wire; None is unknown."""
        return self.outputs(edge.source).get(edge.source_port)

    def ports(self, node: NodeId) -> tuple[Ports, Ports]:
        """The input ports and the output ports of a node, and those that are wired though its kind has none such."""
        record = self._inference.records.get(node)
        if record is None:
            return (), ()
        graph = self._document.root
        declared = record.kind.inputs if record.kind else ()
        arriving = {edge.target_port for edge in record.wires} - {port.name for port in declared}
        leaving = dict.fromkeys(edge.source_port for edge in graph.outgoing(node))
        lost = [name for name in leaving if all(port.name != name for port in record.ports)]
        many = {edge.target_port for edge in record.wires if edge.slot}
        stray = tuple(Port(name, many=name in many, optional=True) for name in sorted(arriving))
        return (*declared, *stray), (*record.ports, *(Port(name) for name in lost))

    def weights(self, node: NodeId) -> tuple[Weight, ...] | None:
        """The weights that a node makes; none for one that calls the layer of another; None is unknown."""
        record = self._inference.records.get(node)
        if record is None:
            return None
        return () if record.owner is not None else tally(record).weights

    def multiply_adds(self, node: NodeId) -> int | None:
        """The multiply-adds of a node for one example; None is unknown."""
        record = self._inference.records.get(node)
        return None if record is None else tally(record).multiply_adds

    def order(self) -> tuple[NodeId, ...]:
        """Every node after those that feed it, otherwise as drawn; nodes on a cycle, and after one, come last."""
        stuck = self._inference.stuck
        if not stuck:
            return self._inference.order
        return (*self._inference.order, *(node for node in self._document.root.nodes if node in stuck))

    def verdict(
        self, source: NodeId, source_port: str, target: NodeId, target_port: str, slot: int = 0
    ) -> Problem | None:
        """What would be wrong with a wire, or None; the document is left alone. A wire that is there is replaced."""
        return fitting.verdict(self._drawing, Edge(source, source_port, target, target_port, slot))

    def fitting_kinds(self, spec: TensorSpec | None) -> list[Kind]:
        """The kinds whose first input takes such a tensor when they are new, in the order of the palette."""
        return fitting.fitting_kinds(spec)

    def _build(self) -> None:
        with uncollected():
            self._inference.build()
            self._drawing.index_all()
            self._drawing.find_circles()
            self._drawing.note_all_leaving()
            self._depth = tuple(model.depth(self._drawing))
            self._check(nodes.suspects(self._drawing))

    def _follow(self, edit: Edit) -> None:
        inference, drawing = self._inference, self._drawing
        follow = followed(edit, inference.records, self._document.root)
        for id_ in follow.moved:
            inference.records[id_].node = self._document.root.nodes[id_]
        if not follow.anything:
            self._changed = frozenset()
            return
        if inference.data is not drawing.data:
            inference.data = drawing.data
            follow.nodes |= drawing.inputs
        alike = drawing.index(follow.nodes | follow.renamed)
        gone = [id_ for id_ in self._troubled & follow.nodes if id_ not in self._document.root.nodes]
        lost = [problem for id_ in gone for problem in inference.records[id_].problems]
        local = inference.update(follow)
        if follow.structural and (drawing.circles or inference.stuck):
            local.update(drawing.circles)
            drawing.find_circles()
        if follow.structural:
            self._depth = tuple(model.depth(drawing))
        local |= follow.sources | follow.renamed | alike
        drawing.edition += 1
        local.update(drawing.circles, drawing.ends_to_check(follow))
        local |= drawing.watching.concerned((*local, *follow.nodes, *inference.visited))
        local |= nodes.to_look_at(inference.visited, self._troubled, drawing)
        local.intersection_update(inference.records)
        drawing.note_leaving(local)
        self._troubled.difference_update(gone)
        changed = self._check(local) | inference.changed | about(lost)
        self._changed = frozenset(changed.intersection(inference.records))

    def _tell(self, edit: Edit) -> None:
        self.updated.emit(self._changed)

    def _check(self, ids: Collection[NodeId]) -> set[NodeId]:
        """Look for problems at nodes, and at the model; return the nodes that have others than before."""
        drawing, records = self._drawing, self._inference.records
        changed: set[NodeId] = set()
        for id_ in ids:
            record = records[id_]
            found = nodes.problems(record, drawing)
            if found or record.problems:
                if found != record.problems:
                    changed |= about({*found} ^ {*record.problems})
                record.problems = found
            if found:
                self._troubled.add(id_)
            else:
                self._troubled.discard(id_)
        general = (*model.check(drawing), *data.chosen(drawing), *self._depth)
        changed |= about({*general} ^ {*self._general})
        self._general = general
        self._problems = None
        self._by_node = None
        self._totals = None
        return changed
