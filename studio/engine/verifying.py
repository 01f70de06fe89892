"""What Keras itself says of a program's model: every layer's output shapes and weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from studio.engine.backend import start_afresh
from studio.engine.program import Program, failure, load_program
from studio.protocol.messages import Failed, LayerReport, Verified, Verify


def run_verification(request: Verify) -> Verified | Failed:
    """Build the model of the program at the request's path and report it; nothing is trained, no data is loaded."""
    path = Path(request.program)
    start_afresh()
    try:
        model = _build(load_program(path))
        return Verified(
            request.run,
            [_report(name, layer, calls) for name, layer, calls in _layers(model, "")],
            _count(model.trainable_weights),
            _count(model.non_trainable_weights),
        )
    except BaseException as error:  # a program's SystemExit must not end the engine
        return failure(request.run, error, path)
    finally:
        start_afresh()


def _build(program: Program) -> Any:
    """Build without allocating a single weight where Keras can do that, otherwise really.

    Outside a stateless scope some layers can be built that cannot be inside (those that compute with a weight while
    building), and an exception from there is the one to show.
    """
    try:
        with keras.StatelessScope(initialize_variables=False):
            return program.build_model()
    except Exception:
        start_afresh()
        return program.build_model()


def _layers(model: Any, prefix: str) -> Iterator[tuple[str, Any, list[Any]]]:
    """Each operation of a functional model with its name and its calls, in Keras's order; nested models entered.

    Raises ValueError for a model that has no graph.
    """
    graph = getattr(model, "_functional", None) or model  # a Sequential model keeps its graph inside
    if not hasattr(graph, "operations"):
        raise ValueError(f"{type(model).__name__} {model.name!r} has no graph of layers to compare.")
    for operation in graph.operations:
        name = f"{prefix}{operation.name}"
        yield name, operation, _calls(graph, operation)
        if isinstance(operation, keras.Model):
            yield from _layers(operation, f"{name}/")


def _calls(graph: Any, operation: Any) -> list[Any]:
    """The calls of `operation` that belong to `graph`, in the order in which they were made."""
    own = {id(node) for nodes in graph._nodes_by_depth.values() for node in nodes}
    return [node for node in operation._inbound_nodes if id(node) in own]


def _report(name: str, operation: Any, calls: list[Any]) -> LayerReport:
    outputs = [[list(tensor.shape) for tensor in call.output_tensors] for call in calls]
    weights = getattr(operation, "weights", [])  # a bare operation has none
    start = f"{operation.name}/"
    return LayerReport(
        name,
        outputs,
        [(weight.path.removeprefix(start), list(weight.shape), bool(weight.trainable)) for weight in weights],
    )


def _count(weights: Any) -> int:
    total = 0
    for weight in weights:
        size = 1
        for axis in weight.shape:
            size *= axis
        total += size
    return total
