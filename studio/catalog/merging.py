"""Layers that merge several tensors: Concatenate, Add and their like."""

from __future__ import annotations

from studio.catalog.arguments import COMMON
from studio.catalog.declaration import Family, Kind, Param, Port, ShapeError, WantsSameShape
from studio.catalog.dtypes import compute_dtype
from studio.catalog.forms import Axes
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, shape_text

INPUTS = Port("inputs", many=True, at_least=1, help="The tensors, in order.")


def _concatenate(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec, ...]:
    first = xs[0].shape
    axis = p.whole("axis")
    if not -len(first) <= axis < len(first):
        raise ShapeError(
            "param.axis", f"Concatenate has no axis {axis} in {shape_text(first)}.", port="inputs", param="axis"
        )
    axis %= len(first)
    for slot, x in enumerate(xs[1:], 1):
        same_rank = len(x.shape) == len(first)
        if not same_rank or any(
            a != b and None not in (a, b) and at != axis for at, (a, b) in enumerate(zip(first, x.shape, strict=True))
        ):
            raise ShapeError(
                "shape.merge",
                f"Concatenate joins along axis {axis}, so every other size must agree; "
                f"it gets {shape_text(first)} and {shape_text(x.shape)}.",
                port="inputs",
                slot=slot,
                wants=WantsSameShape(axis),
            )
    sizes = [x.shape[axis] for x in xs]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    joined = TensorSpec((*first[:axis], total, *first[axis + 1 :]), compute_dtype(p, xs[0].dtype))
    return (joined._replace(masked=any(x.masked for x in xs)),)


KINDS = (
    Kind(
        "Concatenate",
        "keras.layers.Concatenate",
        "Concatenate",
        Family.MERGING,
        "Puts tensors side by side along one axis.",
        _concatenate,
        params=(Param("axis", Axes(), -1, "The axis along which they are joined; 0 is the batch."), *COMMON),
        inputs=(INPUTS,),
        headline=("axis",),
    ),
)
