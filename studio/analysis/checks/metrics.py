"""Metrics of an Output: do they go with the labels, and do they mean anything for them?

Source: keras.metrics, and what `fit` with wrong ones does: some raise, others count something else without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import first
from studio.catalog.forms import Role
from studio.catalog.registry import recipe
from studio.core.tensors import TensorSpec, shape_text
from studio.core.values import Value
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import CLASS_NUMBERS, CLASSES, encoded, encoded_span
from studio.document.graph import NodeId

OF_NUMBERS = frozenset(
    {
        "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "SparseCategoricalCrossentropy",
    }
)  # fmt: skip
"""Metrics for class numbers beside a unit for each class."""
OF_CLASSES = OF_NUMBERS | {
    "accuracy", "Accuracy", "CategoricalAccuracy", "BinaryAccuracy", "TopKCategoricalAccuracy", "Precision", "Recall",
    "AUC", "F1Score", "FBetaScore", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives",
    "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity",
    "BinaryCrossentropy", "CategoricalCrossentropy", "IoU", "MeanIoU", "BinaryIoU", "OneHotIoU", "OneHotMeanIoU",
}  # fmt: skip
"""Metrics that count right answers: of no meaning for quantities."""
ANY_SHAPE = frozenset({"accuracy", "CategoricalAccuracy", "OneHotIoU", "OneHotMeanIoU", "IoU"})
"""Metrics that Keras computes for class numbers beside a unit for each class, whether or not it means anything."""
FLAT = frozenset({"F1Score", "FBetaScore", "R2Score"})
"""Metrics that want two axes, (batch, units), in both."""


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What there is to say of each metric of an Output."""
    given = record.settings.values["metrics"] if record.settings is not None else ()
    feature = drawing.data.feature(record.node.params.get("target"))
    spec = first(record)
    if feature is None or spec is None or not isinstance(given, tuple):
        return
    loss = recipe(Role.LOSS, record.node.params.get("loss"))
    for value in given:
        named = recipe(Role.METRIC, value)
        if named is None:
            continue
        wrong = _wrong(named[0].name, spec, encoded(feature), feature, loss[0].name if loss else "")
        if wrong is None:
            wrong = _meaningless(named[0].name, spec, feature)
        if wrong is not None:
            yield _problem(record, value, *wrong, drawing)


def _wrong(name: str, spec: TensorSpec, label: TensorSpec, feature: Feature, loss: str) -> tuple[Severity, str] | None:
    """What makes `fit` fail."""
    shapes = f"predictions {shape_text(spec.shape)} and labels {shape_text(label.shape)}"
    if name in OF_NUMBERS:
        if label.rank == spec.rank and label.shape[-1] not in (1, None):
            return Severity.ERROR, f"{name} wants class numbers as labels; there are {shapes}"
        return None
    if name in ANY_SHAPE or name == "accuracy":
        return None
    wide = spec.shape[-1] not in (1, None)
    if label.rank == spec.rank - 1 and wide and spec.rank >= 2:
        return (
            Severity.ERROR,
            f"{name} compares number with number and wants labels of the predictions' shape; there are {shapes}",
        )
    if name in FLAT and label.rank != 2:
        return Severity.ERROR, f"{name} wants two axes in both; there are {shapes}"
    return None


def _meaningless(name: str, spec: TensorSpec, feature: Feature) -> tuple[Severity, str] | None:
    """What Keras computes, but says nothing."""
    is_class = feature.encoding in CLASSES or bool(feature.classes)
    if name in OF_CLASSES and not is_class and _is_quantity(feature):
        return (
            Severity.WARNING,
            f"{name} counts predictions that are right, but “{feature.name}” is a quantity, hardly ever hit exactly",
        )
    if name == "Accuracy" and is_class:
        return (
            Severity.WARNING,
            "Accuracy (with a capital letter) asks whether probabilities equal their labels, which they hardly ever do",
        )
    if name == "CategoricalAccuracy" and feature.encoding in CLASS_NUMBERS:
        return (
            Severity.WARNING,
            f"CategoricalAccuracy wants one-hot labels, but “{feature.name}” is class numbers; Keras does not object",
        )
    if name in ("CategoricalAccuracy", "SparseCategoricalAccuracy") and spec.shape[-1] == 1:
        return (
            Severity.WARNING,
            f"{name} looks for the largest of several units; with one unit it always finds the same",
        )
    return None


def _is_quantity(feature: Feature) -> bool:
    """Whether numbers are predicted that are not just 0 and 1."""
    if feature.encoding is Encoding.STANDARDIZE:
        return True
    ends = encoded_span(feature)
    return ends is not None and not (ends[0] >= 0 and ends[1] <= 1)


def _problem(record: NodeRecord, value: Value, severity: Severity, text: str, drawing: Drawing) -> Problem:
    return Problem(
        "metric.labels" if severity is Severity.ERROR else "metric.meaning",
        severity,
        f"{text}. Take another metric.",
        record.id,
        param="metrics",
        mending=drawing.later(record, lambda: _others(record, value, drawing)),
    )


def _others(record: NodeRecord, value: Value, drawing: Drawing) -> Iterator[Fix]:
    """The metric that goes with the target in its place, or none."""
    given = record.node.params.get("metrics")
    feature = drawing.data.feature(record.node.params.get("target"))
    assert isinstance(given, tuple)
    if feature is not None:
        is_class = feature.encoding in CLASSES
        better = "accuracy" if is_class else "mean_absolute_error"
        if better not in given:
            params = {"metrics": tuple(better if each == value else each for each in given)}
            yield fixes.fix_params(record, params, f"Use {better}")
    params = {"metrics": tuple(each for each in given if each != value)}
    yield fixes.fix_params(record, params, f"Remove {fixes.shown(value)}")
