"""The structure of a drawing: order, cycles, who is downstream of whom, how deep it is.

Pure functions of a graph. networkx is imported only where a cycle has to be named, so that opening a project does not
wait for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from studio.document.graph import Edge, Graph, NodeId


class Order(NamedTuple):
    """Nodes in an order in which each comes after those that feed it; `stuck` are those on a cycle or after one.

    `levels` is how many nodes the longest path has.
    """

    nodes: tuple[NodeId, ...]
    stuck: frozenset[NodeId]
    levels: int


def ordered(arriving: Mapping[NodeId, Sequence[Edge]]) -> Order:
    """Put nodes in order, otherwise as they come; `arriving` are the wires that arrive at each."""
    fed: defaultdict[NodeId, list[NodeId]] = defaultdict(list)
    waiting: dict[NodeId, int] = {}
    order: list[NodeId] = []
    for node, wires in arriving.items():
        if len(wires) == 1:  # most nodes: they wait for nothing but their source
            fed[wires[0].source].append(node)
        elif not wires:
            order.append(node)
        else:
            waiting[node] = len(wires)
            for wire in wires:
                fed[wire.source].append(node)
    levels = end = 0
    for at, node in enumerate(order):  # which grows while it is walked
        if at == end:  # what came so far waited for nothing but the levels before
            levels, end = levels + 1, len(order)
        for target in fed.get(node, ()):
            left = waiting.get(target, 1) - 1
            if left:
                waiting[target] = left
            else:
                order.append(target)
    stuck = frozenset(arriving).difference(order) if len(order) < len(arriving) else frozenset()
    return Order(tuple(order), stuck, levels)


def cycles(graph: Graph, stuck: Collection[NodeId]) -> list[frozenset[NodeId]]:
    """The groups of nodes that feed each other in a circle, among the nodes that no order reaches."""
    import networkx as nx

    directed: nx.DiGraph[NodeId] = nx.DiGraph()
    directed.add_edges_from(
        (edge.source, edge.target) for node in stuck for edge in graph.incoming(node) if edge.source in stuck
    )
    components = (frozenset(component) for component in nx.strongly_connected_components(directed))
    found = [each for each in components if len(each) > 1 or any(directed.has_edge(node, node) for node in each)]
    place = {node: at for at, node in enumerate(graph.nodes)}
    return sorted(found, key=lambda each: min(place[node] for node in each))


def closing_edges(graph: Graph, circle: Collection[NodeId]) -> list[Edge]:
    """The wires of a cycle that lead back: without them its nodes can be put in order.

    The walk begins where wires enter the cycle from outside, so that the wires that came last round are found.
    """
    inside = [node for node in graph.nodes if node in circle]
    entries = [node for node in inside if any(edge.source not in circle for edge in graph.incoming(node))]
    closing: list[Edge] = []
    done: set[NodeId] = set()
    for start in (*entries, *inside):
        if start in done:
            continue
        path = {start}
        stack = [(start, iter(graph.outgoing(start)))]
        while stack:
            node, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                path.discard(node)
                done.add(node)
            elif edge.target in path:
                closing.append(edge)
            elif edge.target in circle and edge.target not in done:
                path.add(edge.target)
                stack.append((edge.target, iter(graph.outgoing(edge.target))))
    return closing


def leads_to(graph: Graph, source: NodeId, target: NodeId, rank: Mapping[NodeId, int]) -> bool:
    """Whether a path of wires leads from `source` to `target`; `rank` is the known order, to look no further."""
    limit = rank.get(target)
    seen = {source}
    stack = [source]
    while stack:
        node = stack.pop()
        if node == target:
            return True
        if limit is not None and rank.get(node, limit) > limit:
            continue
        for edge in graph.outgoing(node):
            if edge.target not in seen:
                seen.add(edge.target)
                stack.append(edge.target)
    return False


def upstream(graph: Graph, ends: Iterable[NodeId]) -> set[NodeId]:
    """`ends` and every node from which a path of wires leads to one of them."""
    found = set(ends)
    stack = list(found)
    while stack:
        for edge in graph.incoming(stack.pop()):
            if edge.source not in found:
                found.add(edge.source)
                stack.append(edge.source)
    return found


def deepest_walk(arriving: Mapping[NodeId, Sequence[Edge]], ends: Iterable[NodeId]) -> tuple[int, NodeId | None]:
    """How deep Keras recurses when it makes a model, and from which of `ends`, which are not counted themselves.

    `arriving` are the wires of each node. Keras walks back from every output, input by input, and never enters a call
    twice (keras.src.ops.function, _build_map_helper): so the depth is that of this walk, not of the longest path.
    """
    deepest, at = 0, None
    seen: set[NodeId] = set()
    for end in ends:
        stack = [iter(arriving[end])]
        while stack:
            for edge in stack[-1]:
                source = edge.source
                if source not in seen:
                    seen.add(source)
                    stack.append(iter(arriving[source]))
                    break
            else:
                if len(stack) - 1 > deepest:
                    deepest, at = len(stack) - 1, end
                stack.pop()
    return deepest, at
