"""Activations as layers of their own."""

from __future__ import annotations

from studio.catalog.arguments import ANY, constrained, initialized, regularized
from studio.catalog.checks import carried, check_mask, clash, no_such_axis, unknown_size
from studio.catalog.declaration import Family, InferRule, Kind, Param, Port, Weight
from studio.catalog.dtypes import FLOATS, check_floats, result, variables
from studio.catalog.forms import Axes, Number, Object, Role
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product

OF_TRUTHS = frozenset({"linear", "tanh", "exponential"})
OF_WHOLE = OF_TRUTHS | {"relu", "relu6", "leaky_relu", "ReLU", "LeakyReLU"}
"""The functions that TensorFlow works out for True and False, and for whole numbers."""

MASK = Port("mask", optional=True, help="Which elements count.", argument="mask")


def _same(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    return result(p, x.shape, x.masked)


def _curved(name: str) -> InferRule:
    """The rule of an activation that is worked out in real numbers."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        check_floats(name, x)
        return _same(p, x)

    return infer


def _no_truths(name: str) -> InferRule:
    """The rule of an activation that takes whole numbers as well, but not True and False."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        if x.dtype == "bool":
            check_floats(name, x)
        return _same(p, x)

    return infer


def _activation(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    if x.dtype not in FLOATS:
        value = p.inner("activation")
        name = "linear" if value is None else value.kind
        if name not in (OF_TRUTHS if x.dtype == "bool" else OF_WHOLE):
            check_floats(f"Activation with {name}", x)
    return _same(p, x)


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


def _softmax(p: Settings, x: TensorSpec, mask: TensorSpec | None = None) -> tuple[TensorSpec]:
    axes = p["axis"] if isinstance(p["axis"], tuple) else (p["axis"],)
    for axis in axes:
        if isinstance(axis, int) and not -len(x.shape) <= axis < len(x.shape):
            raise no_such_axis("Softmax", axis, x.shape)
    check_floats("Softmax", x)
    check_mask("Softmax", "mask", mask, x.shape, stretches=True)
    return result(p, x.shape, carried(mask, x, x.shape))


def _prelu_shape(p: Settings, x: TensorSpec) -> list[int | None]:
    sizes = list(x.shape[1:])
    shared = p["shared_axes"]
    for axis in shared if isinstance(shared, tuple) else () if shared is None else (shared,):
        if not isinstance(axis, int) or not 1 <= axis <= len(sizes):
            raise clash("PReLU", "shared_axes", f"axis {axis} should be one of 1 to {len(sizes)}; 0 is the batch.")
        sizes[axis - 1] = 1
    return sizes


def _prelu(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    sizes = _prelu_shape(p, x)
    if None in sizes:
        axis = sizes.index(None) + 1
        raise unknown_size("PReLU", "every size that is not in shared_axes", axis, x.shape)
    check_floats("PReLU", x)
    return _same(p, x)


def _prelu_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    return variables(p, Weight("alpha", tuple(size for size in _prelu_shape(p, x) if size is not None)))


KINDS = (
    Kind(
        "Activation",
        "keras.layers.Activation",
        "Activation",
        Family.ACTIVATION,
        "Applies a function to every element.",
        _activation,
        params=(Param("activation", Object(Role.ACTIVATION), help="The function.", start="relu"), *ANY),
        headline=("activation",),
    ),
    Kind(
        "ReLU",
        "keras.layers.ReLU",
        "ReLU",
        Family.ACTIVATION,
        "Keeps what is positive and sets the rest to 0.",
        _no_truths("ReLU"),
        params=(
            Param("max_value", Number(0, optional=True), None, "What larger values are cut to; None cuts nothing."),
            Param("negative_slope", Number(0), 0.0, "What negative values are multiplied by."),
            Param("threshold", Number(0), 0.0, "Where positive begins."),
            *ANY,
        ),
    ),
    Kind(
        "LeakyReLU",
        "keras.layers.LeakyReLU",
        "Leaky ReLU",
        Family.ACTIVATION,
        "Keeps what is positive and lets a little of the rest through.",
        _no_truths("LeakyReLU"),
        params=(Param("negative_slope", Number(0), 0.3, "What negative values are multiplied by."), *ANY),
        headline=("negative_slope",),
    ),
    Kind(
        "PReLU",
        "keras.layers.PReLU",
        "PReLU",
        Family.ACTIVATION,
        "A leaky ReLU that learns its slopes.",
        _prelu,
        params=(
            *initialized("alpha"),
            *regularized("alpha"),
            *constrained("alpha"),
            Param(
                "shared_axes",
                Axes(several=True, optional=True),
                None,
                "Axes along which the slope is the same; 1 is the first after the batch.",
            ),
            *ANY,
        ),
        weights=_prelu_weights,
        multiply_adds=_elements,
    ),
    Kind(
        "ELU",
        "keras.layers.ELU",
        "ELU",
        Family.ACTIVATION,
        "Keeps what is positive and bends the rest smoothly towards −alpha.",
        _curved("ELU"),
        params=(Param("alpha", Number(), 1.0, "Where large negative values end."), *ANY),
        headline=("alpha",),
    ),
    Kind(
        "Softmax",
        "keras.layers.Softmax",
        "Softmax",
        Family.ACTIVATION,
        "Turns scores into shares that add up to 1.",
        _softmax,
        params=(Param("axis", Axes(several=True), -1, "The axis along which they add up to 1."), *ANY),
        inputs=(Port("input"), MASK),
        headline=("axis",),
    ),
)
