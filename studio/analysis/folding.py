"""Where a very wide drawing is folded into lines below each other: as text is, and only where one tensor goes on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from math import sqrt

from studio.document.graph import Graph, NodeId

FOLDED_FROM = 20
"""How many columns a drawing has at least that is folded."""
SHORTEST = 10
"""The least number of columns that a line is meant to have."""
COLUMN = 264.0
"""From one column to the next."""
FOLD_GAP = 136.0
"""The space between two lines: for the wire that goes back to the left."""
BREADTH = 1.8
"""How much wider than high the whole is meant to be, as windows are."""
SLACK = 0.4
"""How much shorter or longer than meant a line may be, to end where a single wire goes on."""


def folded(graph: Graph, columns: Mapping[NodeId, int], height_px: float) -> list[list[NodeId]]:
    """The nodes of each line, from top to bottom; `columns` are those that they would have in a single one.

    One line where there is no need, or no place to fold: a skipping wire is never torn apart.
    """
    count = max(columns.values()) + 1
    breaks = _breaks(count, _places(graph, columns, count), _length(count, height_px)) if count >= FOLDED_FROM else []
    lines: list[list[NodeId]] = [[] for _ in range(len(breaks) + 1)]
    for node, column in columns.items():
        lines[bisect_left(breaks, column)].append(node)
    return lines


def _length(count: int, height_px: float) -> float:
    """How many columns a line has that makes the whole about as broad as it is meant to be; lines are of one length."""
    meant = max(sqrt(BREADTH * count * (height_px + FOLD_GAP) / COLUMN), SHORTEST)
    return count / max(round(count / meant), 1)


def _places(graph: Graph, columns: Mapping[NodeId, int], count: int) -> dict[int, int]:
    """The columns behind which the drawing can be folded, with how many wires go on there: those of one tensor."""
    passing = [0] * (count + 1)
    tensors = [0] * (count + 1)
    ends: dict[tuple[NodeId, str], int] = {}
    for target in columns:
        end = columns[target]
        for edge in graph.incoming(target):
            start = columns[edge.source]
            if end > start:
                passing[start] += 1
                passing[end] -= 1
                tensor = (edge.source, edge.source_port)
                if ends.get(tensor, 0) < end:
                    ends[tensor] = end
            else:  # it closes a cycle: nothing is folded in between
                tensors[end] += 2
                tensors[start] -= 2
    for (node, _), end in ends.items():
        tensors[columns[node]] += 1
        tensors[end] -= 1
    found: dict[int, int] = {}
    wires = crossing = 0
    for column in range(count - 1):
        wires += passing[column]
        crossing += tensors[column]
        if crossing == 1:
            found[column] = wires
    return found


def _breaks(count: int, places: Mapping[int, int], length: float) -> list[int]:
    """The columns behind which a line ends: near to where it is meant to, before all where a single wire goes on."""
    found: list[int] = []
    start = 0
    while count - start > length * (1 + SLACK):
        meant = start + length - 1
        near = [each for each in places if abs(each - meant) <= length * SLACK and each < count - 2]
        later = [each for each in places if meant < each < count - 2]
        chosen = min(near, key=lambda each: (places[each], abs(each - meant))) if near else min(later, default=None)
        if chosen is None:
            break
        found.append(chosen)
        start = chosen + 1
    return found
