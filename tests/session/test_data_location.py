"""Where the data of a project is, and whether it may be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    FolderSource,
    KerasSource,
    NpzSource,
    SampleSource,
    Source,
)
from studio.session.data_location import ReadPaths, Reason, changed, moved, paths_of, question, users_read_paths


@pytest.mark.parametrize("source", [None, SampleSource("iris"), KerasSource("mnist")])
def test_what_has_no_path_is_never_asked_about(source: Source | None) -> None:
    assert paths_of(source, None) == ()
    assert question(DataChoice(source), None, ReadPaths()) is None


def test_a_relative_path_lies_beside_the_project(tmp_path: Path) -> None:
    assert paths_of(NpzSource("data/x.npz"), tmp_path) == (tmp_path / "data" / "x.npz",)


def test_both_files_of_a_table_are_looked_after(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a\n1\n")
    data = DataChoice(CsvSource("train.csv", test_path="test.csv"))
    read = ReadPaths()
    read.add((tmp_path / "train.csv",))
    asked = question(data, tmp_path, read)
    assert asked is not None
    assert (asked.reason, asked.path) == (Reason.MISSING, tmp_path / "test.csv")
    found = moved(data, tmp_path / "elsewhere.csv", tmp_path, asked.path)
    assert found.source == CsvSource("train.csv", test_path="elsewhere.csv")


def test_a_path_is_strange_until_it_was_read_and_stays_known(tmp_path: Path) -> None:
    file, kept = tmp_path / "a.csv", tmp_path / "settings" / "read.json"
    file.write_text("a\n1\n")
    data = DataChoice(CsvSource(str(file)))
    asked = question(data, None, ReadPaths(kept))
    assert asked is not None
    assert asked.reason is Reason.STRANGE
    assert str(file) in asked.text
    assert asked.refusal().code == "data.strange"

    ReadPaths(kept).add((file,))

    assert question(data, None, ReadPaths(kept)) is None


def test_settings_that_cannot_be_read_know_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "read.json"
    for text in ("{", "[]", '{"read": 1}', '{"read": [1, null]}'):
        kept.write_text(text)
        assert not ReadPaths(kept).has(tmp_path / "a.csv")


def test_a_folder_that_is_gone_is_called_a_folder(tmp_path: Path) -> None:
    asked = question(DataChoice(FolderSource("pictures")), tmp_path, ReadPaths())
    assert asked is not None
    assert "folder" in asked.advice


def test_what_came_with_the_studio_is_not_asked_about() -> None:
    from studio.core.paths import resources_dir

    assert users_read_paths().has(resources_dir() / "samples" / "iris.csv")
    assert not users_read_paths().has(resources_dir() / ".." / ".." / "secret.csv")


def test_a_link_out_of_the_studios_folders_is_strange(tmp_path: Path) -> None:
    free, secret = tmp_path / "free", tmp_path / "secret.csv"
    free.mkdir()
    secret.write_text("a\n1\n")
    (free / "link.csv").symlink_to(secret)
    assert not ReadPaths(free=(free,)).has(free / "link.csv")


def test_other_data_at_the_same_place_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    data = DataChoice(CsvSource(str(file)), fingerprint="one")
    assert changed(data, None, "one") is None
    asked = changed(data, None, "two")
    assert asked is not None
    assert asked.reason is Reason.CHANGED
    assert changed(DataChoice(CsvSource(str(file))), None, "two") is None


def test_below_the_project_a_path_is_kept_relative(tmp_path: Path) -> None:
    data = DataChoice(CsvSource("/old/a.csv"))
    assert moved(data, tmp_path / "in" / "a.csv", tmp_path, Path("/old/a.csv")).source == CsvSource("in/a.csv")
    assert moved(data, Path("/far/a.csv"), tmp_path, Path("/old/a.csv")).source == CsvSource("/far/a.csv")
