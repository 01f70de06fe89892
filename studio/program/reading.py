"""The lines of `load_data` that read the source: what it is, where it is, and which columns are wanted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

from studio.data.folder import PARTS
from studio.data.samples import Sample, find_sample
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    ExcelSource,
    Feature,
    FolderSource,
    JsonSource,
    KerasSource,
    Missing,
    NpzSource,
    ParquetSource,
    SampleSource,
    SplitBy,
)
from studio.document.encoded import encoded_dtype
from studio.program import readers
from studio.program.bound import Data, columns_of, is_number
from studio.program.layout import INDENT, Expression, Group, Item, Line, call, lines
from studio.program.literals import text

SMALL_FLOATS = frozenset({"float16", "bfloat16", "float32"})
NAMES = frozenset(
    {"boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters"}
)
"""The modules of `keras.datasets`."""
FOLDER_COLUMNS = ("class", "part", "mask")
"""The columns of a folder in which cells may be empty."""
COLUMNS_OF_ONE = frozenset({"cifar10", "cifar100"})
"""Those whose labels stand in a column of their own."""

Known: TypeAlias = CsvSource | JsonSource | ParquetSource | ExcelSource | NpzSource | FolderSource | KerasSource


@dataclass(frozen=True, slots=True)
class File:
    """Where examples come from: a source, as expressions of the script the paths of its files, and its description.

    `samples` are the files of `resources/samples` that it is made of.
    """

    source: Known
    path: str = ""
    test_path: str = ""
    title: str = ""
    samples: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether its columns hold numbers and texts, and are read as such."""
        return isinstance(self.source, CsvSource | JsonSource | ParquetSource | ExcelSource)

    @property
    def holds_arrays(self) -> bool:
        """Whether its columns are arrays with a dtype and a shape of their own."""
        return isinstance(self.source, NpzSource | KerasSource)

    @property
    def folder(self) -> str:
        """The folder in which the files lie that its cells name, as an expression."""
        match self.source:
            case FolderSource():
                return "DATA"
            case KerasSource():
                return "Path()"
            case _:
                return "DATA.parent"

    @property
    def needs(self) -> tuple[str, ...]:
        """What reading it takes besides Keras and NumPy."""
        return ("pandas",) if isinstance(self.source, ParquetSource | ExcelSource) else ()


def chosen_file(choice: DataChoice, base: Path | None) -> File | None:
    """What is behind the source; None if nothing is chosen, or it is neither a sample of ours nor a set of Keras's."""
    match choice.source:
        case None:
            return None
        case SampleSource(name):
            sample = find_sample(name)
            return None if sample is None else _sample_file(sample)
        case KerasSource(name) as source:
            return File(source, title=f"keras.datasets.{name}") if name in NAMES else None
        case CsvSource(path, test_path=test_path) as source:
            titles = " and ".join(Path(each).name for each in (path, test_path) if each)
            return File(source, _path(path, base), _path(test_path, base) if test_path else "", titles)
        case (
            JsonSource(path) | ParquetSource(path) | ExcelSource(path) | NpzSource(path) | FolderSource(path) as source
        ):
            return File(source, _path(path, base), title=Path(path).name)
        case _:
            assert_never(choice.source)


def read_source(data: Data, file: File) -> Iterator[Line]:
    """The lines that assign `table`, in the order in which its rows are divided."""
    if not data.has_test_file:
        yield from lines(_prepared(data, _read(data, file, "DATA")), INDENT, "table = ")
        return
    prepared = Item(_prepared(data, _read(data, file, "path")))
    each = Group("[", (prepared,), "]", clause="for path in (DATA, TEST_DATA)")
    yield from lines(each, INDENT, "tables = ")
    yield f"{INDENT}trained = len(next(iter(tables[0].values())))", None
    joined = Item("np.concatenate([each[name] for each in tables])", "name: ")
    yield from lines(Group("{", (joined,), "}", clause="for name in tables[0]"), INDENT, "table = ")


def read_piecewise(data: Data, file: File) -> Expression:
    """The call that reads a table piece by piece."""
    return _read(data, file, "DATA", "read_tables")


def functions(data: Data, file: File) -> Iterator[str]:
    """Every function that reading this source could call."""
    source, dtype = file.source, number_dtype(data)
    match source:
        case CsvSource():
            yield from (
                readers.csv_columns(source),
                readers.as_number(source.decimal),
                readers.as_numbers(source.decimal, dtype),
                readers.READ_TABLES,
                readers.READ_TABLE,
            )
        case JsonSource():
            yield from (
                readers.EACH_ONCE,
                readers.AS_RECORD,
                readers.AS_TEXT,
                readers.JSON_COLUMNS,
                readers.as_numbers(".", dtype),
                readers.READ_TABLES,
                readers.READ_TABLE,
            )
        case ParquetSource():
            yield readers.pandas_table(None, dtype)
        case ExcelSource(_, sheet):
            yield readers.pandas_table(sheet, dtype)
        case NpzSource(path):
            yield readers.READ_ARRAY if path.lower().endswith(".npy") else readers.READ_ARRAYS
        case FolderSource():
            yield from (readers.folder(text_columns(data)), readers.OWN_FOLDER, readers.WITH_MASKS)
        case KerasSource(name):
            yield readers.dataset(name)
        case _:
            assert_never(source)
    yield from (readers.CHECKED, readers.MISSING)


def constants(data: Data, file: File) -> Iterator[Line]:
    """The lines that say where the data is, and how a folder is read."""
    if file.path:
        yield f"DATA = {file.path}", None
    if file.test_path:
        yield f"TEST_DATA = {file.test_path}", None
    if isinstance(file.source, FolderSource):
        yield from lines(_names(readers.suffixes(file.source.holds)), "", "SUFFIXES = ")
        if "part" in text_columns(data):
            parts = Group("{", tuple(Item(text(part), f"{text(name)}: ") for name, part in PARTS.items()), "}")
            yield from lines(parts, "", "PARTS = ")
        if file.source.masks:
            yield f"MASKS = {text(file.source.masks.rstrip('/'))}", None


def number_columns(data: Data) -> tuple[str, ...]:
    """The columns that are read as numbers: those that nothing wants as text."""
    taken = text_columns(data)
    wanted = (name for bound in data.features if is_number(bound.feature) for name in columns_of(bound.feature))
    return tuple(dict.fromkeys(name for name in wanted if name not in taken))


def text_columns(data: Data) -> tuple[str, ...]:
    """The columns that are read as text, that by which rows are divided among them."""
    wanted = [name for bound in data.features if not is_number(bound.feature) for name in columns_of(bound.feature)]
    if split_column(data):
        wanted.append(split_column(data))
    return tuple(dict.fromkeys(wanted))


def split_column(data: Data) -> str:
    """The column by which rows are divided, "" if it is none."""
    split = data.choice.split
    return "" if split.by is SplitBy.RANDOM else split.column


def number_dtype(data: Data) -> str:
    """The dtype in which numbers are read: the smallest that loses nothing of any feature."""
    numbers = [bound.feature for bound in data.features if is_number(bound.feature)]
    return "float32" if all(encoded_dtype(feature) in SMALL_FLOATS for feature in numbers) else "float64"


def optional_columns(data: Data) -> tuple[str, ...]:
    """The columns in which cells may be missing."""
    strict = _columns(bound.feature for bound in data.features if bound.feature.missing is Missing.REFUSE)
    loose = _columns(bound.feature for bound in data.features if bound.feature.missing is not Missing.REFUSE)
    return tuple(name for name in loose if name not in strict)


def _sample_file(sample: Sample) -> File:
    beside = f"Path(__file__).with_name({text(sample.file)})"
    title = f"{sample.title} ({sample.file}, {sample.licence})"
    if sample.path.is_dir():
        found = (path for path in sorted(sample.path.rglob("*")) if path.is_file())
        files = tuple(f"{sample.file}/{path.relative_to(sample.path).as_posix()}" for path in found)
        return File(FolderSource(sample.file), beside, title=title, samples=files)
    source = CsvSource(sample.file) if sample.file.endswith(".csv") else NpzSource(sample.file)
    return File(source, beside, title=title, samples=(sample.file,))


def _path(path: str, base: Path | None) -> str:
    return f"Path({text(str(base / path) if base is not None else path)})"


def _read(data: Data, file: File, path: str, table: str = "read_table") -> Expression:
    """The call that reads one file; `table` reads one that has columns."""
    optional = {"optional": _names(optional_columns(data))} if optional_columns(data) else {}
    match file.source:
        case KerasSource():
            return "read_dataset()"
        case FolderSource(masks=masks):
            wanted = _columns(bound.feature for bound in data.features if bound.feature.missing is Missing.REFUSE)
            may_lack_class = "class" in wanted and "part" in text_columns(data)
            listed = f"with_masks(read_folder({path}))" if masks else f"read_folder({path})"
            if not masks and not may_lack_class:
                return listed
            return call("checked", listed, path, _names(each for each in FOLDER_COLUMNS if each not in wanted))
        case NpzSource():
            columns = _columns(bound.feature for bound in data.features)
            extra = [split_column(data)] if split_column(data) else []
            return call("read_arrays", path, _names(dict.fromkeys([*columns, *extra])), **optional)
        case _:
            numbers, texts = number_columns(data), text_columns(data)
            named = {"numbers": _names(numbers)} if numbers else {}
            named |= {"texts": _names(texts)} if texts else {}
            return call(table, path, **named, **optional)


def _prepared(data: Data, table: Expression) -> Expression:
    """A table with its rows in order and without those that drop out."""
    split = data.choice.split
    if split.by is SplitBy.TIME and split.column:
        table = call("sorted_by", table, text(split.column))
    if split.by is SplitBy.GROUP and data.is_windowed:
        table = call("grouped_by", table, text(split.column))
    if data.dropped() and not data.is_windowed:
        table = call("complete", table, _names(data.dropped()))
    return table


def _columns(features: Iterable[Feature]) -> tuple[str, ...]:
    """Every column of some features once."""
    return tuple(dict.fromkeys(name for feature in features for name in columns_of(feature)))


def _names(names: Iterable[str]) -> Expression:
    """A tuple of names."""
    return Group("(", tuple(Item(text(name)) for name in names), lone_comma=True)
