"""Layers that normalize activations: over the batch, over the example, by groups, by length."""

from __future__ import annotations

from studio.catalog.arguments import ANY, constrained, initialized, regularized
from studio.catalog.checks import clash, no_such_axis, unknown_size
from studio.catalog.declaration import Family, Kind, Param, Weight
from studio.catalog.dtypes import check_floats, result, variables
from studio.catalog.forms import Axes, Integer, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

CENTER = Param("center", Switch(), True, "Whether a learned offset (beta) is added.")
SCALE = Param("scale", Switch(), True, "Whether a learned factor (gamma) is applied.")
EPSILON = Param("epsilon", Number(0), 0.001, "A small number against division by zero.", True)
GAMMA_BETA = (*initialized("beta", "gamma"), *regularized("beta", "gamma"), *constrained("beta", "gamma"))


def _check_axes(name: str, axes: tuple[int, ...], shape: Shape) -> None:
    for axis in axes:
        if not -len(shape) <= axis < len(shape):
            raise no_such_axis(name, axis, shape)


def _known(name: str, axes: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """The sizes of the axes. Raises ShapeError if one is unknown."""
    sizes = []
    for axis in axes:
        size = shape[axis]
        if size is None:
            raise unknown_size(name, "the size of its axis", axis % len(shape), shape)
        sizes.append(size)
    return tuple(sizes)


def _gamma_beta(p: Settings, shape: tuple[int, ...]) -> list[Weight]:
    return [Weight(name, shape) for name, switch in (("gamma", "scale"), ("beta", "center")) if p.on(switch)]


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


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
    statistics = ["moving_mean", "moving_variance"]
    if p.on("renorm"):
        statistics += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    return variables(p, *_gamma_beta(p, (size,)), *(Weight(name, (size,), trainable=False) for name in statistics))


def _layer_axes(p: Settings) -> tuple[int, ...]:
    return tuple(sorted(p.axes("axis")))


def _layer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    axes = _layer_axes(p)
    _check_axes("LayerNormalization", axes, x.shape)
    if p.on("scale") or p.on("center"):
        _known("LayerNormalization", axes, x.shape)
    return result(p, x.shape, x.masked)


def _layer_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    if not (p.on("scale") or p.on("center")):
        return ()
    return variables(p, *_gamma_beta(p, _known("LayerNormalization", _layer_axes(p), x.shape)))


def _group(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    axes = p.axes("axis")
    _check_axes("GroupNormalization", axes, x.shape)
    (channels,) = _known("GroupNormalization", axes, x.shape)
    groups = p.whole("groups")
    if groups == 0 or (groups != -1 and (channels % groups or channels < groups)):
        raise clash(
            "GroupNormalization",
            "groups",
            f"{channels} channels of {shape_text(x.shape)} cannot be shared out evenly among {groups} groups. "
            "Choose a divisor, or −1 for one group per channel.",
        )
    return result(p, x.shape, x.masked)


def _group_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    return variables(p, *_gamma_beta(p, _known("GroupNormalization", p.axes("axis"), x.shape)))


def _unit(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    _check_axes("UnitNormalization", p.axes("axis"), x.shape)
    check_floats("UnitNormalization", x)
    return result(p, x.shape, x.masked)


def _rms(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    axes = p.axes("axis")
    _check_axes("RMSNormalization", axes, x.shape)
    rank = len(x.shape)
    if {axis % rank for axis in axes} != set(range(rank - len(axes), rank)):
        raise clash(
            "RMSNormalization",
            "axis",
            f"Keras applies its scale to the last axes only, and axis is {p['axis']}. Choose −1, or Permute before it.",
        )
    _known("RMSNormalization", axes, x.shape)
    return result(p, x.shape)


def _rms_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    return variables(p, Weight("scale", _known("RMSNormalization", _layer_axes(p), x.shape)))


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
    Kind(
        "LayerNormalization",
        "keras.layers.LayerNormalization",
        "Layer normalization",
        Family.NORMALIZATION,
        "Brings each example to mean 0 and variance 1 along an axis, then learns its own scale and offset.",
        _layer,
        params=(
            Param("axis", Axes(several=True), -1, "The axes that are normalized together."),
            EPSILON,
            CENTER,
            SCALE,
            *GAMMA_BETA,
            *ANY,
        ),
        weights=_layer_weights,
        multiply_adds=_elements,
    ),
    Kind(
        "GroupNormalization",
        "keras.layers.GroupNormalization",
        "Group normalization",
        Family.NORMALIZATION,
        "Normalizes groups of channels together: steady with small batches.",
        _group,
        params=(
            Param("groups", Integer(-1), 32, "How many groups the channels form; −1 is one for each channel."),
            Param("axis", Axes(), -1, "The axis of the channels."),
            EPSILON,
            CENTER,
            SCALE,
            *GAMMA_BETA,
            *ANY,
        ),
        weights=_group_weights,
        multiply_adds=_elements,
        headline=("groups",),
    ),
    Kind(
        "UnitNormalization",
        "keras.layers.UnitNormalization",
        "Unit normalization",
        Family.NORMALIZATION,
        "Scales vectors to length 1.",
        _unit,
        params=(Param("axis", Axes(several=True), -1, "The axes along which length is measured."), *ANY),
        multiply_adds=_elements,
    ),
    Kind(
        "RMSNormalization",
        "keras.layers.RMSNormalization",
        "RMS normalization",
        Family.NORMALIZATION,
        "Divides by the root of the mean square, then learns a scale: a cheaper layer normalization.",
        _rms,
        params=(
            Param("axis", Axes(several=True), -1, "The axes that are normalized together."),
            Param("epsilon", Number(0), 1e-06, "A small number against division by zero.", True),
            *ANY,
        ),
        weights=_rms_weights,
        multiply_adds=_elements,
    ),
)
