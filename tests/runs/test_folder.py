"""Run folders: what is put there, who may read it, and what happens to an earlier run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.core.errors import FileRefused
from studio.protocol.messages import Finished
from studio.runs.folder import RunFolder, Status
from studio.runs.record import read_run
from studio.runs.recorder import Recorder


def create(path: Path, seed: int | None = 7) -> RunFolder:
    return RunFolder.create(
        path, title="Digits", program="print(1)\n", project=b"{}", samples={"digits.npz": b"\x00\x01"}, seed=seed
    )


def test_a_folder_holds_program_project_and_samples(tmp_path: Path) -> None:
    folder = create(tmp_path / "runs" / "first")
    assert {path.name for path in folder.path.iterdir()} == {
        "program.py",
        "project.layers",
        "digits.npz",
        "run.json",
    }
    assert folder.program.read_text() == "print(1)\n"
    assert (folder.path / "digits.npz").read_bytes() == b"\x00\x01"


def test_only_its_owner_reads_a_new_folder(tmp_path: Path) -> None:
    assert create(tmp_path / "run").path.stat().st_mode & 0o777 == 0o700


def test_a_new_run_is_created_and_knows_its_title_and_seed(tmp_path: Path) -> None:
    record = read_run(create(tmp_path / "run").path)
    assert (record.status, record.state.title, record.state.seed) == (Status.CREATED, "Digits", 7)
    assert (record.batches, record.epochs, record.history) == ((), (), {})


def test_an_ended_run_is_replaced_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    folder = create(tmp_path / "run")
    Recorder(folder, "r").take(Finished("r", False, 1.0, {}, []))
    folder.history.write_text("{}")
    folder.model.write_text("an old model")
    (folder.path / "notes.txt").write_text("mine")
    create(folder.path)
    assert not folder.history.exists()
    assert not folder.model.exists()
    assert folder.metrics.exists() is False
    assert (folder.path / "notes.txt").read_text() == "mine"


def test_a_folder_in_which_a_run_goes_on_is_refused(tmp_path: Path) -> None:
    folder = create(tmp_path / "run")
    with pytest.raises(FileRefused, match="A run is going on in"):
        create(folder.path)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(FileRefused, match="cannot hold a run"):
        create(tmp_path / "run")


def test_a_folder_without_a_run_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="could not be read"):
        read_run(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format":1}', b"\xff", b'{"status":"flying"}'])
def test_a_damaged_state_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(FileRefused, match="does not describe a run"):
        read_run(tmp_path)


def test_a_later_versions_run_is_refused(tmp_path: Path) -> None:
    folder = create(tmp_path / "run")
    state = json.loads(folder.state.read_bytes())
    folder.write_state({**state, "format": 2})
    with pytest.raises(FileRefused, match="later version"):
        read_run(folder.path)


def test_what_a_later_version_adds_to_the_state_is_passed_over(tmp_path: Path) -> None:
    folder = create(tmp_path / "run")
    folder.write_state({**json.loads(folder.state.read_bytes()), "color": "red"})
    assert read_run(folder.path).state.title == "Digits"
