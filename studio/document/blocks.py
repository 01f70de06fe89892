"""Blocks: graphs that are used as one node. Their ports, who calls them, and where one stands when one looks inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeAlias

from studio.document.graph import ROOT, Graph, GraphId, Node, NodeId

BLOCK_KIND = "Block"
"""The kind that the studio gives to nodes that are blocks; what makes one a block is its `graph`."""
INPUT_KIND = "Input"
OUTPUT_KIND = "Output"

Path: TypeAlias = tuple[NodeId, ...]
"""Block nodes, from the model inwards."""


class Where(NamedTuple):
    """A drawing that is looked at: a graph, as the call at the end of a path of block nodes sees it.

    The path is empty for the model, and for a block that nothing calls.
    """

    graph: GraphId = ROOT
    path: Path = ()


MODEL = Where()


def entries(graph: Graph) -> tuple[Node, ...]:
    """The Inputs of a block in their order; the input ports of its nodes bear their ids."""
    return tuple(node for node in graph.nodes.values() if node.kind == INPUT_KIND and node.graph is None)


def exits(graph: Graph) -> tuple[Node, ...]:
    """The Outputs of a block in their order; the output ports of its nodes bear their ids."""
    return tuple(node for node in graph.nodes.values() if node.kind == OUTPUT_KIND and node.graph is None)


def inside_of(graph: Graph, node: Node) -> GraphId | None:
    """The graph that a node calls: its own, or that of the block that it calls again; None if it is no block."""
    owner = graph.nodes.get(node.shares) if node.shares is not None else None
    return (owner or node).graph


def callers(graphs: Mapping[GraphId, Graph], block: GraphId) -> list[tuple[GraphId, NodeId]]:
    """Every node that calls a block, with the graph in which it stands."""
    return [
        (graph.id, node.id)
        for graph in graphs.values()
        for node in graph.nodes.values()
        if inside_of(graph, node) == block
    ]


def holding(graphs: Mapping[GraphId, Graph], blocks: Collection[GraphId]) -> set[GraphId]:
    """`blocks` and every graph that calls one of them, directly or by way of others."""
    calls = {id_: called(graph) for id_, graph in graphs.items()}
    found = set(blocks)
    waiting = list(found)
    while waiting:
        block = waiting.pop()
        fresh = {id_ for id_, inner in calls.items() if block in inner} - found
        found |= fresh
        waiting += fresh
    return found


def called(graph: Graph) -> dict[GraphId, int]:
    """The blocks that the nodes of a graph call, with how many instances each has there."""
    found: dict[GraphId, int] = {}
    for node in graph.nodes.values():
        if node.graph is not None:
            found[node.graph] = found.get(node.graph, 0) + (node.shares is None)
    return found
