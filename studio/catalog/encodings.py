"""How numbers of categories become vectors: one-hot, multi-hot, counts; the shapes that really come out.

Source: keras.src.utils.numerical_utils.encode_categorical_inputs. Keras 3.15 works out some of these shapes otherwise
than its call gives them. Layers after it would be built for what is never there, so such calls are refused here.
"""

from __future__ import annotations

from studio.catalog.checks import clash
from studio.catalog.declaration import ShapeError, WantsKnown, WantsRank
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text

TEXT = "string"
SUMMING = frozenset({"multi_hot", "count", "tf_idf"})
"""The ways that make one vector of all the values of an example."""

SHORT_FLOATS = frozenset({"float16", "bfloat16", "mixed_float16", "mixed_bfloat16"})


def check_no_text(name: str, x: TensorSpec, advice: str, port: str = "input") -> None:
    """Raise ShapeError for text where numbers are wanted."""
    if x.dtype == TEXT:
        raise ShapeError("dtype.text", f"{name} works with numbers; it gets text. {advice}", port=port)


def check_text(name: str, x: TensorSpec) -> None:
    """Raise ShapeError for numbers where text is wanted."""
    if x.dtype != TEXT:
        raise ShapeError(
            "dtype.text",
            f"{name} works with text; it gets {x.dtype}. Give the Input a feature of text and the dtype string.",
            port="input",
        )


def one_hot_shape(name: str, shape: Shape, depth: int | None) -> Shape:
    """The shape once each value is a vector: a last axis of size 1 becomes the vector. Raises ShapeError."""
    if len(shape) > 1 and shape[-1] is None:
        raise ShapeError(
            "shape.unknown",
            f"{name} must know how many values an example has, since one value alone makes another shape than several; "
            f"it gets {shape_text(shape)}. Give the Input a fixed size there, or choose the output_mode multi_hot.",
            port="input",
            wants=WantsKnown(len(shape) - 1),
        )
    return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)


def summed_shape(name: str, mode: str, shape: Shape, depth: int | None) -> Shape:
    """The shape once the values of an example are one vector. Raises ShapeError unless there is one axis of values."""
    if len(shape) != 2:
        if len(shape) == 1:
            said = (
                "where the whole batch would become one vector. "
                "Give the Input the shape (1,), or choose the output_mode one_hot."
            )
        else:
            said = "where Keras 3.15 adds up axis 1 and takes it for the last one. Flatten it first."
        raise ShapeError(
            "shape.rank",
            f"{name} with output_mode {mode} wants (batch, values); it gets {shape_text(shape)}, {said}",
            port="input",
            wants=WantsRank(2, 2),
        )
    return (shape[0], depth)


def check_counting(name: str, p: Settings, mode: str) -> None:
    """Raise ShapeError for a dtype in which TensorFlow cannot count."""
    policy = p["dtype"]
    if policy in SHORT_FLOATS:
        raise clash(
            name,
            "dtype",
            f"TensorFlow cannot work out {mode} in {policy}. "
            "Leave dtype to the program, or choose the output_mode one_hot.",
        )
