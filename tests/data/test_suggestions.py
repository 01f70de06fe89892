"""Which features a look suggests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import DataRefused
from studio.data.look import look_at
from studio.data.samples import find_sample
from studio.data.suggestions import Suggestion, suggested


def of_arrays(folder: Path, **arrays: Any) -> dict[str, Suggestion]:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return {each.name: each for each in suggested(look_at(path))}


def of_table(folder: Path, text: str) -> dict[str, Suggestion]:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return {each.name: each for each in suggested(look_at(path))}


def of_sample(name: str) -> tuple[Suggestion, ...]:
    sample = find_sample(name)
    assert sample is not None
    return suggested(look_at(sample.path))


def test_the_samples_suggest_what_the_examples_use() -> None:
    assert of_sample("digits") == (
        Suggestion("images", ("images",), (8, 8, 1), "float32", "scale", 1 / 16, span=(0.0, 16.0)),
        Suggestion("labels", ("labels",), (), "int64", "category", 1.0, tuple("0123456789"), True),
    )
    assert of_sample("iris") == (
        Suggestion(
            "numbers",
            ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"),
            (4,),
            "float32",
            "standardize",
            span=(0.1, 7.9),
        ),
        Suggestion("species", ("species",), (), "int64", "category", 1.0, ("setosa", "versicolor", "virginica"), True),
    )
    assert of_sample("brackets") == (
        Suggestion("tokens", ("tokens",), (24,), "int32", span=(0.0, 4.0)),
        Suggestion("labels", ("labels",), (), "int64", "category", 1.0, ("0", "1"), True),
    )


@pytest.mark.parametrize(
    ("array", "shape", "encoding", "scale"),
    [
        (np.full((4, 8, 8), 255, np.uint8), (8, 8, 1), "scale", 1 / 255),
        (np.full((4, 8, 8), 200, np.uint8), (8, 8, 1), "scale", 1 / 255),
        (np.full((4, 8, 8, 3), 16, np.uint8), (8, 8, 3), "scale", 1 / 16),
        (np.ones((4, 8, 8), np.uint8), (8, 8, 1), "none", 1.0),
        (np.full((4, 64), 1000, np.uint16), (64,), "scale", 1 / 1000),
        (np.zeros((4, 8, 8)), (8, 8), "none", 1.0),
        (np.zeros(4), (1,), "none", 1.0),
        (np.zeros((4, 5), bool), (5,), "none", 1.0),
    ],
)
def test_arrays_of_numbers_keep_their_shape_and_bright_images_are_scaled(
    tmp_path: Path, array: Any, shape: tuple[int, ...], encoding: str, scale: float
) -> None:
    found = of_arrays(tmp_path, x=array, y=np.array([0, 1, 0, 1]))["x"]
    assert (found.shape, found.encoding, found.scale, found.dtype) == (shape, encoding, scale, "float32")


def test_a_vector_with_many_different_integers_is_a_number(tmp_path: Path) -> None:
    found = of_arrays(tmp_path, x=np.zeros((500, 2)), y=np.arange(500))["y"]
    assert (found.shape, found.encoding, found.is_target) == ((1,), "none", True)


def test_arrays_with_another_first_axis_are_not_suggested(tmp_path: Path) -> None:
    assert set(of_arrays(tmp_path, x=np.zeros((5, 2)), y=np.zeros(5), other=np.zeros(3))) == {"x", "y"}


def test_numeric_columns_stand_together_and_the_last_one_is_predicted(tmp_path: Path) -> None:
    found = of_table(tmp_path, "a,b,price\n1,2.5,100.5\n2,3.5,99.5\n")
    assert found["numbers"].columns == ("a", "b")
    assert found["price"] == Suggestion("price", ("price",), (1,), "float32", is_target=True, span=(99.5, 100.5))


def test_a_column_called_label_is_predicted_wherever_it_stands(tmp_path: Path) -> None:
    found = of_table(tmp_path, "label,a,b\n0,2.5,100.5\n1,3.5,99.5\n")
    assert (found["label"].classes, found["label"].is_target) == (("0", "1"), True)
    assert list(found) == ["numbers", "label"]


def test_a_text_column_with_many_values_stays_text_and_is_no_target(tmp_path: Path) -> None:
    rows = "".join(f"{row % 2},advert number {row}\n" for row in range(150))

    found = of_table(tmp_path, f"sold,advert\n{rows}")

    assert found["advert"] == Suggestion("advert", ("advert",), (), "string")
    assert found["sold"].is_target


def test_a_text_column_with_few_values_becomes_one_number_each(tmp_path: Path) -> None:
    found = of_table(tmp_path, "town,x,y\nRome,1,2.5\nOslo,2,3.5\n")
    assert found["town"] == Suggestion("town", ("town",), (), "float32", "one_hot", 1.0, ("Oslo", "Rome"))


def test_a_text_column_with_more_values_becomes_a_number_for_an_embedding(tmp_path: Path) -> None:
    rows = "".join(f"town {row % 30},{row},{row / 7}\n" for row in range(90))
    found = of_table(tmp_path, f"town,x,y\n{rows}")["town"]
    assert (found.encoding, found.dtype, len(found.classes)) == ("category", "int64", 30)


def test_empty_cells_are_filled_where_they_are_taken_and_dropped_where_they_are_predicted(tmp_path: Path) -> None:
    found = of_table(tmp_path, "a,town,y\n1,Rome,a\n,,b\n3,Oslo,\n")
    assert [(each.missing, each.classes) for each in found.values()] == [
        ("fill", ()),
        ("fill", ("Oslo", "Rome", "")),
        ("drop", ("a", "b")),
    ]


def test_columns_of_mixed_or_no_cells_are_not_suggested(tmp_path: Path) -> None:
    assert set(of_table(tmp_path, "a,b,c,y\n1,,1,0.5\n2,,x,0.25\n")) == {"a", "y"}


def test_a_column_that_counts_the_rows_is_not_suggested(tmp_path: Path) -> None:
    assert set(of_table(tmp_path, "id,shop_id,a,y\n1,7,2,0.5\n2,7,3,0.25\n")) == {"numbers", "y"}
    assert of_table(tmp_path, "id,shop_id,a,y\n1,7,2,0.5\n2,7,3,0.25\n")["numbers"].columns == ("shop_id", "a")


def test_dates_become_parts_of_their_cycles(tmp_path: Path) -> None:
    found = of_table(tmp_path, "day,y\n2024-01-01,1.5\n2024-01-02,2.5\n")["day"]
    assert (found.encoding, found.parts) == ("date", ("month", "weekday"))


def test_the_group_of_numbers_takes_no_columns_name(tmp_path: Path) -> None:
    assert "numbers_2" in of_table(tmp_path, "numbers,b,y\n1,2,0.5\n2,3,0.25\n")


def test_targets_come_last(tmp_path: Path) -> None:
    assert [each.is_target for each in of_table(tmp_path, "y,a\n0,1\n1,2\n").values()] == [False, True]


@pytest.mark.parametrize("name", ["data.doc", "data.mat", "data"])
def test_other_kinds_of_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataRefused, match="no kind of file"):
        look_at(tmp_path / name)


def test_importing_the_package_leaves_numpy_alone() -> None:
    modules = "studio.data.suggestions, studio.data.samples, studio.data.generators, studio.data.tickets"
    code = f"import sys, {modules}; print('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "False"
