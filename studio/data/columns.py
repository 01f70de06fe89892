"""What stands in a column, gathered from its cells as texts, some thousand at a time."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from pathlib import Path

from studio.core.errors import DataRefused
from studio.data.files import FileSort, sort_of
from studio.data.headers import lies_in, look_at_files
from studio.data.table import (
    BINS,
    HEAD_ROWS,
    MAX_DISTINCT,
    MAX_FREQUENT,
    MAX_SHOWN,
    NUMBERS,
    Cell,
    ColumnKind,
    ColumnLook,
)

MAX_COUNTED = 2 * MAX_DISTINCT
MAX_NAMED = 5000
MAX_PATH = 1000
MAX_COLUMNS = 10_000
MAX_NAME = 200
MAX_SHOWN_CELL = 1000
CHUNK_ROWS = 2000
CHUNK_CELLS = 50_000
DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)


class Column:
    """What is known of a column so far; `decimal` is what stands before the fraction of its numbers."""

    def __init__(self, name: str, decimal: str = ".") -> None:
        self.name = name
        self._decimal = decimal
        self._counts: Counter[str] | None = Counter()
        self._values = array("d")
        self._are_whole = True
        self._has_times = False
        self._dates = self._words = self._missing = 0
        self._first: dict[str, list[Cell]] = {"numbers": [], "dates": [], "words": [], "blanks": []}
        self._named: list[Cell] | None = []

    def take(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        """Look at further cells: all at once where they are numbers in plain digits, else each different one."""
        if self._counts is not None:
            self._counts.update(cells)
            if len(self._counts) > MAX_COUNTED:
                self._counts = None
        values = numbers(cells, self._decimal)
        if values is not None:
            self._keep(values, cells)
            self._show("numbers", cells, lines, None)
            self._named = None
            return
        self._sort_out(cells, lines)

    def looked(self, base: Path | None) -> ColumnLook:
        """What was found; names of files are looked up in the folder `base`."""
        kind = self._kind()
        offending = self._offending() if kind is ColumnKind.MIXED else ()
        files = None
        if kind is ColumnKind.TEXT and base is not None and self._named:
            found, offending = self._files(base)
            if found:
                kind = ColumnKind.FILE
                sort = sort_of(Path(found[0]).suffix)
                files = look_at_files(base, found, sort or FileSort.IMAGES)
        least, largest = (min(self._values), max(self._values)) if self._values else (None, None)
        shown = {name: tuple(cells) for name, cells in self._first.items()}
        return ColumnLook(
            self.name,
            kind,
            self._distinct(kind),
            self._missing,
            least,
            largest,
            histogram=histogram(self._values),
            frequent=self._frequent(),
            offending=offending,
            has_times=self._has_times,
            files=files,
            **shown,
        )

    def _keep(self, values: list[float], cells: Sequence[str]) -> None:
        self._values.extend(values)
        if self._are_whole:
            together = "".join(cells)
            self._are_whole = not any(mark in together for mark in (self._decimal, "e", "E"))

    def _show(self, sort: str, cells: Sequence[str], lines: Sequence[int], wanted: set[str] | None) -> None:
        """Remember the first cells of a sort, which are those that are `wanted`, or all."""
        shown = self._first[sort]
        if len(shown) == MAX_SHOWN:
            return
        for line, cell in zip(lines, cells, strict=True):
            if wanted is None or cell in wanted:
                shown.append((line, cell))
                if len(shown) == MAX_SHOWN:
                    return

    def _sort_out(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        sorts: dict[str, set[str]] = {}
        for cell, count in Counter(cells).items():
            if not cell or cell.isspace():
                sort = "blanks"
                self._missing += count
            elif (values := numbers((cell,), self._decimal)) is not None:
                sort = "numbers"
                self._keep(values * count, (cell,))
            elif _is_date(cell):
                sort = "dates"
                self._dates += count
                self._has_times = self._has_times or len(cell) > len("2024-12-31")
            else:
                sort = "words"
                self._words += count
            sorts.setdefault(sort, set()).add(cell)
        for sort, wanted in sorts.items():
            self._show(sort, cells, lines, wanted)
        self._name(cells, lines, sorts)

    def _name(self, cells: Sequence[str], lines: Sequence[int], sorts: dict[str, set[str]]) -> None:
        """Keep the names of files as long as there is nothing else."""
        if self._named is None:
            return
        sort = sort_of(Path(self._named[0][1]).suffix) if self._named else None
        for word in sorts.get("words", ()):
            own = sort_of(word[word.rfind(".") :]) if "." in word and len(word) <= MAX_PATH else None
            sort = sort or own
            if own is None or own is not sort:
                self._named = None
                return
        if "numbers" in sorts or "dates" in sorts:
            self._named = None
            return
        room = MAX_NAMED - len(self._named)
        named = [(line, cell) for line, cell in zip(lines, cells, strict=True) if cell and not cell.isspace()]
        self._named += named[:room]

    def _files(self, base: Path) -> tuple[list[str], tuple[Cell, ...]]:
        """The names that lead to files, and the first that do not."""
        found: list[str] = []
        astray: list[Cell] = []
        for line, name in self._named or ():
            if lies_in(base, name):
                found.append(name)
            elif len(astray) < MAX_SHOWN:
                astray.append((line, name))
        return found, tuple(astray)

    def _kind(self) -> ColumnKind:
        found = bool(self._values), bool(self._dates), bool(self._words)
        match found:
            case (True, False, False):
                return ColumnKind.WHOLE if self._are_whole else ColumnKind.NUMBER
            case (False, True, False):
                return ColumnKind.DATE
            case (False, False, True):
                return ColumnKind.TEXT
            case (False, False, False):
                return ColumnKind.EMPTY
            case (False, True, True) if self._words > self._dates:
                return ColumnKind.TEXT
            case _:
                return ColumnKind.MIXED

    def _offending(self) -> tuple[Cell, ...]:
        """The first cells that are not of the sort that most of them are."""
        counts = {"numbers": len(self._values), "dates": self._dates, "words": self._words}
        most = max(counts, key=lambda sort: counts[sort])
        others = (cells for sort, cells in self._first.items() if sort not in (most, "blanks"))
        return tuple(merge(*others))[:MAX_SHOWN]

    def _distinct(self, kind: ColumnKind) -> tuple[str, ...] | None:
        if self._counts is None:
            return None
        cells = [cell for cell in self._counts if cell and not cell.isspace()]
        if len(cells) > MAX_DISTINCT:
            return None
        if kind in NUMBERS:
            return tuple(sorted(cells, key=lambda cell: (_number(cell, self._decimal), cell)))
        return tuple(sorted(cells))

    def _frequent(self) -> tuple[tuple[str, int], ...]:
        if self._counts is None:
            return ()
        counts = ((cell, count) for cell, count in self._counts.items() if cell and not cell.isspace())
        return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:MAX_FREQUENT])


class Gathered:
    """The columns of a table as its rows come in; `head` are the first HEAD_ROWS."""

    def __init__(self, names: Sequence[str], decimal: str = ".") -> None:
        self.rows = 0
        self.head: list[tuple[str, ...]] = []
        self._columns = [Column(name, decimal) for name in names]
        self._chunk = max(1, min(CHUNK_ROWS, CHUNK_CELLS // max(1, len(names))))
        self._waiting: list[Sequence[str]] = []
        self._lines: list[int] = []

    def take(self, line: int, row: Sequence[str]) -> None:
        """A further row, as long as there are names; `line` is the number of the line that it begins in."""
        self.rows += 1
        if len(self.head) < HEAD_ROWS:
            self.head.append(
                tuple(cell if len(cell) <= MAX_SHOWN_CELL else f"{cell[:MAX_SHOWN_CELL]}…" for cell in row)
            )
        self._waiting.append(row)
        self._lines.append(line)
        if len(self._waiting) == self._chunk:
            self._pass_on()

    def looked(self, base: Path | None) -> tuple[ColumnLook, ...]:
        """What was found in each column; names of files are looked up in the folder `base`."""
        self._pass_on()
        return tuple(column.looked(base) for column in self._columns)

    def _pass_on(self) -> None:
        if self._waiting:
            for column, cells in zip(self._columns, zip(*self._waiting, strict=True), strict=True):
                column.take(cells, self._lines)
        self._waiting.clear()
        self._lines.clear()


def check_width(path: Path, width: int) -> None:
    """Raise DataRefused if a table has too many columns."""
    if width > MAX_COLUMNS:
        raise DataRefused(
            "table.columns",
            f"{path.name} has {width:,} columns; at most {MAX_COLUMNS:,} are read here.",
            "Save the numbers as a NumPy archive (.npz) instead.",
        )


def check_names(path: Path, names: Sequence[str], where: str) -> list[str]:
    """The names of the columns. Raises DataRefused if one is empty, too long, or there twice; `where` they stand."""
    for place, name in enumerate(names, 1):
        if not name.strip():
            raise DataRefused(
                "table.nameless",
                f"Column {place} of {path.name} has no name in {where}.",
                "Give every column a name, or say that the first row is none of names.",
            )
        if len(name) > MAX_NAME:
            raise DataRefused(
                "table.name",
                f"Column {place} of {path.name} has a name of {len(name):,} characters in {where}: “{name[:40]}…”.",
                f"Use at most {MAX_NAME} characters, or say that the first row is none of names.",
            )
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise DataRefused(
            "table.duplicate",
            f"{path.name} names the column “{twice[:60]}” twice in {where}.",
            "Give every column a name of its own, or say that the first row is none of names.",
        )
    return list(names)


def numbers(cells: Sequence[str], decimal: str = ".") -> list[float] | None:
    """The finite numbers that stand in cells in plain digits; None if one of them holds anything else."""
    if decimal != ".":
        if any("." in cell for cell in cells):
            return None
        cells = [cell.replace(decimal, ".") for cell in cells]
    try:
        values = list(map(float, cells))
    except ValueError:
        return None
    together = "".join(cells)
    plain = together.isascii() and "_" not in together and all(map(math.isfinite, values))
    return values if plain else None


def histogram(values: Sequence[float]) -> tuple[int, ...]:
    """How many values lie in each of BINS equal bins between the smallest and the largest."""
    if not values:
        return ()
    least, largest = min(values), max(values)
    width = largest - least
    counts = [0] * BINS
    if not width or not math.isfinite(width) or not math.isfinite(BINS / width):
        counts[0] = len(values)
        return tuple(counts)
    factor = BINS / width
    for value in values:
        counts[min(int((value - least) * factor), BINS - 1)] += 1
    return tuple(counts)


def _number(cell: str, decimal: str) -> float:
    return float(cell.replace(decimal, "."))


def _clipped(cell: str) -> str:
    return cell if len(cell) <= MAX_SHOWN_CELL else f"{cell[:MAX_SHOWN_CELL]}…"


def _is_date(cell: str) -> bool:
    if DATE.fullmatch(cell) is None:
        return False
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True
