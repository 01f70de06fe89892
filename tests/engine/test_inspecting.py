"""What the engine finds in data: in arrays, in files, before a run, and when it is asked to stop."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from studio.client.engine import Engine
from studio.core.files import write_atomic
from studio.document import edits
from studio.document.data_choice import CsvSource, Encoding, Feature, FolderSource, Holds, Source, Split
from studio.engine.inspecting import MOST_EXAMPLES
from studio.engine.predicting import PREDICTIONS
from studio.engine.training import SMALL_BYTES
from studio.program.writer import write
from studio.protocol.messages import (
    Event,
    Failed,
    Finished,
    Inspect,
    Inspected,
    Inspecting,
    Measured,
    Reading,
    Stop,
    Train,
)
from tests.client import programs
from tests.client.hearing import Heard
from tests.program.files import picture, sound
from tests.program.test_loading import project

FOLDER = 'input(6,5,3,feature="image") > flatten > dense(2) > output(target="class", loss="mse")'
IMAGE = Feature("image", ("file",), (6, 5, 3), "float32", Encoding.IMAGE, 1 / 255)
QUARTER = Split(0.25)
CLASS = Feature("class", ("class",), (), "int64", Encoding.CATEGORY, classes=("cat", "dog"))


def asked(engine: tuple[Engine, Heard], text: str, folder: Path) -> tuple[Event, list[Measured]]:
    """Inspect the data of a program; how that ended, and what was measured."""
    program = folder / "program.py"
    write_atomic(program, text.encode())
    sent, heard = engine
    run = str(folder)
    sent.send(Inspect(run, str(program)))
    return heard.wait_end(run), heard.all(Measured, run)


def measured(engine: tuple[Engine, Heard], text: str, folder: Path) -> Measured:
    end, found = asked(engine, text, folder)
    assert end == Inspected(str(folder), False), end
    (only,) = found
    return only


def written(
    folder: Path, source: Source, drawing: str, *features: Feature, split: Split = QUARTER, on_disk: bool = False
) -> str:
    document = project(source, *features, split=split, drawing=drawing)
    document.apply(edits.set_data(document, replace(document.data, on_disk=on_disk)))
    return write(document, base=folder).text


def tabular(folder: Path, lines: list[str], encoding: Encoding = Encoding.NONE, *, on_disk: bool = False) -> str:
    (folder / "table.csv").write_text("".join(f"{line}\n" for line in lines))
    x, y = Feature("x", ("a", "b"), (2,), "float32", encoding), Feature("y", ("y",), (), "float32")
    drawing = 'input(2,feature="x") > dense(1) > output(target="y", loss="mse")'
    return written(folder, CsvSource("table.csv"), drawing, x, y, on_disk=on_disk)


def animals(folder: Path, count: int = 6) -> list[Path]:
    rng = np.random.default_rng(0)
    made = [folder / "animals" / name / f"{number}.png" for name in ("cat", "dog") for number in range(count)]
    for path in made:
        picture(path, rng.normal(100, 30, (6, 5, 3)))
    return made


def test_a_table_is_told_column_by_column_with_the_rows_of_the_file(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    lines = ["a,b,y", *(f"{row},{row * row},{row % 3}" for row in range(20))]
    lines[5] = "nan,3,1"
    found = measured(engine, tabular(tmp_path, lines), tmp_path)
    assert found.examples == {"train": 15, "validation": 5}
    assert found.has_rows
    values = {(each.part, each.is_target): each for each in found.values}
    part = next(part for part in found.examples if values[part, False].columns[0].nans)
    column = values[part, False].columns[0]
    assert (column.nans, column.rows) == (1, [4])
    assert sum(values[part, True].counts["0"] for part in found.examples if values[part, True].counts) == 7
    assert values["train", False].size_bytes == 15 * 2 * 4
    assert found.free_bytes > 0


def test_copies_and_ties_are_found_across_parts(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).normal(size=40)
    lines = [f"{number:.6f},{2 * number:.6f},{number:.6f}" for number in numbers]
    found = measured(engine, tabular(tmp_path, ["a,b,y", *lines, *lines[:20]]), tmp_path)
    assert {(tie.at, tie.how) for tie in found.ties} == {(0, "equal"), (1, "linear")}
    (copied,) = found.copies
    assert (copied.part, copied.other) == ("validation", "train")
    assert all(abs(row - twin) == 40 for row, twin in copied.rows)


@pytest.mark.parametrize("encoding", [Encoding.NONE, Encoding.STANDARDIZE, Encoding.MIN_MAX])
def test_a_table_on_disk_is_found_to_be_like_one_in_memory_but_takes_none(
    engine: tuple[Engine, Heard], tmp_path: Path, encoding: Encoding
) -> None:
    numbers = np.random.default_rng(1).normal(size=60)
    lines = [f"{number:.6f},{2 * number:.6f},{number:.6f}" for number in numbers]
    lines = ["a,b,y", "nan,3,1", *lines, *lines[:20]]
    found = []
    for on_disk in (False, True):
        folder = tmp_path / str(on_disk)
        folder.mkdir()
        found.append(measured(engine, tabular(folder, lines, encoding, on_disk=on_disk), folder))
    in_memory, stored = (plain(each) for each in found)
    assert sum(each.size_bytes for each in found[0].values) == (81 * 3 * 4)
    assert not sum(each.size_bytes for each in found[1].values)
    assert stored == in_memory
    assert sum(column.nans for each in found[0].values for column in each.columns) == 1
    assert stored["copies"]
    assert stored["ties"]


def plain(found: Measured) -> dict[str, Any]:
    """What was found, but for the memory that is taken and free; numbers as far as sums in another order agree."""
    said = msgspec.to_builtins(found)
    for each in said["values"]:
        del each["size_bytes"]
    rounded = json.loads(json.dumps(said), parse_float=lambda text: round(float(text), 4) + 0.0)
    return {name: value for name, value in rounded.items() if name not in ("run", "free_bytes")}


def test_an_empty_part_is_told_instead_of_an_error(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = tabular(tmp_path, ["a,b,y", "1,2,3"])
    assert measured(engine, text, tmp_path).examples == {"train": 0, "validation": 1}


def test_a_table_that_cannot_be_read_fails_with_its_line(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    end, found = asked(engine, tabular(tmp_path, ["a,b,y", "1,2,3", "4,five,6"]), tmp_path)
    assert isinstance(end, Failed)
    assert "Line 3 has 'five' as 'b'" in end.text
    assert found == []


def test_every_file_is_decoded_and_each_bad_one_is_named_with_what_is_wrong(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    made = animals(tmp_path, 40)
    made[3].write_bytes(b"no image")
    made[50].write_bytes(made[50].read_bytes()[:60])
    text = written(tmp_path, FolderSource("animals"), FOLDER, IMAGE, CLASS)
    found = measured(engine, text, tmp_path)
    assert {Path(bad.file) for bad in found.bad_files} == {made[3], made[50]}
    assert found.failures == 2
    assert all(bad.reason and str(tmp_path) not in bad.reason for bad in found.bad_files)
    images = [each for each in found.values if not each.is_target]
    assert all(each.in_files and each.shape == [6, 5, 3] and not each.size_bytes for each in images)
    assert all(0 <= column.smallest <= column.largest <= 1 for each in images for column in each.columns)
    counted = sum(sum(each.counts.values()) for each in found.values if each.is_target and each.counts)
    assert counted == 78


def test_copies_among_images_are_found_by_what_is_in_them(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    made = animals(tmp_path)
    for path in made[:5]:
        path.write_bytes(made[5].read_bytes())
    text = written(tmp_path, FolderSource("animals"), FOLDER, IMAGE, CLASS, split=Split(0.5))
    found = measured(engine, text, tmp_path)
    assert [report.part for report in found.copies] == ["validation"]
    assert all(row < 6 and twin < 6 for row, twin in found.copies[0].rows)


def test_masks_are_counted_by_their_pixels(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    for number in range(8):
        picture(tmp_path / "cells" / "images" / f"{number}.png", np.full((4, 4), 9.0))
        picture(tmp_path / "cells" / "masks" / f"{number}.png", np.full((4, 4), number % 2))
    mask = Feature("mask", ("mask",), (4, 4, 1), "int64", Encoding.MASK, classes=("0", "1"))
    drawing = 'input(4,4,3,feature="image") > conv2d(2, 1) > output(target="mask", loss="mse")'
    source = FolderSource("cells", masks="masks")
    image = Feature("image", ("file",), (4, 4, 3), "float32", Encoding.IMAGE)
    found = measured(engine, written(tmp_path, source, drawing, image, mask), tmp_path)
    counts = [each.counts or {} for each in found.values if each.is_target]
    assert {name: sum(each.get(name, 0) for each in counts) for name in "01"} == {"0": 64, "1": 64}


@pytest.mark.parametrize(
    ("holds", "suffix", "drawing", "feature"),
    [
        (Holds.SOUNDS, ".wav", "input(30,", Feature("x", ("file",), (30,), "float32", Encoding.SOUND)),
        (Holds.TEXTS, ".txt", 'input((), dtype="string",', Feature("x", ("file",), (), "string", Encoding.TEXT_FILE)),
    ],
)
def test_sounds_and_texts_that_cannot_be_read_are_named(
    engine: tuple[Engine, Heard], tmp_path: Path, holds: Holds, suffix: str, drawing: str, feature: Feature
) -> None:
    paths = [tmp_path / "files" / name / f"{at}{suffix}" for name in ("cat", "dog") for at in range(8)]
    for path in paths:
        sound(path, np.sin(np.arange(30.0)))
        if holds is Holds.TEXTS:
            path.write_text("some text")
    paths[5].write_bytes(b"\xff\xfe\xff")
    drawing += ' feature="x") > dense(2) > output(target="class", loss="mse")'
    found = measured(engine, written(tmp_path, FolderSource("files", holds), drawing, feature, CLASS), tmp_path)
    assert [Path(bad.file) for bad in found.bad_files] == [paths[5]]


def test_progress_is_told_up_to_the_end_and_a_stop_ends_it_without_a_result(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    animals(tmp_path, 30)
    text = written(tmp_path, FolderSource("animals"), FOLDER, IMAGE, CLASS)
    measured(engine, text, tmp_path)
    sent, heard = engine
    told = heard.all(Inspecting, str(tmp_path))
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert (told[-1].done, told[-1].total) == (60, 60)

    slow = text.replace("def read(inputs, targets):", "def read(inputs, targets):\n    tf.py_function(nap, [], [])")
    slow += "\n\ndef nap():\n    import time\n\n    time.sleep(0.05)\n"
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "program.py").write_text(slow)
    sent.send(Inspect("slow", str(folder / "program.py")))
    heard.wait(Inspecting, "slow")
    sent.send(Stop("slow"))
    assert heard.wait_end("slow") == Inspected("slow", True)
    assert heard.all(Measured, "slow") == []


def test_a_run_tells_what_its_data_is_like_before_it_trains(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    sent, heard = engine
    sent.send(Train("told", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("told"), Finished)
    (found,) = heard.all(Measured, "told")
    assert found.examples["train"] > 0
    mine = [type(event).__name__ for event in heard.events if getattr(event, "run", None) == "told"]
    assert mine[:2] == ["Measured", "Started"]


@pytest.mark.parametrize("asks", [Train, Inspect])
def test_the_rows_of_a_large_table_are_counted_as_they_are_read_and_a_stop_ends_that(
    engine: tuple[Engine, Heard], tmp_path: Path, asks: type[Train] | type[Inspect]
) -> None:
    sent, heard = engine
    whole, slow_run = (f"{asks.__name__} {name}" for name in ("whole", "slow"))
    text = tabular(tmp_path, ["a,b,y", *(f"{row},{row * row % 97},{row % 3}" for row in range(100))])
    folder = programs.folder(tmp_path, text.replace("10_000", "10"))
    told = str(folder if asks is Train else folder / "program.py")
    sent.send(asks(whole, told))
    assert isinstance(heard.wait_end(whole), Finished if asks is Train else Inspected)
    rows = [each.rows for each in heard.all(Reading, whole)]
    assert rows[0] == 10
    assert rows == sorted(set(rows))
    (line,) = {line.strip() for line in text.splitlines() if line.strip().startswith("lines, cells = ")}
    slow = text.replace("10_000", "10").replace(line, f'{line}; __import__("time").sleep(0.2)')
    (folder / "program.py").write_text(slow)
    sent.send(asks(slow_run, told))
    heard.wait(Reading, slow_run)
    sent.send(Stop(slow_run))
    end = heard.wait_end(slow_run)
    assert isinstance(end, Finished | Inspected)
    assert end.stopped
    assert max(each.rows for each in heard.all(Reading, slow_run)) < 100


def test_a_run_trains_from_a_table_on_disk_and_predicts(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    lines = ["a,b,y", *(f"{row},{row * row},{row % 3}" for row in range(100))]
    text = tabular(tmp_path, lines, Encoding.STANDARDIZE, on_disk=True)
    sent, heard = engine
    folder = programs.folder(tmp_path, text)
    sent.send(Train("stored", str(folder)))
    assert isinstance(heard.wait_end("stored"), Finished)
    assert heard.all(Measured, "stored") == []
    with np.load(folder / PREDICTIONS) as predictions:
        assert predictions["predicted_0"].shape == (25, 1)


@pytest.mark.parametrize("what", ["too large", "too many", "in files", "nothing that can be looked at"])
def test_a_run_whose_data_takes_long_to_look_at_trains_without(
    engine: tuple[Engine, Heard], tmp_path: Path, what: str
) -> None:
    sent, heard = engine
    folder = programs.folder(tmp_path)
    program = folder / "program.py"
    wide = {
        "too large": f"np.broadcast_to(np.float32(0), (2, {SMALL_BYTES // 4}))",
        "too many": f"np.broadcast_to(np.uint8(0), {MOST_EXAMPLES})",
        "in files": 'np.array([b"/a.png", b"/b.png"], dtype=object)',
        "nothing that can be looked at": "None",
    }[what]
    text = program.read_text()
    added = (
        f'\n\nold_load = load_data\n\n\ndef load_data():\n    return old_load() | {{"test": ({wide}, np.zeros(2))}}\n'
    )
    at = text.index("\n\ndef build_model")
    program.write_text("import numpy as np\n" + text[:at] + added + text[at:])
    sent.send(Train(what, str(folder)))
    end = heard.wait_end(what)
    assert heard.all(Measured, what) == []
    assert next(type(event).__name__ for event in heard.events if getattr(event, "run", None) == what) == "Started", end
