"""A quick, bounded look at a table in a text file: its columns, what stands in them, and what is wrong with it."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.wording import plural
from studio.data.columns import Gathered, check_names, check_width
from studio.data.headers import CONTROLS
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableLook
from studio.data.text_form import (
    FALLBACKS,
    SNIFFED_BYTES,
    decimal_of,
    delimiter_of,
    encoding_of,
    has_header,
    rows_of,
    text_of,
)

MAX_ROWS = 100_000
MAX_CELLS = 500_000
MAX_CHARACTERS = 16_000_000
MAX_SECONDS = 1.2
MAX_LINE = 1_000_000


def look_at_csv(path: Path, options: LookOptions = AS_FOUND) -> TableLook:
    """Look at the first rows of a table: at most MAX_ROWS, MAX_CELLS and MAX_CHARACTERS, for about MAX_SECONDS.

    What `options` leave open is told from the first SNIFFED_BYTES. Raises DataRefused with the number of the line for
    a table that `csv` would read wrongly or not at all.
    """
    try:
        with path.open("rb") as file:
            start = file.read(SNIFFED_BYTES)
    except OSError as error:
        raise DataRefused(
            "csv.read",
            f"{path.name} could not be read: {error.strerror or error}.",
            "Check its name and its permissions.",
        ) from error
    if options.encoding is not None:
        return _decoded(path, start, options.encoding, options)
    found = encoding_of(start)
    for encoding in (found, *(FALLBACKS if found == "utf-8" else ())):
        try:
            return _decoded(path, start, encoding, options)
        except DataRefused as refused:
            if refused.code != "csv.encoding" or encoding == FALLBACKS[-1] or found != "utf-8":
                raise
    raise AssertionError("latin-1 reads any bytes")


def _decoded(path: Path, start: bytes, encoding: str, options: LookOptions) -> TableLook:
    """Look at a table that is written in a certain encoding."""
    if encoding in FALLBACKS and options.encoding is None and CONTROLS.difference(b"\0").intersection(start):
        at = next(at for at, byte in enumerate(start) if byte in CONTROLS)
        line = start.count(b"\n", 0, at) + 1
        raise DataRefused(
            "csv.binary",
            f"Line {line} of {path.name} holds bytes that no text has.",
            "Choose a text file, or export the table again, as CSV in UTF-8.",
        )
    try:
        text = text_of(start, encoding)
    except LookupError as error:
        raise DataRefused(
            "csv.codec",
            f"{path.name} cannot be read as “{encoding[:40]}”, which is no encoding.",
            "Choose utf-8, cp1252, latin-1 or utf-16.",
        ) from error
    except UnicodeError as error:  # UTF-16 that does not begin with its mark
        raise DataRefused(
            "csv.encoding",
            f"Line 1 of {path.name} is not {encoding.upper()} text: {error}.",
            "Choose the encoding that the table was saved with, or save it again as UTF-8.",
        ) from error
    delimiter = options.delimiter or delimiter_of(text)
    _check_delimiter(delimiter)
    rows = rows_of(text, delimiter)
    decimal = options.decimal or decimal_of(rows, delimiter)
    named = has_header(rows, decimal) if options.header is None else options.header
    reader = _Reader(path, encoding, delimiter, decimal, named)
    try:
        return reader.look()
    except UnicodeError as error:
        raise DataRefused(
            "csv.encoding",
            f"Line {bad_line(path, encoding)} of {path.name} is not {encoding.upper()} text.",
            "Choose the encoding that the table was saved with, or save it again as UTF-8.",
        ) from error


def _check_delimiter(delimiter: str) -> None:
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DataRefused(
            "csv.delimiter",
            f"“{delimiter[:20]}” cannot separate the cells of a table.",
            "Choose one character, such as a comma, a semicolon or a tab.",
        )


def bad_line(path: Path, encoding: str) -> int:
    """The number of the first line that cannot be decoded."""
    number = 0
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while line := file.readline(MAX_LINE):
            number += 1
            if "\ufffd" in line:
                break
    return number


class _Reader:
    """Reads the first rows of a file, and tells what is wrong with them."""

    def __init__(self, path: Path, encoding: str, delimiter: str, decimal: str, named: bool) -> None:
        self._path = path
        self._encoding = encoding
        self._delimiter = delimiter
        self._decimal = decimal
        self._named = named

    def look(self) -> TableLook:
        size = self._path.stat().st_size
        with self._path.open("rb") as file:
            # A byte order mark belongs to no name, whatever the encoding is called.
            codec = "utf-8-sig" if self._encoding.lower().replace("_", "-") in ("utf-8", "utf8") else self._encoding
            with io.TextIOWrapper(file, codec, "strict", newline="") as text:
                table, is_whole = self._read(Lines(self._path, text))
                read = file.tell()
        if not table.rows:
            raise DataRefused(
                "csv.empty",
                f"{self._path.name} has column names but no rows below them.",
                "Choose a table with examples in it.",
            )
        return TableLook(
            self._path,
            self._delimiter,
            table.looked(self._path.parent),
            table.rows,
            is_whole,
            encoding=self._encoding,
            decimal=self._decimal,
            has_header=self._named,
            estimated_rows=table.rows if is_whole else max(table.rows, round(table.rows * size / max(1, read))),
            head=tuple(table.head),
        )

    def _read(self, lines: Lines) -> tuple[Gathered, bool]:
        """Read rows until one of the limits is met; whether there were no more."""
        until = time.monotonic() + MAX_SECONDS
        records = self._records(lines)
        first = next(records, None)
        if first is None:
            raise DataRefused(
                "csv.empty", f"{self._path.name} is empty.", "Choose a table with column names in its first line."
            )
        width = len(first[1])
        check_width(self._path, width)
        if self._named:
            names = check_names(self._path, first[1], f"line {lines.number}")
        else:
            names = [f"column_{place}" for place in range(1, width + 1)]
            records = chain([first], records)
        table = Gathered(names, self._decimal)
        limit = min(MAX_ROWS, MAX_CELLS // width)
        for begin, row in records:
            if len(row) != width:
                raise self._ragged(begin, len(row), width)
            if table.rows >= limit or lines.characters > MAX_CHARACTERS or time.monotonic() > until:
                return table, False
            table.take(begin, row)
        return table, True

    def _records(self, lines: Lines) -> Iterator[tuple[int, list[str]]]:
        """The rows, with the number of the line that each begins in; a line with nothing on it is no row."""
        begin = 1
        try:
            for row in csv.reader(lines, delimiter=self._delimiter, strict=True):
                if row:
                    yield begin, row
                begin = lines.number + 1
        except csv.Error as error:
            raise DataRefused(
                "csv.syntax",
                f"The row that begins in line {begin} of {self._path.name} cannot be read: {error}.",
                "Close every quote, and double the quotes inside of quotes.",
            ) from error

    def _ragged(self, line: int, cells: int, width: int) -> DataRefused:
        there = f"there {'is' if width == 1 else 'are'} {plural(width, 'column name')}"
        wanted = there if self._named else f"the first row has {width:,}"
        return DataRefused(
            "csv.ragged",
            f"Line {line} of {self._path.name} has {plural(cells, 'cell')}; {wanted}.",
            "Make every line as long as the first, and put cells that hold the delimiter into quotes.",
        )


class Lines:
    """The lines of a file, which are counted; refuses what is no text."""

    def __init__(self, path: Path, file: io.TextIOWrapper) -> None:
        self.number = 0
        self.characters = 0
        self._path = path
        self._file = file

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_LINE + 1):
            self.number += 1
            self.characters += len(line)
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
            yield line
