"""A feature as the model meets it: encoded, with the batch axis first."""

from __future__ import annotations

from studio.core.tensors import Shape, TensorSpec
from studio.document.data_choice import Encoding, Feature

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})


def encoded(feature: Feature) -> TensorSpec:
    """What the program hands to the model for a feature."""
    return TensorSpec((None, *encoded_shape(feature)), encoded_dtype(feature))


def encoded_span(feature: Feature) -> tuple[float, float] | None:
    """The smallest and the largest number that a feature gives, as far as it is known."""
    if feature.span is None or feature.encoding not in (Encoding.NONE, Encoding.SCALE):
        return None
    factor = feature.scale if feature.encoding is Encoding.SCALE else 1.0
    ends = sorted((feature.span[0] * factor, feature.span[1] * factor))
    return ends[0], ends[1]


def encoded_shape(feature: Feature) -> Shape:
    """The shape of one example once it is encoded: one-hot vectors have as many numbers as there are classes."""
    if feature.encoding is not Encoding.ONE_HOT:
        return feature.shape
    classes = len(feature.classes)
    if feature.shape in ((), (1,)):
        return (classes,)
    return feature.shape if feature.shape[-1] == classes else (*feature.shape, classes)


def encoded_dtype(feature: Feature) -> str:
    """The dtype of a feature once it is encoded."""
    if feature.encoding is Encoding.CATEGORY:
        return "int64"
    if feature.encoding in (Encoding.SCALE, Encoding.STANDARDIZE) and feature.dtype not in FLOATS:
        return "float64"
    return feature.dtype
