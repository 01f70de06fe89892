"""How a table is written as text: its encoding, its delimiter, its decimal sign, and whether it names its columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence

from studio.data.columns import numbers

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_BYTES = 64 * 1024
SNIFFED_ROWS = 50
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, the longer ones first where one begins as another."""
FALLBACKS = ("cp1252", "latin-1")
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)


def encoding_of(start: bytes) -> str:
    """The encoding that the beginning of a file is written in; `latin-1`, which reads all bytes, if no other does."""
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    for name in ("utf-8", *FALLBACKS):
        try:
            codecs.getincrementaldecoder(name)().decode(start)  # the last character may be cut off
        except UnicodeDecodeError:
            continue
        return name
    return FALLBACKS[-1]


def text_of(start: bytes, encoding: str) -> str:
    """The whole lines at the beginning of a file, which is `start`; all of it where that is shorter than was read."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start).removeprefix("\ufeff")
    if len(start) < SNIFFED_BYTES:
        return text
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first row into several cells, and most of the rows below into as many.

    Of two that do, the one that leaves more numbers. Without any: `;` for a column of numbers with decimal commas,
    else `,`.
    """
    scores = {delimiter: _agreement(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best][2] > 1:
        return best
    cells = [line.strip() for line in text.splitlines()[1:] if line.strip()]
    return ";" if cells and all(COMMA_NUMBER.fullmatch(cell) or cell.isdigit() for cell in cells) else ","


def decimal_of(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """The decimal sign: `,` where numbers are written with it and none with a point."""
    if delimiter == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    has_commas = any(COMMA_NUMBER.fullmatch(cell.strip()) for cell in cells)
    return "," if has_commas and not any("." in cell and numbers((cell,)) is not None for cell in cells) else "."


def has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first row names the columns: not where it holds numbers above numbers, as the rows below do.

    Whole numbers beside names (`country, 2019, 2020`) may be names as well; they are, unless one of the cells of the
    first row stands again somewhere below it.
    """
    if len(rows) < 2:
        return True
    first, below = rows[0], list(zip(*rows[1:], strict=False))
    numeric = [cell for cell, column in zip(first, below, strict=False) if _is_numeric(column, decimal)]
    if not numeric or any(numbers((cell,), decimal) is None for cell in numeric):
        return True
    if len(numeric) == len(first):
        return False
    recurs = any(cell in column for cell, column in zip(first, below, strict=False) if cell)
    return not (recurs or len(set(first)) < len(first) or any(decimal in cell or "-" in cell for cell in numeric))


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """The first rows of a text, as far as they can be read."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) == SNIFFED_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _is_numeric(column: Sequence[str], decimal: str) -> bool:
    filled = [cell for cell in column if cell and not cell.isspace()]
    return bool(filled) and numbers(filled, decimal) is not None


def _agreement(text: str, delimiter: str) -> tuple[float, float, int]:
    """The share of rows as wide as the first, the share of numbers among their cells, and that width."""
    rows = rows_of(text, delimiter)
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0.0, 0.0, width
    cells = [cell for row in rows for cell in row]
    found = sum(numbers((cell,)) is not None or COMMA_NUMBER.fullmatch(cell) is not None for cell in cells)
    return sum(len(row) == width for row in rows) / len(rows), found / len(cells), width
