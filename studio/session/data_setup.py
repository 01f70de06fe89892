"""From a file to features: what a look suggests becomes a data choice; an Input takes its feature's shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.tensors import Shape
from studio.core.values import Value
from studio.data.archive import ArchiveLook
from studio.data.encodings import Suggestion, encoded_as, found_columns, usual_encoding
from studio.data.fingerprint import fingerprint
from studio.data.folder import FolderLook
from studio.data.look import Look, look_at
from studio.data.samples import find_sample
from studio.data.suggestions import suggested
from studio.data.table import TableForm, TableLook
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    ExcelSource,
    Feature,
    Fit,
    FolderSource,
    Holds,
    JsonSource,
    Missing,
    NpzSource,
    ParquetSource,
    SampleSource,
    Source,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.document.encoded import FLAGGING, encoded_dtype, encoded_shape
from studio.document.graph import Node, NodeId
from studio.document.keeping import why_in_memory
from studio.session.data_location import shown_path

LARGE_TABLE_BYTES = 100_000_000
"""Of a file from this size on, a table is kept on disk: with dates and texts, it takes ten times as much in memory."""
INPUT = "Input"
OUTPUT = "Output"


def sample_choice(name: str) -> DataChoice:
    """The data choice of a bundled sample. Raises DataRefused if there is none of that name."""
    sample = find_sample(name)
    if sample is None:
        raise DataRefused("data.sample", f"There is no sample called {name}.", "Choose one from the list.")
    return DataChoice(SampleSource(name), features_of(suggested(look_at(sample.path))))


def source_choice(path: Path, base: Path | None = None) -> DataChoice:
    """The data choice of a file or a folder; below the folder `base`, its path is kept relative to it.

    Raises DataRefused with what is wrong with it. Reads a bounded part; any thread.
    """
    return choice_of(look_at(path.expanduser().absolute()), base)


def choice_of(look: Look, base: Path | None) -> DataChoice:
    """The data choice that a look at a file or a folder suggests. Raises DataRefused if there is nothing to learn."""
    features = features_of(suggested(look))
    if not features:
        raise DataRefused(
            "data.nothing",
            f"{look.path.name} holds nothing that a model could take: no column or array of numbers or classes.",
            "Look for mixed cells in its columns.",
        )
    choice = DataChoice(source_of(look, base), features, fingerprint=fingerprint(look.path), split=_split(look))
    is_large = look.path.is_file() and look.path.stat().st_size >= LARGE_TABLE_BYTES
    return replace(choice, on_disk=is_large and not why_in_memory(choice, features))


def source_of(look: Look, base: Path | None) -> Source:
    """The source that a look was at, read as the look found that it is written; `base` is the project's folder."""
    path = shown_path(look.path, base)
    match look:
        case ArchiveLook():
            return NpzSource(path)
        case FolderLook(holds=holds, masks=masks):
            return FolderSource(path, Holds(holds.value), masks)
        case TableLook(form=TableForm.TEXT):
            return CsvSource(path, look.delimiter, look.encoding, look.decimal, look.has_header)
        case TableLook(form=TableForm.JSON):
            return JsonSource(path)
        case TableLook(form=TableForm.PARQUET):
            return ParquetSource(path)
        case TableLook(form=TableForm.EXCEL):
            return ExcelSource(path, look.sheet)
        case _:
            raise AssertionError(look)


def feature_of(look: Look, name: str, columns: Sequence[str]) -> Feature:
    """A feature of some columns, encoded as what stands in the first of them suggests.

    Raises DataRefused if they cannot be encoded that way together.
    """
    if isinstance(look, ArchiveLook):
        found = next((each for each in suggested(look) if each.columns == tuple(columns)), None)
        encoding = found.encoding if found is not None else str(Encoding.NONE)
    else:
        encoding = usual_encoding(found_columns(look, columns)[0])
    return _feature(encoded_as(look, name, columns, encoding))


def feature_with(look: Look, feature: Feature, encoding: Encoding) -> Feature:
    """A feature in another encoding, with its name, its columns and its window.

    Raises DataRefused with the first cells that cannot be encoded so.
    """
    changed = _feature(encoded_as(look, feature.name, feature.columns, str(encoding)))
    window = feature.window
    return changed if window is None else windowed(changed, window.first, window.length)


def windowed(feature: Feature, first: int, length: int) -> Feature:
    """A feature that sees `length` rows from the row `first` on: its shape gets the axis of the steps.

    A single step has no axis of its own. Nor has the one number of each step to come, which is a vector.
    """
    shape = _step_shape(feature)
    if length > 1:
        shape = (length,) if first > 0 and shape == (1,) else (length, *shape)
    return replace(feature, window=Window(first, length), shape=shape)


def _step_shape(feature: Feature) -> Shape:
    """The shape of one step of a feature's window."""
    if feature.window is None or feature.window.length == 1:
        return feature.shape
    shape = feature.shape[1:]
    return shape or ((1,) if feature.encoding in FLAGGING else ())


def bound_input(document: Document, node: NodeId, feature_name: Value) -> Edit:
    """Bind an Input to a feature, with its shape and dtype; None takes the binding away and leaves the shape."""
    feature = document.data.feature(feature_name)
    if feature is None:
        return edits.set_params(document, node, {"feature": feature_name})
    return replace(
        edits.set_params(document, node, _input_params(feature)),
        label=f"Bind {document.root.nodes[node].name} to {feature.name}",
    )


def input_node(document: Document, feature: Feature, x: float, y: float) -> Node:
    """A new Input bound to a feature, not yet in the document."""
    return edits.new_node(document, INPUT, x, y, _input_params(feature), name=feature.name)


def output_node(document: Document, feature: Feature, x: float, y: float) -> Node:
    """A new Output bound to a target, with the loss and the metrics that its encoding asks for; not yet drawn."""
    loss, metrics = _loss(feature)
    params: dict[str, Value] = {"target": feature.name, "loss": loss, "metrics": metrics}
    return edits.new_node(document, OUTPUT, x, y, params, name=f"{feature.name}_output")


def _input_params(feature: Feature) -> dict[str, Value]:
    return {"feature": feature.name, "shape": encoded_shape(feature), "dtype": encoded_dtype(feature)}


def _loss(feature: Feature) -> tuple[str, tuple[Value, ...]]:
    match feature.encoding:
        case Encoding.CATEGORY if len(feature.classes) == 2:
            return "binary_crossentropy", ("accuracy",)
        case Encoding.CATEGORY:
            return "sparse_categorical_crossentropy", ("accuracy",)
        case Encoding.ONE_HOT:
            return "categorical_crossentropy", ("accuracy",)
        case Encoding.MASK:
            return "sparse_categorical_crossentropy", ("accuracy",)
        case _:
            return "mean_squared_error", ("mean_absolute_error",)


def _split(look: Look) -> Split:
    """By the parts that a folder names, else at random."""
    if isinstance(look, FolderLook) and any(column.name == "part" for column in look.columns):
        return Split(by=SplitBy.COLUMN, column="part")
    return Split()


def features_of(suggestions: tuple[Suggestion, ...]) -> tuple[Feature, ...]:
    """The features that a look, or a list of data sets, suggests."""
    return tuple(map(_feature, suggestions))


def _feature(found: Suggestion) -> Feature:
    return Feature(
        found.name,
        found.columns,
        found.shape,
        found.dtype,
        Encoding(found.encoding),
        found.scale,
        found.classes,
        found.span,
        Missing(found.missing),
        tuple(map(DatePart, found.parts)),
        Fit(found.fit),
        None if found.window is None else Window(*found.window),
    )
