"""All problems of one node, concern by concern, in a fixed order."""

from __future__ import annotations

from studio.analysis.checks import naming, params, shapes, wiring
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem
from studio.analysis.record import NodeRecord


def problems(record: NodeRecord, drawing: Drawing) -> tuple[Problem, ...]:
    """Everything that is wrong with a node now. What is in order costs a look at it and no more."""
    found: list[Problem] = []
    node, kind = record.node, record.kind
    leaving = drawing.graph.outgoing(node.id)
    if kind is None or record.refused or record.share is not None:
        found += params.check(record, drawing)
    name = node.name
    if not name or "/" in name or len(drawing.names[name]) > 1:
        found += naming.check(record, drawing)
    if record.feeds is None or len(record.wires) == 1:
        found += wiring.arrivals(record, drawing)
    if kind is not None:
        outputs = record.outputs
        if not leaving:
            if record.ports:
                found += wiring.departures(record, leaving, drawing)
        elif any(wire.source_port not in outputs for wire in leaving):
            found += wiring.departures(record, leaving, drawing)
    if drawing.circles:
        found += wiring.circle(record, drawing)
    if record.failure is not None:
        found += shapes.check(record, drawing)
    if record.arguments is None and node.id in drawing.outputs:
        found += wiring.unreached(record, drawing)
    return tuple(found)
