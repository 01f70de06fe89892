"""What a layer of the user's own makes of its inputs: the engine is the oracle, nothing is trained."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from studio.engine.backend import start_afresh
from studio.engine.program import execute, failure
from studio.protocol.messages import Failed, Probe, Probed, TensorReport


def run_probe(request: Probe) -> Probed | Failed:
    """Make the layer, call it with symbolic tensors, and say what comes out and which variables it has made."""
    path = Path(request.program)
    start_afresh()
    try:
        layer, outputs = _called(execute(path), request)
        return Probed(
            request.run,
            [_report(tensor) for tensor in keras.tree.flatten(outputs)],
            [
                (weight.path.removeprefix(f"{layer.name}/"), list(weight.shape), bool(weight.trainable), weight.dtype)
                for weight in layer.weights
            ],
        )
    except BaseException as error:  # a SystemExit of the layer's must not end the engine
        return failure(request.run, error, path)
    finally:
        start_afresh()


def _called(program: ModuleType, request: Probe) -> tuple[Any, Any]:
    """The layer and what it gives; without allocating weights where Keras can do that, as in verifying."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            return _call(program, request)
    except Exception:
        start_afresh()
        return _call(program, request)


def _call(program: ModuleType, request: Probe) -> tuple[Any, Any]:
    layer = program.make_layer()
    if not isinstance(layer, keras.layers.Layer):
        raise TypeError(f"{type(layer).__name__} is no keras.layers.Layer; let the class inherit from it")
    return layer, program.call_layer(layer, [_tensor(each) for each in request.inputs])


def _tensor(report: TensorReport) -> Any:
    tensor = keras.KerasTensor(tuple(report.shape), report.dtype)
    if report.masked:
        tensor._keras_mask = keras.KerasTensor(tuple(report.shape[:2]), "bool")
    return tensor


def _report(tensor: Any) -> TensorReport:
    if not isinstance(tensor, keras.KerasTensor):
        raise TypeError(f"the layer gives {type(tensor).__name__}, which is no tensor")
    return TensorReport(list(tensor.shape), tensor.dtype, getattr(tensor, "_keras_mask", None) is not None)
