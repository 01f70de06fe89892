"""What a model weighs and costs: counted when asked for, kept until the node is inferred again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from studio.analysis import structure
from studio.analysis.drawing import Drawing
from studio.analysis.inference import Inference
from studio.analysis.record import NodeRecord, Tally
from studio.catalog.declaration import Weight
from studio.catalog.settings import Settings
from studio.core.tensors import product
from studio.document.blocks import exits
from studio.document.graph import NodeId

log = logging.getLogger(__name__)

SIZES: Mapping[str, int] = {
    "float64": 8, "int64": 8, "uint64": 8, "float32": 4, "int32": 4, "uint32": 4,
    "float16": 2, "bfloat16": 2, "int16": 2, "uint16": 2, "int8": 1, "uint8": 1, "bool": 1, "string": 16,
}  # fmt: skip
"""Bytes of an element, by Keras's dtype names."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over a model: weights by number and bytes; outputs in bytes and multiply-adds, both per example.

    `complete` says that all weights are known; if not, the sums are those of what is known. `sized` says the same of
    activations and multiply-adds, which also miss where a size is None.
    """

    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0
    activation_bytes: int = 0
    multiply_adds: int = 0
    complete: bool = True
    sized: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What one node weighs and costs; None is not known.

    Parameters by number and bytes, of the layer that it makes (0 where it calls another's again); multiply-adds and
    bytes of what leaves it, both for one example.
    """

    trainable: int | None
    non_trainable: int | None
    weight_bytes: int | None
    multiply_adds: int | None
    activation_bytes: int | None

    @property
    def parameters(self) -> int | None:
        """All of them."""
        return _sum(self.trainable, self.non_trainable)


UNKNOWN = Cost(None, None, None, None, None)


def cost(record: NodeRecord) -> Cost:
    """What a node weighs and costs."""
    counted = tally(record)
    weights = () if record.owner is not None else counted.weights
    if weights is None:
        return Cost(None, None, None, counted.multiply_adds, counted.activation_bytes)
    trainable = sum(weight.size for weight in weights if weight.trainable)
    return Cost(
        trainable,
        sum(weight.size for weight in weights) - trainable,
        sum(weight.size * SIZES.get(weight.dtype, 4) for weight in weights),
        counted.multiply_adds,
        counted.activation_bytes,
    )


def tally(record: NodeRecord) -> Tally:
    """The weights and costs of one node."""
    if record.tally is None:
        record.tally = _counted(record)
    return record.tally


def total(drawing: Drawing) -> Totals:
    """The sums over what is part of the model: everything that leads to an Output, or all while there is none.

    A layer that is called several times counts once.
    """
    inference = drawing.inference
    members = _members(inference, drawing.outputs)
    layers: dict[NodeId, NodeRecord] = {}
    trainable = non_trainable = weight_bytes = activation_bytes = multiply_adds = 0
    complete = sized = True
    for id_ in members:
        record = inference.records[id_]
        counted = tally(record)
        if counted.activation_bytes is None or counted.multiply_adds is None:
            sized = False
        activation_bytes += counted.activation_bytes or 0
        multiply_adds += counted.multiply_adds or 0
        layers[inference.layer(record)[0].id] = record
    for id_ in layers:
        weights = tally(inference.records[id_]).weights
        if weights is None:
            complete = False
            continue
        for weight in weights:
            size = weight.size
            if weight.trainable:
                trainable += size
            else:
                non_trainable += size
            weight_bytes += size * SIZES.get(weight.dtype, 4)
    return Totals(trainable, non_trainable, weight_bytes, activation_bytes, multiply_adds, complete, sized)


def _counted(record: NodeRecord) -> Tally:
    if record.block is not None:
        return _inside(record)
    kind, settings, arguments = record.kind, record.settings, record.arguments
    if kind is None or settings is None or arguments is None or record.failure is not None:
        return Tally(None, None, None)
    weights: tuple[Weight, ...] | None
    try:
        weights = kind.weights(settings, *arguments)
        multiply_adds = kind.multiply_adds(settings, *arguments)
    except Exception:
        log.exception("the weights or the cost of %s could not be counted", kind.name)
        return Tally(None, None, None)
    return Tally(weights, multiply_adds, _output_bytes(record))


def _members(inference: Inference, outputs: Collection[NodeId]) -> Collection[NodeId]:
    """What is part of a model: everything that leads to one of its Outputs, or all while there is none."""
    return structure.upstream(inference.graph, outputs) if outputs else inference.graph.nodes.keys()


def _inside(record: NodeRecord) -> Tally:
    """The weights and costs of everything in a block, for the shapes that it was made for."""
    if record.inside is None or record.settings is None:
        return Tally(None, None, None)
    inference = record.inside.inference
    members = _members(inference, [node.id for node in exits(inference.graph)])
    weights: list[Weight] | None = []
    multiply_adds: int | None = 0
    activation_bytes: int | None = 0
    for id_ in (*inference.order, *inference.stuck):
        inner = inference.records[id_]
        if id_ not in members:
            continue
        counted = tally(inner)
        multiply_adds = _sum(multiply_adds, counted.multiply_adds)
        activation_bytes = _sum(activation_bytes, counted.activation_bytes)
        if inference.layer(inner)[0] is inner:
            if weights is not None and counted.weights is not None:
                weights += [_in_block(each, inner, record.settings) for each in counted.weights]
            else:
                weights = None
    return Tally(None if weights is None else tuple(weights), multiply_adds, activation_bytes)


def _in_block(weight: Weight, inner: NodeRecord, settings: Settings) -> Weight:
    """A weight as the block names it; a block that is not trainable freezes all there is in it (keras.Model)."""
    trainable = weight.trainable and settings.on("trainable")
    return weight._replace(name=f"{inner.node.name}/{weight.name}", trainable=trainable)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _output_bytes(record: NodeRecord) -> int | None:
    total_bytes = 0
    for spec in record.outputs.values():
        elements = product(spec.shape[1:]) if spec is not None else None
        if spec is None or elements is None:
            return None
        total_bytes += elements * SIZES.get(spec.dtype, 4)
    return total_bytes
