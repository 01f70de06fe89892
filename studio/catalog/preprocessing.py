"""Layers that prepare data inside the model: Rescaling, Normalization."""

from __future__ import annotations

from studio.catalog.arguments import ANY
from studio.catalog.checks import clash, no_such_axis, unknown_size
from studio.catalog.declaration import Family, Kind, Param, Weight
from studio.catalog.dtypes import result, variables
from studio.catalog.forms import Axes, Numbers, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text
from studio.core.values import Value


def _nested_shape(value: Value) -> tuple[int, ...] | None:
    """The shape of nested numbers as NumPy sees it; None if they are ragged."""
    if not isinstance(value, tuple):
        return ()
    inner = {_nested_shape(item) for item in value}
    if len(inner) != 1 or None in inner:
        return None
    (shape,) = inner
    return None if shape is None else (len(value), *shape)


def _spreads(small: tuple[int, ...], large: Shape) -> bool:
    """Whether a shape broadcasts to another one without changing it."""
    return len(small) <= len(large) and all(
        a in (1, b) or b is None for a, b in zip(reversed(small), reversed(large), strict=False)
    )


def _rescaling(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    for name in ("scale", "offset"):
        shape = _nested_shape(p[name])
        if shape is None or not _spreads(shape, x.shape):
            raise clash(
                "Rescaling",
                name,
                f"{name} should be one number, or one for each entry of the last axis of {shape_text(x.shape)}.",
            )
    return result(p, x.shape, x.masked)


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


def _kept(p: Settings, x: TensorSpec) -> tuple[int, ...]:
    """The sizes of the axes that keep their own statistics. Raises ShapeError if one is missing or unknown."""
    rank = len(x.shape)
    axes = p.axes("axis")
    for axis in axes:
        if not -rank <= axis < rank:
            raise no_such_axis("Normalization", axis, x.shape)
    if len({axis % rank for axis in axes}) < len(axes):
        raise clash("Normalization", "axis", f"axis {p['axis']} names one axis of {shape_text(x.shape)} twice.")
    sizes = []
    for axis in sorted(axis % rank for axis in axes):
        size = x.shape[axis]
        if size is None:
            raise unknown_size("Normalization", "the size of its axis", axis, x.shape)
        sizes.append(size)
    return tuple(sizes)


def _normalization(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    mean, variance = p["mean"], p["variance"]
    if (mean is None) != (variance is None):
        raise clash("Normalization", "variance", "mean and variance belong together; give both, or neither.")
    shape = _nested_shape(mean)
    if mean is not None and (shape is None or shape != _nested_shape(variance)):
        raise clash("Normalization", "variance", "mean and variance should hold equally many numbers.")
    kept = _kept(p, x)
    if mean is not None and (shape is None or not _spreads(shape, kept)):
        raise clash(
            "Normalization",
            "mean",
            f"mean should be one number, or one for each entry of the axes {p['axis']} of {shape_text(x.shape)}.",
        )
    return result(p, x.shape, x.masked)


def _learns_statistics(p: Settings) -> bool:
    return p["mean"] is None


def _normalization_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    if p["mean"] is not None:
        return ()
    kept = _kept(p, x)
    made = variables(p, Weight("mean", kept, trainable=False), Weight("variance", kept, trainable=False))
    return (*made, Weight("count", (), trainable=False, dtype="int64"))


KINDS = (
    Kind(
        "Rescaling",
        "keras.layers.Rescaling",
        "Rescaling",
        Family.PREPROCESSING,
        "Multiplies by a scale and adds an offset: pixels from 0…255 to 0…1.",
        _rescaling,
        params=(
            Param("scale", Numbers(), help="What is multiplied by.", start=1 / 255),
            Param("offset", Numbers(), 0.0, "What is added afterwards."),
            *ANY,
        ),
        multiply_adds=_elements,
        headline=("scale", "offset"),
    ),
    Kind(
        "Normalization",
        "keras.layers.Normalization",
        "Normalization",
        Family.PREPROCESSING,
        "Brings each feature to mean 0 and variance 1, by statistics of the training data or your own.",
        _normalization,
        params=(
            Param(
                "axis",
                Axes(several=True, optional=True),
                -1,
                "The axes whose entries have statistics of their own; None takes one mean for all.",
            ),
            Param("mean", Numbers(optional=True), None, "A mean of your own; None takes the training data's."),
            Param("variance", Numbers(optional=True), None, "A variance of your own; None takes the training data's."),
            Param("invert", Switch(), False, "Whether it is undone instead.", True),
            *ANY,
        ),
        weights=_normalization_weights,
        multiply_adds=_elements,
        headline=("axis",),
        adapts=_learns_statistics,
    ),
)
