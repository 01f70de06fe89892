"""What a run's predictions amount to: classes confused with each other, numbers beside the true ones, a forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from studio.core.wording import count_text
from studio.document.data_choice import DataChoice, Encoding, Feature, Missing, SplitBy
from studio.document.document import Document
from studio.document.encoded import CLASSES, rows
from studio.document.graph import NodeId
from studio.program.blocks import plans
from studio.project import format as project_format
from studio.runs.folder import RunFolder
from studio.runs.predictions import Predicted, Predictions, read_predictions

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_CLASSES = 1000
"""More than this many classes are no matrix that anybody reads."""
MAX_SERIES = 64
Moments: TypeAlias = "Callable[[int], NDArray[Any] | None]"
PARTS = {"test": "test", "validation": "validation", "train": "training"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """An example that the model was sure of and wrong about. `picture` has the axes height, width, channel."""

    picture: NDArray[Any]
    true: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often which class was taken for which: `counts[true, chosen]`.

    What is counted are examples, or where every example has a class in many places (pixels, steps), these.
    """

    name: str
    classes: tuple[str, ...]
    counts: NDArray[Any]
    is_by_example: bool = True
    mistakes: tuple[Mistake, ...] = ()

    @property
    def right(self) -> int:
        """How many were told right."""
        return int(self.counts.trace())

    @property
    def total(self) -> int:
        """How many there were."""
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True)
class Series:
    """One number of each example: what it is, what the model said, and what it was last (NaN where nobody knows).

    `moments` says when it is, in seconds since 1970 in the data's own time, where its dates say so.
    """

    name: str
    true: NDArray[Any]
    predicted: NDArray[Any]
    last: NDArray[Any] | None = None
    moments: NDArray[Any] | None = None

    @property
    def error(self) -> float:
        """The mean absolute error."""
        return _mean(np.abs(self.predicted - self.true))

    @property
    def compared(self) -> tuple[float, float] | None:
        """The mean absolute errors of the model and of “same as last”, both where there is a last value."""
        if self.last is None or not np.isfinite(self.last).any():
            return None
        known = np.isfinite(self.last)
        true = self.true[known]
        return _mean(np.abs(self.predicted[known] - true)), _mean(np.abs(self.last[known] - true))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Predicted numbers; `is_in_order` says that the examples follow each other as they did in time."""

    name: str
    series: tuple[Series, ...]
    is_in_order: bool
    unit: str = ""
    """How the numbers were encoded, as an adjective; empty where they are what stands in the data."""


@dataclass(frozen=True, slots=True)
class Unshown:
    """An output for which there is no picture, and the reason in a sentence."""

    name: str
    reason: str


Result: TypeAlias = Confusion | Numbers | Unshown


@dataclass(frozen=True, slots=True)
class Results:
    """What is shown of a run's predictions: one result for each output, and in words which examples those are."""

    about: str
    results: tuple[Result, ...]


def results_of(folder: RunFolder) -> Results | None:
    """What a run's predictions amount to; None if it left none. Raises FileRefused for files that cannot be read."""
    predictions = read_predictions(folder.predictions)
    if predictions is None:
        return None
    return results(project_format.load(folder.project), predictions)


def results(document: Document, predictions: Predictions) -> Results:
    """What predictions of a document's model amount to."""
    targets = _targets(document)
    if len(targets) != len(predictions.outputs):
        return Results("", (Unshown("", "The outputs of the model are not those of its project any more."),))
    when = moments_of(predictions)
    found = tuple(
        _result(document, feature, output, predictions if at == 0 else None, when)
        for at, (feature, output) in enumerate(zip(targets, predictions.outputs, strict=True))
    )
    return Results(_about(predictions), found)


def _about(predictions: Predictions) -> str:
    part = PARTS.get(predictions.part, predictions.part)
    if predictions.count < predictions.total:
        return f"The first {count_text(predictions.count)} of {count_text(predictions.total)} {part} examples"
    count = count_text(predictions.count)
    return f"All {count} {part} examples" if predictions.count != 1 else f"The only {part} example"


def _targets(document: Document) -> tuple[Feature, ...]:
    """The features that the outputs learn, in the order in which the program has them."""
    leaves = (leaf.node for leaf in plans(document).model.exits if leaf.node is not None)
    features = (document.data.feature(node.params.get("target")) for node in leaves)
    return tuple(feature for feature in features if feature is not None)


def _result(
    document: Document, feature: Feature, output: Predicted, pictures: Predictions | None, when: Moments
) -> Result:
    true, predicted = output.true, output.predicted
    for values in (true, predicted):
        if values.dtype.kind not in "biuf":
            return Unshown(feature.name, f"{feature.name} is not made of numbers, so there is nothing to draw of it.")
    if feature.encoding in CLASSES:
        return _confusion(feature, true, predicted, _pictured(document, pictures))
    if feature.encoding is Encoding.IMAGE:
        return Unshown(feature.name, f"{feature.name} is made of images; they are not compared here yet.")
    return _numbers(document, feature, output, when)


def _confusion(feature: Feature, true: NDArray[Any], predicted: NDArray[Any], pictures: Predictions | None) -> Result:
    truths, choices = _classes(feature, true, predicted)
    if truths is None or choices is None:
        shapes = f"{_shape(predicted)} where the target has {_shape(true)}"
        return Unshown(feature.name, f"The model says {shapes}, which are not the chances of its classes.")
    classes = feature.classes or tuple(map(str, range(int(max(truths.max(), choices.max(), 0)) + 1)))
    count = len(classes)
    if count > MAX_CLASSES:
        return Unshown(feature.name, f"{feature.name} has {count_text(count)} classes, more than a matrix can show.")
    flat_truths, flat_choices = truths.reshape(-1), choices.reshape(-1)
    known = (flat_truths >= 0) & (flat_truths < count) & (flat_choices < count)
    pairs = flat_truths[known].astype(np.int64) * count + flat_choices[known]
    counts = np.bincount(pairs, minlength=count * count).reshape(count, count)
    mistakes: tuple[Mistake, ...] = ()
    is_by_example = truths.size == len(true)
    if pictures is not None and is_by_example:
        mistakes = tuple(
            Mistake(picture, classes[int(flat_truths[row])], classes[int(flat_choices[row])])
            for row, picture in zip(pictures.pictured, pictures.pictures, strict=True)
            if known[row] and flat_truths[row] != flat_choices[row]
        )
    return Confusion(feature.name, classes, counts, is_by_example, mistakes)


def _classes(
    feature: Feature, true: NDArray[Any], predicted: NDArray[Any]
) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """The true and the chosen class, place by place; None where the shapes say something else."""
    if feature.encoding is Encoding.ONE_HOT:
        if true.shape != predicted.shape or true.ndim < 2:
            return None, None
        return true.argmax(axis=-1), predicted.argmax(axis=-1)
    if true.size == predicted.size:  # one chance: that of the second of two classes
        threshold = 0.5 if not predicted.size or (predicted.min() >= 0 and predicted.max() <= 1) else 0.0
        return true.reshape(-1), (predicted.reshape(-1) >= threshold).astype(np.int64)
    if predicted.ndim >= 2 and true.size == predicted.size // max(1, predicted.shape[-1]):
        return true.reshape(predicted.shape[:-1]), predicted.argmax(axis=-1)
    return None, None


def _pictured(document: Document, pictures: Predictions | None) -> Predictions | None:
    """The pictures, where an Input really is bound to images."""
    inputs = _inputs(document)
    is_seen = any(
        feature.encoding is Encoding.IMAGE
        or (feature.window is None and len(feature.shape) == 3)
        or (feature.window is None and len(feature.shape) == 2 and len(feature.columns) == 1)
        for feature in inputs
    )
    return pictures if is_seen else None


def _inputs(document: Document) -> tuple[Feature, ...]:
    nodes: dict[NodeId, Feature | None] = {
        step.node.id: document.data.feature(step.owner.params.get("feature")) for step in plans(document).model.inputs
    }
    return tuple(feature for feature in nodes.values() if feature is not None)


def _numbers(document: Document, feature: Feature, output: Predicted, when: Moments) -> Result:
    true, predicted = output.true, output.predicted
    if true.size != predicted.size:
        shapes = f"{_shape(predicted)} where the target has {_shape(true)}"
        return Unshown(feature.name, f"The model says {shapes}, so they cannot be put beside each other.")
    names = _series_names(feature, true)
    if not names:
        size = count_text(true.size // max(1, len(true)))
        return Unshown(feature.name, f"{feature.name} has {size} numbers for each example, too many to draw.")
    columns = true.reshape(len(true), -1).astype(np.float64)
    said = predicted.reshape(len(true), -1).astype(np.float64)
    last = _last(document, feature, columns)
    width = len(names) // (feature.window.length if feature.window is not None else 1)
    series = tuple(
        Series(
            name,
            columns[:, at],
            said[:, at],
            None if last is None else last[:, at],
            when(rows(feature)[0] + at // max(1, width)),
        )
        for at, name in enumerate(names)
    )
    unit = {Encoding.STANDARDIZE: "standardized", Encoding.MIN_MAX: "between 0 and 1", Encoding.SCALE: "scaled"}
    is_in_order = document.data.split.by is SplitBy.TIME
    return Numbers(feature.name, series, is_in_order, unit.get(feature.encoding, ""))


def moments_of(predictions: Predictions) -> Moments:
    """Says when the rows are that lie so many rows after those of the examples; None where their dates do not."""
    rows, texts = predictions.rows, predictions.moments
    if rows is None or texts is None:
        return lambda ahead: None
    try:
        dates = [datetime.fromisoformat(text) for text in texts.tolist()]
    except ValueError:
        return lambda ahead: None
    seconds = np.array([date.replace(tzinfo=UTC).timestamp() for date in dates])

    def when(ahead: int) -> NDArray[Any] | None:
        wanted = rows + ahead
        return seconds[wanted] if len(wanted) and wanted.min() >= 0 and wanted.max() < len(seconds) else None

    return when


def _series_names(feature: Feature, true: NDArray[Any]) -> tuple[str, ...]:
    """What each number of an example is called; none where there are too many of them."""
    size = true.size // max(1, len(true))
    if size > MAX_SERIES:
        return ()
    columns = feature.columns or (feature.name,)
    window = feature.window
    if window is None:
        if size == 1:
            return (feature.name,)
        return columns if len(columns) == size else tuple(f"{feature.name} {at + 1}" for at in range(size))
    if size != window.length * len(columns):
        return tuple(f"{feature.name} {at + 1}" for at in range(size))
    steps = range(window.first, window.first + window.length)
    short = len(columns) == 1
    return tuple(_ahead(step) if short else f"{name}, {_ahead(step)}" for step in steps for name in columns)


def _ahead(step: int) -> str:
    """How many rows from the example's own: `1 row ahead`."""
    if step == 0:
        return "now"
    plural = "" if abs(step) == 1 else "s"
    return f"{abs(step)} row{plural} {'ahead' if step > 0 else 'before'}"


def _last(document: Document, feature: Feature, true: NDArray[Any]) -> NDArray[Any] | None:
    """For each number of an example the last one that was known: that of `horizon` rows before.

    That is the first step of the example that came so many rows earlier, where the examples follow each other.
    """
    data = document.data
    window = feature.window
    horizon = _horizon(data, feature, _inputs(document))
    if horizon is None or horizon % max(1, data.stride) or data.split.by is not SplitBy.TIME:
        return None
    back = horizon // max(1, data.stride)
    width = true.shape[1] // (window.length if window is not None else 1)
    last = np.full_like(true, np.nan)
    if back < len(true):
        last[back:] = np.tile(true[:-back, :width], true.shape[1] // width)
    return last


def _horizon(data: DataChoice, feature: Feature, inputs: tuple[Feature, ...]) -> int | None:
    """How many rows lie between the last value that the model may know and the first that it says; None if none do.

    None as well where rows may be missing in between.
    """
    if any(each.missing is Missing.DROP for each in (feature, *inputs)):
        return None
    columns = set(feature.columns)
    seen = [rows(each)[1] - 1 for each in inputs if columns & set(each.columns)]
    is_windowed = feature.window is not None or any(each.window is not None for each in inputs)
    horizon = rows(feature)[0] - max(seen, default=0)
    return horizon if is_windowed and horizon >= 1 else None


def _shape(values: NDArray[Any]) -> str:
    return f"({', '.join(map(str, ('None', *values.shape[1:])))})"


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else float("nan")
