"""From a file to features: what a look suggests becomes a data choice; an Input takes its feature's shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.values import Value
from studio.data.look import look_at
from studio.data.samples import find_sample
from studio.data.suggestions import Suggestion, suggested
from studio.data.table import TableLook
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, NpzSource, SampleSource, Source
from studio.document.document import Document
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.graph import Node, NodeId

INPUT = "Input"
OUTPUT = "Output"


def sample_choice(name: str) -> DataChoice:
    """The data choice of a bundled sample. Raises DataRefused if there is none of that name."""
    sample = find_sample(name)
    if sample is None:
        raise DataRefused("data.sample", f"There is no sample called {name}.", "Choose one from the list.")
    return DataChoice(SampleSource(name), _features(suggested(look_at(sample.path))))


def file_choice(path: Path, base: Path | None = None) -> DataChoice:
    """The data choice of a CSV or NPZ file; below the folder `base`, its path is kept relative to it.

    Raises DataRefused with what is wrong with the file.
    """
    path = path.expanduser().absolute()
    look = look_at(path)
    kept = path.relative_to(base) if base is not None and path.is_relative_to(base) else path
    source: Source = CsvSource(str(kept), look.delimiter) if isinstance(look, TableLook) else NpzSource(str(kept))
    features = _features(suggested(look))
    if not features:
        raise DataRefused(
            "data.nothing",
            f"{path.name} holds nothing that a model could take: no column or array of numbers or classes.",
            "Look for missing or mixed cells in its columns.",
        )
    return DataChoice(source, features)


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


def _features(suggestions: tuple[Suggestion, ...]) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            each.name,
            each.columns,
            each.shape,
            each.dtype,
            Encoding(each.encoding),
            each.scale,
            each.classes,
            each.span,
        )
        for each in suggestions
    )
