"""Choosing among numbers, and what kind of numbers they are."""

from __future__ import annotations

from studio.catalog.checks import clash
from studio.catalog.declaration import Kind, Param, Port, ShapeError
from studio.catalog.forms import Axes, Dtype, Integer
from studio.catalog.operations.declaring import broadcast, free, numeric, one_axis, operation, plain
from studio.catalog.promotion import promoted
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product


def _cast(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    numeric("ops.cast", x)
    if p.text("dtype") == "string":
        raise clash("ops.cast", "dtype", "numbers cannot become text.")
    return plain(x.shape, p.text("dtype"))


def _one_hot(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    numeric("ops.one_hot", x)
    axis, rank = p.whole("axis"), len(x.shape)
    if not -1 <= axis < rank:
        raise clash("ops.one_hot", "axis", f"axis {axis} is none of -1 and 0 to {rank - 1}.")
    at = rank if axis == -1 else axis
    return plain(
        (*x.shape[:at], p.whole("num_classes"), *x.shape[at:]), "float32" if p["dtype"] is None else p.text("dtype")
    )


def _take(p: Settings, x: TensorSpec, indices: TensorSpec) -> tuple[TensorSpec]:
    if "int" not in indices.dtype:
        text = f"ops.take wants whole numbers as indices; it gets {indices.dtype}. Put an ops.cast to int32 before it."
        raise ShapeError("dtype.integer", text, port="indices")
    if p["axis"] is None:
        return plain(indices.shape, x.dtype)
    axis = one_axis("ops.take", p, x.shape)
    return plain((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)


def _where(p: Settings, condition: TensorSpec, x1: TensorSpec, x2: TensorSpec) -> tuple[TensorSpec]:
    numeric("ops.where", condition, "condition")
    numeric("ops.where", x1, "x1")
    numeric("ops.where", x2, "x2")
    shape = broadcast("ops.where", broadcast("ops.where", condition.shape, x1.shape, "x1"), x2.shape, "x2")
    dtype = promoted([x1.dtype, x2.dtype])
    assert dtype is not None  # text was refused
    return plain(shape, dtype)


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


KINDS: tuple[Kind, ...] = (
    operation(
        "cast",
        "The same numbers in another dtype.",
        _cast,
        params=(Param("dtype", Dtype(optional=False), help="The dtype that comes out.", start="float32"),),
        multiply_adds=free,
    ),
    operation(
        "one_hot",
        "Whole numbers as vectors of zeros with a one.",
        _one_hot,
        params=(
            Param("num_classes", Integer(1), help="How many classes there are.", start=10),
            Param("axis", Axes(), -1, "Where the new axis stands."),
            Param("dtype", Dtype(), None, "The dtype that comes out; None is float32."),
        ),
        multiply_adds=free,
    ),
    operation(
        "take",
        "The elements at certain places along an axis.",
        _take,
        inputs=(Port("x"), Port("indices", help="Which ones, as whole numbers.")),
        params=(Param("axis", Axes(optional=True), None, "Along which axis; None flattens first.", start=1),),
        multiply_adds=free,
    ),
    operation(
        "where",
        "From one tensor where the condition holds, else from the other.",
        _where,
        inputs=(
            Port("condition", help="True or False for each element; a number other than 0 is True."),
            Port("x1"),
            Port("x2"),
        ),
    ),
)
