"""Walks along the wires: back to where a tensor comes from, forward to who takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from studio.analysis.drawing import Drawing
from studio.analysis.record import NodeRecord
from studio.core.tensors import TensorSpec
from studio.document.graph import NodeId


def backwards(record: NodeRecord, drawing: Drawing, looked: set[NodeId], most: int) -> Iterator[NodeRecord]:
    """The nodes before a node, along its first wire and so on, each added to `looked`; at most so many."""
    for _ in range(most):
        if not record.wires:
            return
        record = drawing.record(record.wires[0].source)
        if record.id in looked or record.kind is None or record.settings is None:
            return
        looked.add(record.id)
        yield record


def takers(
    record: NodeRecord, through: Collection[str], drawing: Drawing, looked: set[NodeId], most: int = 50
) -> Iterator[NodeRecord]:
    """The nodes that take what a node gives, also behind nodes of the kinds `through`; all are added to `looked`."""
    stack = [record]
    seen = {record.id}
    while stack and len(seen) <= most:
        for edge in drawing.graph.outgoing(stack.pop().id):
            if edge.target in seen:
                continue
            seen.add(edge.target)
            looked.add(edge.target)
            target = drawing.record(edge.target)
            if target.node.kind in through:
                stack.append(target)
            else:
                yield target


def only_taker(record: NodeRecord, drawing: Drawing) -> bool:
    """Whether one wire leaves a node, and no more."""
    return len(drawing.graph.outgoing(record.id)) == 1


def first(record: NodeRecord) -> TensorSpec | None:
    """What arrives first at a node; None where it is unknown, or where nothing arrives."""
    argument = record.arguments[0] if record.arguments else None
    if argument is None or isinstance(argument, TensorSpec):
        return argument
    return argument[0] if argument else None


def merged(record: NodeRecord) -> tuple[TensorSpec, ...]:
    """What arrives at the list port of a node that merges; nothing where it has none, or where it is unknown."""
    argument = record.arguments[0] if record.arguments else None
    return () if argument is None or isinstance(argument, TensorSpec) else argument


def gives(record: NodeRecord) -> TensorSpec | None:
    """What leaves a node by its first port."""
    return next(iter(record.outputs.values()), None)
