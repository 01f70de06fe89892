"""What the declarations of operations share: how one is declared, axes, broadcasting."""

from __future__ import annotations

from collections.abc import Callable

from studio.catalog.checks import clash, no_such_axis
from studio.catalog.declaration import OUTPUT, CostRule, Family, InferRule, Kind, Param, Port, Ports, ShapeError
from studio.catalog.dtypes import FLOATS
from studio.catalog.forms import Axes, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

PREFIX = "ops."
CLASS_NAMES = {"abs": "absolute"}
"""The functions whose class has another name; Keras names a call by its class."""
X = Port("x")
AXIS = Param("axis", Axes(several=True, optional=True), None, "Over which axes (the batch is 0); None is all of them.")
LAST_AXIS = Param("axis", Axes(), -1, "Along which axis; the batch is 0.")
KEEPDIMS = Param("keepdims", Switch(), False, "Whether the axes stay, with size 1.")


def operation(
    name: str,
    summary: str,
    infer: InferRule,
    *,
    inputs: Ports = (X,),
    params: tuple[Param, ...] = (),
    outputs: Callable[[Settings], Ports] | None = None,
    multiply_adds: CostRule | None = None,
    headline: tuple[str, ...] | None = None,
) -> Kind:
    """The kind of `keras.ops.NAME`."""
    shown = tuple(param.name for param in params) if headline is None else headline
    return Kind(
        f"{PREFIX}{name}",
        f"keras.ops.{name}",
        f"ops.{name}",
        Family.OPERATION,
        summary,
        infer,
        params,
        inputs,
        outputs or _one_output,
        multiply_adds=multiply_adds or _each_element(infer),
        headline=shown,
    )


def auto_name(kind: Kind) -> str:
    """What Keras calls the first call of an operation in a model; the others get `_1`, `_2`, … behind it."""
    name = kind.name.removeprefix(PREFIX)
    return CLASS_NAMES.get(name, name)


def _one_output(p: Settings) -> Ports:
    return (OUTPUT,)


def _each_element(infer: InferRule) -> CostRule:
    def multiply_adds(p: Settings, *inputs: object) -> int | None:
        return product(infer(p, *inputs)[0].shape[1:])

    return multiply_adds


def free(p: Settings, *inputs: object) -> int:
    """The cost of what only moves numbers."""
    return 0


def plain(shape: Shape, dtype: str) -> tuple[TensorSpec]:
    """The one output of an operation; masks end here, since no layer carries them on (keras.Operation)."""
    return (TensorSpec(shape, dtype),)


def real(name: str, x: TensorSpec, port: str = "x") -> None:
    """Raise ShapeError for a tensor that is not of floats: TensorFlow has this function for floats only."""
    if x.dtype not in FLOATS:
        raise ShapeError(
            "dtype.float",
            f"{name} works with real numbers; it gets {x.dtype}. Put an ops.cast to float32 before it.",
            port=port,
        )


def numeric(name: str, x: TensorSpec, port: str = "x") -> None:
    """Raise ShapeError for text."""
    if x.dtype == "string":
        raise ShapeError(
            "dtype.text",
            f"{name} works with numbers; it gets text. Put a StringLookup or TextVectorization before it.",
            port=port,
        )


def one_axis(name: str, p: Settings, shape: Shape, param: str = "axis", more: int = 0) -> int:
    """An axis counted from the start, of a tensor with `more` axes than `shape`. Raises ShapeError if there is none."""
    axis, rank = p.whole(param), len(shape) + more
    if not -rank <= axis < rank:
        raise no_such_axis(name, axis, shape, param, "x")
    return axis % rank


def axes(name: str, p: Settings, shape: Shape, param: str = "axis") -> tuple[int, ...] | None:
    """Axes counted from the start; None is all of them. Raises ShapeError for one that is not there, or twice."""
    if p[param] is None:
        return None
    rank = len(shape)
    found = []
    for axis in p.axes(param):
        if not -rank <= axis < rank:
            raise no_such_axis(name, axis, shape, param, "x")
        found.append(axis % rank)
    if len(set(found)) < len(found):
        raise clash(name, param, f"{p[param]} names an axis twice.")
    return tuple(found)


def broadcast(name: str, one: Shape, other: Shape, port: str) -> Shape:
    """The shape of two tensors joined element by element, aligned at the right.

    Source: keras.src.ops.operation_utils.broadcast_shapes. Raises ShapeError where sizes differ and none is 1.
    """
    rank = max(len(one), len(other))
    first = (1,) * (rank - len(one)) + one
    second = (1,) * (rank - len(other)) + other
    sizes: list[int | None] = []
    for a, b in zip(first, second, strict=True):
        if a == 1:
            sizes.append(b)
        elif a is None:
            sizes.append(None if b == 1 else b)
        elif b in (1, None, a):
            sizes.append(a)
        else:
            raise ShapeError(
                "shape.merge",
                f"{name} works element by element; {shape_text(one)} and {shape_text(other)} do not fit together: "
                f"{a} meets {b}. Give both the same sizes, or 1 where one is to be repeated.",
                port=port,
            )
    return tuple(sizes)
