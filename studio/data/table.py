"""A quick, bounded look at a table in a text file: its columns, what stands in them, and what is wrong with it."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.wording import bytes_text, plural

MAX_BYTES = 1024**3
MAX_ROWS = 100_000
MAX_CELLS = 2_000_000
MAX_COLUMNS = 10_000
MAX_LINE = 1_000_000
MAX_DISTINCT = 1000
CHUNK_ROWS = 2000
MAX_BLANKS = 10
"""So many different kinds of blank cells are told apart before counting stops."""

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_BYTES = 64 * 1024


class ColumnKind(StrEnum):
    """What stands in a column; cells with nothing in them do not count."""

    WHOLE = "whole number"
    NUMBER = "number"
    TEXT = "text"
    MIXED = "mixed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column of the rows that were looked at.

    `distinct` are its different cells, numbers in their order, texts in that of their letters; None where there are
    more than MAX_DISTINCT. `missing` counts the cells with nothing in them. `minimum` and `maximum` are those of its
    numbers, where there are any.
    """

    name: str
    kind: ColumnKind
    distinct: tuple[str, ...] | None
    missing: int
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class TableLook:
    """A table: its delimiter, its columns, how many rows were looked at, and whether those were all."""

    path: Path
    delimiter: str
    columns: tuple[ColumnLook, ...]
    rows: int
    is_whole: bool


def look_at_csv(path: Path, delimiter: str | None = None) -> TableLook:
    """Look at the first MAX_ROWS rows of a table; without `delimiter` it is told from the first lines.

    Raises DataRefused with the number of the line for a table that `csv` would read wrongly or not at all.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataRefused(
                "csv.large",
                f"{path.name} has {bytes_text(size)}; at most {bytes_text(MAX_BYTES)} are read here.",
                "Save the table in parts, or as a NumPy archive (.npz).",
            )
        with path.open("rb") as file:
            chosen = delimiter or _sniffed(file.read(SNIFFED_BYTES))
            file.seek(0)
            with io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="") as text:
                return _look(path, text, chosen)
    except OSError as error:
        raise DataRefused(
            "csv.read",
            f"{path.name} could not be read: {error.strerror or error}.",
            "Check its name and its permissions.",
        ) from error


@dataclass(slots=True)
class _Column:
    """What is known of a column so far."""

    name: str
    has_numbers: bool = False
    is_whole: bool = True
    texts: int = 0
    missing: int = 0
    minimum: float | None = None
    maximum: float | None = None
    distinct: set[str] | None = field(default_factory=set)

    def take(self, cells: tuple[str, ...]) -> None:
        """Look at further cells: all at once where they are numbers in plain digits, else one by one."""
        if self.distinct is not None:
            self.distinct.update(cells)
            if len(self.distinct) > MAX_DISTINCT + MAX_BLANKS:
                self.distinct = None
        values = _numbers(cells)
        if values is None:
            values, cells = self._sorted_out(cells)
        if not values:
            return
        self.has_numbers = True
        self.is_whole = self.is_whole and not any(mark in "".join(cells) for mark in ".eE")
        self.minimum = min(values) if self.minimum is None else min(self.minimum, *values)
        self.maximum = max(values) if self.maximum is None else max(self.maximum, *values)

    def _sorted_out(self, cells: tuple[str, ...]) -> tuple[list[float], tuple[str, ...]]:
        """Count texts and blanks; the numbers among the cells and how they are written, each once."""
        values: list[float] = []
        written: list[str] = []
        for cell, count in Counter(cells).items():
            value = _numbers((cell,))
            if value is not None:
                values += value
                written.append(cell)
            elif not cell or cell.isspace():
                self.missing += count
            else:
                self.texts += count
        return values, tuple(written)

    def looked(self) -> ColumnLook:
        kind = self._kind()
        distinct = None if self.distinct is None else [cell for cell in self.distinct if cell and not cell.isspace()]
        if distinct is not None:
            are_numbers = kind in (ColumnKind.WHOLE, ColumnKind.NUMBER)
            distinct.sort(key=lambda cell: (float(cell) if are_numbers else 0.0, cell))
        values = tuple(distinct) if distinct is not None and len(distinct) <= MAX_DISTINCT else None
        return ColumnLook(self.name, kind, values, self.missing, self.minimum, self.maximum)

    def _kind(self) -> ColumnKind:
        if self.texts:
            return ColumnKind.MIXED if self.has_numbers else ColumnKind.TEXT
        if not self.has_numbers:
            return ColumnKind.EMPTY
        return ColumnKind.WHOLE if self.is_whole else ColumnKind.NUMBER


def _numbers(cells: tuple[str, ...]) -> list[float] | None:
    """The finite numbers that stand in cells in plain digits; None if one of them holds anything else."""
    try:
        values = list(map(float, cells))
    except ValueError:
        return None
    together = "".join(cells)
    plain = together.isascii() and "_" not in together and all(map(math.isfinite, values))
    return values if plain else None


def _look(path: Path, file: io.TextIOWrapper, delimiter: str) -> TableLook:
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DataRefused(
            "csv.delimiter",
            f"“{delimiter[:20]}” cannot separate the cells of a table.",
            "Choose one character, such as a comma, a semicolon or a tab.",
        )
    lines = _Lines(path, file)
    begin = 1
    try:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        header = next((row for row in reader if row), None)
        columns = [_Column(name) for name in _names(path, header, lines.number)]
        rows, limit = 0, min(MAX_ROWS, MAX_CELLS // len(columns))
        waiting: list[list[str]] = []
        begin = lines.number + 1
        for row in reader:
            if row:  # a line with nothing on it, as at the end of many files, is no row
                if len(row) != len(columns):
                    raise _ragged(path, begin, len(row), len(columns))
                if rows == limit:
                    return _looked(path, delimiter, columns, waiting, rows, is_whole=False)
                rows += 1
                waiting.append(row)
                if len(waiting) == CHUNK_ROWS:
                    _take(columns, waiting)
            begin = lines.number + 1
    except csv.Error as error:
        raise DataRefused(
            "csv.syntax",
            f"The row that begins in line {begin} of {path.name} cannot be read: {error}.",
            "Close every quote, and double the quotes inside of quotes.",
        ) from error
    if not rows:
        raise DataRefused(
            "csv.empty", f"{path.name} has column names but no rows below them.", "Choose a table with examples in it."
        )
    return _looked(path, delimiter, columns, waiting, rows, is_whole=True)


def _take(columns: list[_Column], waiting: list[list[str]]) -> None:
    """Hand the waiting rows to the columns."""
    for column, cells in zip(columns, zip(*waiting, strict=True), strict=False):
        column.take(cells)
    waiting.clear()


def _looked(
    path: Path, delimiter: str, columns: list[_Column], waiting: list[list[str]], rows: int, *, is_whole: bool
) -> TableLook:
    _take(columns, waiting)
    return TableLook(path, delimiter, tuple(column.looked() for column in columns), rows, is_whole)


def _ragged(path: Path, line: int, cells: int, names: int) -> DataRefused:
    return DataRefused(
        "csv.ragged",
        f"Line {line} of {path.name} has {plural(cells, 'cell')}; there are {plural(names, 'column name')}.",
        "Make every line as long as the first, and put cells that hold the delimiter into quotes.",
    )


class _Lines:
    """The lines of a file with their number; refuses what is no text."""

    def __init__(self, path: Path, file: io.TextIOWrapper) -> None:
        self.number = 0
        self._path = path
        self._file = file

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_LINE + 1):
            self.number += 1
            name = self._path.name
            if len(line) > MAX_LINE:
                raise DataRefused(
                    "csv.line",
                    f"Line {self.number} of {name} has more than {MAX_LINE:,} characters.",
                    "Check that this is a table, and that every quote is closed.",
                )
            if "\0" in line:
                raise DataRefused(
                    "csv.nul",
                    f"Line {self.number} of {name} holds a NUL byte, which no text has.",
                    "Export the table again, as CSV in UTF-8.",
                )
            if not line.isascii() and any("\udc80" <= char <= "\udcff" for char in line):
                raise DataRefused(
                    "csv.encoding",
                    f"Line {self.number} of {name} is not UTF-8 text.",
                    "Save the table again with the encoding UTF-8.",
                )
            yield line


def _names(path: Path, header: list[str] | None, line: int) -> list[str]:
    if header is None:
        raise DataRefused("csv.empty", f"{path.name} is empty.", "Choose a table with column names in its first line.")
    if len(header) > MAX_COLUMNS:
        raise DataRefused(
            "csv.columns",
            f"{path.name} has {len(header):,} columns; at most {MAX_COLUMNS:,} are read here.",
            "Save the numbers as a NumPy archive (.npz) instead.",
        )
    for place, name in enumerate(header, 1):
        if not name.strip():
            raise DataRefused(
                "csv.nameless",
                f"Column {place} of {path.name} has no name in line {line}.",
                "Give every column a name in the first line.",
            )
    twice = next((name for name, count in Counter(header).items() if count > 1), None)
    if twice is not None:
        raise DataRefused(
            "csv.duplicate",
            f"Line {line} of {path.name} names the column “{twice[:60]}” twice.",
            "Give every column a name of its own.",
        )
    return header


def _sniffed(start: bytes) -> str:
    """The delimiter that cuts the names into several, and most of the rows below into as many; `,` if none does."""
    text = start.decode("utf-8-sig", "replace")
    whole = text if len(start) < SNIFFED_BYTES else text[: text.rfind("\n") + 1]
    return max(DELIMITERS, key=lambda delimiter: _agreement(whole, delimiter))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """The share of the rows that are as wide as the row of names, and that width; nothing for a width of 1."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row][:50]
    except csv.Error:
        return 0.0, 0
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows) / len(rows), width) if width > 1 else (0.0, 0)
