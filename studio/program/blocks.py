"""The blocks of a program: which are needed, what they are called, and the layers inside by their nested names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from studio.document.blocks import Way, innermost_first
from studio.document.document import MAX_NODES, Document
from studio.document.graph import ROOT, GraphId
from studio.program.model import Names
from studio.program.names import identifier, layer_name, layer_names, unique, variable_names
from studio.program.operations import automatic_stems, keras_names
from studio.program.plan import Block, Plan, Step, block, plan


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan of the model, and those of the blocks that it calls, each after those that it calls itself."""

    model: Plan
    blocks: Mapping[GraphId, Plan]

    @property
    def everything(self) -> Mapping[GraphId, Plan]:
        """Every plan by its graph, the model's last."""
        return {**self.blocks, ROOT: self.model}

    @property
    def steps(self) -> Iterator[tuple[GraphId, Step]]:
        """Every call that is written, with the graph in which it stands."""
        return ((graph, step) for graph, each in self.everything.items() for step in each.steps)


def plans(document: Document) -> Plans:
    """Plan the model and its blocks, however wrong they are."""
    blocks: dict[GraphId, Block] = {}
    for graph in innermost_first(document.graphs, ROOT)[:-1]:
        blocks[graph] = block(document.graphs[graph], blocks)
    model = plan(document.root, document.data, blocks)
    needed: set[GraphId] = set()
    waiting = [model]
    while waiting:
        calls = {step.block for step in waiting.pop().steps if step.block is not None} - needed
        needed |= calls
        waiting += [blocks[graph].plan for graph in calls]
    return Plans(model, {graph: each.plan for graph, each in blocks.items() if graph in needed})


def names_of(document: Document, planned: Plans, taken: Collection[str]) -> Mapping[GraphId, Names]:
    """What everything is called, by graph; `taken` are the names that the user's own code defines."""
    stems = {id_: identifier(layer_name(document.graphs[id_].name), "block") for id_ in planned.blocks}
    builders = unique({id_: f"build_{stem}" for id_, stem in stems.items()}, {"build_model", *taken})
    steps = [step for _, step in planned.steps]
    automatic = automatic_stems(steps)
    found = {}
    for id_ in planned.everything:
        graph = document.graphs[id_]
        hidden = frozenset((*taken, *builders.values(), *(["name"] if id_ != ROOT else [])))
        layers = layer_names(graph, automatic)
        variables = variable_names(layers, {node.id: node.kind for node in graph.nodes.values()}, hidden)
        found[id_] = Names(layers, variables, hidden, builders)
    return found


def nested_layers(planned: Plans, called: Mapping[GraphId, Names]) -> dict[Way, str]:
    """What Keras calls the layers inside blocks, `encoder/dense`, by their paths; calls of one instance count once."""
    return dict(islice(_nested(planned, called, ROOT, (), ""), MAX_NODES))


def _nested(
    planned: Plans, called: Mapping[GraphId, Names], graph: GraphId, path: Way, prefix: str
) -> Iterator[tuple[Way, str]]:
    made = set()
    for step in planned.everything[graph].steps:
        if step.block is None or step.owner.id in made:
            continue
        made.add(step.owner.id)
        here, inside = (*path, step.node.id), f"{prefix}{called[graph].layers[step.owner.id]}/"
        operations = keras_names(planned.blocks[step.block].steps)
        for inner in planned.blocks[step.block].used:
            name = operations.get(inner.node.id) or called[step.block].layers[inner.owner.id]
            yield (*here, inner.node.id), f"{inside}{name}"
        yield from _nested(planned, called, step.block, here, inside)
