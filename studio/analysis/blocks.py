"""Looking inside blocks: a block as a kind whose rule is what is drawn in it, and the inside as one call sees it.

Source: keras.Model (keras.src.models.functional). A block is made at its first call, for the shapes of its Inputs, or
for what arrives where an Input has none; every call must fit these, and goes through the layers with its own shapes.
Masks go in and come out: Keras's symbolic answer loses them, a real call does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from studio.analysis import binding
from studio.analysis.binding import bound_to
from studio.analysis.checks import nodes
from studio.analysis.checks.blocks import unfinished
from studio.analysis.drawing import Drawing
from studio.analysis.inference import Inference
from studio.analysis.problem import Problem, by_node, relocated
from studio.catalog import custom
from studio.catalog.blocks import block_kind
from studio.catalog.declaration import Kind, ShapeError, WantsRank
from studio.catalog.registry import KINDS
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.document.blocks import INPUT_KIND, called, entries, exits, holding, innermost_first
from studio.document.changes import Change, EdgeChange, Edit, GraphChange, NodeChange
from studio.document.data_choice import DataChoice
from studio.document.document import MAX_NODES, Document
from studio.document.graph import ROOT, Graph, GraphId, Node, NodeId

Entering = tuple[TensorSpec | None, ...]

MOST_LEVELS = 50
"""How deep blocks may stand in each other. Measured on Keras 3.15.1: 80 levels are built, trained and summarized."""
MOST_REMEMBERED = 500


class Entry(NamedTuple):
    """An Input of a block: `declared` is what it takes by its own shape, None if it takes what arrives."""

    node: Node
    declared: TensorSpec | None
    dtype: str | None
    batch_size: int | None


class Extent(NamedTuple):
    """How many nodes a block has with all the blocks in it, and how many levels of blocks."""

    nodes: int
    levels: int


class Inside:
    """A block's drawing as one call sees it: its records, and what is wrong in it."""

    def __init__(self, document: Document, graph: GraphId, blocks: Blocks, entering: Entering) -> None:
        drawn = document.graphs[graph]
        made_for = dict(zip([node.id for node in entries(drawn)], entering, strict=True))
        self.graph = graph
        self.inference = Inference(drawn, DataChoice(), blocks, made_for, blocks.memory)
        self.inference.build()
        self._document = document

    @cached_property
    def drawing(self) -> Drawing:
        """What checks and questions look at."""
        drawing = Drawing(self._document, self.inference)
        drawing.index_all()
        drawing.find_circles()
        drawing.note_all_leaving()
        return drawing

    @property
    def outputs(self) -> tuple[TensorSpec | None, ...]:
        """What arrives at each of its Outputs."""
        found: list[TensorSpec | None] = []
        for node in exits(self.inference.graph):
            arguments = self.inference.records[node.id].arguments
            arrived = arguments[0] if arguments else None
            found.append(arrived if isinstance(arrived, TensorSpec) else None)
        return tuple(found)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything there is to mend in here and in the blocks in here, once, with the path to it from here."""
        drawing, records = self.drawing, self.inference.records
        found = list(unfinished(drawing))
        for id_ in nodes.suspects(drawing):
            records[id_].problems = nodes.problems(records[id_], drawing)
            found += records[id_].problems
        here = [relocated(problem, self.graph) for problem in drawing.sorted_problems(found)]
        return (*here, *problems_inside(self.inference))

    @cached_property
    def by_node(self) -> dict[NodeId, tuple[Problem, ...]]:
        """The problems about each node in here."""
        return by_node(problem for problem in self.problems if not problem.path)

    @property
    def nodes(self) -> set[NodeId]:
        """Every node in here and in the blocks in here."""
        found = set(self.inference.records)
        for record in self.inference.records.values():
            if record.inside is not None:
                found |= record.inside.nodes
        return found

    def refusal(self) -> str | None:
        """The first of what the rules of the nodes in here have against what arrives at them, with the node's name."""
        inference = self.inference
        for id_ in (*inference.order, *inference.stuck):
            record = inference.records[id_]
            if record.failure is not None:
                return f"at “{record.node.name}”, {record.failure}"
            if record.inside is not None and (deeper := record.inside.refusal()) is not None:
                return f"in “{record.node.name}”, {deeper}"
        return None


class Blocks:
    """The blocks of a document as kinds, and what is in them, kept while nothing inside changes."""

    def __init__(self, document: Document) -> None:
        self.memory: binding.Memory = {}
        self.custom = KINDS[custom.NAME]
        self._document = document
        self._kinds: dict[GraphId, Kind] = {}
        self._entries: dict[GraphId, tuple[Entry, ...]] = {}
        self._insides: dict[tuple[GraphId, Entering], Inside] = {}
        self._extents: dict[GraphId, Extent] = {}

    def kind(self, graph: GraphId) -> Kind:
        """The kind of the nodes that call a block."""
        if graph not in self._kinds:
            drawn = self._document.graphs[graph]
            self._kinds[graph] = block_kind(
                drawn.name,
                [(node.id, node.name) for node in entries(drawn)],
                [(node.id, node.name) for node in exits(drawn)],
                lambda settings, *arriving: self._infer(graph, arriving),
            )
        return self._kinds[graph]

    def entering(self, graph: GraphId, arriving: Mapping[str, TensorSpec | None]) -> Entering:
        """What its Inputs are made for by the first call, at whose ports this arrives."""
        return tuple(_made_for(entry, arriving.get(entry.node.id)) for entry in self._entries_of(graph))

    def inside(self, graph: GraphId, entering: Entering) -> Inside | None:
        """What is in there; None for a block that is too large."""
        extent = self._extent(graph)
        if extent.nodes > MAX_NODES or extent.levels > MOST_LEVELS:
            return None
        key = (graph, entering)
        if key not in self._insides:
            if len(self._insides) >= MOST_REMEMBERED:
                self._insides.clear()
            self._insides[key] = Inside(self._document, graph, self, entering)
        return self._insides[key]

    def outputs(self, graph: GraphId, entering: Entering, arriving: Sequence[TensorSpec | None]) -> Entering:
        """What a call gives. Raises ShapeError if it cannot be called with that."""
        made = self._opened(graph, entering)
        through = []
        for entry, takes, comes in zip(self._entries_of(graph), entering, arriving, strict=True):
            if takes is not None and comes is not None:
                self._check(graph, entry, takes, comes)
            through.append(takes if takes is None or comes is None else comes._replace(dtype=takes.dtype))
        if tuple(through) == entering or made.refusal() is not None:
            return made.outputs
        passed = self._opened(graph, tuple(through))
        if passed.refusal() is not None:  # its layers are made, and no longer ask for sizes that are not known here
            passed = self._opened(graph, tuple(map(_filled, through, entering)))
        if (why := passed.refusal()) is not None:
            raise ShapeError("block.call", f"What arrives does not go through the block: {why}")
        return passed.outputs

    def ask(self, ask: custom.Ask) -> set[GraphId]:
        """Let custom layers look up in `ask`; return the blocks that are others now."""
        self.custom = custom.asking(ask)
        graphs = self._document.graphs
        return self._forget({id_ for id_, graph in graphs.items() if _has_custom(graph)})

    def forget(self, edit: Edit) -> set[GraphId]:
        """Follow an edit; return the blocks that are others now, because something in them or below them is."""
        changed = {_changed_graph(change) for change in edit.changes} - {None, ROOT}
        return self._forget({graph for graph in changed if graph})

    def _forget(self, changed: set[GraphId]) -> set[GraphId]:
        """Look again at these graphs and at all that call them; the blocks among them."""
        stale = holding(self._document.graphs, changed) - {ROOT} if changed else set()
        for graph in stale:
            self._kinds.pop(graph, None)
            self._entries.pop(graph, None)
            self._extents.pop(graph, None)
        for key in [key for key in self._insides if key[0] in stale]:
            del self._insides[key]
        return stale

    def _opened(self, graph: GraphId, entering: Entering) -> Inside:
        inside = self.inside(graph, entering)
        if inside is None:
            name, extent = self._document.graphs[graph].name, self._extent(graph)
            raise ShapeError(
                "block.size",
                f"With all the blocks in it, “{name}” has {extent.nodes:,} nodes on {extent.levels} levels; "
                f"the studio opens at most {MAX_NODES:,} on {MOST_LEVELS}. Take some of the blocks in it out.",
            )
        return inside

    def _infer(self, graph: GraphId, arriving: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        """The rule of a block that is called for the first time."""
        ports = [entry.node.id for entry in self._entries_of(graph)]
        entering = self.entering(graph, dict(zip(ports, arriving, strict=True)))
        specs = self.outputs(graph, entering, arriving)
        why = self._opened(graph, entering).refusal()
        if why is not None:
            raise ShapeError("block.call", f"What arrives does not go through the block: {why}")
        known = tuple(spec for spec in specs if spec is not None)
        if len(known) < len(specs):
            raise ShapeError("block.unfinished", "Something inside the block is not finished. Look inside.")
        return known

    def _check(self, graph: GraphId, entry: Entry, takes: TensorSpec, comes: TensorSpec) -> None:
        """Raise ShapeError unless an Input that is made for `takes` takes `comes`. Source: Functional.input_spec."""
        fits = takes.rank == comes.rank and all(
            a == b or a is None or b is None for a, b in zip(takes.shape[1:], comes.shape[1:], strict=True)
        )
        texts = [spec.dtype == "string" for spec in (takes, comes)]
        if fits and texts[0] == texts[1]:
            return
        name = self._document.graphs[graph].name
        if entry.declared is not None:
            why = f"the Input “{entry.node.name}” inside takes"
            mend = "Send it that, or take the shape of that Input away: then it takes what arrives."
        else:
            why = f"its first call made “{entry.node.name}” for"
            mend = "Send it the same shape, or give this node a block of its own."
        want, got = (_told(spec.shape, text) for spec, text in zip((takes, comes), texts, strict=True))
        raise ShapeError(
            "block.shape",
            f"“{name}” gets {got} here; {why} {want}. {mend}",
            port=entry.node.id,
            wants=WantsRank(takes.rank, takes.rank) if takes.rank != comes.rank else None,
        )

    def _entries_of(self, graph: GraphId) -> tuple[Entry, ...]:
        if graph not in self._entries:
            self._entries[graph] = tuple(_entry(node) for node in entries(self._document.graphs[graph]))
        return self._entries[graph]

    def _extent(self, graph: GraphId) -> Extent:
        if graph not in self._extents:
            for each in innermost_first(self._document.graphs, graph):
                drawn = self._document.graphs[each]
                inner = [(self._extents[block], times) for block, times in called(drawn).items()]
                self._extents[each] = Extent(
                    len(drawn.nodes) + sum(extent.nodes * times for extent, times in inner),
                    1 + max((extent.levels for extent, _ in inner), default=0),
                )
        return self._extents[graph]


def problems_inside(inference: Inference) -> list[Problem]:
    """What is to be mended in the blocks of a drawing, with the path to it; once where several calls have the same."""
    found: dict[Problem, Problem] = {}
    for id_ in inference.order:
        inside = inference.records[id_].inside if id_ in inference.opened else None
        for problem in inside.problems if inside is not None else ():
            found.setdefault(replace(problem, path=()), replace(problem, path=(id_, *problem.path)))
    return list(found.values())


def _entry(node: Node) -> Entry:
    kind = KINDS[INPUT_KIND]
    bound = bound_to(kind, {"shape": (), **node.params}, node.call)
    settings = bound.settings or Settings(kind.settings({"shape": ()}).values)
    declared = kind.infer(settings)[0] if "shape" in node.params and bound.settings is not None else None
    dtype, batch_size = settings.values["dtype"], settings.values["batch_size"]
    return Entry(
        node,
        declared,
        dtype if isinstance(dtype, str) and "dtype" in node.params else None,
        batch_size if isinstance(batch_size, int) else None,
    )


def _has_custom(graph: Graph) -> bool:
    return any(node.kind == custom.NAME for node in graph.nodes.values())


def _made_for(entry: Entry, arriving: TensorSpec | None) -> TensorSpec | None:
    """What an Input is made for: its own shape, else what arrives; with the mask that arrives."""
    if entry.declared is not None:
        return entry.declared._replace(masked=arriving is not None and arriving.masked)
    if arriving is None:
        return None
    shape = (entry.batch_size, *arriving.shape[1:]) if entry.batch_size is not None else arriving.shape
    return arriving._replace(shape=shape, dtype=entry.dtype or arriving.dtype)


def _filled(comes: TensorSpec | None, takes: TensorSpec | None) -> TensorSpec | None:
    """What comes, with the sizes that are not known taken from what an Input is made for."""
    if comes is None or takes is None:
        return comes
    sizes = (other if size is None else size for size, other in zip(comes.shape[1:], takes.shape[1:], strict=True))
    return comes._replace(shape=(comes.shape[0], *sizes))


def _told(shape: Shape, is_text: bool) -> str:
    return f"text of shape {shape_text(shape)}" if is_text else shape_text(shape)


def _changed_graph(change: Change) -> GraphId | None:
    """The graph in which something changed that matters to those who call it, if any."""
    match change:
        case NodeChange(graph, Node() as before, Node() as after):
            return None if replace(before, x=after.x, y=after.y) == after and before.params is after.params else graph
        case NodeChange(graph) | EdgeChange(graph) | GraphChange(graph):
            return graph
        case _:
            return None
