"""`layer-studio suggest` writes a project for some data, and `train` downloads nothing unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.core.paths import resources_dir
from studio.document.data_choice import CsvSource, KerasSource, SampleSource
from studio.project import format as project_format
from tests.cli.test_commands import command


def test_a_file_becomes_a_project_that_names_it_relative_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(resources_dir() / "samples" / "wine.csv", tmp_path / "wine.csv")
    assert command("suggest", tmp_path / "wine.csv", "-o", tmp_path / "wine") == 0
    document = project_format.load(tmp_path / "wine.layers")
    assert document.data.source == CsvSource("wine.csv")
    assert sorted(node.kind for node in document.root.nodes.values())[-2:] == ["Input", "Output"]
    printed = capsys.readouterr().out
    assert "Dense" in printed
    assert printed.rstrip().endswith("wine.layers")


def test_a_folder_becomes_a_project(tmp_path: Path) -> None:
    letters = Path(__file__).parents[2] / "examples" / "data" / "letters"
    assert command("suggest", letters, "-o", tmp_path / "letters.layers") == 0
    kinds = {node.kind for node in project_format.load(tmp_path / "letters.layers").root.nodes.values()}
    assert {"TextVectorization", "Embedding", "Output"} <= kinds


def test_a_sample_goes_by_its_name(tmp_path: Path) -> None:
    assert command("suggest", "digits", "-o", tmp_path / "digits.layers") == 0
    assert project_format.load(tmp_path / "digits.layers").data.source == SampleSource("digits")


def test_a_set_of_keras_goes_by_its_name_and_is_not_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    assert command("suggest", "keras.datasets.mnist", "-o", tmp_path / "mnist.layers") == 0
    assert project_format.load(tmp_path / "mnist.layers").data.source == KerasSource("mnist")
    assert command("train", tmp_path / "mnist.layers") == 2
    refused = capsys.readouterr().err
    assert "MNIST is not in Keras's cache and would be downloaded: 11.0 MB from storage.googleapis.com" in refused
    assert "--download" in refused
    assert not (tmp_path / "cache").exists()


def test_what_is_to_be_predicted_can_be_said(tmp_path: Path) -> None:
    loans = ["suggest", "loans", "-o", tmp_path / "loans.layers", "--target", "job"]
    assert command(*loans) == 0
    nodes = project_format.load(tmp_path / "loans.layers").root.nodes.values()
    assert [node.params["target"] for node in nodes if node.kind == "Output"] == ["job"]


def test_a_project_that_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.layers").write_text("mine")
    assert command("suggest", "iris", "-o", tmp_path / "mine") == 2
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "mine.layers").read_text() == "mine"


def test_a_name_that_is_nothing_is_refused_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("suggest", "no_such_thing", "-o", tmp_path / "x.layers") == 2
    refused = capsys.readouterr().err
    assert "no file, folder or data set “no_such_thing”" in refused
    assert "california_housing" in refused
