"""What columns or arrays become as one feature: as their kind suggests, or in an encoding that a person chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.wording import listed, plural
from studio.data.archive import ArchiveLook, ArrayLook
from studio.data.files import FilesLook, FileSort, sort_of
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.table import NUMBERS, Cell, ColumnKind, ColumnLook, TableForm, TableLook

MAX_CLASSES = 100
MAX_CLASS_NAME = 200
MAX_SIDE = 96
MAX_SAMPLES = 16_000
RESCALING = ("scale", "standardize", "min_max")
FILES = {
    "image": FileSort.IMAGES,
    "mask": FileSort.IMAGES,
    "text_file": FileSort.TEXTS,
    "sound": FileSort.SOUNDS,
}
SOME_SIDES = (64, 64)
"""The size of images whose headers say nothing."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A feature that a data set could have, in plain values: the words are those of a feature in a project.

    `columns` are those of a table or a folder, or the one array of an archive. `shape` is that of one example,
    `classes` the values of a category in the order of their numbers. `is_target` says that it looks like what is to
    be predicted. `span` are the smallest and the largest raw number, where the look says. `window` is a first row and
    how many there are.
    """

    name: str
    columns: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    encoding: str = "none"
    scale: float = 1.0
    classes: tuple[str, ...] = ()
    is_target: bool = False
    span: tuple[float, float] | None = None
    missing: str = "refuse"
    parts: tuple[str, ...] = ()
    fit: str = "stretch"
    window: tuple[int, int] | None = None


def usual_encoding(column: ColumnLook) -> str:
    """The encoding that the kind of a column suggests."""
    match column.kind:
        case ColumnKind.WHOLE | ColumnKind.NUMBER:
            return "standardize"
        case ColumnKind.DATE:
            return "date"
        case ColumnKind.FILE if column.files is not None:
            return {FileSort.IMAGES: "image", FileSort.TEXTS: "text_file", FileSort.SOUNDS: "sound"}[column.files.sort]
        case _:
            return "none" if is_prose(column) else "category"


def is_prose(column: ColumnLook) -> bool:
    """Whether a column holds text with too many different values for classes, or with one that is too long."""
    if column.kind not in (ColumnKind.TEXT, ColumnKind.MIXED, ColumnKind.FILE):
        return False
    distinct = column.distinct
    return distinct is None or len(distinct) > MAX_CLASSES or any(len(value) > MAX_CLASS_NAME for value in distinct)


def encoded_as(look: Look, name: str, columns: Sequence[str], encoding: str) -> Suggestion:
    """The feature that some columns become in an encoding.

    Raises DataRefused, with the first lines and cells that do not fit, where they cannot become that.
    """
    if not columns:
        raise DataRefused("data.columns", "A feature is made of one column at least.", "Choose a column.")
    if isinstance(look, ArchiveLook):
        return _of_array(look, name, _arrays(look, columns), encoding)
    return _of_columns(look, name, found_columns(look, columns), encoding)


def found_columns(look: TableLook | FolderLook, names: Sequence[str]) -> list[ColumnLook]:
    """The columns of these names. Raises DataRefused if one is not there."""
    by_name = {column.name: column for column in look.columns}
    lost = [name for name in names if name not in by_name]
    if lost:
        raise _lost(look, lost[0], "column", list(by_name))
    return [by_name[name] for name in names]


def span_of(looks: Sequence[ColumnLook | ArrayLook]) -> tuple[float, float] | None:
    """The smallest and the largest number of them all; None where one has none, or none that is finite."""
    ends = [(look.minimum, look.maximum) for look in looks]
    lows = [low for low, _ in ends if low is not None and isfinite(low)]
    highs = [high for _, high in ends if high is not None and isfinite(high)]
    return (float(min(lows)), float(max(highs))) if len(lows) == len(highs) == len(ends) else None


def _arrays(look: ArchiveLook, names: Sequence[str]) -> ArrayLook:
    by_name = {array.name: array for array in look.arrays}
    if names[0] not in by_name:
        raise _lost(look, names[0], "array", list(by_name))
    if len(names) > 1:
        raise DataRefused(
            "data.arrays", f"{listed(names)} are several arrays; a feature is one.", "Make a feature of each."
        )
    return by_name[names[0]]


def _lost(look: Look, name: str, what: str, there: list[str]) -> DataRefused:
    shown = listed([f"“{each[:40]}”" for each in there[:10]])
    return DataRefused(
        "data.column", f"{look.path.name} has no {what} “{name[:60]}”.", f"There are {shown}." if there else ""
    )


def _of_columns(look: TableLook | FolderLook, name: str, columns: list[ColumnLook], encoding: str) -> Suggestion:
    names = tuple(column.name for column in columns)
    has_blanks = any(column.missing for column in columns)
    missing = "fill" if has_blanks else "refuse"
    match encoding:
        case "none" if all(column.kind in NUMBERS for column in columns):
            return Suggestion(name, names, (len(columns),), "float32", span=span_of(columns), missing=missing)
        case "none" if len(columns) == 1:
            return Suggestion(name, names, (), "string", missing=missing)
        case "none" | "scale" | "standardize" | "min_max":
            _check_numbers(look, columns)
            span = span_of(columns)
            scale = _scale(span) if encoding == "scale" else 1.0
            return Suggestion(name, names, (len(columns),), "float32", encoding, scale, span=span, missing=missing)
        case "category" | "one_hot":
            classes = _classes(look, columns, has_blanks)
            shape = () if len(columns) == 1 else (len(columns),)
            dtype = "int64" if encoding == "category" else "float32"
            return Suggestion(name, names, shape, dtype, encoding, classes=classes, missing=missing)
        case "date":
            _check_dates(look, columns)
            times = any(column.has_times for column in columns)
            parts = ("month", "weekday", *(("hour",) if times else ()))
            shape = () if len(columns) == 1 else (len(columns),)
            missing = "drop" if has_blanks else "refuse"  # a date in between would be made up
            return Suggestion(name, names, shape, "string", encoding, parts=parts, missing=missing)
        case _:
            return _of_files(look, name, columns, encoding)


def _of_files(look: TableLook | FolderLook, name: str, columns: list[ColumnLook], encoding: str) -> Suggestion:
    if encoding not in FILES:
        raise DataRefused("data.encoding", f"“{encoding[:40]}” is no encoding.", "Choose one from the list.")
    if len(columns) > 1:
        raise DataRefused(
            "data.files",
            f"{listed([column.name for column in columns])} name several files each row; a feature reads one.",
            "Make a feature of each.",
        )
    column = columns[0]
    files = column.files
    if files is None or files.sort is not FILES[encoding] or column.offending:
        cells = column.offending or column.words or column.numbers or column.dates or column.blanks
        cells = tuple(cell for cell in cells if not _is_called(cell[1], FILES[encoding])) or cells
        raise _unfit(look, column, cells, f"no name of a file with {FILES[encoding]} that is there", "data.files")
    missing = "drop" if column.missing else "refuse"
    if encoding == "mask" and any(channels != 1 for channels, _ in files.channels):
        raise DataRefused(
            "data.mask_channels",
            f"“{column.name}” names images in color in {look.path.name}; a mask has one channel, of class numbers.",
            "Save the masks as gray images, with a value of its own for each class.",
        )
    match encoding:
        case "image":
            shape = (*_sides(files), _channels(files))
            return Suggestion(
                name, (column.name,), shape, "float32", "image", 1 / 255, span=(0.0, 255.0), missing=missing
            )
        case "mask":
            classes = tuple(map(str, files.values))
            return Suggestion(name, (column.name,), _sides(files), "int64", "mask", classes=classes, missing=missing)
        case "sound":
            length = min(files.lengths[0][0], MAX_SAMPLES) if files.lengths else MAX_SAMPLES
            channels = files.channels[0][0] if files.channels else 1
            return Suggestion(name, (column.name,), (length, channels), "float32", "sound", missing=missing)
        case _:
            return Suggestion(name, (column.name,), (), "string", "text_file", missing=missing)


def _is_called(name: str, sort: FileSort) -> bool:
    return sort_of(Path(name).suffix) is sort


def _sides(files: FilesLook) -> tuple[int, int]:
    """The most common height and width, made smaller in proportion until neither is more than MAX_SIDE."""
    height, width = files.sizes[0][0] if files.sizes else SOME_SIDES
    factor = min(1.0, MAX_SIDE / max(height, width))
    return max(1, round(height * factor)), max(1, round(width * factor))


def _channels(files: FilesLook) -> int:
    """1 if all are gray, else 3; transparency is left out."""
    return 1 if files.channels and all(channels == 1 for channels, _ in files.channels) else 3


def _scale(span: tuple[float, float] | None) -> float:
    peak = max(map(abs, span)) if span else 1.0
    return 1 / peak if peak > 0 and isfinite(1 / peak) else 1.0


def _classes(look: TableLook | FolderLook, columns: list[ColumnLook], has_blanks: bool) -> tuple[str, ...]:
    """The different values of all the columns, "" last where cells are empty."""
    if len(columns) == 1 and columns[0].distinct is not None:
        found: Iterable[str] = columns[0].distinct
    else:
        found = sorted({value for column in columns for value in column.distinct or ()})
    classes = (*found, *(("",) if has_blanks else ()))
    crowded = next((column for column in columns if column.distinct is None), None)
    if crowded is not None:
        raise DataRefused(
            "data.classes",
            f"“{crowded.name}” has more than a thousand different values in {look.path.name}.",
            "Take it as text or as a number, or leave it out.",
        )
    long = next((value for value in classes if len(value) > MAX_CLASS_NAME or not _is_text(value)), None)
    if long is not None:
        raise DataRefused(
            "data.class_name",
            f"“{_shown(long)}” in {look.path.name} cannot be the name of a class.",
            f"Use at most {MAX_CLASS_NAME} letters, or take the column as text.",
        )
    if len(classes) < 2:
        only = f"only one value: “{_shown(classes[0])}”" if classes else "no values"
        raise DataRefused(
            "data.one_class",
            f"“{columns[0].name}” has {only} in {look.path.name}; there is nothing to tell apart.",
            "Choose another column, or data with two classes or more.",
        )
    return classes


def _check_numbers(look: TableLook | FolderLook, columns: list[ColumnLook]) -> None:
    for column in columns:
        cells = _first((*column.words, *column.dates))
        if cells:
            raise _unfit(look, column, cells, "no number", "data.numbers")
        if column.kind is ColumnKind.EMPTY:
            raise _unfit(look, column, column.blanks, "no number", "data.numbers")


def _check_dates(look: TableLook | FolderLook, columns: list[ColumnLook]) -> None:
    for column in columns:
        cells = _first((*column.words, *column.numbers))
        if column.kind is not ColumnKind.DATE:
            said = "no date such as 2024-12-31 or 2024-12-31 23:59"
            raise _unfit(look, column, cells or column.blanks, said, "data.dates")


def _first(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells))[:5]


def _unfit(
    look: TableLook | FolderLook, column: ColumnLook, cells: Sequence[Cell], said: str, code: str
) -> DataRefused:
    """The sentence about cells that are not what the encoding needs."""
    where = "line" if isinstance(look, TableLook) and look.form in (TableForm.TEXT, TableForm.JSON) else "row"
    shown = listed([f"“{_shown(cell)}” in {where} {line:,}" for line, cell in cells])
    more = f": {shown} {'is' if len(cells) == 1 else 'are'} {said}" if cells else f" holds {said}"
    return DataRefused(
        code,
        f"“{column.name}” in {look.path.name}{more}.",
        f"Mend the {plural(len(cells), 'cell')}, or choose another encoding." if cells else "Choose another encoding.",
    )


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:60]


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_array(look: ArchiveLook, name: str, array: ArrayLook, encoding: str) -> Suggestion:
    shape = array.shape[1:]
    kind = array.dtype.rstrip("0123456789")
    match encoding:
        case "category" | "one_hot":
            if array.distinct is None or len(array.distinct) < 2:
                raise DataRefused(
                    "data.classes",
                    f"The array “{name}” in {look.path.name} holds no classes: it is no vector with 2 to 1,000 "
                    "different whole numbers or texts.",
                    "Choose another encoding.",
                )
            dtype = "int64" if encoding == "category" else "float32"
            return Suggestion(name, (array.name,), (), dtype, encoding, classes=array.distinct)
        case "none" if kind == "str":
            return Suggestion(name, (array.name,), shape, "string")
        case "none" | "scale" | "standardize" | "min_max" if kind in ("int", "uint", "float", "bool"):
            span = span_of([array])
            scale = _scale(span) if encoding == "scale" else 1.0
            return Suggestion(name, (array.name,), shape or (1,), "float32", encoding, scale, span=span)
        case _:
            raise DataRefused(
                "data.array",
                f"The array “{name}” in {look.path.name} holds {array.dtype}; it cannot be encoded as {encoding[:40]}.",
                "Choose another encoding.",
            )
