"""Where the nodes of a drawing stand when it is arranged: layers from left to right, few crossings, straight lines."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

from studio.document import edits
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import ROOT, Graph, GraphId, NodeId

COLUMN = 264.0
ROW = 104.0
GAP = 32.0
"""The least space between two cards in a column."""
GRID = 8.0
SWEEPS = 8
SETTLINGS = 12


class Extent(NamedTuple):
    """A card's height, and how far below its top its main wire runs."""

    height: float
    anchor: float


ORDINARY = Extent(72.0, 36.0)


class _Lane(NamedTuple):
    """A place in a column: a node's, or one that a wire passes through on its way to a later column."""

    node: NodeId
    target: NodeId | None = None
    port: tuple[str, int] = ("", 0)
    rank: int = 0


def layout(document: Document, extents: Mapping[NodeId, Extent] | None = None, graph: GraphId = ROOT) -> Edit:
    """Arrange every node of a graph; cards are as tall as `extents` says, or ordinary."""
    drawing = document.graphs[graph]
    places = arranged(drawing, extents or {})
    edit = edits.move(document, places, graph) if places else Edit("", ())
    return Edit("Arrange", edit.changes)


def arranged(graph: Graph, extents: Mapping[NodeId, Extent]) -> dict[NodeId, tuple[float, float]]:
    """The corner of every node: columns by the longest way from an input, rows by the middle of the neighbors."""
    places: dict[NodeId, tuple[float, float]] = {}
    top = 0.0
    for part in _parts(graph):
        ys, ranks = _arrange_part(graph, part, extents)
        least = min(ys[node] - extents.get(node, ORDINARY).anchor for node in part)
        most = max(ys[node] - extents.get(node, ORDINARY).anchor + extents.get(node, ORDINARY).height for node in part)
        for node in part:
            y = ys[node] - extents.get(node, ORDINARY).anchor - least + top
            places[node] = (ranks[node] * COLUMN, y)
        top += _to_grid(most - least) + ROW
    return places


def ranks(graph: Graph, nodes: list[NodeId]) -> dict[NodeId, int]:
    """The column of each node: its longest way from an input; wires that close a cycle do not count.

    Inputs stand right before what they feed first, so that a late one does not lead a wire across everything.
    """
    backward = _backward(graph, nodes)
    found = dict.fromkeys(nodes, 0)
    order = _order(graph, nodes, backward)
    for node in order:
        for edge in graph.outgoing(node):
            if edge not in backward:
                found[edge.target] = max(found[edge.target], found[node] + 1)
    for node in reversed(order):
        if not graph.incoming(node):
            after = [found[edge.target] for edge in graph.outgoing(node) if edge not in backward]
            found[node] = max(min(after, default=1) - 1, 0)
    return found


def _parts(graph: Graph) -> list[list[NodeId]]:
    """The nodes that hang together, in the order of the document."""
    seen: set[NodeId] = set()
    parts: list[list[NodeId]] = []
    for start in graph.nodes:
        if start in seen:
            continue
        seen.add(start)
        part, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            near = [edge.target for edge in graph.outgoing(node)] + [edge.source for edge in graph.incoming(node)]
            fresh = {each for each in near if each not in seen}
            seen |= fresh
            part |= fresh
            waiting.extend(fresh)
        parts.append([node for node in graph.nodes if node in part])
    return parts


def _backward(graph: Graph, nodes: list[NodeId]) -> set[object]:
    """The wires that close a cycle, seen from the nodes in their order."""
    state = dict.fromkeys(nodes, 0)
    found: set[object] = set()
    for start in nodes:
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(graph.outgoing(start)))]
        while stack:
            node, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                state[node] = 2
                stack.pop()
            elif state[edge.target] == 1:
                found.add(edge)
            elif state[edge.target] == 0:
                state[edge.target] = 1
                stack.append((edge.target, iter(graph.outgoing(edge.target))))
    return found


def _order(graph: Graph, nodes: list[NodeId], backward: set[object]) -> list[NodeId]:
    """The nodes along the wires, those that close a cycle left out."""
    missing = {node: sum(edge not in backward for edge in graph.incoming(node)) for node in nodes}
    ready = [node for node in nodes if not missing[node]]
    order: list[NodeId] = []
    for node in ready:
        order.append(node)
        for edge in graph.outgoing(node):
            if edge in backward:
                continue
            missing[edge.target] -= 1
            if not missing[edge.target]:
                ready.append(edge.target)
    return order


def _arrange_part(
    graph: Graph, nodes: list[NodeId], extents: Mapping[NodeId, Extent]
) -> tuple[dict[NodeId, float], dict[NodeId, int]]:
    """The height of every node's main wire, and its column."""
    columns_of = ranks(graph, nodes)
    columns, before, after = _lanes(graph, nodes, columns_of)
    best = [list(column) for column in columns]
    least = _crossings(best, after)
    for sweep in range(SWEEPS):
        if not least:
            break
        near = before if sweep % 2 == 0 else after
        order = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        _sweep(columns, order, near)
        found = _crossings(columns, after)
        if found < least:
            best, least = [list(column) for column in columns], found
    heights = _heights(best, before, after, extents)
    return {lane.node: y for lane, y in heights.items() if lane.target is None}, columns_of


def _lanes(
    graph: Graph, nodes: list[NodeId], columns_of: Mapping[NodeId, int]
) -> tuple[list[list[_Lane]], dict[_Lane, list[_Lane]], dict[_Lane, list[_Lane]]]:
    """The columns with a lane for every node and for every column that a long wire passes, and who is next to whom."""
    columns: list[list[_Lane]] = [[] for _ in range(max(columns_of.values()) + 1)]
    before: dict[_Lane, list[_Lane]] = {}
    after: dict[_Lane, list[_Lane]] = {}

    def put(lane: _Lane, column: int) -> None:
        if lane not in before:
            columns[column].append(lane)
            before[lane], after[lane] = [], []

    for node in sorted(nodes, key=lambda each: columns_of[each]):
        put(_Lane(node), columns_of[node])
    for node in nodes:
        for edge in graph.outgoing(node):
            start, end = columns_of[node], columns_of[edge.target]
            last = _Lane(node)
            for column in range(start + 1, end):
                lane = _Lane(node, edge.target, (edge.target_port, edge.slot), column)
                put(lane, column)
                after[last].append(lane)
                before[lane].append(last)
                last = lane
            if end > start:
                after[last].append(_Lane(edge.target))
                before[_Lane(edge.target)].append(last)
    return columns, before, after


def _sweep(columns: list[list[_Lane]], order: range, near: Mapping[_Lane, list[_Lane]]) -> None:
    """Sort every column by the middle of the neighbors in the one before it."""
    position = {lane: at for column in columns for at, lane in enumerate(column)}
    for index in order:
        column = columns[index]
        middle = {
            lane: sum(position[each] for each in near[lane]) / len(near[lane]) if near[lane] else float(position[lane])
            for lane in column
        }
        column.sort(key=lambda lane: middle[lane])
        for at, lane in enumerate(column):
            position[lane] = at


def _crossings(columns: list[list[_Lane]], after: Mapping[_Lane, list[_Lane]]) -> int:
    """How often wires between neighboring columns cross."""
    total = 0
    for left, right in itertools.pairwise(columns):
        at = {lane: index for index, lane in enumerate(right)}
        ends: list[int] = []
        for lane in left:
            mine = sorted(at[each] for each in after[lane] if each in at)
            total += sum(end > each for each in mine for end in ends)
            ends.extend(mine)
    return total


def _heights(
    columns: list[list[_Lane]],
    before: Mapping[_Lane, list[_Lane]],
    after: Mapping[_Lane, list[_Lane]],
    extents: Mapping[NodeId, Extent],
) -> dict[_Lane, float]:
    """The height of each lane: near the middle of its neighbors, in the column's order, never too close."""
    heights: dict[_Lane, float] = {}
    for column in columns:
        for at, lane in enumerate(column):
            heights[lane] = (at - (len(column) - 1) / 2) * ROW
    for settling in range(SETTLINGS):
        near = before if settling % 2 == 0 else after
        last = settling >= SETTLINGS - 2
        for column in columns if settling % 2 == 0 else reversed(columns):
            wanted = [_wanted(lane, near, before, after, heights, both=last) for lane in column]
            for lane, y in zip(column, _spread(column, wanted, extents), strict=True):
                heights[lane] = y
    return {lane: _to_grid(y) for lane, y in heights.items()}


def _wanted(
    lane: _Lane,
    near: Mapping[_Lane, list[_Lane]],
    before: Mapping[_Lane, list[_Lane]],
    after: Mapping[_Lane, list[_Lane]],
    heights: Mapping[_Lane, float],
    *,
    both: bool,
) -> float:
    neighbors = [*before[lane], *after[lane]] if both else near[lane]
    # A chain is kept straight: a neighbor that has no other wire pulls as hard as all others together.
    if not neighbors:
        return heights[lane]
    ordered = sorted(heights[each] for each in neighbors)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _spread(column: list[_Lane], wanted: list[float], extents: Mapping[NodeId, Extent]) -> list[float]:
    """The heights nearest to those wanted that keep the column's order and its distances.

    Lanes that push each other form a block, which stands where its members want it on average.
    """
    offsets = [0.0]
    for upper, lower in itertools.pairwise(column):
        offsets.append(offsets[-1] + _distance(upper, lower, extents))
    blocks: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append([want - offset, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, weight = blocks.pop()
            total = blocks[-1][1] + weight
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + value * weight) / total, total]
    placed = [value for value, weight in blocks for _ in range(int(weight))]
    return [value + offset for value, offset in zip(placed, offsets, strict=True)]


def _distance(upper: _Lane, lower: _Lane, extents: Mapping[NodeId, Extent]) -> float:
    """How far apart the wires of two lanes in a column are at least."""
    if upper.target is not None and lower.target is not None:
        return GAP
    above, below = _extent(upper, extents), _extent(lower, extents)
    needed = above.height - above.anchor + GAP + below.anchor
    if upper.target is None and lower.target is None:
        return max(needed, ROW)
    return needed


def _extent(lane: _Lane, extents: Mapping[NodeId, Extent]) -> Extent:
    return Extent(16.0, 8.0) if lane.target is not None else extents.get(lane.node, ORDINARY)


def _to_grid(value: float) -> float:
    return round(value / GRID) * GRID
