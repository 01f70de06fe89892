"""The data that a project learns from: a source, its features, and how the examples are split."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from studio.core.tensors import Shape


@dataclass(frozen=True, slots=True)
class SampleSource:
    """A data set that ships with the studio, by name: `digits`, `iris`, …"""

    name: str


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A table in a text file with one row of column names. `path` is relative to the project, or absolute."""

    path: str
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class NpzSource:
    """A NumPy archive of named arrays with one first axis. `path` is relative to the project, or absolute."""

    path: str


Source: TypeAlias = SampleSource | CsvSource | NpzSource


class Encoding(StrEnum):
    """How a feature's raw values become numbers."""

    NONE = "none"
    SCALE = "scale"
    """Multiplied by the feature's `scale`."""
    STANDARDIZE = "standardize"
    """Minus the mean, over the standard deviation, per column, both of the training examples only."""
    CATEGORY = "category"
    """The index of the value in `classes`, as int64."""
    ONE_HOT = "one_hot"
    """A vector of zeros with a one at the index of the value in `classes`."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something an Input or an Output can be bound to.

    `columns` are the CSV columns it is made of, side by side, or the one array of an NPZ file. `shape` is that of one
    example, without the batch axis. `classes` name the values in the order of their indices, where there are classes.
    `span` are the smallest and the largest raw number that a look at the data found; None if nobody looked.
    """

    name: str
    columns: tuple[str, ...]
    shape: Shape
    dtype: str = "float32"
    encoding: Encoding = Encoding.NONE
    scale: float = 1.0
    classes: tuple[str, ...] = ()
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of all examples (0 to 1) for validation and for the final test, drawn with `seed`; the rest trains."""

    validation: float = 0.2
    test: float = 0.0
    seed: int = 42


@dataclass(frozen=True, slots=True)
class DataChoice:
    """Where examples come from; nothing is chosen in a new project."""

    source: Source | None = None
    features: tuple[Feature, ...] = ()
    split: Split = Split()

    def feature(self, name: object) -> Feature | None:
        """The feature of this name, if any."""
        return next((feature for feature in self.features if feature.name == name), None)
