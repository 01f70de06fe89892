"""Over axes: means, sums, extremes, where they are."""

from __future__ import annotations

from studio.catalog.declaration import InferRule, Kind, Param
from studio.catalog.dtypes import FLOATS
from studio.catalog.forms import Axes
from studio.catalog.operations.declaring import AXIS, KEEPDIMS, axes, numeric, operation, plain
from studio.catalog.promotion import STANDARD_FLOAT
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product

SUMMED = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
"""What small whole numbers are added up in. Source: keras.ops.sum."""
ONE_AXIS = Param("axis", Axes(optional=True), None, "Over which axis (the batch is 0); None is all of them.", start=-1)


def _left(shape: Shape, gone: tuple[int, ...] | None, keep: bool) -> Shape:
    if gone is None:
        gone = tuple(range(len(shape)))
    if keep:
        return tuple(1 if at in gone else size for at, size in enumerate(shape))
    return tuple(size for at, size in enumerate(shape) if at not in gone)


def _reduced(name: str, dtype: str = "", *, floats: bool = False, summed: bool = False) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        numeric(f"ops.{name}", x)
        shape = _left(x.shape, axes(f"ops.{name}", p, x.shape), p.on("keepdims"))
        if dtype:
            return plain(shape, dtype)
        if floats and x.dtype not in FLOATS:
            return plain(shape, STANDARD_FLOAT)
        return plain(shape, SUMMED.get(x.dtype, x.dtype) if summed else x.dtype)

    return infer


def _elements(p: Settings, x: TensorSpec) -> int | None:
    return product(x.shape[1:])


def _over(name: str, summary: str, rule: InferRule, axis: Param = AXIS) -> Kind:
    # What people reduce is an example, not the batch: a fresh node keeps axis 0.
    chosen = Param(axis.name, axis.form, axis.default, axis.help, start=-1)
    return operation(name, summary, rule, params=(chosen, KEEPDIMS), multiply_adds=_elements)


KINDS: tuple[Kind, ...] = (
    _over("mean", "The mean over axes.", _reduced("mean", floats=True)),
    _over("sum", "The sum over axes.", _reduced("sum", summed=True)),
    _over("prod", "The product over axes.", _reduced("prod", summed=True)),
    _over("max", "The largest over axes.", _reduced("max")),
    _over("min", "The smallest over axes.", _reduced("min")),
    _over("var", "The variance over axes.", _reduced("var", floats=True)),
    _over("std", "The standard deviation over axes.", _reduced("std", floats=True)),
    _over("any", "Whether any is True, over axes.", _reduced("any", "bool")),
    _over("all", "Whether all are True, over axes.", _reduced("all", "bool")),
    _over("argmax", "Where the largest is.", _reduced("argmax", "int32"), ONE_AXIS),
    _over("argmin", "Where the smallest is.", _reduced("argmin", "int32"), ONE_AXIS),
)
