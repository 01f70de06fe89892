"""All problems of one node, concern by concern, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studio.analysis.binding import INPUT_KIND, OUTPUT_KIND
from studio.analysis.checks import data, lints, losses, naming, params, shapes, wiring
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, severity_rank
from studio.analysis.record import NodeRecord
from studio.catalog.registry import KINDS
from studio.document.graph import NodeId

LOOKED_AT = lints.LINTED.union(name for name, kind in KINDS.items() if any(port.many for port in kind.inputs))
"""The kinds of which there may be something to say though nothing keeps them from computing."""


def problems(record: NodeRecord, drawing: Drawing) -> tuple[Problem, ...]:
    """Everything that is wrong with a node now, errors first. What is in order costs a look at it and no more."""
    found: list[Problem] = []
    looked: set[NodeId] = set()
    node, kind = record.node, record.kind
    if kind is None or record.refused or record.owner is not None:
        found += params.check(record, drawing)
    if drawing.names[node.name] > 1 or not node.name or "/" in node.name:
        found += naming.check(record, drawing)
    if kind is not None and (record.feeds is None or _single(record)):
        found += wiring.arrivals(record, kind, drawing)
    if node.id in drawing.stray:
        found += wiring.departures(record, drawing)
    if drawing.circles:
        found += wiring.circle(record, drawing)
    if record.failure is not None:
        found += shapes.check(record, drawing, looked)
    if node.kind == OUTPUT_KIND:
        found += wiring.unreached(record, drawing)
        if drawing.is_model:
            found += losses.check(record, drawing, looked)
    elif node.kind == INPUT_KIND and drawing.is_model:
        found += data.check(record, drawing)
    drawing.biased.pop(node.id, None)
    if lints.is_remarkable(record, drawing):
        found += lints.check(record, drawing, looked)
    drawing.watching.note(node.id, looked)
    if len(found) > 1:
        found.sort(key=severity_rank)
    return tuple(found)


def suspects(drawing: Drawing) -> set[NodeId]:
    """Every node of which there may be something to say: all that `problems` looks deeper into."""
    inference = drawing.inference
    found = {
        id_
        for id_, record in inference.records.items()
        if record.settings is None
        or record.feeds is None
        or record.owner is not None
        or (record.node.kind in LOOKED_AT and (_single(record) or lints.is_remarkable(record, drawing)))
    }
    found.update(drawing.inputs, drawing.outputs, drawing.stray, drawing.circles, inference.failing)
    if len(drawing.names) < len(inference.records) or "" in drawing.names or "/" in "".join(drawing.names):
        found.update(inference.records)
    return found


def to_look_at(visited: Iterable[NodeId], troubled: Collection[NodeId], drawing: Drawing) -> set[NodeId]:
    """The nodes among those inferred anew about which there is, or was, something to say."""
    records = drawing.inference.records
    return {
        id_
        for id_ in visited
        if id_ in troubled
        or id_ in drawing.biased
        or records[id_].failure is not None
        or lints.is_remarkable(records[id_], drawing)
    }


def neighbors(changed: Iterable[NodeId], drawing: Drawing) -> set[NodeId]:
    """The nodes right behind those that changed, about which there may be something to say because of it."""
    return {
        edge.target
        for id_ in changed
        if id_ in drawing.graph.nodes
        for edge in drawing.graph.outgoing(id_)
        if drawing.graph.nodes[edge.target].kind in lints.LINTED
    }


def _single(record: NodeRecord) -> bool:
    """Whether a node of a kind that merges has one wire."""
    return len(record.wires) == 1 and record.kind is not None and record.kind.inputs[0].many
