"""What is refused of a choice that somebody made, or a project says, though the data is fine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import DataRefused
from studio.data.encodings import encoded_as
from studio.data.look import look_at
from studio.data.options import LookOptions
from studio.session.data_setup import sample_choice, source_choice
from tests.data.bad_files import workbook


@pytest.mark.parametrize(
    ("columns", "encoding", "code", "said"),
    [
        ((), "none", "data.columns", "made of one column"),
        (("weight",), "none", "data.column", "t.csv has no column “weight”."),
        (("size",), "guess", "data.encoding", "“guess” is no encoding"),
        (("size", "kind"), "image", "data.files", "size and kind name several files each row"),
    ],
)
def test_what_a_table_cannot_give_is_refused(
    tmp_path: Path, columns: tuple[str, ...], encoding: str, code: str, said: str
) -> None:
    (tmp_path / "t.csv").write_text("size,kind\n1,a\n2,b\n")
    with pytest.raises(DataRefused) as caught:
        encoded_as(look_at(tmp_path / "t.csv"), "x", columns, encoding)
    assert (caught.value.code, said in caught.value.text) == (code, True), caught.value.text
    assert caught.value.advice.endswith(".")


@pytest.mark.parametrize(
    ("arrays", "encoding", "code", "said"),
    [
        (("z",), "none", "data.column", "a.npz has no array “z”."),
        (("x", "y"), "none", "data.arrays", "x and y are several arrays"),
        (("x",), "date", "data.array", "The array “x” in a.npz holds float64"),
        (("x",), "category", "data.classes", "The array “x” in a.npz holds no classes"),
    ],
)
def test_what_an_archive_cannot_give_is_refused(
    tmp_path: Path, arrays: tuple[str, ...], encoding: str, code: str, said: str
) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((3, 2)), y=np.zeros(3))
    with pytest.raises(DataRefused) as caught:
        encoded_as(look_at(tmp_path / "a.npz"), "x", arrays, encoding)
    assert (caught.value.code, said in caught.value.text) == (code, True), caught.value.text


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", ("size",), (1,))
    with pytest.raises(DataRefused, match=r"t\.xlsx has no sheet “mine”\. There are “Sheet”\.") as caught:
        look_at(tmp_path / "t.xlsx", options=LookOptions(sheet="mine"))
    assert caught.value.code == "excel.sheet"


@pytest.mark.parametrize(
    ("name", "code"), [("gone.csv", "csv.read"), ("gone.jsonl", "json.read"), ("gone.npz", "npz.read")]
)
def test_a_file_that_is_gone_is_named(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(DataRefused, match=name) as caught:
        look_at(tmp_path / name)
    assert caught.value.code == code


def test_a_table_of_mixed_cells_alone_makes_no_feature(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("size\n1\nmany\n3\n")
    with pytest.raises(DataRefused, match=r"t\.csv holds nothing that a model could take") as caught:
        source_choice(tmp_path / "t.csv")
    assert caught.value.code == "data.nothing"


def test_a_sample_of_a_newer_version_is_refused() -> None:
    with pytest.raises(DataRefused, match="There is no sample called birds") as caught:
        sample_choice("birds")
    assert caught.value.code == "data.sample"
