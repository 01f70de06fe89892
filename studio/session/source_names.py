"""What a source of data is called, and what is said about it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from studio.data.keras_sets import find_keras_set
from studio.data.samples import find_sample
from studio.document.data_choice import (
    CsvSource,
    ExcelSource,
    FolderSource,
    JsonSource,
    KerasSource,
    NpzSource,
    ParquetSource,
    SampleSource,
    Source,
)


def called(source: Source | None) -> str:
    """The name of a source, as a title; "" where nothing is chosen."""
    match source:
        case None:
            return ""
        case SampleSource(name):
            sample = find_sample(name)
            return sample.title if sample else name
        case KerasSource(name):
            return f"keras.datasets.{name}"
        case CsvSource() | JsonSource() | ParquetSource() | ExcelSource() | NpzSource() | FolderSource():
            return Path(source.path).name
        case _:
            assert_never(source)


def keras_examples(source: Source | None) -> int | None:
    """How many examples a data set of Keras's has; None for every other source."""
    each = find_keras_set(source.name) if isinstance(source, KerasSource) else None
    return each.examples if each is not None else None


def about(source: Source | None) -> str:
    """Where a source comes from, in a sentence or as a path."""
    match source:
        case None:
            return ""
        case SampleSource(name):
            sample = find_sample(name)
            return f"{sample.source}. {sample.licence}." if sample else "This sample is not part of this installation."
        case KerasSource(name):
            each = find_keras_set(name)
            kept = "Downloaded once by Keras, and kept in its cache."
            if each is None:
                return kept
            licence = each.licence[0].upper() + each.licence[1:]
            return f"{each.summary} {each.train:,} examples to train, {each.test:,} to test. {licence}. {kept}"
        case CsvSource() | JsonSource() | ParquetSource() | ExcelSource() | NpzSource() | FolderSource():
            return source.path
        case _:
            assert_never(source)
