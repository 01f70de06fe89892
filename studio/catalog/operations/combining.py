"""Several tensors into one: concatenate, stack, matrix products, choosing."""

from __future__ import annotations

from studio.catalog.checks import clash, no_such_axis
from studio.catalog.declaration import Kind, Param, Port, ShapeError, WantsSameShape
from studio.catalog.forms import Axes, Text
from studio.catalog.operations.declaring import broadcast, free, numeric, operation, plain
from studio.catalog.promotion import promoted
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _dtype(name: str, xs: tuple[TensorSpec, ...], port: str) -> str:
    for x in xs:
        numeric(name, x, port)
    found = promoted([x.dtype for x in xs])
    assert found is not None  # text was refused
    return found


def _alike(name: str, xs: tuple[TensorSpec, ...], port: str, except_axis: int | None) -> None:
    first = xs[0].shape
    for slot, x in enumerate(xs[1:], 1):
        pairs = enumerate(zip(first, x.shape, strict=False))
        fits = all(at == except_axis or None in (a, b) or a == b for at, (a, b) in pairs)
        if len(x.shape) != len(first) or not fits:
            raise ShapeError(
                "shape.merge",
                f"{name} joins tensors of one shape{'' if except_axis is None else f', but for axis {except_axis}'}; "
                f"wire 1 is {shape_text(first)}, wire {slot + 1} is {shape_text(x.shape)}. Make them alike.",
                port=port,
                slot=slot,
                wants=WantsSameShape(except_axis),
            )


def _concatenate(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    first, axis = xs[0].shape, p.whole("axis")
    if not -len(first) <= axis < len(first):
        raise no_such_axis("ops.concatenate", axis, first, port="xs")
    axis %= len(first)
    _alike("ops.concatenate", xs, "xs", axis)
    sizes = [x.shape[axis] for x in xs]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    return plain((*first[:axis], total, *first[axis + 1 :]), _dtype("ops.concatenate", xs, "xs"))


def _stack(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    first, axis = xs[0].shape, p.whole("axis")
    if not -len(first) - 1 <= axis <= len(first):
        raise no_such_axis("ops.stack", axis, first, port="x")
    axis %= len(first) + 1
    _alike("ops.stack", xs, "x", None)
    return plain((*first[:axis], len(xs), *first[axis:]), _dtype("ops.stack", xs, "x"))


def _matmul(p: Settings, x1: TensorSpec, x2: TensorSpec) -> tuple[TensorSpec]:
    dtype = "int32" if x1.dtype == x2.dtype == "int8" else _dtype("ops.matmul", (x1, x2), "x1")
    if not x1.shape or not x2.shape:
        raise ShapeError("shape.rank", "ops.matmul multiplies matrices; it gets a single number.", port="x1")
    one: Shape = x1.shape if len(x1.shape) > 1 else (1, *x1.shape)
    other: Shape = x2.shape if len(x2.shape) > 1 else (*x2.shape, 1)
    if None not in (one[-1], other[-2]) and one[-1] != other[-2]:
        raise ShapeError(
            "shape.merge",
            f"ops.matmul multiplies rows by columns, so the last axis of {shape_text(x1.shape)} and the one before the "
            f"last of {shape_text(x2.shape)} must agree; they are {one[-1]} and {other[-2]}. Transpose or change one.",
            port="x2",
        )
    shape = (*broadcast("ops.matmul", one[:-2], other[:-2], "x2"), one[-2], other[-1])
    if len(x1.shape) == 1:
        shape = (*shape[:-2], shape[-1])
    if len(x2.shape) == 1:
        shape = shape[:-1]
    return plain(shape, dtype)


def _matmul_cost(p: Settings, x1: TensorSpec, x2: TensorSpec) -> int | None:
    return product((*_matmul(p, x1, x2)[0].shape[1:], x1.shape[-1]))


def _letters(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[list[str], str]:
    """The letters of each tensor and of the result. Raises ShapeError unless they are as many as there are axes."""
    left, arrow, right = p.text("subscripts").replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow or not set(left + right) <= LETTERS | {","} or "," in right:
        text = f"“{p.text('subscripts')[:60]}” is no equation. Write a letter for each axis: bij,bjk->bik"
        raise clash("ops.einsum", "subscripts", text)
    if len(terms) != len(xs):
        text = f"the equation names {len(terms)} tensors, and {len(xs)} are wired."
        raise clash("ops.einsum", "subscripts", text)
    for term, x in zip(terms, xs, strict=True):
        if len(term) != len(x.shape):
            text = f"“{term}” has {len(term)} letters, its tensor {shape_text(x.shape)} {len(x.shape)} axes."
            raise clash("ops.einsum", "subscripts", text)
    if len(set(right)) < len(right) or not set(right) <= set(left):
        raise clash("ops.einsum", "subscripts", f"every letter of “{right}” must stand once, and on the left as well.")
    return terms, right


def _einsum(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    terms, right = _letters(p, xs)
    sizes = _sizes(terms, xs)
    dtype = "int32" if {x.dtype for x in xs} == {"int8"} else _dtype("ops.einsum", xs, "operands")
    return plain(tuple(sizes[letter] for letter in right), dtype)


def _sizes(terms: list[str], xs: tuple[TensorSpec, ...]) -> dict[str, int | None]:
    sizes: dict[str, int | None] = {}
    for slot, (term, x) in enumerate(zip(terms, xs, strict=True)):
        for letter, size in zip(term, x.shape, strict=True):
            known = sizes.get(letter)
            if None not in (known, size) and known != size and 1 not in (known, size):
                raise ShapeError(
                    "shape.merge",
                    f"ops.einsum: “{letter}” is {known} in one tensor and {size} in wire {slot + 1}, "
                    f"{shape_text(x.shape)}. Give both the same size, or another letter.",
                    port="operands",
                    slot=slot,
                )
            if letter not in sizes or known == 1 or (known is None and size != 1):
                sizes[letter] = size
    return sizes


def _einsum_cost(p: Settings, xs: tuple[TensorSpec, ...]) -> int | None:
    terms, _ = _letters(p, xs)
    sizes = _sizes(terms, xs)
    batch = terms[0][:1]
    return product(tuple(size for letter, size in sizes.items() if letter != batch))


KINDS: tuple[Kind, ...] = (
    operation(
        "concatenate",
        "Tensors one after the other along an axis.",
        _concatenate,
        inputs=(Port("xs", many=True, help="The tensors, in order."),),
        params=(Param("axis", Axes(), 0, "Along which axis; the batch is 0.", start=-1),),
        multiply_adds=free,
    ),
    operation(
        "stack",
        "Tensors side by side on a new axis.",
        _stack,
        inputs=(Port("x", many=True, help="The tensors, in order."),),
        params=(Param("axis", Axes(), 0, "Where the new axis stands; the batch is 0.", start=1),),
        multiply_adds=free,
    ),
    operation(
        "matmul",
        "The matrix product of the last two axes.",
        _matmul,
        inputs=(Port("x1"), Port("x2")),
        multiply_adds=_matmul_cost,
    ),
    operation(
        "einsum",
        "Products and sums as an equation of letters says.",
        _einsum,
        inputs=(Port("operands", many=True, help="The tensors, in the order of the equation."),),
        params=(
            Param(
                "subscripts",
                Text(examples=("bij,bjk->bik", "bi,bj->bij", "bij->bji", "bij,bij->bi", "bijk,bk->bij", "bi,bi->b")),
                help="A letter for each axis: `bij,bjk->bik`.",
                start="bij,bjk->bik",
            ),
        ),
        multiply_adds=_einsum_cost,
    ),
)
