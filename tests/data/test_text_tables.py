"""Whatever a table in a text file holds: the look, Python's own reader and the script see the same rows and cells."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from studio.core.errors import DataRefused
from studio.data.csv_table import look_at_csv
from studio.data.options import LookOptions
from studio.data.table import NUMBERS, TableLook
from tests.data.script_rows import table_read

DELIMITERS = (",", ";", "\t", "|")
CELLS = st.text(st.sampled_from("ab1.-,;\t|\"'\n\r é\u2028\x1c\x0b\ufeff€"), max_size=6) | st.sampled_from(
    ("", " ", "7", "-2.5", "1e3", "2024-02-29", "nan")
)
SHARED = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows of cells, all as wide as the first, whose cells are different names."""
    width = draw(st.integers(1, 4))
    names = st.text(st.sampled_from('abc é,"\n'), min_size=1, max_size=4).filter(str.strip)
    header = draw(st.lists(names, min_size=width, max_size=width, unique=True))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return [header, *draw(st.lists(row, min_size=1, max_size=6))]


@st.composite
def sloppy(draw: st.DrawFn) -> bytes:
    """A table whose rows are as wide as its header, unless a cell holds what should have been quoted."""
    delimiter = draw(st.sampled_from(DELIMITERS))
    rows = draw(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5))
    lines = [delimiter.join(row) for row in [["x", "y"], *rows]]
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    return end.join(lines).encode(draw(st.sampled_from(("utf-8", "cp1252", "utf-16"))), "replace")


def quoted(cell: str, delimiter: str, always: bool) -> str:
    needs = always or not cell or any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if needs else cell


def read_by_python(path: Path, look: TableLook) -> list[list[str]]:
    """The rows below the header, if there is one, by Python's own reader, with nothing but blanks taken for nothing."""
    encoding = "utf-8-sig" if look.encoding == "utf-8" else look.encoding
    text = path.read_bytes().decode(encoding)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=look.delimiter, strict=True) if row]
    return [[cell if cell.strip() else "" for cell in row] for row in rows[look.has_header :]]


def read_by_script(look: TableLook) -> list[list[str]]:
    return [list(row) for row in zip(*table_read(look).values(), strict=True)]


def looked(look: TableLook) -> list[list[str]]:
    return [[cell if cell.strip() else "" for cell in row] for row in look.head]


@SHARED
@given(
    rows=tables(),
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le")),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    always=st.booleans(),
    is_closed=st.booleans(),
)
def test_every_table_is_read_as_it_was_written(
    tmp_path: Path, rows: list[list[str]], delimiter: str, encoding: str, end: str, always: bool, is_closed: bool
) -> None:
    lines = [delimiter.join(quoted(cell, delimiter, always) for cell in row) for row in rows]
    path = tmp_path / "table.csv"
    path.write_bytes((end.join(lines) + end * is_closed).encode(encoding))

    look = look_at_csv(path, LookOptions(delimiter, encoding, ".", True))

    below = [[cell if cell.strip() else "" for cell in row] for row in rows[1:]]
    assert [column.name for column in look.columns] == rows[0]
    assert (look.rows, look.is_whole) == (len(below), True)
    assert looked(look) == below
    assert read_by_script(look) == below


@SHARED
@given(
    content=st.text(st.sampled_from('ab12.,;\t|"\n\r é\0')).map(str.encode)
    | st.binary(max_size=40)
    | st.text(max_size=40).map(lambda text: text.encode("utf-16", "replace"))
    | sloppy()
)
@example(content=b'a,b\n"1\n2",3\n')
@example(content=b"1,5;2\n2,5;3\n")
@example(content=b"\xef\xbb\xbf\xef\xbb\xbfa\n1\n")
def test_whatever_bytes_there_are_they_are_refused_or_read_alike(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    try:
        look = look_at_csv(path)
    except DataRefused:
        event("refused")
        return
    event("read")
    assert looked(look) == read_by_python(path, look) == read_by_script(look)
    assert look.rows == len(look.head)


@SHARED
@given(
    numbers=st.lists(st.floats(-1e6, 1e6).map(lambda number: round(number, 3)), min_size=2, max_size=9),
    decimal=st.sampled_from((".", ",")),
    delimiter=st.sampled_from((";", "\t", "|")),
)
def test_numbers_with_a_decimal_comma_are_the_same_numbers(
    tmp_path: Path, numbers: list[float], decimal: str, delimiter: str
) -> None:
    path = tmp_path / "table.csv"
    cells = [f"{number:.3f}".replace(".", decimal) for number in numbers]
    path.write_text("".join(f"{cell}{delimiter}x\n" for cell in ("size", *cells)), encoding="utf-8")

    look = look_at_csv(path)

    assert (look.delimiter, look.decimal, look.rows) == (delimiter, decimal, len(numbers))
    assert look.columns[0].kind in NUMBERS
    assert (look.columns[0].minimum, look.columns[0].maximum) == (min(numbers), max(numbers))
    assert read_as_numbers(look, "size") == pytest.approx(numbers, rel=1e-6)


def read_as_numbers(look: TableLook, name: str) -> list[Any]:
    return table_read(look, numbers=(name,))[name]
