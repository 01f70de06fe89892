"""Layers that normalize activations: BatchNormalization."""

from __future__ import annotations

from studio.catalog.arguments import ANY, constrained, initialized, regularized
from studio.catalog.checks import no_such_axis, unknown_size
from studio.catalog.declaration import Family, Kind, Param, Weight
from studio.catalog.dtypes import result, variables
from studio.catalog.forms import Axes, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product

CENTER = Param("center", Switch(), True, "Whether a learned offset (beta) is added.")
SCALE = Param("scale", Switch(), True, "Whether a learned factor (gamma) is applied.")
EPSILON = Param("epsilon", Number(0), 0.001, "A small number against division by zero.", True)


def _batch(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    axis, shape = p.whole("axis"), x.shape
    if not -len(shape) <= axis < len(shape):
        raise no_such_axis("BatchNormalization", axis, shape)
    if shape[axis] is None:
        raise unknown_size("BatchNormalization", "the size of its axis", axis % len(shape), shape)
    return result(p, shape, x.masked)


def _batch_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    size = x.shape[p.whole("axis")]
    assert size is not None
    made = [Weight(name, (size,)) for name, switch in (("gamma", "scale"), ("beta", "center")) if p.on(switch)]
    statistics = ["moving_mean", "moving_variance"]
    if p.on("renorm"):
        statistics += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    return variables(p, *made, *(Weight(name, (size,), trainable=False) for name in statistics))


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


KINDS = (
    Kind(
        "BatchNormalization",
        "keras.layers.BatchNormalization",
        "Batch normalization",
        Family.NORMALIZATION,
        "Brings each channel to mean 0 and variance 1 over the batch, then learns its own scale and offset.",
        _batch,
        params=(
            Param("axis", Axes(), -1, "The axis of the channels."),
            Param("momentum", Number(0, 1), 0.99, "How slowly the moving statistics follow."),
            EPSILON,
            CENTER,
            SCALE,
            *initialized("beta", "gamma", "moving_mean", "moving_variance"),
            *regularized("beta", "gamma"),
            *constrained("beta", "gamma"),
            Param("renorm", Switch(), False, "Whether batch renormalization is used.", True),
            Param("renorm_momentum", Number(0, 1), 0.99, "How slowly the renorm statistics follow.", True),
            Param("synchronized", Switch(), False, "Whether devices share their statistics.", True),
            *ANY,
        ),
        weights=_batch_weights,
        multiply_adds=_elements,
    ),
)
