"""What really happens in a case: the layer traced with its unknown sizes, as training does, and then run on zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from studio.catalog.registry import KINDS
from studio.core.tensors import Shape, TensorSpec
from tests.parity.drawing import Case
from tests.parity.oracle import arguments, backend, made, symbolic, tree

FILL = 3
"""What stands for an unknown size when numbers are put in."""


def really(case: Case) -> tuple[TensorSpec, ...] | str:
    """The shapes and dtypes that come out on data (unknown sizes filled with 3), or why TensorFlow refuses."""
    kind = KINDS[case.kind]
    try:
        layer = made(kind, case.params)
        args, kwargs = arguments(kind, case.params, [symbolic(spec) for spec in case.wired])
        layer(*args, **kwargs, **case.call)  # makes the weights, which must not happen while tracing

        def call(*flat: Any) -> Any:
            args, kwargs = arguments(kind, case.params, _nested(list(flat), case.wired))
            mode = {"training": True} if layer._call_has_training_arg else {}
            return layer(*args, **kwargs, **case.call, **mode)

        specs = [spec for wired in case.wired for spec in _flat(wired)]
        traced = tf.function(call).get_concrete_function(*(tf.TensorSpec(s.shape, s.dtype) for s in specs))
        outputs = tree.flatten(traced(*map(_data, specs)))
        return tuple(TensorSpec(_shape(x), backend.standardize_dtype(x.dtype)) for x in outputs)
    except Exception as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = [line for line in lines if "Error: " in line or "Exception encountered" not in line]
        return f"{type(error).__name__}: {' | '.join(said[:1] + said[-6:])}"


def filled(spec: TensorSpec) -> TensorSpec:
    """Shape and dtype of a spec with its unknown sizes filled in."""
    return TensorSpec(tuple(FILL if size is None else size for size in spec.shape), spec.dtype)


def _data(spec: TensorSpec) -> Any:
    """Zeros, or as many words."""
    shape = filled(spec).shape
    return tf.fill(shape, "a") if spec.dtype == "string" else tf.constant(np.zeros(shape), spec.dtype)


def _shape(tensor: Any) -> Shape:
    return tuple(backend.convert_to_numpy(tensor).shape)


def _flat(wired: Any) -> tuple[TensorSpec, ...]:
    if wired is None:
        return ()
    return (wired,) if isinstance(wired, TensorSpec) else tuple(wired)


def _nested(flat: list[Any], wired: tuple[Any, ...]) -> list[Any]:
    """The tensors in the places of their specs."""
    rest = iter(flat)
    nested: list[Any] = []
    for spec in wired:
        if spec is None or isinstance(spec, TensorSpec):
            nested.append(None if spec is None else next(rest))
        else:
            nested.append([next(rest) for _ in spec] or None)
    return nested
