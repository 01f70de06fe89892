"""A quick, bounded look at JSON lines: an object a line, whose keys are the columns."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from studio.core.errors import DataRefused
from studio.data.columns import Gathered, check_names, check_width
from studio.data.csv_table import MAX_CELLS, MAX_CHARACTERS, MAX_LINE, MAX_ROWS, MAX_SECONDS, bad_line
from studio.data.table import TableForm, TableLook

NAMED_ROWS = 1000
"""So many objects tell which columns there are."""


def look_at_json(path: Path) -> TableLook:
    """Look at the first objects, as many as of the rows of a text table; what is no text in a value is its JSON.

    Keys that no object has among the first NAMED_ROWS are no columns. Raises DataRefused with the number of the line.
    """
    try:
        with path.open("rb") as file, io.TextIOWrapper(file, "utf-8-sig") as text:
            lines = _Lines(path, text)
            table, is_whole = _gathered(path, lines)
            size, read = path.stat().st_size, file.tell()
    except OSError as error:
        raise DataRefused(
            "json.read",
            f"{path.name} could not be read: {error.strerror or error}.",
            "Check its name and its permissions.",
        ) from error
    except UnicodeDecodeError as error:
        raise DataRefused(
            "json.encoding",
            f"Line {bad_line(path, 'utf-8')} of {path.name} is not UTF-8 text.",
            "Save it again as UTF-8.",
        ) from error
    return TableLook(
        path,
        "",
        table.looked(path.parent),
        table.rows,
        is_whole,
        TableForm.JSON,
        estimated_rows=table.rows if is_whole else max(table.rows, round(table.rows * size / max(1, read))),
        head=tuple(table.head),
    )


def _gathered(path: Path, lines: _Lines) -> tuple[Gathered, bool]:
    """The columns of the first objects, and whether there are no more objects."""
    until = time.monotonic() + MAX_SECONDS
    records = _records(path, lines)
    first = list(islice(records, NAMED_ROWS))
    if not first:
        raise DataRefused("json.empty", f"{path.name} is empty.", "Choose a file with an object in each line.")
    names = list(dict.fromkeys(name for _, record in first for name in record))
    check_width(path, len(names))
    table = Gathered(check_names(path, names, "its objects"))
    limit = min(MAX_ROWS, MAX_CELLS // max(1, len(names)))
    for number, record in chain(first, records):
        if table.rows >= limit or lines.characters > MAX_CHARACTERS or time.monotonic() > until:
            return table, False
        table.take(number, [_text(record.get(name)) for name in names])
    return table, True


def _records(path: Path, lines: _Lines) -> Iterator[tuple[int, dict[str, Any]]]:
    for line in lines:
        number = lines.number
        try:
            record = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise DataRefused(
                "json.syntax",
                f"Line {number} of {path.name} is no JSON: {_reason(error)}.",
                'Write one object a line, such as {"size": 3, "kind": "cat"}.',
            ) from error
        if not isinstance(record, dict):
            raise DataRefused(
                "json.object",
                f"Line {number} of {path.name} holds {_kind(record)}, and no object.",
                'Write one object a line, such as {"size": 3, "kind": "cat"}.',
            )
        yield number, record


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” stands twice in one object")
    return made


def _text(value: Any) -> str:
    """A value as the text of a cell, as the exported script has it; null is an empty one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _kind(value: Any) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "null"
        case _:
            return "a number" if not isinstance(value, bool) else "true or false"


def _reason(error: Exception) -> str:
    match error:
        case RecursionError():
            return "it is nested too deeply"
        case json.JSONDecodeError(msg=said, pos=place):
            return f"{said.removesuffix(' starting at').removesuffix(' at')}, at character {place + 1}"
        case _:
            return str(error)


class _Lines:
    """The lines that are not blank; those before are counted as well."""

    def __init__(self, path: Path, file: io.TextIOWrapper) -> None:
        self.number = 0
        self.characters = 0
        self._path = path
        self._file = file

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_LINE + 1):
            self.number += 1
            self.characters += len(line)
            if len(line) > MAX_LINE:
                raise DataRefused(
                    "json.line",
                    f"Line {self.number} of {self._path.name} has more than {MAX_LINE:,} characters.",
                    "Write one object a line, not all of them in one.",
                )
            if not line.isspace():
                yield line
