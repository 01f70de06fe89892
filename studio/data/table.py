"""What a look finds in a table: its columns and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from studio.data.files import FilesLook

MAX_DISTINCT = 1000
MAX_FREQUENT = 20
MAX_SHOWN = 5
BINS = 20
HEAD_ROWS = 50

Cell: TypeAlias = tuple[int, str]
"""A cell: the number of its line (of its row, where a file has no lines), counted from 1, and what stands in it."""


class TableForm(StrEnum):
    """How a table is written down."""

    TEXT = "text"
    JSON = "json"
    PARQUET = "parquet"
    EXCEL = "excel"


class ColumnKind(StrEnum):
    """What stands in a column; cells with nothing in them do not count."""

    WHOLE = "whole number"
    NUMBER = "number"
    DATE = "date"
    """`2024-12-31`, or with a time: `2024-12-31 23:59`, `2024-12-31T23:59:30`."""
    FILE = "file"
    """Names of files that are there, below the folder of the table."""
    TEXT = "text"
    MIXED = "mixed"
    EMPTY = "empty"


NUMBERS = frozenset({ColumnKind.WHOLE, ColumnKind.NUMBER})


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column of the rows that were looked at.

    `distinct` are its different cells, numbers in their order, texts in that of their letters; None where there are
    more than MAX_DISTINCT. `missing` counts the cells with nothing in them. `minimum` and `maximum` are those of its
    numbers, where there are any; `histogram` counts them in BINS equal bins between the two. `frequent` are up to
    MAX_FREQUENT values with their counts, the most frequent first; nothing where there are too many to count.

    `offending` are the first cells that do not fit to most of the column, where it is MIXED; and names that lead to
    no file. `numbers`, `dates`, `words` and `blanks` are the first cells of each sort; `files` is what the headers of
    the files say that it names.
    """

    name: str
    kind: ColumnKind
    distinct: tuple[str, ...] | None
    missing: int
    minimum: float | None
    maximum: float | None
    histogram: tuple[int, ...] = ()
    frequent: tuple[tuple[str, int], ...] = ()
    offending: tuple[Cell, ...] = ()
    numbers: tuple[Cell, ...] = ()
    dates: tuple[Cell, ...] = ()
    words: tuple[Cell, ...] = ()
    blanks: tuple[Cell, ...] = ()
    has_times: bool = False
    files: FilesLook | None = None


@dataclass(frozen=True, slots=True)
class TableLook:
    """A table: how it is written, its columns, how many rows were looked at, and whether those were all.

    `head` are the first HEAD_ROWS rows as texts. `estimated_rows` is `rows` where those are all. `delimiter`,
    `encoding`, `decimal` and `has_header` matter to texts only; `sheet` and `sheets` to workbooks.
    """

    path: Path
    delimiter: str
    columns: tuple[ColumnLook, ...]
    rows: int
    is_whole: bool
    form: TableForm = TableForm.TEXT
    encoding: str = "utf-8"
    decimal: str = "."
    has_header: bool = True
    estimated_rows: int = 0
    head: tuple[tuple[str, ...], ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
