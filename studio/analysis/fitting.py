"""Questions before an edit: would this wire be accepted, and which kinds take such a tensor?"""

from __future__ import annotations

import logging

from studio.analysis import structure
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity
from studio.catalog.declaration import Kind, Port, ShapeError
from studio.catalog.registry import starting_values
from studio.core.tensors import TensorSpec
from studio.core.wording import listed
from studio.document.graph import Edge

log = logging.getLogger(__name__)


def verdict(drawing: Drawing, edge: Edge) -> Problem | None:
    """What would be wrong with a wire, or None."""
    records = drawing.inference.records
    source, target = records.get(edge.source), records.get(edge.target)
    if source is None or target is None:
        return _refused("node.missing", "The node at this end does not exist any more. Draw the wire again.", edge)
    if source.kind is not None and edge.source_port not in source.outputs:
        return _no_port(edge.source_port, source.kind, [port.name for port in source.ports], "output", edge)
    port = target.kind.input(edge.target_port) if target.kind is not None else None
    if target.kind is not None and port is None:
        return _no_port(edge.target_port, target.kind, [each.name for each in target.kind.inputs], "input", edge)
    if structure.leads_to(drawing.graph, edge.target, edge.source, drawing.inference.rank):
        text = "This wire would lead the output back to the input in a circle. Wire it to a node further on."
        return _refused("structure.cycle", text, edge)
    spec = source.outputs.get(edge.source_port)
    if spec is None or port is None:
        return None
    return _tried(drawing, edge, port, spec)


def fits(kind: Kind, spec: TensorSpec | None) -> bool:
    """Whether the first input of a new node takes such a tensor; if it is unknown, whether there is an input."""
    return bool(kind.inputs) and (spec is None or _fits(kind, spec))


def _tried(drawing: Drawing, edge: Edge, port: Port, spec: TensorSpec) -> Problem | None:
    if port.many and port.at_most is not None:
        wires = {wire.slot for wire in drawing.record(edge.target).wires if wire.target_port == port.name}
        if len(wires | {edge.slot}) > port.at_most:
            return _refused("port.crowded", f"“{port.shown}” takes {port.at_most} wires; it has them already.", edge)
    try:
        drawing.inference.supposed(drawing.record(edge.target), port, spec, edge.slot)
    except ShapeError as error:
        return Problem(error.code, Severity.ERROR, error.text, edge.target, edge.target_port, edge.slot, error.param)
    return None


def _fits(kind: Kind, spec: TensorSpec) -> bool:
    """Whether a new node takes the tensor at its first port, and at every other that it needs."""
    arguments: list[TensorSpec | tuple[TensorSpec, ...] | None] = []
    for at, port in enumerate(kind.inputs):
        if port.many:
            arguments.append((spec,) * (0 if port.optional and at else port.at_least))
        else:
            arguments.append(None if port.optional and at else spec)
    try:
        kind.infer(kind.settings(starting_values(kind)), *arguments)
    except ShapeError:
        return False
    except Exception:
        log.exception("the rule of %s failed on %s", kind.name, spec)
        return False
    return True


def _no_port(name: str, kind: Kind, ports: list[str], side: str, edge: Edge) -> Problem:
    known = listed([f"“{port}”" for port in ports]) or "none"
    return _refused("port.unknown", f"{kind.title} has no {side} port “{name}”; there are {known}.", edge)


def _refused(code: str, text: str, edge: Edge) -> Problem:
    return Problem(code, Severity.ERROR, text, edge.target, edge.target_port, edge.slot)
