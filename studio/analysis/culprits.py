"""Who is really wrong where a rule refuses: often not the layer that refuses, but one before it.

Keras names the layer whose call fails. Here the way back is walked as far as tensors keep what matters, and a node is
held responsible where another setting of it would have made the call work.
"""

from __future__ import annotations

from typing import NamedTuple

from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE, SIZERS
from studio.analysis.record import NodeRecord
from studio.analysis.walking import first, gives
from studio.catalog.declaration import ShapeError, WantsKnown, WantsRank, WantsSameShape
from studio.catalog.settings import Settings
from studio.core.values import Inner, Params
from studio.document.graph import Edge, NodeId

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
KEEPING_SIZES = ELEMENTWISE | {
    "Activation", "BatchNormalization", "LayerNormalization", "GroupNormalization", "ReLU", "LeakyReLU", "PReLU", "ELU",
}  # fmt: skip
"""Kinds that leave every size as it is."""
FURTHEST = 6
"""So many nodes back a cause is looked for."""


class Culprit(NamedTuple):
    """The node at fault, the setting of it to look at, and the further nodes to name."""

    node: NodeId
    param: str | None
    also: tuple[NodeId, ...] = ()


def wire_of(record: NodeRecord, failure: ShapeError) -> Edge | None:
    """The wire that a failure is about: its slot counts the wires that arrive at the port."""
    wires = [wire for wire in record.wires if wire.target_port == failure.port]
    return wires[failure.slot] if failure.slot < len(wires) else None


def culprit(record: NodeRecord, failure: ShapeError, drawing: Drawing, looked: set[NodeId]) -> Culprit:
    """Who is to blame for what a node's rule refuses; whom that depends on is added to `looked`."""
    wire = wire_of(record, failure)
    here = Culprit(record.id, failure.param)
    if wire is None:
        return here
    match failure.wants:
        case WantsRank(minimum, maximum):
            spec = drawing.spec(wire)
            if spec is not None and spec.rank < minimum:
                return _lost_axis(record, wire, drawing, looked) or here
            if spec is not None and maximum is not None and spec.rank > maximum:
                return _steps(record, wire, drawing, looked, on=False) or here
        case WantsSameShape():
            return _unlike(record, failure, drawing, looked) or here
        case WantsKnown():
            source = back(wire, frozenset({"Flatten"}), ELEMENTWISE, drawing, looked)
            if source is not None:
                return Culprit(source.id, None, (record.id,))
        case _ if failure.code == "shape.states":
            return here._replace(also=(wire.source,))
    return here


def _lost_axis(record: NodeRecord, wire: Edge, drawing: Drawing, looked: set[NodeId]) -> Culprit | None:
    """The recurrent layer that gives its last step only, or the layer that flattens or pools too early."""
    source = drawing.record(wire.source)
    looked.add(source.id)
    flattened = Culprit(source.id, None, (record.id,)) if is_flattening(source) else None
    return _steps(record, wire, drawing, looked, on=True) or flattened


def _steps(record: NodeRecord, wire: Edge, drawing: Drawing, looked: set[NodeId], *, on: bool) -> Culprit | None:
    """The recurrent layer before that gives its last step and should give every one, or the other way."""
    source = back(wire, RECURRENT, KEEPING_SIZES, drawing, looked)
    params = sequences(source, on) if source is not None else None
    if source is None or params is None or not would_work(source, params, record, drawing):
        return None
    return Culprit(source.id, next(iter(params)), (record.id,))


def _unlike(record: NodeRecord, failure: ShapeError, drawing: Drawing, looked: set[NodeId]) -> Culprit | None:
    """The layer whose window makes one branch smaller, else those that decide about the sizes that differ."""
    wires = [wire for wire in record.wires if wire.target_port == failure.port]
    ranks = {spec.rank for wire in wires if (spec := drawing.spec(wire)) is not None}
    for wire in _lowest_first(wires, drawing):
        spec = drawing.spec(wire)
        source = shrinking(wire, drawing, looked)
        if source is not None and would_work(source, {"padding": "same"}, record, drawing):
            return Culprit(source.id, "padding", (record.id,))
        if len(ranks) > 1 and spec is not None:
            steps = _steps(record, wire, drawing, looked, on=spec.rank < max(ranks))
            if steps is not None:
                return steps
    sizers = (back(wire, frozenset(SIZERS), KEEPING_SIZES, drawing, looked) for wire in wires)
    named = tuple(dict.fromkeys(sizer.id for sizer in sizers if sizer is not None))
    return Culprit(record.id, failure.param, named[:2]) if named and len(ranks) == 1 else None


def _lowest_first(wires: list[Edge], drawing: Drawing) -> list[Edge]:
    """Wires that carry fewer axes before those that carry more."""
    return sorted(wires, key=lambda wire: spec.rank if (spec := drawing.spec(wire)) is not None else 0)


def is_flattening(record: NodeRecord) -> bool:
    """Whether a node takes axes away by flattening or pooling over all of them."""
    name = record.node.kind
    return name == "Flatten" or name.startswith("Global")


def shrinking(wire: Edge, drawing: Drawing, looked: set[NodeId]) -> NodeRecord | None:
    """The nearest node before a wire whose window makes what it slides over smaller (`padding="valid"`)."""
    source = drawing.record(wire.source)
    for _ in range(FURTHEST):
        looked.add(source.id)
        came, out = first(source), gives(source)
        if source.settings is None or came is None or out is None or came.rank != out.rank:
            return None
        if came.shape[1:-1] != out.shape[1:-1]:
            return source if source.settings.values.get("padding") == "valid" else None
        source = drawing.record(source.wires[0].source)
    return None


def back(
    wire: Edge, wanted: frozenset[str], through: frozenset[str], drawing: Drawing, looked: set[NodeId]
) -> NodeRecord | None:
    """The first node of the wanted kinds before a wire, with nothing but kinds to go through between."""
    record = drawing.record(wire.source)
    for _ in range(FURTHEST):
        looked.add(record.id)
        if record.kind is None:
            return None
        if record.kind.name in wanted:
            return record
        if record.kind.name not in through or not record.wires:
            return None
        record = drawing.record(record.wires[0].source)
    return None


def sequences(record: NodeRecord, on: bool) -> Params | None:
    """The params with which a recurrent layer gives every step, or only the last one; None if it does already."""
    if record.settings is None:
        return None
    values = record.settings.values
    inner = values.get("layer")
    if isinstance(inner, Inner):
        if bool(inner.params.get("return_sequences", False)) is on:
            return None
        return {"layer": Inner(inner.kind, {**inner.params, "return_sequences": on})}
    return {"return_sequences": on} if values.get("return_sequences") is not on else None


def would_work(source: NodeRecord, params: Params, target: NodeRecord, drawing: Drawing) -> bool:
    """Whether `target` would take what arrives if `source`, upstream of it or the same, had other params."""
    if source.settings is None:
        return False
    try:
        found = drawing.inference.with_settings(source, Settings({**source.settings.values, **params}), target)
    except ShapeError:
        return False
    return found is not None
