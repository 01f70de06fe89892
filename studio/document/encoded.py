"""A feature as the model meets it: encoded, with the batch axis first."""

from __future__ import annotations

from studio.core.tensors import Shape, TensorSpec
from studio.document.data_choice import Encoding, Feature, Missing

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})
RESCALING = frozenset({Encoding.SCALE, Encoding.STANDARDIZE, Encoding.MIN_MAX})
FLAGGING = RESCALING | {Encoding.NONE}
SCALING = frozenset({Encoding.SCALE, Encoding.IMAGE})
CLASS_NUMBERS = frozenset({Encoding.CATEGORY, Encoding.MASK})
CLASSES = CLASS_NUMBERS | {Encoding.ONE_HOT}
BETWEEN_0_AND_1 = SCALING | {Encoding.MIN_MAX}
BETWEEN_MINUS_1_AND_1 = BETWEEN_0_AND_1 | {Encoding.DATE, Encoding.SOUND}


def encoded(feature: Feature) -> TensorSpec:
    """What the program hands to the model for a feature."""
    return TensorSpec((None, *encoded_shape(feature)), encoded_dtype(feature))


def encoded_span(feature: Feature) -> tuple[float, float] | None:
    """The smallest and the largest number that a feature gives, as far as it is known."""
    if feature.encoding is Encoding.MIN_MAX:
        return 0.0, 1.0
    if feature.span is None or feature.encoding not in (Encoding.NONE, *SCALING):
        return None
    factor = feature.scale if feature.encoding in SCALING else 1.0
    ends = sorted((feature.span[0] * factor, feature.span[1] * factor))
    return ends[0], ends[1]


def encoded_shape(feature: Feature) -> Shape:
    """The shape of one example once it is encoded.

    One-hot vectors have as many numbers as there are classes, dates two for each part of each column, at each step of
    their window; flags double the last axis.
    """
    shape = feature.shape
    steps = feature.window.length if feature.window is not None else 1
    match feature.encoding:
        case Encoding.ONE_HOT:
            classes = len(feature.classes)
            if shape in ((), (1,)):
                return (classes,)
            return shape if shape[-1] == classes and shape != (steps,) else (*shape, classes)
        case Encoding.DATE:
            numbers = 2 * len(feature.parts) * len(feature.columns)
            return (numbers,) if steps == 1 else (steps, numbers)
        case _:
            last = shape[-1] if shape else None
            return (*shape[:-1], 2 * last) if last is not None and is_flagged(feature) else shape


def rows(feature: Feature) -> tuple[int, int]:
    """The rows that a feature sees, counted from the example's own: from the first to before the last."""
    window = feature.window
    return (0, 1) if window is None else (window.first, window.first + window.length)


def is_flagged(feature: Feature) -> bool:
    """Whether numbers beside the values say which of them were missing."""
    return feature.missing is Missing.FLAG and feature.encoding in FLAGGING and bool(feature.shape)


def encoded_dtype(feature: Feature) -> str:
    """The dtype of a feature once it is encoded."""
    if feature.encoding in (Encoding.CATEGORY, Encoding.MASK):
        return "int64"
    if feature.encoding is Encoding.TEXT_FILE:
        return "string"
    if feature.encoding in (Encoding.IMAGE, Encoding.SOUND, Encoding.DATE):
        return "float32"
    if feature.encoding in RESCALING and feature.dtype not in FLOATS:
        return "float64"
    return feature.dtype
