"""The recorder: what is on disk after each event, and what is read back when nobody could end the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.protocol.messages import (
    Batches,
    EngineDied,
    Epoch,
    Event,
    Failed,
    Finished,
    Heartbeat,
    Ready,
    Started,
)
from studio.runs.folder import RunFolder, Status
from studio.runs.metrics import BatchesLine, EpochLine, Line, encode_line, read_lines
from studio.runs.record import read_run
from studio.runs.recorder import Recorder

READY = Ready(1, "3.15.1", "tensorflow", "2.21.0", "cpu:0", 7)
STARTED = Started("run", 2, 2, ["loss", "accuracy"])
FIRST = Batches("run", 0, 0, {"loss": [0.9, None], "accuracy": [0.1, 0.2]})
EPOCH = Epoch("run", 0, {"loss": 0.8, "val_loss": None}, 1.5)
SECOND = Epoch("run", 1, {"loss": 0.7, "val_loss": 0.6}, 1.0)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", title="Digits", program="", project=b"", samples={}, seed=1)


@pytest.fixture
def recorder(folder: RunFolder) -> Iterator[Recorder]:
    recorder = Recorder(folder, "run")
    yield recorder
    recorder.close()


def take(recorder: Recorder, *events: Event) -> None:
    for event in events:
        recorder.take(event)


def test_every_report_can_be_read_as_soon_as_it_was_taken(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, READY, STARTED, FIRST)
    assert read_run(folder.path).batches == (BatchesLine(0, 0, FIRST.logs),)
    take(recorder, EPOCH)
    record = read_run(folder.path)
    assert record.epochs == (EpochLine(0, EPOCH.logs, 1.5),)
    assert record.history == {"loss": [0.8], "val_loss": [None]}
    assert json.loads(folder.history.read_bytes()) == record.history


def test_a_run_goes_from_created_to_running_to_finished(folder: RunFolder, recorder: Recorder) -> None:
    assert read_run(folder.path).status == Status.CREATED
    take(recorder, STARTED)
    assert read_run(folder.path).status == Status.RUNNING
    take(recorder, EPOCH, SECOND, Finished("run", False, 3.0, {"loss": 0.5}, ["model.keras"]))
    state = read_run(folder.path).state
    assert (state.status, state.seconds, state.evaluation, state.files) == (
        Status.FINISHED,
        3.0,
        {"loss": 0.5},
        ["model.keras"],
    )
    assert state.created <= (state.started or "") <= (state.ended or "")


def test_the_history_is_complete_at_the_end(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, STARTED, EPOCH, SECOND, Finished("run", False, 1.0, {}, []))
    assert json.loads(folder.history.read_bytes()) == {"loss": [0.8, 0.7], "val_loss": [None, 0.6]}


def test_the_engines_own_history_is_not_replaced_at_the_end(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, STARTED, EPOCH, SECOND)
    folder.history.write_text('{"f1_score": [[0.1, 0.2], [0.3, 0.4]]}')
    take(recorder, Finished("run", False, 1.0, {}, ["history.json", "model.keras"]))
    assert json.loads(folder.history.read_bytes()) == {"f1_score": [[0.1, 0.2], [0.3, 0.4]]}


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (Finished("run", True, 1.0, {}, []), Status.STOPPED),
        (Failed("run", "ValueError", "no", 3, "Traceback"), Status.FAILED),
        (EngineDied("run", -9, "killed"), Status.DIED),
    ],
)
def test_each_end_has_its_status(folder: RunFolder, recorder: Recorder, end: Event, status: Status) -> None:
    take(recorder, STARTED, end)
    assert read_run(folder.path).status == status


def test_a_failure_is_kept_with_its_line(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, Failed("run", "ValueError", "no", 3, "Traceback"))
    assert read_run(folder.path).state.error == {
        "class": "ValueError",
        "text": "no",
        "line": 3,
        "traceback": "Traceback",
    }


def test_the_engine_is_noted(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, READY)
    state = read_run(folder.path).state
    assert state.versions == {"keras": "3.15.1", "tensorflow": "2.21.0"}
    assert (state.backend, state.device) == ("tensorflow", "cpu:0")


def test_other_runs_and_what_comes_after_the_end_are_not_recorded(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, STARTED, Epoch("other", 0, {"loss": 1.0}, 1.0), Heartbeat("training", 1), EngineDied(None, 1, ""))
    take(recorder, Finished("run", False, 1.0, {}, []), EPOCH, EngineDied("run", 1, "late"))
    record = read_run(folder.path)
    assert record.epochs == ()
    assert record.status == Status.FINISHED


def test_a_torn_last_line_costs_only_itself(folder: RunFolder, recorder: Recorder) -> None:
    take(recorder, STARTED, FIRST, EPOCH)
    content = folder.metrics.read_bytes()
    folder.metrics.write_bytes(content[:-7])
    record = read_run(folder.path)
    assert record.batches == (BatchesLine(0, 0, FIRST.logs),)
    assert record.epochs == ()


LINES: st.SearchStrategy[Line] = st.one_of(
    st.builds(
        BatchesLine,
        st.integers(0, 99),
        st.integers(0, 99),
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        ),
    ),
    st.builds(EpochLine, st.integers(0, 99), st.just({"loss": 0.5}), st.floats(0, 1)),
)


@settings(max_examples=50)
@given(st.lists(LINES), st.data())
def test_any_cut_leaves_the_lines_before_it(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], data: st.DataObject
) -> None:
    encoded = [encode_line(line) for line in lines]
    content = b"".join(encoded)
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path_factory.mktemp("cut") / "metrics.jsonl"
    path.write_bytes(content[:cut])
    read = list(read_lines(path))
    whole = sum(len(b"".join(encoded[: number + 1])) <= cut for number in range(len(encoded)))
    assert read[:whole] == lines[:whole]
    assert len(read) - whole in (0, 1)  # a line may be whole but for its newline


def test_lines_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"kind":"gauge","value":1}\n' + encode_line(EpochLine(0, {}, 1.0)))
    assert list(read_lines(path)) == [EpochLine(0, {}, 1.0)]


RECORDING = """
import sys
from pathlib import Path
from studio.protocol.messages import Batches, Epoch, Started
from studio.runs.folder import RunFolder
from studio.runs.recorder import Recorder

recorder = Recorder(RunFolder.create(Path(sys.argv[1]), title="t", program="", project=b"", samples={}), "run")
recorder.take(Started("run", 9, 1, ["loss"]))
for epoch in range(1_000_000):
    recorder.take(Batches("run", epoch, 0, {"loss": [0.5]}))
    recorder.take(Epoch("run", epoch, {"loss": 0.5}, 0.1))
    print(epoch, flush=True)
"""


def test_a_run_whose_studio_was_killed_has_died_and_keeps_all_it_reported(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", RECORDING, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as studio:
        assert studio.stdout is not None
        while int(studio.stdout.readline()) < 30:
            pass
        assert read_run(path).status == Status.RUNNING
        studio.send_signal(signal.SIGKILL)
        said = [30, *map(int, studio.stdout.read().split())]
    record = read_run(path)
    assert record.status == Status.DIED
    assert [line.epoch for line in record.epochs][: said[-1] + 1] == list(range(said[-1] + 1))
