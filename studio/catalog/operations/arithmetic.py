"""Two tensors, or a tensor and a number, element by element: arithmetic, comparison, logic."""

from __future__ import annotations

from studio.catalog.declaration import InferRule, Kind, Param, Port, ShapeError
from studio.catalog.forms import Number
from studio.catalog.operations.declaring import broadcast, numeric, operation, plain
from studio.catalog.promotion import WEAK_FLOAT, promoted, weak
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

SIDES = (
    Port("x1", optional=True, help="The first tensor, if it is no number."),
    Port("x2", optional=True, help="The second tensor, if it is no number."),
)
NUMBERS = (
    Param("x1", Number(optional=True), None, "The number that stands there while no tensor is wired."),
    Param("x2", Number(optional=True), None, "The number that stands there while no tensor is wired."),
)
Side = TensorSpec | int | float


def sides(name: str, p: Settings, x1: TensorSpec | None, x2: TensorSpec | None) -> tuple[Side, Side]:
    """What stands on each side; a wire goes before a number. Raises ShapeError unless one at least is a wire."""
    found: list[Side] = []
    for port, wired in (("x1", x1), ("x2", x2)):
        number = p.values[port]
        if wired is None and number is None:
            raise ShapeError(
                "shape.wires",
                f"{name} needs two sides; {port} has neither a wire nor a number. Wire a tensor to it, or set {port}.",
                port=port,
                param=port,
            )
        if wired is not None:
            numeric(name, wired, port)
        found.append(wired if wired is not None else p.real(port))
    if not any(isinstance(side, TensorSpec) for side in found):
        raise ShapeError("shape.wires", f"{name} has two numbers and no tensor. Wire one side.", port="x1")
    return found[0], found[1]


def _joined(name: str, dtype: str = "", besides: str = "", booleans: str = "") -> InferRule:
    """A rule: with this `dtype`, or that of both sides and `besides`; `booleans` stands for bool."""

    def infer(p: Settings, x1: TensorSpec | None = None, x2: TensorSpec | None = None) -> tuple[TensorSpec]:
        given = sides(f"ops.{name}", p, x1, x2)
        shapes = [side.shape if isinstance(side, TensorSpec) else () for side in given]
        shape = broadcast(f"ops.{name}", shapes[0], shapes[1], "x2")
        if dtype:
            return plain(shape, dtype)
        dtypes = [side.dtype if isinstance(side, TensorSpec) else weak(side) for side in given]
        found = promoted([*dtypes, *([besides] if besides else [])])
        assert found is not None  # text was refused
        return plain(shape, booleans if found == "bool" and booleans else found)

    return infer


def _two(name: str, summary: str, *, dtype: str = "", besides: str = "", booleans: str = "") -> Kind:
    rule = _joined(name, dtype, besides, booleans)
    return operation(name, summary, rule, inputs=SIDES, params=NUMBERS)


KINDS = (
    _two("add", "The sum, element by element."),
    _two("subtract", "The first minus the second, element by element."),
    _two("multiply", "The product, element by element."),
    _two("divide", "The first over the second, element by element.", besides=WEAK_FLOAT),
    _two("true_divide", "The first over the second, element by element, as the operator / does.", besides=WEAK_FLOAT),
    _two("floor_divide", "The first over the second, rounded down."),
    _two("mod", "What is left over when the first is divided by the second.", booleans="int32"),
    _two("power", "The first to the power of the second."),
    _two("maximum", "The larger of the two, element by element."),
    _two("minimum", "The smaller of the two, element by element."),
    _two("equal", "True where both are the same.", dtype="bool"),
    _two("not_equal", "True where the two differ.", dtype="bool"),
    _two("greater", "True where the first is larger.", dtype="bool"),
    _two("greater_equal", "True where the first is as large or larger.", dtype="bool"),
    _two("less", "True where the first is smaller.", dtype="bool"),
    _two("less_equal", "True where the first is as small or smaller.", dtype="bool"),
    _two("logical_and", "True where both are.", dtype="bool"),
    _two("logical_or", "True where one of the two is.", dtype="bool"),
    _two("logical_xor", "True where just one of the two is.", dtype="bool"),
)
