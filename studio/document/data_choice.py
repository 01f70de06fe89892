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
class KerasSource:
    """A data set that Keras downloads once and keeps: a module of `keras.datasets`, such as `mnist`."""

    name: str


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A table in a text file, one row a line. `path` is relative to the project, or absolute.

    Without a `header`, the columns are called `column_1`, `column_2`, … `test_path` is a second file with the same
    columns, whose rows are the test part; "" is none.
    """

    path: str
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    test_path: str = ""


@dataclass(frozen=True, slots=True)
class JsonSource:
    """A table in a text file with a JSON object on each line; its keys are the columns."""

    path: str


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A table in a Parquet file."""

    path: str


@dataclass(frozen=True, slots=True)
class ExcelSource:
    """A table on a sheet of an Excel workbook, column names in its first row; "" is the first sheet."""

    path: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class NpzSource:
    """A NumPy archive of named arrays with one first axis, or one array (.npy), called as its file is.

    `path` is relative to the project, or absolute.
    """

    path: str


class Holds(StrEnum):
    """What the files of a folder are."""

    IMAGES = "images"
    TEXTS = "texts"
    SOUNDS = "sounds"


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder with files. They are the rows of a table, ordered by their path, with these columns:

    `file` (the path below the folder, with `/`), `class` (the name of the folder that it lies in), `part` (`train`,
    `validation` or `test`, where the folders of the classes lie in folders of these names), and `mask`: the file of
    the same stem below `masks`, a folder beside the others, where that is set.
    """

    path: str
    holds: Holds = Holds.IMAGES
    masks: str = ""


Source: TypeAlias = (
    SampleSource | KerasSource | CsvSource | JsonSource | ParquetSource | ExcelSource | NpzSource | FolderSource
)


PATHS = frozenset({"path", "test_path", "masks"})
"""The fields of sources that say where something is."""


class Encoding(StrEnum):
    """How a feature's raw values become numbers."""

    NONE = "none"
    SCALE = "scale"
    """Multiplied by the feature's `scale`."""
    STANDARDIZE = "standardize"
    """Minus the mean, over the standard deviation, per column, both of the training examples only."""
    MIN_MAX = "min_max"
    """From 0 to 1 between the smallest and the largest training example, per column."""
    CATEGORY = "category"
    """The index of the value in `classes`, as int64."""
    ONE_HOT = "one_hot"
    """A vector of zeros with a one at the index of the value in `classes`."""
    DATE = "date"
    """Sine and cosine of where in its cycle each of `parts` of a date stands."""
    IMAGE = "image"
    """The pixels of the image file that the cell names, brought to `shape` as `fit` says, times `scale`."""
    MASK = "mask"
    """The values of the pixels of an image file with one channel, as class numbers, without mixing any: their places in
    `classes` where those are values of pixels, else as they are."""
    TEXT_FILE = "text_file"
    """The text of the file that the cell names, as it is."""
    SOUND = "sound"
    """The samples (−1 to 1) of the WAV file that the cell names, cut or filled with zeros to `shape`."""


STREAMED = frozenset({Encoding.IMAGE, Encoding.MASK, Encoding.TEXT_FILE, Encoding.SOUND})
"""Encodings whose values are read from files batch by batch, and never stand in memory all at once."""


class Missing(StrEnum):
    """What becomes of an example whose cell has nothing in it (or NaN)."""

    REFUSE = "refuse"
    """Loading ends with a sentence that says where."""
    DROP = "drop"
    """The example is left out."""
    FILL = "fill"
    """It gets the mean of the training examples; a class or a text is "", a class of its own where `classes` has it."""
    FLAG = "flag"
    """As FILL, and for every column a further number says whether it was missing: 1, else 0."""


class DatePart(StrEnum):
    """What of a date goes round in a cycle."""

    MONTH = "month"
    DAY = "day"
    WEEKDAY = "weekday"
    HOUR = "hour"
    MINUTE = "minute"


class Fit(StrEnum):
    """How an image of other proportions is brought to its size."""

    STRETCH = "stretch"
    LETTERBOX = "letterbox"
    """As large as fits, with black beside it."""
    CROP = "crop"
    """As small as covers it, with the middle cut out."""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows beside the row of the example: `length` of them, from `first` on; 0 is the example's own row, −1 the last.

    `Window(-23, 24)` are the last 24 rows, `Window(1, 3)` the three to come.
    """

    first: int
    length: int


@dataclass(frozen=True, slots=True)
class Feature:
    """Something an Input or an Output can be bound to.

    `columns` are the columns of a table that it is made of, side by side, or the one array of an NPZ file. `shape` is
    that of one example, without the batch axis; with a `window` its first axis are the steps, unless there is one step
    or one number only. `classes` name the values in the order of their indices, where there are classes.
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
    missing: Missing = Missing.REFUSE
    parts: tuple[DatePart, ...] = ()
    fit: Fit = Fit.STRETCH
    window: Window | None = None


class SplitBy(StrEnum):
    """What decides which part an example goes to."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    """Drawn so that every value of the column has its share in each part."""
    TIME = "time"
    """The last ones, in the order of the column (a number or a date), or as they stand where no column is named."""
    GROUP = "group"
    """Drawn so that all examples with the same value in the column are in one part."""
    COLUMN = "column"
    """The column says `train`, `validation` or `test`; validation is drawn from `train` where it never says that."""


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of all examples (0 to 1) for validation and for the final test, drawn with `seed`; the rest trains."""

    validation: float = 0.2
    test: float = 0.0
    seed: int = 42
    by: SplitBy = SplitBy.RANDOM
    column: str = ""


@dataclass(frozen=True, slots=True)
class DataChoice:
    """Where examples come from; nothing is chosen in a new project.

    Where features have windows, every `stride`-th row of a part is an example; none reaches into another part.
    With `on_disk`, a table is kept in temporary files while a program runs, and not in memory.
    `fingerprint` tells whether the files are those that were looked at (`studio.data.fingerprint`); "" is not known.
    """

    source: Source | None = None
    features: tuple[Feature, ...] = ()
    split: Split = Split()
    stride: int = 1
    fingerprint: str = ""
    on_disk: bool = False

    def feature(self, name: object) -> Feature | None:
        """The feature of this name, if any."""
        return next((feature for feature in self.features if feature.name == name), None)
