"""What a saved model was compiled with: the optimizer for training, losses and metrics for the Outputs."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.catalog.forms import Role
from studio.catalog.registry import in_role
from studio.core.values import Inner, Value
from studio.document.changes import Change, Edit, NodeChange, TrainingChange
from studio.document.document import Document
from studio.document.graph import Node
from studio.project.keras_import.objects import Notes, keras_object
from studio.project.plain import Plain

OUTPUT = "Output"


def take_over(document: Document, plain: Plain, notes: Notes) -> None:
    """Set optimizer, losses, loss weights and metrics as the field `compile_config` of a saved model has them."""
    if not isinstance(plain, dict):
        return
    changes: list[Change] = []
    optimizer = keras_object(Role.OPTIMIZER, plain.get("optimizer"), notes, "the optimizer")
    if isinstance(optimizer, str):
        optimizer = Inner(optimizer)
    if isinstance(optimizer, Inner):
        training = replace(document.training, optimizer=_with_short_rate(optimizer))
        changes.append(TrainingChange(document.training, training))
    outputs = [node for node in document.root.nodes.values() if node.kind == OUTPUT]
    names = [_key(document, node) for node in outputs]
    losses = _each(plain.get("loss"), names, lambda item: _loss(item, notes))
    weights = _each(plain.get("loss_weights"), names, _number)
    metrics = _each(plain.get("metrics"), names, lambda item: _metrics(item, notes))
    for node, loss, weight, measured in zip(outputs, losses, weights, metrics, strict=True):
        said: dict[str, Value] = {"loss": loss, "loss_weight": weight, "metrics": measured or None}
        params = {name: value for name, value in said.items() if value is not None}
        if params:
            changes.append(NodeChange(document.root.id, node, replace(node, params={**node.params, **params})))
    if changes:
        document.apply(Edit("Compile", tuple(changes)))


def _key(document: Document, output: Node) -> str:
    """The name by which Keras knows what an Output takes: that of the layer."""
    wires = document.root.incoming(output.id)
    if not wires:
        return output.name
    source = document.root.nodes[wires[0].source]
    return (document.root.nodes[source.shares] if source.shares is not None else source).name


def _each(plain: Plain, names: Sequence[str], read: Callable[[Plain], Value]) -> list[Value]:
    """What is said of each output: by name, one after the other, or once for all."""
    if isinstance(plain, dict) and "class_name" not in plain:
        return [read(plain.get(name)) for name in names]
    if isinstance(plain, list) and len(names) > 1 and len(plain) == len(names):
        return [read(item) for item in plain]
    return [read(plain) for _ in names]


def _loss(plain: Plain, notes: Notes) -> Value:
    if isinstance(plain, list):
        plain = plain[0] if len(plain) == 1 else None
    return keras_object(Role.LOSS, plain, notes, "a loss")


def _metrics(plain: Plain, notes: Notes) -> tuple[Value, ...]:
    items = plain if isinstance(plain, list) else [plain]
    flat = [each for item in items for each in (item if isinstance(item, list) else [item])]
    found = (keras_object(Role.METRIC, item, notes, "a metric") for item in flat)
    return tuple(value for value in found if value is not None)


def _number(plain: Plain) -> Value:
    return float(plain) if isinstance(plain, (int, float)) and not isinstance(plain, bool) else None


def _with_short_rate(optimizer: Inner) -> Inner:
    """The learning rate as it was written: Keras keeps it in 32 bits, and saves what that is in 64."""
    rate = optimizer.params.get("learning_rate")
    if not isinstance(rate, float):
        return optimizer
    short = _shortest(rate)
    params = {name: value for name, value in optimizer.params.items() if name != "learning_rate"}
    if short != in_role(Role.OPTIMIZER, optimizer.kind).defaults["learning_rate"]:
        params["learning_rate"] = short
    return Inner(optimizer.kind, params)


def _shortest(number: float) -> float:
    """The number with the fewest digits that is the same in 32 bits."""
    kept = struct.pack("<f", number)
    tried = (float(f"{number:.{digits}g}") for digits in range(1, 17))
    return next((each for each in tried if struct.pack("<f", each) == kept), number)
