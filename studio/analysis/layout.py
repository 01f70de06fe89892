"""Where the nodes of a drawing stand when it is arranged: layers from left to right, few crossings, straight lines.

A drawing that would be very wide is folded like text, where a single tensor goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from studio.analysis.folding import COLUMN, FOLD_GAP, folded
from studio.document import edits
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import ROOT, Graph, GraphId, NodeId

ROW = 112.0
GAP = 40.0
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
    """The corner of every node: columns by the longest way from an input, rows by the middle of the neighbors.

    Parts that do not hang together stand below each other; so do the lines of a part that is folded.
    """
    places: dict[NodeId, tuple[float, float]] = {}
    top = 0.0
    for part in _parts(graph):
        ys, columns = _arrange_part(graph, part, extents)
        tops = {node: ys[node] - extents.get(node, ORDINARY).anchor for node in part}
        ends = {node: tops[node] + extents.get(node, ORDINARY).height for node in part}
        lines = folded(graph, columns, max(ends.values()) - min(tops.values()))
        for line in lines:
            least, most = min(tops[node] for node in line), max(ends[node] for node in line)
            first = min(columns[node] for node in line)
            for node in line:
                places[node] = ((columns[node] - first) * COLUMN, tops[node] - least + top)
            top += _to_grid(most - least) + (FOLD_GAP if line is not lines[-1] else ROW)
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
            near = graph.targets(node) + [edge.source for edge in graph.incoming(node)]
            for each in near:
                if each not in seen:
                    seen.add(each)
                    part.add(each)
                    waiting.append(each)
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
        position.update((lane, at) for at, lane in enumerate(column))


def _crossings(columns: list[list[_Lane]], after: Mapping[_Lane, list[_Lane]]) -> int:
    """How often wires between neighboring columns cross."""
    total = 0
    for left, right in pairwise(columns):
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
    """The height of each lane. Lanes that belong on one line share a row; rows go to the middle of their neighbors."""
    row_of = _rows(columns, before, after)
    rows: dict[_Lane, list[_Lane]] = {}
    for column in columns:
        for lane in column:
            rows.setdefault(row_of[lane], []).append(lane)
    above: dict[_Lane, list[tuple[_Lane, float]]] = {row: [] for row in rows}
    below: dict[_Lane, list[tuple[_Lane, float]]] = {row: [] for row in rows}
    for column in columns:
        for upper, lower in pairwise(column):
            apart = _distance(upper, lower, extents)
            above[row_of[lower]].append((row_of[upper], apart))
            below[row_of[upper]].append((row_of[lower], apart))
    order = _downwards(rows, above, below)
    heights = dict.fromkeys(rows, 0.0)
    for row in order:
        heights[row] = max((heights[upper] + apart for upper, apart in above[row]), default=0.0)
    neighbors = {
        row: [row_of[each] for lane in lanes for each in (*before[lane], *after[lane]) if row_of[each] != row]
        for row, lanes in rows.items()
    }
    still = 0
    for settling in range(SETTLINGS):
        moved = False
        for row in order if settling % 2 else reversed(order):
            if neighbors[row]:
                least = max((heights[each] + apart for each, apart in above[row]), default=float("-inf"))
                most = min((heights[each] - apart for each, apart in below[row]), default=float("inf"))
                height = min(max(_median([heights[each] for each in neighbors[row]]), least), most)
                moved = moved or height != heights[row]
                heights[row] = height
        still = 0 if moved else still + 1
        if still == 2:  # neither downwards nor upwards
            break
    return {lane: _to_grid(heights[row_of[lane]]) for lane in row_of}


def _rows(
    columns: list[list[_Lane]], before: Mapping[_Lane, list[_Lane]], after: Mapping[_Lane, list[_Lane]]
) -> dict[_Lane, _Lane]:
    """For each lane the first one of its row: a lane goes on in the row of the neighbor that is the middle of its own.

    Where a node forks evenly or joins an even number of branches, it stands between them, in a row of its own.
    """
    row_of: dict[_Lane, _Lane] = {}
    position = {lane: at for column in columns for at, lane in enumerate(column)}
    for column in columns:
        reached = -1
        for lane in column:
            row_of[lane] = lane
            main = _main(lane, before[lane], position)
            if main is None or _main(main, after[main], position) != lane or position[main] <= reached:
                continue
            row_of[lane] = row_of[main]
            reached = position[main]
    return row_of


def _main(lane: _Lane, neighbors: list[_Lane], position: Mapping[_Lane, int]) -> _Lane | None:
    """The middle one of an odd number of neighbors; nodes go before wires that only pass."""
    if len(neighbors) == 1:
        return neighbors[0]
    nodes = [each for each in neighbors if each.target is None] if lane.target is None else neighbors
    chosen = sorted(nodes or neighbors, key=lambda each: position[each])
    return chosen[len(chosen) // 2] if len(chosen) % 2 else None


def _downwards(
    rows: Mapping[_Lane, list[_Lane]],
    above: Mapping[_Lane, list[tuple[_Lane, float]]],
    below: Mapping[_Lane, list[tuple[_Lane, float]]],
) -> list[_Lane]:
    """The rows in an order in which each comes after those above it."""
    missing = {row: len(above[row]) for row in rows}
    ready = [row for row in rows if not missing[row]]
    for row in ready:
        for lower, _ in below[row]:
            missing[lower] -= 1
            if not missing[lower]:
                ready.append(lower)
    return ready


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


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
