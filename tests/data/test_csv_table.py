"""A quick look at a CSV file: what it finds, and what it refuses in which line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import DataRefused
from studio.data import csv_table
from studio.data.csv_table import look_at_csv
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import ColumnKind


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


PLAIN = LookOptions(delimiter=",", decimal=".", header=True)
"""How most of the tables here are written, said rather than found."""


def refusal(path: Path, options: LookOptions = AS_FOUND) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        look_at_csv(path, options)
    return caught.value


def test_columns_are_known_by_what_stands_in_them(tmp_path: Path) -> None:
    look = look_at_csv(written(tmp_path, "n,x,t,m,e\n1,0.5,a,1,\n-3,1e3,b c,z,\n+2,.25,a,,\n"))
    assert [(column.name, column.kind) for column in look.columns] == [
        ("n", ColumnKind.WHOLE),
        ("x", ColumnKind.NUMBER),
        ("t", ColumnKind.TEXT),
        ("m", ColumnKind.MIXED),
        ("e", ColumnKind.EMPTY),
    ]
    assert [(column.minimum, column.maximum) for column in look.columns[:3]] == [(-3, 2), (0.25, 1000), (None, None)]
    assert [column.missing for column in look.columns] == [0, 0, 0, 1, 3]
    assert [column.distinct for column in look.columns] == [
        ("-3", "1", "+2"),
        (".25", "0.5", "1e3"),
        ("a", "b c"),
        ("1", "z"),
        (),
    ]
    assert (look.rows, look.is_whole, look.delimiter) == (3, True, ",")


@pytest.mark.parametrize("cell", ["nan", "inf", "-Infinity", "1_000", "1,5", "0x10", "١٢", "1e999"])
def test_only_plain_finite_numbers_are_numbers(tmp_path: Path, cell: str) -> None:
    look = look_at_csv(written(tmp_path, f"a;b\n{cell};1\n"), replace(PLAIN, delimiter=";"))
    assert look.columns[0].kind is ColumnKind.TEXT


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_first_lines(tmp_path: Path, delimiter: str) -> None:
    rows = [["name", "a b", "c"], ["x, y; z", "1", "2"], ["w", "3", "4"]]
    text = "\n".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows)
    look = look_at_csv(written(tmp_path, text))
    assert look.delimiter == delimiter
    assert [column.name for column in look.columns] == rows[0]


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert [column.name for column in look_at_csv(written(tmp_path, "only\n1\n2\n")).columns] == ["only"]


def test_a_quoted_line_end_is_no_row_and_lines_are_still_counted(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\r\n"one\r\ntwo",1\r\n\r\nx,2\r\n')
    look = look_at_csv(path)
    assert look.rows == 2
    assert look.columns[0].distinct == ("one\r\ntwo", "x")
    ragged = written(tmp_path, 'a,b\n"one\ntwo",1\n\n1,2,3\n')
    assert "Line 5 " in refusal(ragged).text


def test_a_byte_order_mark_belongs_to_no_name(tmp_path: Path) -> None:
    assert look_at_csv(written(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")).columns[0].name == "a"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", "csv.empty", "is empty"),
        ("\n\n", "csv.empty", "is empty"),
        ("a,b\n", "csv.empty", "no rows"),
        ("a,b\n1,2\n1\n", "csv.ragged", "Line 3 of table.csv has 1 cell; there are 2 column names."),
        ("a,b\n1,2,3\n", "csv.ragged", "Line 2 of table.csv has 3 cells"),
        ('a,b\n1,2\n"1,2\n3,4\n', "csv.syntax", "The row that begins in line 3"),
        ('a,b\n"1"x,2\n', "csv.syntax", "The row that begins in line 2"),
        (b"a,b\n1,2\n1,\xff\n", "csv.encoding", "Line 3 of table.csv is not UTF-8"),
        ("a,b\n1,2\n1,\0\n", "csv.nul", "Line 3 of table.csv holds a NUL byte"),
        ("a,b,a\n1,2,3\n", "table.duplicate", "names the column “a” twice"),
        ("a,,c\n1,2,3\n", "table.nameless", "Column 2 of table.csv has no name"),
        ("a, \n1,2\n", "table.nameless", "Column 2"),
    ],
)
def test_a_broken_table_is_refused_with_the_line(tmp_path: Path, content: str | bytes, code: str, said: str) -> None:
    refused = refusal(written(tmp_path, content), replace(PLAIN, encoding="utf-8"))
    assert refused.code == code
    assert said in refused.text
    assert refused.advice


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n"])
def test_what_cannot_separate_cells_is_refused(tmp_path: Path, delimiter: str) -> None:
    assert refusal(written(tmp_path, "a,b\n1,2\n"), LookOptions(delimiter=delimiter)).code == "csv.delimiter"


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv").code == "csv.read"


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"1" * (csv_table.MAX_LINE + 1))
    assert refusal(path, PLAIN).code == "csv.line"


def test_only_the_first_rows_are_looked_at_and_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 10)
    look = look_at_csv(written(tmp_path, "a\n" + "1\n" * 10 + "x\n"))
    assert (look.rows, look.is_whole, look.columns[0].kind) == (10, False, ColumnKind.WHOLE)
    assert look_at_csv(written(tmp_path, "a\n" + "1\n" * 10)).is_whole


def test_fewer_rows_of_many_columns_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_CELLS", 30)
    look = look_at_csv(written(tmp_path, "a,b,c\n" + "1,2,3\n" * 20))
    assert (look.rows, look.is_whole) == (10, False)


def test_more_than_a_thousand_different_values_are_not_listed(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "".join(f"{row},{row % 1000}\n" for row in range(1001)))
    first, second = look_at_csv(path).columns
    assert first.distinct is None
    assert second.distinct is not None
    assert second.distinct == tuple(str(value) for value in range(1000))


def test_a_file_without_the_mark_of_utf_16_is_refused_as_utf_16(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes("size,price\n1.5,2\n".encode("utf-16-le"))
    with pytest.raises(DataRefused, match=r"Line 1 of table\.csv is not UTF-16 text") as refused:
        look_at_csv(file, LookOptions(encoding="utf-16"))
    assert refused.value.code == "csv.encoding"
    assert look_at_csv(file, LookOptions(encoding="utf-16-le")).rows == 1
