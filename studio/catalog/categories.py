"""Layers that turn numbers and categories into numbers of categories, or into vectors of them."""

from __future__ import annotations

from math import ceil

from studio.catalog.arguments import ANY
from studio.catalog.checks import check_batch, clash
from studio.catalog.declaration import INPUT, Family, Kind, Param, Port, ShapeError, WantsRank
from studio.catalog.dtypes import compute_dtype
from studio.catalog.encodings import (
    TEXT,
    check_counting,
    check_no_text,
    one_hot_shape,
    summed_shape,
)
from studio.catalog.forms import Choice, Dtype, Entries, EntryKind, Integer, Number, Sizes, Token
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text

LOOK_UP = "Put a StringLookup before it, which numbers the words."
ENCODE_AFTER = "Set output_mode to int and put a CategoryEncoding after it."
HASH_DTYPES = Choice(
    ("int64", "int32", "float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"), optional=True
)
BINS = Param("num_bins", Integer(1), help="How many numbers there are.", start=32)
WHOLE = frozenset({"int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8"})


def _variable_dtype(p: Settings) -> str:
    """The dtype that a layer's variables have: float32 under a mixed policy."""
    policy = p["dtype"]
    return "float32" if policy is None or str(policy).startswith("mixed_") else str(policy)


def _category_encoding(p: Settings, x: TensorSpec, weights: TensorSpec | None) -> tuple[TensorSpec]:
    name, mode = "CategoryEncoding", p.text("output_mode")
    if p["num_tokens"] is None:
        raise clash(name, "num_tokens", "num_tokens must say how many categories there are. Set it.")
    check_no_text(name, x, LOOK_UP)
    if weights is not None:
        _check_weights(mode, x, weights)
    depth = p.whole("num_tokens")
    if mode == "one_hot":
        shape = one_hot_shape(name, x.shape, depth)
    else:
        shape = summed_shape(name, mode, x.shape, depth)
        if weights is not None or not str(p["dtype"]).startswith("mixed_"):
            check_counting(name, p, mode)
    return (TensorSpec(shape, _variable_dtype(p)),)


def _check_weights(mode: str, x: TensorSpec, weights: TensorSpec) -> None:
    if mode != "count":
        raise clash(
            "CategoryEncoding",
            "output_mode",
            f"count_weights are to count with, and the output_mode is {mode}. Set it to count, or take the wire away.",
        )
    check_no_text("CategoryEncoding", weights, "Wire numbers.", "count_weights")
    if weights.shape != x.shape:
        raise ShapeError(
            "shape.merge",
            f"CategoryEncoding wants a weight for each value, {shape_text(x.shape)}; "
            f"it gets {shape_text(weights.shape)} as count_weights. Wire one of that shape.",
            port="count_weights",
        )


def _discretization(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name, mode = "Discretization", p.text("output_mode")
    check_no_text(name, x, LOOK_UP)
    depth = _bins(p)
    if mode == "int":
        return (TensorSpec(x.shape, "int32"),)
    shape: Shape
    if mode == "one_hot":
        shape = one_hot_shape(name, x.shape, depth)
    elif len(x.shape) > 2:
        shape = (x.shape[0], *x.shape[2:], depth)
    else:
        shape = summed_shape(name, mode, x.shape, depth)
        check_counting(name, p, mode)
    return (TensorSpec(shape, compute_dtype(p)),)


def _bins(p: Settings) -> int:
    """The number of bins. Raises ShapeError for boundaries and numbers that do not go together."""
    boundaries, bins = p["bin_boundaries"], p["num_bins"]
    if isinstance(boundaries, tuple):
        if bins is not None:
            raise clash("Discretization", "num_bins", "bin_boundaries already make the bins; leave num_bins out.")
        if sorted(boundaries) != list(boundaries):  # type: ignore[type-var]  # numbers, by their form
            raise clash("Discretization", "bin_boundaries", "bin_boundaries should go up from left to right.")
        return len(boundaries) + 1
    if not isinstance(bins, int):
        raise clash(
            "Discretization",
            "num_bins",
            "set num_bins, for boundaries found in the training data, or bin_boundaries of your own.",
        )
    made = ceil(1 / (1 / bins))
    if made != bins:  # numpy.arange(0, 1, 1 / bins), by which get_bin_boundaries steps
        raise clash(
            "Discretization", "num_bins", f"Keras makes {made} bins of {bins}, by an error of rounding. Set {bins - 1}."
        )
    return bins


def _learns_bins(p: Settings) -> bool:
    return p["bin_boundaries"] is None


def _hashing(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name, mode = "Hashing", p.text("output_mode")
    _check_mask_value(p, x)
    if mode == "int":
        policy = "int64" if p["dtype"] is None else p.text("dtype")
        if policy not in ("int32", "int64"):
            raise clash(name, "dtype", f"with output_mode int, dtype is int64 or int32, not {policy}.")
        return (TensorSpec(x.shape, policy),)
    depth = p.whole("num_bins")
    if mode == "one_hot":
        return (TensorSpec(_hashed_one_hot(x.shape, depth), _variable_dtype(p)),)
    shape = summed_shape(name, mode, x.shape, depth)
    if not str(p["dtype"]).startswith("mixed_"):
        check_counting(name, p, mode)
    return (TensorSpec(shape, _variable_dtype(p)),)


def _check_mask_value(p: Settings, x: TensorSpec) -> None:
    value = p["mask_value"]
    if value is None or p.whole("num_bins") == 1:
        return
    fits = x.dtype == TEXT if isinstance(value, str) else x.dtype not in (TEXT, "bool")
    if not fits:
        raise clash(
            "Hashing",
            "mask_value",
            f"mask_value {value!r} is compared with the input, which is {x.dtype}. Give it a value of that kind.",
        )


def _hashed_one_hot(shape: Shape, depth: int) -> Shape:
    """One vector for one value. Source: keras.layers.Hashing, which says (batch, bins) for several values as well."""
    if len(shape) > 1 and shape[-1] == 1 and (len(shape) == 2 or shape[-2] not in (1, None)):
        return (*shape[:-1], depth)
    raise ShapeError(
        "shape.rank",
        f"Hashing with output_mode one_hot wants one value, (batch, 1); it gets {shape_text(shape)}, for which "
        f"Keras 3.15 works out another shape than it gives. {ENCODE_AFTER}",
        port="input",
        wants=WantsRank(2, 2),
    )


def _hashed_crossing(p: Settings, inputs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    name, first = "HashedCrossing", inputs[0].shape
    if len(inputs) != 2:
        raise ShapeError(
            "shape.wires",
            f"{name} crosses two inputs; it gets {len(inputs)}. Wire two, and cross the result with a third.",
            port="inputs",
        )
    for slot, x in enumerate(inputs):
        check_batch(name, x, "inputs", slot)
        if len(x.shape) > 2 or (len(x.shape) == 2 and x.shape[1] != 1):
            raise ShapeError(
                "shape.rank",
                f"{name} crosses one value with one value, (batch,) or (batch, 1); it gets {shape_text(x.shape)}. "
                "Wire single columns.",
                port="inputs",
                slot=slot,
                wants=WantsRank(1, 2),
            )
        if x.shape != first:
            raise ShapeError(
                "shape.merge",
                f"{name} wants both inputs of one shape; it gets {shape_text(first)} and {shape_text(x.shape)}. "
                "Give both Inputs the same shape.",
                port="inputs",
                slot=slot,
            )
        if x.dtype != TEXT and x.dtype not in WHOLE:
            raise ShapeError(
                "dtype.category",
                f"{name} crosses text and whole numbers; it gets {x.dtype}. "
                "Make whole numbers of it with a Discretization, or give the Input a whole dtype.",
                port="inputs",
                slot=slot,
            )
    if p["output_mode"] == "int":
        return (TensorSpec(first, "int64" if p["dtype"] is None else compute_dtype(p)),)
    if first == (1,):
        raise ShapeError(
            "shape.rank",
            f"{name} with output_mode one_hot wants (batch, 1), or a batch of any size; it gets (1,), for which Keras "
            "3.15 works out another shape than it gives. Wire columns of shape (batch, 1).",
            port="inputs",
            wants=WantsRank(2, 2),
        )
    return (TensorSpec((first[0], p.whole("num_bins")), compute_dtype(p)),)


KINDS = (
    Kind(
        "CategoryEncoding",
        "keras.layers.CategoryEncoding",
        "Category Encoding",
        Family.PREPROCESSING,
        "Makes a vector with a place for each category out of whole numbers.",
        _category_encoding,
        params=(
            Param(
                "num_tokens",
                Integer(1, optional=True),
                None,
                "How many categories there are: one more than the largest number.",
                start=10,
            ),
            Param(
                "output_mode",
                Choice(("multi_hot", "one_hot", "count")),
                "multi_hot",
                "Whether an example becomes one vector of ones, one of counts, or one for each value.",
            ),
            *ANY,
        ),
        inputs=(INPUT, Port("count_weights", optional=True, argument="count_weights", label="count weights")),
        headline=("num_tokens", "output_mode"),
    ),
    Kind(
        "Discretization",
        "keras.layers.Discretization",
        "Discretization",
        Family.PREPROCESSING,
        "Sorts numbers into bins, with boundaries of your own or equally many training examples in each.",
        _discretization,
        params=(
            Param(
                "bin_boundaries",
                Entries(EntryKind.NUMBER, optional=True),
                None,
                "Where one bin ends and the next begins; None takes num_bins.",
            ),
            Param(
                "num_bins",
                Integer(2, optional=True),
                None,
                "How many bins the training data are sorted into.",
                start=10,
            ),
            Param("epsilon", Number(0, 1, above=True), 0.01, "How exactly the boundaries are found.", True),
            Param(
                "output_mode",
                Choice(("int", "one_hot", "multi_hot", "count")),
                "int",
                "Whether the number of the bin comes out, or a vector.",
            ),
            Param("dtype", Dtype(policy=True), None, "The dtype of vectors; None follows the program's.", True),
        ),
        headline=("num_bins", "output_mode"),
        adapts=_learns_bins,
    ),
    Kind(
        "Hashing",
        "keras.layers.Hashing",
        "Hashing",
        Family.PREPROCESSING,
        "Gives each word or number one of a few numbers, without a vocabulary; some share one. Needs TensorFlow.",
        _hashing,
        params=(
            BINS,
            Param("mask_value", Token(optional=True), None, "The value that stands for nothing and becomes 0.", True),
            Param(
                "salt", Sizes(2, 0, optional=True), None, "Makes another way of hashing, which nobody can guess.", True
            ),
            Param(
                "output_mode",
                Choice(("int", "one_hot", "multi_hot", "count")),
                "int",
                "Whether the number comes out, or a vector.",
            ),
            ANY[0],
            ANY[1],
            Param(
                "dtype", HASH_DTYPES, None, "The dtype of what comes out; None is int64, or float32 for vectors.", True
            ),
        ),
        headline=("num_bins", "output_mode"),
        takes_text=True,
    ),
    Kind(
        "HashedCrossing",
        "keras.layers.HashedCrossing",
        "Hashed Crossing",
        Family.PREPROCESSING,
        "Makes one category out of two, such as city and weekday, by hashing the pair. Needs TensorFlow.",
        _hashed_crossing,
        params=(
            BINS,
            Param("output_mode", Choice(("int", "one_hot")), "int", "Whether the number comes out, or a vector."),
            Param(
                "dtype", HASH_DTYPES, None, "The dtype of what comes out; None is int64, or float32 for vectors.", True
            ),
        ),
        inputs=(Port("inputs", many=True, at_least=2, at_most=2),),
        headline=("num_bins", "output_mode"),
        takes_text=True,
    ),
)
