"""Analysis: what follows from a document, kept right after every edit."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping

from studio.analysis import fitting
from studio.analysis.blocks import Blocks, Inside, problems_inside
from studio.analysis.checks import amounts, custom, data, model, nodes, stacking, training
from studio.analysis.drawing import Drawing
from studio.analysis.following import Follow, followed
from studio.analysis.inference import Inference
from studio.analysis.problem import Problem, Severity, about, by_node, severity_rank
from studio.analysis.record import NOTHING, NodeRecord, Outputs
from studio.analysis.totals import UNKNOWN, Cost, Totals, cost, tally, total
from studio.catalog.custom import NAME, Ask
from studio.catalog.declaration import Kind, Port, Ports, Weight
from studio.core.memory import uncollected
from studio.core.signal import Signal
from studio.core.tensors import TensorSpec
from studio.document.blocks import MODEL, Way, Where
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, GraphId, NodeId


class Analysis:
    """Order, shapes, counts, cost and problems of a document's model, and of the insides of its blocks.

    Questions about a node are asked `where` it stands: in the model, or in a block as one call sees it (the first
    call where no path leads there, what is known of itself where nothing calls it).

    Analyses at once, and again what an edit touches whenever the document changes. Never raises on a drawing.
    `updated` is emitted once for each edit, after every listener of `Document.changed` was called, with the nodes
    whose specs or problems changed; nodes that went are not among them.
    """

    def __init__(self, document: Document) -> None:
        self.updated: Signal[frozenset[NodeId]] = Signal()
        self._document = document
        self._blocks = Blocks(document)
        self._inference = Inference(document.root, document.data, self._blocks)
        self._drawing = Drawing(document, self._inference)
        self._troubled: set[NodeId] = set()
        self._general: tuple[Problem, ...] = ()
        self._depth: tuple[Problem, ...] = ()
        self._problems: tuple[Problem, ...] | None = None
        self._by_node: dict[NodeId, tuple[Problem, ...]] | None = None
        self._found: dict[NodeId, tuple[Problem, ...]] = {}
        self._totals: Totals | None = None
        self._changed: frozenset[NodeId] = frozenset()
        self._build()
        document.changed.connect(self._follow)
        document.settled.connect(self._tell)

    def ask(self, ask: Ask) -> None:
        """From now on look up in `ask` what custom layers make of their inputs, and look at all of them again.

        To be called again whenever there are other answers. Until the first time nobody answers.
        """
        stale = self._blocks.ask(ask)
        drawn = self._document.root.nodes.values()
        self._look_again(Follow(nodes={node.id for node in drawn if node.kind == NAME}), stale)
        self.updated.emit(self._changed)

    def measure(self, spans: Mapping[str, tuple[float, float]]) -> None:
        """From now on take features, by name, to have these smallest and largest raw numbers, which were measured."""
        self._drawing.measure(spans)
        self._look_again(Follow(general=True), set())
        self.updated.emit(self._changed)

    def find(self, problems: tuple[Problem, ...]) -> None:
        """From now on a look at the data has found this: it stands at the nodes that it is about.

        It is none of `problems`, which follow from the document alone.
        """
        found = by_node(problem for problem in problems if problem.graph == ROOT)
        if found != self._found:
            changed = {id_ for id_ in (*found, *self._found) if found.get(id_) != self._found.get(id_)}
            self._found = found
            self.updated.emit(frozenset(changed))

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
            inside = problems_inside(self._inference) if self._inference.opened else ()
            self._problems = tuple(sorted((*self._drawing.sorted_problems(found), *inside), key=severity_rank))
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

    def problems_of(self, node: NodeId, where: Where = MODEL) -> tuple[Problem, ...]:
        """What is to be mended at a node or inside it, or is about it though the mistake is elsewhere."""
        if where.graph != ROOT:
            inside = self._inside(where)
            found = inside.by_node.get(node, ()) if inside is not None else ()
        else:
            if self._by_node is None:
                self._by_node = by_node(problem for problem in self.problems if problem.graph == ROOT)
            found = (*self._by_node.get(node, ()), *self._found.get(node, ()))
        record = self._record(node, where)
        return found if record is None or record.inside is None else (*found, *record.inside.problems)

    def kind(self, node: NodeId, where: Where = MODEL) -> Kind | None:
        """What a node is, also where it is a block; None for a kind that the catalogue does not know."""
        record = self._record(node, where)
        return record.kind if record is not None else None

    def outputs(self, node: NodeId, where: Where = MODEL) -> Outputs:
        """What leaves a node, by port name; None is unknown."""
        record = self._record(node, where)
        return NOTHING if record is None else record.outputs

    def edge_spec(self, edge: Edge, where: Where = MODEL) -> TensorSpec | None:
        """What travels on a wire; None is unknown."""
        return self.outputs(edge.source, where).get(edge.source_port)

    def ports(self, node: NodeId, where: Where = MODEL) -> tuple[Ports, Ports]:
        """The input ports and the output ports of a node, and those that are wired though its kind has none such."""
        record = self._record(node, where)
        if record is None:
            return (), ()
        graph = self._document.graphs[where.graph]
        declared = record.kind.inputs if record.kind else ()
        arriving = {edge.target_port for edge in record.wires} - {port.name for port in declared}
        leaving = dict.fromkeys(edge.source_port for edge in graph.outgoing(node))
        lost = [name for name in leaving if all(port.name != name for port in record.ports)]
        many = {edge.target_port for edge in record.wires if edge.slot}
        stray = tuple(Port(name, many=name in many, optional=True) for name in sorted(arriving))
        return (*declared, *stray), (*record.ports, *(Port(name) for name in lost))

    def weights(self, node: NodeId, where: Where = MODEL) -> tuple[Weight, ...] | None:
        """The weights that a node makes; none for one that calls the layer of another; None is unknown."""
        record = self._record(node, where)
        if record is None:
            return None
        weights = () if record.owner is not None else tally(record).weights
        if weights and self._is_frozen(where):
            return tuple(weight._replace(trainable=False) for weight in weights)
        return weights

    def multiply_adds(self, node: NodeId, where: Where = MODEL) -> int | None:
        """The multiply-adds of a node for one example; None is unknown."""
        record = self._record(node, where)
        return None if record is None else tally(record).multiply_adds

    def cost(self, node: NodeId, where: Where = MODEL) -> Cost:
        """What a node weighs and costs."""
        record = self._record(node, where)
        return UNKNOWN if record is None else cost(record)

    def order(self) -> tuple[NodeId, ...]:
        """Every node after those that feed it, otherwise as drawn; nodes on a cycle, and after one, come last."""
        stuck = self._inference.stuck
        if not stuck:
            return self._inference.order
        return (*self._inference.order, *(node for node in self._document.root.nodes if node in stuck))

    def verdict(
        self,
        source: NodeId,
        source_port: str,
        target: NodeId,
        target_port: str,
        slot: int = 0,
        where: Where = MODEL,
    ) -> Problem | None:
        """What would be wrong with a wire, or None; the document is left alone. A wire that is there is replaced."""
        inside = self._inside(where)
        edge = Edge(source, source_port, target, target_port, slot)
        return fitting.verdict(self._drawing if inside is None else inside.drawing, edge)

    def first_call(self, block: GraphId) -> Where:
        """The inside of a block as its first call sees it; without a path if nothing in the model calls it."""
        return next((where for where, _ in self._calls(block)), Where(block))

    def block(self, block: GraphId) -> Kind:
        """The kind of the nodes that call a block."""
        return self._blocks.kind(block)

    def fits(self, kind: Kind, spec: TensorSpec | None) -> bool:
        """Whether a new node of a kind, or of a block, takes such a tensor at its first input."""
        return fitting.fits(kind, spec)

    def _record(self, node: NodeId, where: Where) -> NodeRecord | None:
        if where.graph == ROOT:
            return self._inference.records.get(node)
        inside = self._inside(where)
        return inside.inference.records.get(node) if inside is not None else None

    def _inside(self, where: Where) -> Inside | None:
        """What is inside a block; None for the model, and for a block that is not there or too large."""
        if where.graph not in self._document.graphs or where.graph == ROOT:
            return None
        records, inside = self._inference.records, None
        for id_ in where.path:
            record = records.get(id_)
            inside = record.inside if record is not None else None
            if inside is None:
                break
            records = inside.inference.records
        if inside is not None and inside.graph == where.graph:
            return inside
        first = next((found for _, found in self._calls(where.graph)), None)
        return first or self._blocks.inside(where.graph, self._blocks.entering(where.graph, {}))

    def _is_frozen(self, where: Where) -> bool:
        """Whether a block on the way in, or one whose instance it calls again, is not trainable."""
        records = self._inference.records
        for id_ in where.path:
            record = records.get(id_)
            if record is None or record.inside is None:
                break
            if record.settings is not None and not record.settings.on("trainable"):
                return True
            records = record.inside.inference.records
        return False

    def _calls(self, block: GraphId) -> Iterator[tuple[Where, Inside]]:
        """Every call of a block that the model comes to, in order, those nearest to the model first."""
        waiting: deque[tuple[Inference, Way]] = deque([(self._inference, ())])
        seen: set[GraphId] = set()
        while waiting:
            inference, path = waiting.popleft()
            for id_ in inference.order:
                inside = inference.records[id_].inside if id_ in inference.opened else None
                if inside is None:
                    continue
                here = (*path, id_)
                if inside.graph == block:
                    yield Where(block, here), inside
                elif inside.graph not in seen:
                    seen.add(inside.graph)
                    waiting.append((inside.inference, here))

    def _build(self) -> None:
        with uncollected():
            self._inference.build()
            self._drawing.index_all()
            self._drawing.find_circles()
            self._drawing.note_all_leaving()
            self._depth = tuple(model.depth(self._drawing))
            self._check(nodes.suspects(self._drawing))

    def _follow(self, edit: Edit) -> None:
        self._look_again(followed(edit, self._inference.records, self._document.root), self._blocks.forget(edit))

    def _look_again(self, follow: Follow, stale: set[GraphId]) -> None:
        """Follow what is otherwise in the model, and in the blocks in `stale`."""
        inference, drawing = self._inference, self._drawing
        if stale:
            follow.nodes |= {id_ for id_ in inference.opened if inference.records[id_].block in stale}
        for id_ in follow.moved:
            inference.records[id_].node = self._document.root.nodes[id_]
        inside = {id_ for graph in stale & self._document.graphs.keys() for id_ in self._document.graphs[graph].nodes}
        if not follow.anything:
            self._changed = frozenset(inside)
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
        local |= nodes.neighbors(follow.nodes | follow.sources, drawing)
        local |= drawing.watching.concerned((*local, *follow.nodes, *inference.visited))
        local |= nodes.to_look_at(inference.visited, self._troubled, drawing)
        local.intersection_update(inference.records)
        drawing.note_leaving(local)
        self._troubled.difference_update(gone)
        changed = self._check(local) | inference.changed | about(lost)
        for id_ in inference.reopened:
            opened = inference.records[id_].inside
            inside |= opened.nodes if opened is not None else set()
        self._changed = frozenset(changed.intersection(inference.records) | inside | inference.reopened)

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
        general = (
            *model.check(drawing),
            *data.chosen(drawing),
            *data.kept(drawing),
            *self._depth,
            *amounts.untrained(drawing),
            *training.check(drawing),
            *stacking.wasted_biases(drawing),
            *custom.twice(self._document),
        )
        changed |= about({*general} ^ {*self._general})
        self._general = general
        self._problems = None
        self._by_node = None
        self._totals = None
        return changed
