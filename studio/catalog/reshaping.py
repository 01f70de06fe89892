"""Layers that rearrange: Flatten, Reshape, Permute, RepeatVector."""

from __future__ import annotations

from math import prod

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import check_batch, clash, wrong_rank
from studio.catalog.declaration import Family, Kind, Param, ShapeError, WantsElements
from studio.catalog.dtypes import passed_dtype, result
from studio.catalog.forms import Dims, Integer
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text


def _flatten(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    check_batch("Flatten", x)
    return (TensorSpec((x.shape[0], product(x.shape[1:])), passed_dtype(p, x.dtype)),)


def _reshape(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    check_batch("Reshape", x)
    sizes = _resolved(p.dims("target_shape"), x.shape)
    return (TensorSpec((x.shape[0], *sizes), passed_dtype(p, x.dtype)),)


def _resolved(target: Shape, shape: Shape) -> Shape:
    elements = product(shape[1:])
    if elements is None:  # Keras checks nothing then, and leaves -1 unknown
        return tuple(None if size == -1 else size for size in target)
    fixed = prod(size for size in target if size is not None and size != -1)
    if -1 not in target:
        if fixed == elements:
            return target
        raise _other_elements(target, shape, elements, f"{fixed:,}", WantsElements(fixed))
    if elements % fixed:
        raise _other_elements(target, shape, elements, f"a multiple of {fixed:,}", None)
    return tuple(elements // fixed if size == -1 else size for size in target)


def _other_elements(target: Shape, shape: Shape, elements: int, needed: str, wants: WantsElements | None) -> ShapeError:
    return ShapeError(
        "shape.elements",
        f"Reshape only rearranges: target_shape {shape_text(target)} needs {needed} elements an example; "
        f"{shape_text(shape)} has {elements:,}. Change target_shape, or put −1 for one size to be worked out.",
        port="input",
        param="target_shape",
        wants=wants,
    )


def _permute(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    dims = p.dims("dims")
    if sorted(size or 0 for size in dims) != list(range(1, len(dims) + 1)):
        raise clash(
            "Permute",
            "dims",
            f"dims {dims} should name each axis once, counted from 1 without the batch, "
            f"such as {tuple(range(len(dims), 0, -1))}.",
        )
    if len(x.shape) != len(dims) + 1:
        raise wrong_rank("Permute", f"as many axes as dims {dims} names, beside the batch", len(dims) + 1, x.shape)
    sizes = tuple(x.shape[axis] for axis in dims if axis is not None)
    return (TensorSpec((x.shape[0], *sizes), passed_dtype(p, x.dtype)),)


def _repeat(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    if len(x.shape) != 2:
        raise wrong_rank("RepeatVector", "vectors (batch, features)", 2, x.shape)
    return result(p, (x.shape[0], p.whole("n"), x.shape[1]))


KINDS = (
    Kind(
        "Flatten",
        "keras.layers.Flatten",
        "Flatten",
        Family.RESHAPING,
        "Lays out everything but the batch in one row: images become vectors.",
        _flatten,
        params=(DATA_FORMAT, *ANY),
        takes_text=True,
    ),
    Kind(
        "Reshape",
        "keras.layers.Reshape",
        "Reshape",
        Family.RESHAPING,
        "Gives the same elements another shape.",
        _reshape,
        params=(
            Param(
                "target_shape",
                Dims(rest=True),
                help="The shape of one example, without the batch; one −1 is worked out from the rest.",
                start=(-1,),
            ),
            *ANY,
        ),
        headline=("target_shape",),
        takes_text=True,
    ),
    Kind(
        "Permute",
        "keras.layers.Permute",
        "Permute",
        Family.RESHAPING,
        "Puts the axes in another order.",
        _permute,
        params=(Param("dims", Dims(), help="The old axes in their new order, counted from 1.", start=(2, 1)), *ANY),
        headline=("dims",),
    ),
    Kind(
        "RepeatVector",
        "keras.layers.RepeatVector",
        "Repeat vector",
        Family.RESHAPING,
        "Repeats each vector n times, one step after the other, as a decoder's input.",
        _repeat,
        params=(Param("n", Integer(1), help="How many steps come out.", start=8), *ANY),
        headline=("n",),
    ),
)
