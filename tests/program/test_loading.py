"""What `load_data` of a written program returns, for each source, encoding and split."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    Encoding,
    Feature,
    NpzSource,
    SampleSource,
    Source,
    Split,
    SplitBy,
)
from studio.document.document import Document
from studio.program.writer import write
from tests.notation import graph
from tests.program.golden_case import DATA
from tests.program.scripts import executed

SPLIT = Split(0.2)
ONE = 'x: input(1, feature="x") > dense(1) > output(target="y", loss="mse")'


def project(source: Source | None, *features: Feature, split: Split = SPLIT, drawing: str = ONE) -> Document:
    document = graph(drawing)
    document.apply(edits.set_data(document, DataChoice(source, features, split)))
    return document


def loaded(document: Document, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, Any]]:
    """What `load_data` returns, which is the same where the table is kept on disk and read in pieces of three rows."""
    program = write(document, base=folder)
    document.apply(edits.set_data(document, replace(document.data, on_disk=True)))
    on_disk = write(document, base=folder)
    if not on_disk.data.is_stored:
        data: dict[str, tuple[Any, Any]] = executed(program, folder, monkeypatch)["load_data"]()
        return data
    pieces = executed(replace(on_disk, text=on_disk.text.replace("10_000", "3")), folder, monkeypatch)
    try:
        data = executed(program, folder, monkeypatch)["load_data"]()
    except Exception as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            pieces["load_data"]()
        raise
    compare(pieces["load_data"](), data)
    return data


def compare(columns: dict[str, tuple[Any, Any]], data: dict[str, tuple[Any, Any]]) -> None:
    """Check that columns on disk hold what stands in arrays, all of it and batch by batch."""
    assert columns.keys() == data.keys()
    for part, pair in data.items():
        for stored, values in zip(columns[part], pair, strict=True):
            assert isinstance(stored, dict) == isinstance(values, dict)
            pairs = [(stored[key], values[key]) for key in values] if isinstance(values, dict) else [(stored, values)]
            for column, array in pairs:
                assert len(column) == len(array)
                for rows in (slice(None), slice(1, 3), np.arange(len(array))[::-1]):
                    read = np.asarray(column[rows])
                    assert (read.shape, read.dtype) == (array[rows].shape, array.dtype)
                    if array.dtype == object:
                        assert read.tolist() == array[rows].tolist()
                    else:
                        np.testing.assert_allclose(read, array[rows], rtol=2e-6, atol=2e-6)


def feature(name: str, encoding: Encoding = Encoding.NONE, **fields: Any) -> Feature:
    values: dict[str, Any] = {"columns": (name,), "shape": (1,), **fields}
    return Feature(name, encoding=encoding, **values)


def table(folder: Path, text: str) -> CsvSource:
    (folder / "table.csv").write_text(text, encoding="utf-8")
    return CsvSource("table.csv")


def test_images_are_scaled_shaped_and_split_by_the_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = 'input(8,8,1,feature="image") > flatten > dense(10) > output(target="digit", loss="mse")'
    data = DATA["digits"]
    document = project(data.source, *data.features, split=Split(0.2, 0.1, 42), drawing=drawing)
    parts = loaded(document, tmp_path, monkeypatch)
    assert {part: len(labels) for part, (_, labels) in parts.items()} == {"train": 1258, "validation": 359, "test": 180}
    images, labels = parts["validation"]
    assert (images.shape, images.dtype, labels.dtype) == ((359, 8, 8, 1), np.float32, np.int64)
    raw = np.load(tmp_path / "digits.npz")
    order = np.random.default_rng(42).permutation(1797)[:359]
    np.testing.assert_array_equal(images[..., 0], raw["images"][order] / np.float32(16))
    np.testing.assert_array_equal(labels, raw["labels"][order])


def test_no_example_is_in_two_parts_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n" + "".join(f"{row},{row}\n" for row in range(50)))
    parts = loaded(project(source, feature("x"), feature("y"), split=Split(0.3, 0.25, 9)), tmp_path, monkeypatch)
    rows = [int(value) for inputs, _ in parts.values() for value in inputs[:, 0]]
    assert sorted(rows) == list(range(50))
    assert {part: len(targets) for part, (_, targets) in parts.items()} == {"train": 23, "validation": 15, "test": 12}
    for inputs, targets in parts.values():
        np.testing.assert_array_equal(inputs, targets)


def test_standardizing_uses_the_training_rows_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).normal(7, 3, 200)
    source = table(tmp_path, "x,y\n" + "".join(f"{value:.6f},0\n" for value in values))
    document = project(source, feature("x", Encoding.STANDARDIZE), feature("y"), split=Split(0.5))
    parts = loaded(document, tmp_path, monkeypatch)
    train, validation = parts["train"][0], parts["validation"][0]
    assert abs(train.mean()) < 1e-6
    assert abs(train.std() - 1) < 1e-6
    assert abs(validation.mean()) > 1e-3
    assert train.dtype == np.float32


def test_a_constant_column_is_standardized_to_zero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n" + "3,1\n" * 10)
    parts = loaded(project(source, feature("x", Encoding.STANDARDIZE), feature("y")), tmp_path, monkeypatch)
    assert {float(value) for value in parts["train"][0].ravel()} == {0.0}


def test_texts_become_the_index_of_their_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n" + "1,sea\n2,land\n" * 5)
    y = feature("y", Encoding.CATEGORY, shape=(), dtype="int64", classes=("land", "sea"))
    _, targets = loaded(project(source, feature("x"), y, split=Split(0.0)), tmp_path, monkeypatch)["train"]
    inputs = np.random.default_rng(42).permutation(10)
    np.testing.assert_array_equal(targets, np.array([1, 0] * 5)[inputs])
    assert targets.dtype == np.int64


def test_a_value_that_is_no_class_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n1,sea\n2,moon\n")
    y = feature("y", Encoding.CATEGORY, shape=(), classes=("land", "sea"))
    with pytest.raises(ValueError, match=r"Not among the 2 classes: .*moon"):
        loaded(project(source, feature("x"), y), tmp_path, monkeypatch)


@pytest.mark.parametrize("classes", [("no", "yes"), ("0", "1")], ids=["names", "numbers"])
def test_one_hot_vectors_have_a_one_at_the_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, classes: tuple[str, str]
) -> None:
    source = table(tmp_path, "x,y\n" + f"1,{classes[1]}\n2,{classes[0]}\n" * 3)
    y = feature("y", Encoding.ONE_HOT, shape=(2,), classes=classes)
    inputs, targets = loaded(project(source, feature("x"), y, split=Split(0.0)), tmp_path, monkeypatch)["train"]
    np.testing.assert_array_equal(targets, np.eye(2, dtype="float32")[(inputs[:, 0] == 1).astype(int)])


def test_several_columns_stand_side_by_side_in_any_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "a,b,c,d,y\n" + "1,2,3,4,0\n" * 6)
    drawing = 'input(2,2,1,feature="x") > flatten > dense(1) > output(target="y", loss="mse")'
    x = feature("x", columns=("a", "b", "c", "d"), shape=(2, 2, 1))
    inputs, _ = loaded(project(source, x, feature("y"), drawing=drawing), tmp_path, monkeypatch)["train"]
    assert inputs.shape == (5, 2, 2, 1)
    assert inputs[0, :, :, 0].tolist() == [[1, 2], [3, 4]]


def test_quotes_blank_lines_and_a_byte_order_mark_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_bytes('\ufeff"x ""1""";y\r\n1;"a\nb"\r\n2;c\r\n\r\n'.encode())
    x = feature("x", columns=('x "1"',))
    y = feature("y", Encoding.CATEGORY, shape=(), classes=("a\nb", "c"))
    parts = loaded(project(CsvSource("t.csv", ";"), x, y, split=Split(0.0)), tmp_path, monkeypatch)
    assert sorted(zip(parts["train"][0][:, 0].tolist(), parts["train"][1].tolist(), strict=True)) == [(1, 0), (2, 1)]


def test_a_ragged_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n1,2\n3\n")
    with pytest.raises(ValueError, match=r"Line 3 of .*table.csv has 1 cells, not 2"):
        loaded(project(source, feature("x"), feature("y")), tmp_path, monkeypatch)


def test_arrays_of_different_length_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((5, 1)), y=np.zeros((4, 1)))
    with pytest.raises(ValueError, match="Features differ in length: x has 5, y has 4 rows"):
        loaded(project(NpzSource("a.npz"), feature("x"), feature("y")), tmp_path, monkeypatch)


def test_pickled_arrays_are_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([{}, []], dtype=object), y=np.zeros((2, 1)))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        loaded(project(NpzSource("a.npz"), feature("x"), feature("y")), tmp_path, monkeypatch)


def test_an_array_of_texts_is_a_category(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(4.0), y=np.array(["b", "a", "b", "a"]))
    y = feature("y", Encoding.CATEGORY, shape=(), classes=("a", "b"))
    parts = loaded(project(NpzSource("a.npz"), feature("x"), y, split=Split(0.0)), tmp_path, monkeypatch)
    assert sorted(zip(parts["train"][0][:, 0].tolist(), parts["train"][1].tolist(), strict=True)) == [
        (0.0, 1),
        (1.0, 0),
        (2.0, 1),
        (3.0, 0),
    ]


def test_several_inputs_and_targets_come_by_the_names_of_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path, "x,y\n" + "1,2\n" * 5)
    drawing = """
        one: input(1, feature="x") > both: concatenate > a: dense(1) > output(target="y", loss="mse")
        two: input(1, feature="y") > both > b: dense(1) > output(target="x", loss="mse")
    """
    inputs, targets = loaded(project(source, feature("x"), feature("y"), drawing=drawing), tmp_path, monkeypatch)[
        "train"
    ]
    assert {name: float(values[0, 0]) for name, values in inputs.items()} == {"one": 1, "two": 2}
    assert {name: float(values[0, 0]) for name, values in targets.items()} == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("drawing", "source", "said"),
    [
        (ONE, None, "No data is chosen"),
        (ONE, SampleSource("gone"), "No data is chosen"),
        (ONE.replace("x: input(1, feature=", "x: input(1, dtype="), SampleSource("iris"), "Bind x to a feature"),
        (ONE.replace('target="y", ', ""), SampleSource("iris"), "Bind output to a target"),
        ("input(1) > dense(1)", SampleSource("iris"), "Bind input to a feature"),
    ],
)
def test_what_has_to_be_chosen_first_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawing: str, source: Source | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        loaded(project(source, feature("x"), feature("y"), drawing=drawing), tmp_path, monkeypatch)


@pytest.mark.parametrize("by", [SplitBy.STRATIFIED, SplitBy.GROUP, SplitBy.COLUMN])
def test_a_column_that_divides_has_to_be_chosen_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: SplitBy
) -> None:
    document = project(CsvSource("t.csv"), feature("x"), feature("y"), split=Split(by=by))
    with pytest.raises(ValueError, match="Choose the column that divides the examples"):
        loaded(document, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "name", ["table", "rows", "np", "encode", "order", "class", "x y", "7", "print", "fill", "trained"]
)
def test_a_feature_of_any_name_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source = table(tmp_path, f"{name},y\n" + "1,a\n2,b\n" * 5)
    y = feature("y", Encoding.CATEGORY, shape=(), classes=("a", "b"))
    document = project(source, feature(name), y, drawing=ONE.replace('feature="x"', f'feature="{name}"'))
    assert loaded(document, tmp_path, monkeypatch)["train"][0].shape == (8, 1)


def test_batches_come_in_the_order_of_the_epoch_and_hold_every_row_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path, "x,y\n" + "".join(f"{row},{row}\n" for row in range(50)))
    document = project(source, feature("x"), feature("y"), split=Split(0.0))
    names = executed(write(document, base=tmp_path), tmp_path, monkeypatch)
    batches = names["Batches"](*names["load_data"]()["train"])
    orders = []
    for epoch in (0, 1, 0):
        batches.shuffle(epoch)
        rows = [batches[index] for index in range(len(batches))]
        assert [len(targets) for _, targets in rows] == [32, 18]
        orders.append([float(value) for inputs, _ in rows for value in inputs[:, 0]])
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(50))


def test_a_data_file_is_named_by_its_absolute_path_and_a_sample_lies_beside(tmp_path: Path) -> None:
    own = write(project(CsvSource("d/t.csv"), feature("x"), feature("y")), base=tmp_path)
    assert f'DATA = Path("{tmp_path}/d/t.csv")' in own.text
    assert own.samples == ()
    sample = write(project(SampleSource("iris"), feature("x"), feature("y")), base=tmp_path)
    assert 'DATA = Path(__file__).with_name("iris.csv")' in sample.text
    assert sample.samples == ("iris.csv",)
