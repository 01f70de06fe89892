"""Blocks: graphs that are used as one node. Their ports, who calls them, and where one stands when one looks inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeAlias

from studio.document.graph import ROOT, Graph, GraphId, Node, NodeId

BLOCK_KIND = "Block"
"""The kind that the studio gives to nodes that are blocks; what makes one a block is its `graph`."""
INPUT_KIND = "Input"
OUTPUT_KIND = "Output"

Way: TypeAlias = tuple[NodeId, ...]
"""Block nodes, from the model inwards."""


class NodeRef(NamedTuple):
    """A node in its graph."""

    graph: GraphId
    node: NodeId


class Where(NamedTuple):
    """A drawing that is looked at: a graph, as the call at the end of a path of block nodes sees it.

    The path is empty for the model, and for a block that nothing calls.
    """

    graph: GraphId = ROOT
    path: Way = ()


MODEL = Where()


def spelled(graphs: Mapping[GraphId, Graph], where: Where, node: NodeId | None) -> str:
    """A node with the blocks around it, `encoder / dense`; the blocks alone where there is no node."""
    names = []
    graph: Graph | None = graphs[ROOT]
    for id_ in where.path:
        block = graph.nodes.get(id_) if graph is not None else None
        if graph is None or block is None:
            break
        names.append(block.name)
        graph = graphs.get(inside_of(graph, block) or "")
    found = graphs[where.graph].nodes.get(node) if node is not None and where.graph in graphs else None
    return " / ".join([*names, *([found.name] if found is not None else [])])


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


def callers(graphs: Mapping[GraphId, Graph], block: GraphId) -> list[NodeRef]:
    """Every node that calls a block."""
    return [
        NodeRef(graph.id, node.id)
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


def innermost_first(graphs: Mapping[GraphId, Graph], graph: GraphId) -> list[GraphId]:
    """A graph and the blocks in it, each after those that it calls; a document has no block inside itself."""
    order: dict[GraphId, None] = {}
    stack = [(graph, False)]
    while stack:
        each, is_done = stack.pop()
        if is_done:
            order[each] = None
        elif each not in order:
            stack.append((each, True))
            stack += [(inner, False) for inner in called(graphs[each])]
    return list(order)


def called(graph: Graph) -> dict[GraphId, int]:
    """The blocks that the nodes of a graph call, with how many instances each has there."""
    found: dict[GraphId, int] = {}
    for node in graph.nodes.values():
        if node.graph is not None:
            found[node.graph] = found.get(node.graph, 0) + (node.shares is None)
    return found
