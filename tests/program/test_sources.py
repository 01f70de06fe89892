"""What `load_data` reads of each kind of source."""

from __future__ import annotations

import json
import os
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from PIL import Image

from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    Encoding,
    ExcelSource,
    Feature,
    FolderSource,
    Holds,
    JsonSource,
    KerasSource,
    Missing,
    NpzSource,
    ParquetSource,
    Source,
    Split,
    SplitBy,
)
from studio.program.writer import write
from tests.program.scripts import executed
from tests.program.test_loading import feature, loaded, project

NONE_HELD_OUT = Split(0.0)
ROWS = [("1.5", "sea"), ("2", "land"), ("-3e1", "sea"), ("4", "land")]
X = feature("x")
Y = feature("y", Encoding.CATEGORY, shape=(), dtype="int64", classes=("land", "sea"))


def both(source: Source, folder: Path, monkeypatch: pytest.MonkeyPatch, *features: Feature) -> list[tuple[Any, Any]]:
    """The examples of a source, in their order."""
    inputs, targets = loaded(project(source, *(features or (X, Y)), split=NONE_HELD_OUT), folder, monkeypatch)["train"]
    order = np.argsort(np.random.default_rng(42).permutation(len(targets)))
    return list(zip(np.ravel(inputs[order]).tolist(), np.ravel(targets[order]).tolist(), strict=True))


EXPECTED = [(1.5, 1), (2.0, 0), (-30.0, 1), (4.0, 0)]


def csv_text(delimiter: str = ",", header: bool = True) -> str:
    rows = [("x", "y"), *ROWS] if header else ROWS
    return "".join(delimiter.join(row) + "\n" for row in rows)


def test_a_table_without_a_header_numbers_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(csv_text(header=False))
    x, y = (feature("x", columns=("column_1",)), feature("y", Y.encoding, columns=("column_2",), classes=Y.classes))
    assert both(CsvSource("t.csv", header=False), tmp_path, monkeypatch, x, y) == EXPECTED


def test_a_decimal_comma_and_another_encoding_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_bytes("x;y\n1,5;süd\n2,25;nord\n".encode("latin-1"))
    y = feature("y", Y.encoding, shape=(), classes=("nord", "süd"))
    source = CsvSource("t.csv", ";", encoding="latin-1", decimal=",")
    assert both(source, tmp_path, monkeypatch, X, y) == [(1.5, 1), (2.25, 0)]


def test_a_column_can_be_a_number_and_a_class_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("x;y\n1,5;1\n2;2\n")
    y = feature("y", Y.encoding, columns=("x",), shape=(), classes=("1,5", "2"))
    assert both(CsvSource("t.csv", ";", decimal=","), tmp_path, monkeypatch, X, y) == [(1.5, 0), (2.0, 1)]


def test_json_lines_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps({"x": float(x), "y": y, "more": [1]}) for x, y in ROWS]
    (tmp_path / "t.jsonl").write_text("\n".join(["", *lines, ""]))
    assert both(JsonSource("t.jsonl"), tmp_path, monkeypatch) == EXPECTED


@pytest.mark.parametrize("kind", ["parquet", "excel", "sheet"])
def test_tables_of_pandas_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    frame = pandas.DataFrame({"x": [float(x) for x, _ in ROWS], "y": [y for _, y in ROWS], "other": 1})
    source: Source
    if kind == "parquet":
        frame.to_parquet(tmp_path / "t.parquet")
        source = ParquetSource("t.parquet")
    else:
        with pandas.ExcelWriter(tmp_path / "t.xlsx") as book:
            if kind == "sheet":
                pandas.DataFrame({"z": [1]}).to_excel(book, sheet_name="first", index=False)
            frame.to_excel(book, sheet_name="mine", index=False)
        source = ExcelSource("t.xlsx", "mine" if kind == "sheet" else "")
    assert both(source, tmp_path, monkeypatch) == EXPECTED


def test_one_array_is_called_as_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "x.npy", np.arange(6.0).reshape(3, 2))
    x, y = feature("x", shape=(2,)), feature("y", columns=("x",), shape=(2,))
    made = both(NpzSource("x.npy"), tmp_path, monkeypatch, x, y)
    assert made == [(float(number), float(number)) for number in range(6)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1,sea\n2\n", r"Line 3 of .*t\.csv has 1 cells, not 2"),
        ("x,y\n1,sea\n,land\n", r"Line 3 of .*t\.csv has no 'x'"),
        ("x,y\n1,sea\n2, \n", r"Line 3 of .*t\.csv has no 'y'"),
        ('x,y\n1,"s\nea"\nten,land\n', r"Line 4 has 'ten' as 'x', which is no number"),
        ('x,y\n1,sea\n2,"land\n', r"Line 3 of .*t\.csv cannot be read: unexpected end of data"),
        ("x,z\n1,sea\n", r"t\.csv has no column 'y'"),
        ("x,y\n", r"t\.csv has no rows"),
        ("", r"t\.csv has no column 'x'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ValueError, match=said):
        both(CsvSource("t.csv"), tmp_path, monkeypatch)


def test_a_folder_without_room_for_the_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{row},{row}\n" for row in range(4000)))
    features = (Feature("x", ("x",), (1,)), Feature("y", ("y",), (1,)))
    document = project(CsvSource("t.csv"), *features)
    document.apply(edits.set_data(document, replace(document.data, on_disk=True)))
    names = executed(write(document, base=tmp_path), tmp_path, monkeypatch)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(OSError, match=r"The folder .* cannot take the table: File too large"):
            names["load_data"]()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"x": 1, "y": "sea"}\n{"x": 1', r"Line 2 of .* is no JSON:"),
        ('{"x": 1, "y": "sea"}\n{"x": 1, "y": "sea", "x": 2}', r"Line 2 of .*: a name stands twice among"),
        ('{"x": 1, "y": "sea"}\n[1]', r"Line 2 of .* is no JSON object"),
        ('{"x": 1, "y": "sea"}\n{"y": "sea"}', r"Line 2 of .* has no 'x'"),
        ('{"x": 1, "y": null}', r"Line 1 of .* has no 'y'"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "t.jsonl").write_text(text)
    with pytest.raises(ValueError, match=said):
        both(JsonSource("t.jsonl"), tmp_path, monkeypatch)


def image(path: Path, gray: int, size: tuple[int, int] = (4, 4)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, gray).save(path)


def folder_of(tmp_path: Path, names: list[str]) -> None:
    for number, name in enumerate(names):
        image(tmp_path / "photos" / name, number)


PHOTO = feature("photo", Encoding.IMAGE, columns=("file",), shape=(4, 4, 1))
CLASS = feature("class", Encoding.CATEGORY, columns=("class",), shape=(), dtype="int64", classes=("cat", "dog"))
PHOTOS = 'input(4,4,1,feature="photo") > flatten > dense(2) > output(target="class", loss="mse")'


def parts_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Source, split: Split, *features: Feature, drawing: str
) -> dict[str, tuple[Any, Any]]:
    document = project(source, *features, split=split, drawing=drawing)
    return loaded(document, tmp_path, monkeypatch)


def test_a_folder_is_a_table_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, ["dog/b.PNG", "cat/2.png", "cat/10.png", "notes/readme.png", ".old/1.png", "cat/._2.png"])
    (tmp_path / "photos" / "cat" / "about.txt").write_text("no image")
    (tmp_path / "photos" / "notes" / "readme.png").unlink()
    outside = tmp_path / "outside"
    image(outside / "cat" / "x.png", 9)
    (tmp_path / "photos" / "linked").symlink_to(outside)
    (tmp_path / "photos" / "dog" / "link.png").symlink_to(outside / "cat" / "x.png")
    source = FolderSource("photos")
    names, labels = parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, PHOTO, CLASS, drawing=PHOTOS)["train"]
    read = {os.path.relpath(os.fsdecode(name), tmp_path): label for name, label in zip(names, labels, strict=True)}
    assert read == {"photos/cat/10.png": 0, "photos/cat/2.png": 0, "photos/dog/b.PNG": 1}


def test_folders_of_parts_divide_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(
        tmp_path,
        [f"{part}/{name}/{n}.png" for part in ("train", "val", "test") for name in ("cat", "dog") for n in range(3)],
    )
    split = Split(0.2, 0.1, 1, SplitBy.COLUMN, "part")
    parts = parts_of(tmp_path, monkeypatch, FolderSource("photos"), split, PHOTO, CLASS, drawing=PHOTOS)
    assert {part: len(labels) for part, (_, labels) in parts.items()} == {"train": 6, "validation": 6, "test": 6}
    assert all(b"/photos/val/" in name for name in parts["validation"][0])


def test_a_file_in_the_folder_of_a_part_has_no_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"train/{name}/{n}.png" for name in ("cat", "dog") for n in range(3)]
    folder_of(tmp_path, [*names, "test/a.png"])
    split = Split(0.2, 0.1, 1, SplitBy.COLUMN, "part")
    with pytest.raises(ValueError, match=r"Row 1 of .*photos has no 'class'"):
        parts_of(tmp_path, monkeypatch, FolderSource("photos"), split, PHOTO, CLASS, drawing=PHOTOS)
    known = replace(CLASS, missing=Missing.DROP)
    parts = parts_of(tmp_path, monkeypatch, FolderSource("photos"), split, PHOTO, known, drawing=PHOTOS)
    assert sum(len(labels) for _, labels in parts.values()) == 6


def test_masks_go_to_the_files_of_the_same_stem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, [f"images/{n}.png" for n in range(4)] + [f"masks/{n}.png" for n in range(4)])
    mask = feature("mask", Encoding.MASK, columns=("mask",), shape=(4, 4), dtype="int64")
    drawing = 'input(4,4,1,feature="photo") > conv2d(2, 1) > output(target="mask", loss="mse")'
    source = FolderSource("photos", masks="masks")
    photos, masks = parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, PHOTO, mask, drawing=drawing)["train"]
    assert sorted(masks) == sorted(photo.replace(b"images", b"masks") for photo in photos)
    (tmp_path / "photos" / "masks" / "2.png").unlink()
    with pytest.raises(ValueError, match=r"Row 3 of .*photos has no 'mask'"):
        parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, PHOTO, mask, drawing=drawing)


def test_texts_of_a_folder_are_read_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cat/a.txt", "dog/b.txt"):
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True)
        path.write_text("purr")
    words = feature("words", Encoding.TEXT_FILE, columns=("file",), shape=(), dtype="string")
    drawing = 'input(feature="words", dtype="string") > text_vectorization > output(target="class", loss="mse")'
    source = FolderSource("texts", Holds.TEXTS)
    texts, labels = parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, words, CLASS, drawing=drawing)["train"]
    relative = [Path(os.fsdecode(path)).relative_to(tmp_path / "texts").as_posix() for path in texts]
    named = dict(zip(relative, labels.tolist(), strict=True))
    assert named == {"cat/a.txt": 0, "dog/b.txt": 1}


def test_a_table_may_name_files_beside_it_and_none_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, ["a.png", "b.png"])
    (tmp_path / "photos" / "t.csv").write_text("file,class\na.png,cat\nb.png,dog\n")
    source = CsvSource("photos/t.csv")
    names, _ = parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, PHOTO, CLASS, drawing=PHOTOS)["train"]
    assert sorted(names) == [os.fsencode(tmp_path / "photos" / name) for name in ("a.png", "b.png")]
    (tmp_path / "photos" / "t.csv").write_text("file,class\na.png,cat\n../t.csv,dog\n")
    with pytest.raises(ValueError, match=r"\.\./t\.csv is not in the folder"):
        parts_of(tmp_path, monkeypatch, source, NONE_HELD_OUT, PHOTO, CLASS, drawing=PHOTOS)


def test_file_names_that_are_no_text_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / os.fsdecode(b"b\xff")
    place = base / "photos" / "cat"
    place.mkdir(parents=True)
    image(tmp_path / "a.png", 1)
    os.rename(tmp_path / "a.png", os.fsencode(place) + b"/\xfe.png")
    document = project(FolderSource("photos"), PHOTO, CLASS, split=NONE_HELD_OUT, drawing=PHOTOS)
    names, _ = executed(write(document, base=base), base, monkeypatch)["load_data"]()["train"]
    assert names.tolist() == [os.fsencode(place) + b"/\xfe.png"]


def test_a_test_file_is_the_test_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{n},sea\n" for n in range(10)))
    (tmp_path / "u.csv").write_text("y,x\n" + "".join(f"land,{n}\n" for n in range(100, 103)))
    document = project(CsvSource("t.csv", test_path="u.csv"), X, Y, split=Split(0.2, 0.5))
    parts = loaded(document, tmp_path, monkeypatch)
    assert {part: len(labels) for part, (_, labels) in parts.items()} == {"train": 8, "validation": 2, "test": 3}
    assert parts["test"][0].ravel().tolist() == [100, 101, 102]
    assert set(parts["test"][1]) == {0}


def test_keras_own_sets_are_joined_and_say_their_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = Feature("x", ("x",), (2, 2, 1), "float32", Encoding.SCALE, 1 / 255)
    y = Feature("y", ("y",), (), "int64", Encoding.CATEGORY, classes=("0", "1"))
    split = Split(0.5, 0.0, 1, SplitBy.COLUMN, "part")
    drawing = 'input(2,2,1,feature="x") > flatten > dense(2) > output(target="y", loss="mse")'
    program = write(project(KerasSource("cifar10"), x, y, split=split, drawing=drawing), base=tmp_path)
    names = executed(program, tmp_path, monkeypatch)
    arrays = (np.full((4, 2, 2), 255, "uint8"), np.array([[0], [1], [0], [1]]))
    names["keras"].datasets = type("D", (), {})()
    names["keras"].datasets.cifar10 = type(
        "M", (), {"load_data": staticmethod(lambda: (arrays, (arrays[0][:1], arrays[1][:1])))}
    )
    parts = names["load_data"]()
    assert {part: targets.shape for part, (_, targets) in parts.items()} == {
        "train": (2,),
        "validation": (2,),
        "test": (1,),
    }
    assert parts["train"][0].shape == (2, 2, 2, 1)
    assert parts["train"][0].max() == 1


def test_missing_numbers_of_an_archive_are_refused_unless_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([1.0, np.nan, 3.0]), y=np.arange(3.0))
    with pytest.raises(ValueError, match=r"Row 2 of .*a\.npz has no 'x'"):
        both(NpzSource("a.npz"), tmp_path, monkeypatch, X, feature("y"))
    filled = feature("x", missing=Missing.FILL)
    assert both(NpzSource("a.npz"), tmp_path, monkeypatch, filled, feature("y")) == [(1, 0), (2, 1), (3, 2)]
