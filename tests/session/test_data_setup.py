"""From a file to features, and from features to nodes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import DataRefused
from studio.core.paths import resources_dir
from studio.data.look import look_at
from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    Encoding,
    Feature,
    FolderSource,
    Holds,
    NpzSource,
    SampleSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.session import data_setup
from studio.session.data_setup import (
    bound_input,
    feature_of,
    feature_with,
    input_node,
    output_node,
    sample_choice,
    source_choice,
    windowed,
)


def test_the_digits_are_images_and_ten_classes() -> None:
    choice = sample_choice("digits")

    images, labels = choice.features
    assert choice.source == SampleSource("digits")
    assert (images.shape, images.encoding, images.scale) == ((8, 8, 1), Encoding.SCALE, 1 / 16)
    assert (labels.encoding, len(labels.classes)) == (Encoding.CATEGORY, 10)


def test_a_sample_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DataRefused, match="no sample called cats"):
        sample_choice("cats")


def test_a_table_below_the_project_is_kept_relative_to_it(tmp_path: Path) -> None:
    table = tmp_path / "data" / "t.csv"
    table.parent.mkdir()
    table.write_text("a;b;kind\n" + "".join(f"{n / 7};{n};{'xy'[n % 2]}\n" for n in range(30)))

    choice = source_choice(table, tmp_path)

    assert choice.source == CsvSource("data/t.csv", ";")
    numbers, kind = choice.features
    assert (numbers.columns, numbers.encoding) == (("a", "b"), Encoding.STANDARDIZE)
    assert (kind.classes, kind.encoding) == (("x", "y"), Encoding.CATEGORY)


@pytest.mark.parametrize(("name", "on_disk"), [("t.csv", True), ("t.jsonl", True), ("t.npy", False)])
def test_a_large_table_that_is_read_piece_by_piece_is_kept_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, on_disk: bool
) -> None:
    file = tmp_path / name
    rows = [(number / 7, number % 2) for number in range(100)]
    if name == "t.npy":
        np.save(file, np.array(rows))
    elif name == "t.csv":
        file.write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    else:
        file.write_text("".join(json.dumps({"a": a, "b": b}) + "\n" for a, b in rows))
    assert not source_choice(file).on_disk
    monkeypatch.setattr(data_setup, "LARGE_TABLE_BYTES", 1000)
    assert source_choice(file).on_disk is on_disk


def test_arrays_elsewhere_are_named_by_their_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    np.savez(file, x=np.zeros((4, 3), "float32"), y=np.array([0, 1, 1, 0]))

    choice = source_choice(file, tmp_path / "elsewhere")

    assert choice.source == NpzSource(str(file))


def test_an_input_takes_the_shape_of_its_feature_and_keeps_it_without() -> None:
    document = Document()
    document.apply(edits.set_data(document, sample_choice("digits")))
    node = input_node(document, document.data.features[0], 0, 0)
    document.apply(edits.add_node(node))
    assert document.root.nodes[node.id].params["shape"] == (8, 8, 1)

    document.apply(bound_input(document, node.id, None))

    params = document.root.nodes[node.id].params
    assert params["feature"] is None
    assert params["shape"] == (8, 8, 1)


@pytest.mark.parametrize(
    ("sample", "loss"), [("digits", "sparse_categorical_crossentropy"), ("brackets", "binary_crossentropy")]
)
def test_an_output_gets_the_loss_that_its_target_asks_for(sample: str, loss: str) -> None:
    document = Document()
    document.apply(edits.set_data(document, sample_choice(sample)))

    node = output_node(document, document.data.features[-1], 0, 0)

    assert node.params["loss"] == loss
    assert node.params["target"] == document.data.features[-1].name


def test_a_folder_below_the_project_is_kept_with_what_it_holds() -> None:
    examples = resources_dir().parent / "examples"

    choice = source_choice(examples / "data" / "outlines", examples)

    assert choice.source == FolderSource("data/outlines", Holds.IMAGES, "masks")
    assert [each.encoding for each in choice.features] == [Encoding.IMAGE, Encoding.MASK]
    assert len(choice.fingerprint) == 16


def test_a_folder_that_names_its_parts_is_split_by_them(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for name in ("a", "b"):
            file = tmp_path / part / name / "1.txt"
            file.parent.mkdir(parents=True)
            file.write_text("x")
    assert source_choice(tmp_path).split == Split(by=SplitBy.COLUMN, column="part")


def test_a_table_is_kept_as_it_was_found_to_be_written(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes("größe;art\n1,5;a\n2,5;b\n3,5;a\n".encode("cp1252"))
    assert source_choice(table, tmp_path).source == CsvSource("t.csv", ";", "cp1252", ",", True)


def test_a_feature_keeps_its_window_in_another_encoding(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,c\n" + "".join(f"{n},{n / 3},{'xyz'[n % 3]}\n" for n in range(30)))
    look = look_at(table)
    several = windowed(feature_of(look, "ab", ("a", "b")), -3, 4)
    assert (several.shape, several.encoding) == ((4, 2), Encoding.STANDARDIZE)

    changed = feature_with(look, several, Encoding.MIN_MAX)

    assert (changed.shape, changed.window, changed.encoding) == ((4, 2), Window(-3, 4), Encoding.MIN_MAX)
    with pytest.raises(DataRefused, match="“x” in line 2"):
        feature_with(look, feature_of(look, "c", ("c",)), Encoding.STANDARDIZE)


@pytest.mark.parametrize(
    ("shape", "encoding", "window", "expected"),
    [
        ((2,), Encoding.STANDARDIZE, (-6, 7), (7, 2)),
        ((1,), Encoding.STANDARDIZE, (-6, 7), (7, 1)),
        ((1,), Encoding.STANDARDIZE, (1, 7), (7,)),
        ((1,), Encoding.STANDARDIZE, (1, 1), (1,)),
        ((), Encoding.CATEGORY, (-6, 7), (7,)),
        ((), Encoding.CATEGORY, (1, 1), ()),
    ],
)
def test_a_window_adds_the_axis_of_its_steps_and_takes_it_away(
    shape: tuple[int, ...], encoding: Encoding, window: tuple[int, int], expected: tuple[int, ...]
) -> None:
    feature = Feature("f", ("a",), shape, encoding=encoding)
    wide = windowed(feature, *window)
    assert wide.shape == expected
    assert windowed(wide, 0, 1).shape == shape
