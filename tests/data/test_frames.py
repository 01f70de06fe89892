"""A quick look at Parquet files and workbooks: it sees the cells that the exported script reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from studio.core.errors import DataRefused
from studio.data import frames
from studio.data.look import look_at
from studio.data.options import LookOptions
from studio.data.table import ColumnKind, TableForm, TableLook
from studio.program.readers import CHECKED, MISSING, pandas_table

COLUMNS: dict[str, Any] = {
    "whole": [1, 2, 3],
    "holed": [1, None, 3],
    "real": [0.5, 2.0, 1e-9],
    "kind": ["a", "b", None],
    "when": pandas.date_range("2024-01-01", periods=3),
    "so": [True, False, True],
}


def written(folder: Path, form: str) -> Path:
    path = folder / f"t.{form}"
    frame = pandas.DataFrame(COLUMNS)
    if form == "parquet":
        frame.to_parquet(path, row_group_size=2)
    else:
        frame.to_excel(path, index=False)
    return path


def table_look(path: Path, options: LookOptions | None = None) -> TableLook:
    look = look_at(path) if options is None else look_at(path, options=options)
    assert isinstance(look, TableLook)
    return look


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_columns_are_known_by_what_stands_in_them(tmp_path: Path, form: str) -> None:
    look = table_look(written(tmp_path, form))
    assert [(column.name, column.kind, column.missing) for column in look.columns] == [
        ("whole", ColumnKind.WHOLE, 0),
        ("holed", ColumnKind.NUMBER, 1),
        ("real", ColumnKind.NUMBER, 0),
        ("kind", ColumnKind.TEXT, 1),
        ("when", ColumnKind.DATE, 0),
        ("so", ColumnKind.TEXT, 0),
    ]
    assert (look.rows, look.is_whole) == (3, True)
    assert look.form is (TableForm.PARQUET if form == "parquet" else TableForm.EXCEL)


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_the_look_sees_what_the_script_reads(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, form)
    names = list(COLUMNS)
    scope: dict[str, Any] = {"pandas": pandas, "np": np}
    exec("\n".join([pandas_table(None if form == "parquet" else "", "float64"), CHECKED, MISSING]), scope)
    read = scope["read_table"](path, texts=names, optional=names)
    assert [list(row) for row in zip(*(read[name] for name in names), strict=True)] == [
        list(row) for row in table_look(path).head
    ]


def test_a_look_at_the_first_rows_knows_of_gaps_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_ROWS", 2)
    path = tmp_path / "t.parquet"
    pandas.DataFrame({"x": pandas.array([1, 2, 3, None], dtype="Int64")}).to_parquet(path, row_group_size=2)
    look = table_look(path)
    assert (look.rows, look.is_whole, look.estimated_rows) == (2, False, 4)
    assert look.columns[0].distinct == ("1.0", "2.0")


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with pandas.ExcelWriter(path) as book:
        pandas.DataFrame({"a": [1]}).to_excel(book, sheet_name="first", index=False)
        pandas.DataFrame({"b": [2], 2020: [3]}).to_excel(book, sheet_name="second", index=False)
    first, second = table_look(path), table_look(path, LookOptions(sheet="second"))
    assert (first.sheet, first.sheets) == ("first", ("first", "second"))
    assert [column.name for column in second.columns] == ["b", "2020"]
    with pytest.raises(DataRefused, match="no sheet “third”"):
        table_look(path, LookOptions(sheet="third"))


@pytest.mark.parametrize(
    ("frame", "header", "code", "said"),
    [
        (pandas.DataFrame({"a": [1]}), False, "table.empty", "no rows"),
        (pandas.DataFrame([["a", "a"], [1, 2]]), False, "table.duplicate", "“a” twice in row 1"),
        (pandas.DataFrame([["a", None, "b"], [1, 2, 3]]), False, "table.nameless", "Column 2 of t.xlsx has no name"),
        (pandas.DataFrame([["a", None], [1, 2]]), False, "table.ragged", "cells in 2 columns and names for 1"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused(
    tmp_path: Path, frame: pandas.DataFrame, header: bool, code: str, said: str
) -> None:
    path = tmp_path / "t.xlsx"
    frame.to_excel(path, index=False, header=header)
    with pytest.raises(DataRefused) as caught:
        look_at(path)
    assert (caught.value.code, said in caught.value.text) == (code, True)


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
@pytest.mark.parametrize("content", [b"", b"no such file", b"PAR1 and nothing PAR1", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_such_file_is_refused(tmp_path: Path, form: str, content: bytes) -> None:
    path = tmp_path / f"t.{form}"
    path.write_bytes(content)
    with pytest.raises(DataRefused, match=r"t\.(parquet|xlsx) cannot be read"):
        look_at(path)


def test_nested_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pandas.DataFrame({"a": [1], "many": [[1, 2]]}).to_parquet(path)
    with pytest.raises(DataRefused, match=r"“many” of t\.parquet holds several values"):
        look_at(path)


@pytest.mark.parametrize(("form", "library"), [("parquet", "pyarrow.parquet"), ("xlsx", "openpyxl")])
def test_without_the_library_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, library: str
) -> None:
    path = written(tmp_path, form)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(DataRefused) as caught:
        look_at(path)
    assert caught.value.code == "table.library"
    assert "layer-studio[tables]" in caught.value.advice
