"""`check --data` prints what is in the data: findings, bad files, counts, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.cli.main import run
from studio.document import edits
from studio.document.data_choice import DataChoice, Encoding, Feature, FolderSource, Split
from studio.project import format as project_format
from tests.notation import graph
from tests.program.files import picture
from tests.session.test_preflight import written


def command(*arguments: object) -> int:
    def no_window(options: object) -> int:
        raise AssertionError("no window was asked for")

    return run([str(argument) for argument in arguments], no_window)


def test_data_in_order_exits_with_0_and_counts_the_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", written(tmp_path), "--data") == 0
    said = capsys.readouterr()
    assert said.out.endswith("The data was checked, and nothing stands out. 30 for train and 10 for validation.\n")
    assert "No problems." in said.out
    assert said.err == ""


def test_an_error_in_the_data_exits_with_1_and_names_row_and_fix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("check", written(tmp_path, cell="nan"), "--data") == 1
    said = capsys.readouterr().out
    assert "“a” has no number in row 7 of the data" in said
    assert "[examples.not_finite]\n    fix: Leave out rows without “x”" in said
    assert "The data was checked: 1 error. 30 for train" in said


def test_without_the_switch_the_data_is_not_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", written(tmp_path, cell="nan")) == 0
    assert "The data was checked" not in capsys.readouterr().out


def test_every_bad_file_is_listed_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ant", "bee"):
        for number in range(12):
            picture(
                tmp_path / "pictures" / name / f"{number}.png", np.random.default_rng(number).normal(99, 20, (4, 4))
            )
    for number in range(8):
        (tmp_path / "pictures" / "bee" / f"{number}.png").write_bytes(b"GIF89a")
    features = (
        Feature("image", ("file",), (4, 4, 1), "float32", Encoding.IMAGE, 1 / 255),
        Feature("kind", ("class",), (), "int64", Encoding.CATEGORY, classes=("ant", "bee")),
    )
    document = graph(
        'input(4, 4, 1, feature="image") > flatten > dense(2, activation="softmax") > '
        'output(target="kind", loss="sparse_categorical_crossentropy")'
    )
    document.apply(edits.set_data(document, DataChoice(FolderSource("pictures"), features, Split(0.25))))
    project_format.save(document, tmp_path / "p.layers")
    assert command("check", tmp_path / "p.layers", "--data", "--json") == 1
    found = json.loads(capsys.readouterr().out)["data"]
    assert found["examples"] == {"train": 18, "validation": 6}
    assert {Path(bad["file"]).name for bad in found["bad_files"]} == {f"{number}.png" for number in range(8)}
    assert next(problem["code"] for problem in found["problems"]) == "examples.unreadable"


def test_a_project_without_data_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project_format.save(graph("input(2) > dense(1) > output"), tmp_path / "empty.layers")
    assert command("check", tmp_path / "empty.layers", "--data") == 2
    assert "The data cannot be checked yet: no data is chosen" in capsys.readouterr().err


def test_a_run_whose_data_is_none_to_learn_from_exits_with_1_and_the_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("train", written(tmp_path, cell="inf")) == 1
    assert "Training did not begin: “a” has an infinite number in example" in capsys.readouterr().out
