"""What is said and drawn of a column or an array, whatever kind of look found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from studio.core.wording import count_text, listed, plural
from studio.data.archive import ArchiveLook, ArrayLook
from studio.data.files import FilesLook, FileSort
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.table import NUMBERS, Cell, ColumnKind, ColumnLook, TableForm, TableLook
from studio.document.data_choice import DatePart, Encoding, Feature, Fit, FolderSource, Missing, Source, SplitBy
from studio.document.encoded import SCALING, encoded_dtype, encoded_shape
from studio.gui.shared.forms.typed import value_text

FEW = 20
"""Up to so many different whole numbers are drawn apart, as classes are."""

ENCODINGS: Mapping[Encoding, str] = {
    Encoding.NONE: "as it is",
    Encoding.SCALE: "scaled",
    Encoding.STANDARDIZE: "standardized",
    Encoding.MIN_MAX: "from 0 to 1",
    Encoding.CATEGORY: "class number",
    Encoding.ONE_HOT: "one-hot",
    Encoding.DATE: "cycles of the date",
    Encoding.IMAGE: "pixels",
    Encoding.MASK: "class of each pixel",
    Encoding.TEXT_FILE: "text of the file",
    Encoding.SOUND: "samples of the sound",
}
MISSING: Mapping[Missing, str] = {
    Missing.REFUSE: "none expected",
    Missing.DROP: "leave the row out",
    Missing.FILL: "fill in",
    Missing.FLAG: "fill in and flag",
}
FITS: Mapping[Fit, str] = {Fit.STRETCH: "stretch", Fit.LETTERBOX: "letterbox", Fit.CROP: "crop the middle"}
PARTS: Mapping[DatePart, str] = {part: part.value for part in DatePart}
SPLITS: Mapping[SplitBy, str] = {
    SplitBy.RANDOM: "at random",
    SplitBy.STRATIFIED: "at random, classes alike",
    SplitBy.TIME: "by time, the last ones",
    SplitBy.GROUP: "whole groups",
    SplitBy.COLUMN: "as a column says",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A column or an array: what it holds, in words, and counts to draw. `apart`: they are of classes.

    `distinct` is how many different values there are, where they were counted; `frequent` are values with their counts,
    the most frequent first; `histogram` counts its numbers between `ends`.
    """

    name: str
    said: str
    apart: bool = False
    distinct: int | None = None
    missing: int = 0
    details: tuple[tuple[str, str], ...] = ()
    offending: tuple[Cell, ...] = ()
    frequent: tuple[tuple[str, int], ...] = ()
    histogram: tuple[int, ...] = ()
    ends: tuple[float, float] | None = None

    @property
    def counts(self) -> tuple[int, ...]:
        """What a small picture shows: few classes in their order, or the numbers over the scale."""
        if not self.apart:
            return self.histogram
        is_many = self.distinct is not None and self.distinct > FEW
        return () if is_many else tuple(count for _, count in sorted(self.frequent))


def facts(look: Look | None) -> dict[str, Facts]:
    """What is known of every column, by its name."""
    match look:
        case None:
            return {}
        case TableLook() | FolderLook():
            return {column.name: _of_column(column) for column in look.columns}
        case ArchiveLook():
            return {array.name: _of_array(array, look) for array in look.arrays}
        case _:
            assert_never(look)


def column_of(look: Look | None, name: str) -> ColumnLook | None:
    """The look at one column of a table or a folder."""
    if not isinstance(look, (TableLook, FolderLook)):
        return None
    return next((column for column in look.columns if column.name == name), None)


def rows_of(look: Look) -> tuple[int, bool]:
    """How many rows there are, and whether they were counted rather than estimated."""
    match look:
        case TableLook():
            return max(look.rows, look.estimated_rows), look.is_whole
        case FolderLook():
            return look.rows, look.is_whole
        case ArchiveLook():
            return look.examples, True
        case _:
            assert_never(look)


def is_folder(source: Source | None) -> bool:
    """Whether a source is a folder rather than a file."""
    return isinstance(source, FolderSource)


def summary(look: Look) -> str:
    """The whole in a line: rows, columns, missing cells, how it is written."""
    rows, exact = rows_of(look)
    about = "" if exact else "about "
    match look:
        case TableLook():
            said = [f"{about}{plural(rows, 'row')}", plural(len(look.columns), "column")]
            empty = sum(column.missing for column in look.columns)
            where = "" if look.is_whole else f" in the first {count_text(look.rows)}"
            said.append(f"{plural(empty, 'empty cell')}{where}" if empty else "no empty cells" + where)
            if look.form is TableForm.TEXT:
                said.append(_written(look))
            return " · ".join(said)
        case FolderLook():
            said = [f"{about}{plural(rows, str(look.holds).removesuffix('s'))}"]
            if look.classes:
                said.append(plural(len(look.classes), "class", "classes"))
            said += _of_files(look.looked)
            return " · ".join(said)
        case ArchiveLook():
            return f"{plural(rows, 'example')} · {plural(len(look.arrays), 'array')}"
        case _:
            assert_never(look)


def shape_text(feature: Feature) -> str:
    """The shape of one example as the model gets it: `26 × 26 × 1`."""
    shape = encoded_shape(feature)
    return " × ".join("?" if size is None else count_text(size) for size in shape) or "1 value"


def result_text(feature: Feature) -> str:
    """What the model gets of a feature, with the batch axis."""
    sizes = ", ".join("None" if size is None else str(size) for size in (None, *encoded_shape(feature)))
    return f"({sizes}{',' if not encoded_shape(feature) else ''}) {encoded_dtype(feature)}"


def values_text(feature: Feature) -> str:
    """How a feature's values come to the model, in a few words."""
    said = ENCODINGS[feature.encoding]
    if feature.encoding is Encoding.NONE and feature.dtype == "string":
        said = "text"
    if feature.encoding in SCALING and feature.scale != 1:
        said += f"{' by' if feature.encoding is Encoding.SCALE else ' ×'} {value_text(feature.scale)}"
    if feature.classes:
        said += f", {len(feature.classes)} classes"
    if feature.window is not None:
        said = f"{window_text(feature)}, {said}"
    return said


def window_text(feature: Feature) -> str:
    """Which rows a feature sees: `last 24 rows`, `next row`."""
    window = feature.window
    if window is None:
        return "its own row"
    first, length = window.first, window.length
    if first + length == 1:
        return "last row" if length == 1 else f"last {length} rows"
    if first == 1:
        return "next row" if length == 1 else f"next {length} rows"
    if length == 1:
        return f"row {first:+}"
    return f"rows {first:+} to {first + length - 1:+}"


def made_of(feature: Feature) -> str:
    """The columns of a feature in a few words."""
    if len(feature.columns) == 1:
        return "" if feature.columns[0] == feature.name else feature.columns[0]
    return plural(len(feature.columns), "column")


def _of_column(column: ColumnLook) -> Facts:
    distinct = None if column.distinct is None else len(column.distinct)
    numbers = column.kind in NUMBERS
    few = numbers and distinct is not None and distinct <= FEW and column.kind is ColumnKind.WHOLE
    apart = not numbers or few
    said = str(column.kind)
    if column.kind is ColumnKind.FILE and column.files is not None:
        said = f"names {column.files.sort}"
    elif distinct is not None and apart and column.kind is not ColumnKind.EMPTY:
        said += f", {distinct} different"
    details = [("holds", str(column.kind))]
    if distinct is not None:
        details.append(("different", count_text(distinct)))
    if column.minimum is not None and column.maximum is not None:
        details.append(("from", f"{column.minimum:.6g}"))
        details.append(("to", f"{column.maximum:.6g}"))
    if column.missing:
        lines = listed([count_text(line) for line, _ in column.blanks])
        details.append(("empty", plural(column.missing, "cell") + (f", first in line {lines}" if lines else "")))
    if column.files is not None:
        details += [("files", text) for text in _of_files(column.files)]
    return Facts(
        column.name,
        said,
        apart,
        distinct,
        column.missing,
        tuple(details),
        column.offending,
        column.frequent,
        column.histogram,
        _ends(column.minimum, column.maximum),
    )


def _of_array(array: ArrayLook, look: ArchiveLook) -> Facts:
    shape = " × ".join(map(count_text, array.shape[1:]))
    said = f"{array.dtype}{', ' + shape if shape else ''}"
    details = [("holds", array.dtype), ("shape", " × ".join(map(count_text, array.shape)))]
    if array.distinct is not None:
        details.append(("different", count_text(len(array.distinct))))
    if array.minimum is not None and array.maximum is not None:
        details.append(("from", f"{array.minimum:.6g}"))
        details.append(("to", f"{array.maximum:.6g}"))
    if array.name in look.mismatched:
        details.append(("rows", f"{array.shape[0] if array.shape else 0}, not {look.examples} as the others"))
    distinct = None if array.distinct is None else len(array.distinct)
    apart = distinct is not None and (distinct <= FEW or not array.histogram)
    return Facts(
        array.name,
        said,
        apart,
        distinct,
        details=tuple(details),
        frequent=array.frequent,
        histogram=array.histogram,
        ends=_ends(array.minimum, array.maximum),
    )


def _ends(minimum: float | None, maximum: float | None) -> tuple[float, float] | None:
    return None if minimum is None or maximum is None else (minimum, maximum)


def _of_files(files: FilesLook) -> list[str]:
    said = []
    if files.sort is FileSort.IMAGES and files.sizes:
        (height, width), _ = files.sizes[0]
        more = f" and {plural(len(files.sizes) - 1, 'other size')}" if len(files.sizes) > 1 else ""
        said.append(f"{height} × {width} pixels{more}")
    if files.sort is FileSort.SOUNDS and files.lengths and files.rates:
        length, rate = files.lengths[0][0], files.rates[0][0]
        said.append(f"{length / rate:.2g} s at {count_text(rate)} Hz")
    return said


def _written(look: TableLook) -> str:
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    said = f"{look.encoding}, {names.get(look.delimiter, look.delimiter)}"
    return said + (", decimal comma" if look.decimal == "," else "")
