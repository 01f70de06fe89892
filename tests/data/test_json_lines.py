"""A quick look at JSON lines: what it finds, and what it refuses in which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.errors import DataRefused
from studio.data import json_lines
from studio.data.look import look_at
from studio.data.table import ColumnKind, TableForm, TableLook


def looked(folder: Path, content: str | bytes) -> TableLook:
    path = folder / "t.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    look = look_at(path)
    assert isinstance(look, TableLook)
    return look


def test_keys_are_columns_in_the_order_in_which_they_come(tmp_path: Path) -> None:
    look = looked(
        tmp_path, '\ufeff{"x": 1, "kind": "a"}\n\n{"kind": "b", "x": 2.5, "more": [1, {"z": null}]}\n{"x": null}\n'
    )
    assert [(column.name, column.kind) for column in look.columns] == [
        ("x", ColumnKind.NUMBER),
        ("kind", ColumnKind.TEXT),
        ("more", ColumnKind.TEXT),
    ]
    assert (look.rows, look.is_whole, look.form) == (3, True, TableForm.JSON)
    assert [column.missing for column in look.columns] == [1, 1, 2]
    assert look.columns[2].words == ((3, '[1, {"z": null}]'),)


def test_the_first_objects_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_ROWS", 10)
    look = looked(tmp_path, '{"x": 1}\n' * 50)
    assert (look.rows, look.is_whole, look.estimated_rows) == (10, False, 10)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", "json.empty", "is empty"),
        ('{"x": 1}\n{"x": 1', "json.syntax", "Line 2 of t.jsonl is no JSON"),
        ('{"x": 1}\n[1, 2]\n', "json.object", "Line 2 of t.jsonl holds a list"),
        ('{"x": 1}\n\n3\n', "json.object", "Line 3 of t.jsonl holds a number"),
        ('{"x": 1, "x": 2}\n', "json.syntax", "“x” stands twice"),
        (b'{"x": 1}\n{"x": "\xff"}\n', "json.encoding", "Line 2 of t.jsonl is not UTF-8"),
        ('{"": 1}\n', "table.nameless", "Column 1 of t.jsonl has no name"),
        ("[" * 100_000 + "\n", "json.syntax", "nested too deeply"),
        ('{"x": "' + "a" * 1_000_001 + '"}\n', "json.line", "more than 1,000,000"),
    ],
)
def test_what_is_no_object_a_line_is_refused_with_the_line(
    tmp_path: Path, content: str | bytes, code: str, said: str
) -> None:
    with pytest.raises(DataRefused) as caught:
        looked(tmp_path, content)
    assert caught.value.code == code
    assert said in caught.value.text
    assert caught.value.advice
