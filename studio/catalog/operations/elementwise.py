"""One tensor, element by element, or along an axis with the shape unchanged."""

from __future__ import annotations

from studio.catalog.declaration import InferRule, Kind, Param, Port
from studio.catalog.dtypes import FLOATS
from studio.catalog.forms import Axes, Integer, Number, Switch
from studio.catalog.operations.declaring import LAST_AXIS, axes, free, numeric, one_axis, operation, plain, real
from studio.catalog.promotion import STANDARD_FLOAT
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product

SLOPE = Param("negative_slope", Number(), 0.2, "What negative numbers are multiplied by.")
ALPHA = Param("alpha", Number(), 1.0, "How far below zero it goes.")
SOME_AXIS = Param("axis", Axes(optional=True), None, "Along which axis (the batch is 0); None flattens first.", start=1)
FLIPPED = Param("axis", Axes(several=True, optional=True), None, "Which axes (the batch is 0); None is all of them.")


def _same(name: str, dtype: str = "") -> InferRule:
    """A rule: the same shape; `dtype`, or the same."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        numeric(f"ops.{name}", x)
        return plain(x.shape, dtype or x.dtype)

    return infer


def _as_floats(name: str) -> InferRule:
    """A rule: the same shape; whole numbers become floats."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        numeric(f"ops.{name}", x)
        return plain(x.shape, x.dtype if x.dtype in FLOATS else STANDARD_FLOAT)

    return infer


def _of_floats(name: str, *, along: bool = False) -> InferRule:
    """A rule: the same shape, for floats only; `along` an axis."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        real(f"ops.{name}", x)
        if along:
            one_axis(f"ops.{name}", p, x.shape)
        return plain(x.shape, x.dtype)

    return infer


def _booleans_counted(name: str) -> InferRule:
    """A rule: the same shape; bool becomes int32."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        numeric(f"ops.{name}", x)
        return plain(x.shape, "int32" if x.dtype == "bool" else x.dtype)

    return infer


def _running(name: str) -> InferRule:
    """A rule for what runs along an axis, or along the flattened tensor."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        numeric(f"ops.{name}", x)
        dtype = "int32" if x.dtype == "bool" else x.dtype
        if p["axis"] is None:
            return plain((product(x.shape),), dtype)
        one_axis(f"ops.{name}", p, x.shape)
        return plain(x.shape, dtype)

    return infer


def _moved(name: str) -> InferRule:
    """A rule for what moves elements along axes."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        axes(f"ops.{name}", p, x.shape)
        return plain(x.shape, x.dtype)

    return infer


KEPT = {
    "abs": "Without the sign.",
    "negative": "With the other sign.",
    "sign": "−1, 0 or 1.",
    "relu": "Negative numbers become 0.",
    "relu6": "Negative numbers become 0, and those above 6 become 6.",
}
FLOATED = {
    "sqrt": "The square root.",
    "exp": "e to the power of each number.",
    "exp2": "2 to the power of each number.",
    "expm1": "e to the power of each number, minus 1.",
    "log": "The natural logarithm.",
    "log1p": "The natural logarithm of 1 plus each number.",
    "log2": "The logarithm to base 2.",
    "log10": "The logarithm to base 10.",
    "sin": "The sine.",
    "cos": "The cosine.",
    "tan": "The tangent.",
    "sinh": "The hyperbolic sine.",
    "cosh": "The hyperbolic cosine.",
    "tanh": "The hyperbolic tangent.",
    "arcsin": "The angle with this sine.",
    "arccos": "The angle with this cosine.",
    "arctan": "The angle with this tangent.",
    "floor": "Rounded down.",
    "ceil": "Rounded up.",
}
FOR_FLOATS = {
    "rsqrt": "1 over the square root.",
    "erf": "The error function.",
    "sigmoid": "Squeezed between 0 and 1.",
    "softplus": "A smooth relu: log(1 + e^x).",
    "softsign": "x over 1 + |x|.",
    "silu": "x times its sigmoid.",
    "selu": "An elu that keeps mean and deviation.",
    "hard_sigmoid": "A sigmoid of straight lines.",
    "hard_silu": "x times its hard sigmoid.",
    "hard_tanh": "Cut off at −1 and 1.",
    "log_sigmoid": "The logarithm of the sigmoid.",
}
TESTS = {
    "isnan": "True where there is no number.",
    "isinf": "True where a number is infinite.",
    "isfinite": "True where a number is finite.",
    "logical_not": "True where there is a zero or False.",
}

KINDS: tuple[Kind, ...] = (
    *(operation(name, summary, _same(name)) for name, summary in KEPT.items()),
    operation("square", "Times itself.", _booleans_counted("square")),
    operation("round", "Rounded.", _same("round"), params=(Param("decimals", Integer(0), 0, "So many digits stay."),)),
    operation(
        "clip",
        "Cut off below and above.",
        _booleans_counted("clip"),
        params=(
            Param("x_min", Number(), help="Nothing smaller comes out.", start=0.0),
            Param("x_max", Number(), help="Nothing larger comes out.", start=1.0),
        ),
    ),
    *(operation(name, summary, _as_floats(name)) for name, summary in FLOATED.items()),
    *(operation(name, summary, _of_floats(name)) for name, summary in FOR_FLOATS.items()),
    operation("leaky_relu", "Negative numbers become smaller.", _of_floats("leaky_relu"), params=(SLOPE,)),
    operation("elu", "Negative numbers bend towards −alpha.", _of_floats("elu"), params=(ALPHA,)),
    operation("celu", "An elu without a kink.", _of_floats("celu"), params=(ALPHA,)),
    operation(
        "gelu",
        "x times the share of normal numbers below it.",
        _of_floats("gelu"),
        params=(Param("approximate", Switch(), True, "Whether a faster formula is used."),),
    ),
    operation("softmax", "Shares that add up to 1.", _of_floats("softmax", along=True), params=(LAST_AXIS,)),
    operation(
        "log_softmax", "The logarithm of the softmax.", _of_floats("log_softmax", along=True), params=(LAST_AXIS,)
    ),
    *(operation(name, summary, _same(name, "bool"), multiply_adds=free) for name, summary in TESTS.items()),
    operation("zeros_like", "Zeros in the same shape.", _same("zeros_like"), multiply_adds=free),
    operation("ones_like", "Ones in the same shape.", _same("ones_like"), multiply_adds=free),
    operation(
        "stop_gradient",
        "The same numbers, through which nothing is learned.",
        _same("stop_gradient"),
        inputs=(Port("variable"),),
        multiply_adds=free,
    ),
    operation("cumsum", "The sum so far, along an axis.", _running("cumsum"), params=(SOME_AXIS,)),
    operation("cumprod", "The product so far, along an axis.", _running("cumprod"), params=(SOME_AXIS,)),
    operation("flip", "In the other order.", _moved("flip"), params=(FLIPPED,), multiply_adds=free),
    operation(
        "roll",
        "Moved along, what falls off comes in at the other end.",
        _moved("roll"),
        params=(
            Param("shift", Integer(), help="By so many places.", start=1),
            Param("axis", Axes(optional=True), None, "Along which axis; None flattens first, and back.", start=1),
        ),
        multiply_adds=free,
    ),
)
