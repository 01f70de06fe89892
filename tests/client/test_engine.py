"""The client's end of an engine: the contract on a fake engine, and every way in which one can misbehave."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from studio.client.engine import Engine, Patience
from studio.core.errors import EngineRefused
from studio.protocol.messages import (
    Batches,
    EngineDied,
    Failed,
    Finished,
    Heartbeat,
    Phase,
    Probe,
    Ready,
    Stop,
    Train,
    Verify,
)
from tests.client import programs
from tests.client.conftest import Start
from tests.client.contract import EngineContract
from tests.client.hearing import Heard

PATIENT = Patience()


class TestFakeEngine(EngineContract):
    @pytest.fixture
    def engine(self, start: Start) -> tuple[Engine, Heard]:
        return start(patience=PATIENT)


def run_to_its_end(start: Start, misbehavior: str, tmp_path: Path) -> tuple[Engine, Heard]:
    engine, heard = start(misbehavior)
    engine.send(Train("run", str(programs.folder(tmp_path))))
    heard.wait_end("run", 20)
    return engine, heard


def all_ends(engine: Engine, heard: Heard) -> list[object]:
    """What ended the run, after the process is gone and nothing more can come."""
    engine.kill()
    assert engine.wait(5)
    return [type(event) for event in heard.ends("run")]


def test_an_engine_that_cannot_import_keras_is_one_death_with_the_reason(start: Start) -> None:
    engine, heard = start("dies before ready")
    died = heard.wait(EngineDied, timeout_s=5)
    assert engine.wait(5)
    assert heard.all(EngineDied) == [died]
    assert (died.run, died.code) == (None, 3)
    assert "No module named 'keras'" in died.text


def test_a_run_sent_to_an_engine_that_never_gets_ready_dies_once(start: Start, tmp_path: Path) -> None:
    engine, heard = start("dies before ready")
    with contextlib.suppress(EngineRefused):  # it may be gone already; then there is no run
        engine.send(Train("run", str(programs.folder(tmp_path))))
        assert isinstance(heard.wait_end("run", 5), EngineDied)
    assert engine.wait(5)
    assert len(heard.all(EngineDied)) == 1


def test_an_engine_that_dies_in_a_run_is_heard_within_a_second(start: Start, tmp_path: Path) -> None:
    engine, heard = start("dies in the run")
    began = time.monotonic()
    engine.send(Train("run", str(programs.folder(tmp_path))))
    died = heard.wait_end("run", 5)
    assert time.monotonic() - began < 1.5
    assert isinstance(died, EngineDied)
    assert died.code == 139
    assert all_ends(engine, heard) == [EngineDied]
    assert not engine.alive


def test_a_child_that_holds_the_pipe_does_not_hide_the_death(start: Start, tmp_path: Path) -> None:
    engine, heard = start("dies with a child that holds the pipe")
    began = time.monotonic()
    engine.send(Train("run", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("run", 5), EngineDied)
    assert time.monotonic() - began < 1.5
    assert all_ends(engine, heard) == [EngineDied]


def test_a_killed_engine_names_the_signal(start: Start, tmp_path: Path) -> None:
    engine, heard = start()
    engine.send(Train("run", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSEGV)
    died = heard.wait(EngineDied, "run", 5)
    assert died.code == -signal.SIGSEGV
    assert "SIGSEGV" in died.text


def test_what_comes_after_the_end_of_a_run_is_not_heard(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "finishes twice", tmp_path)
    heard.until(lambda: [beat for beat in heard.all(Heartbeat) if beat.phase == Phase.IDLE][1:], 5)
    assert all_ends(engine, heard) == [Finished]
    assert not [report for report in heard.all(Batches) if report.epoch == 99]


def test_a_death_after_the_end_belongs_to_no_run(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "dies after finishing", tmp_path)
    died = heard.wait(EngineDied, timeout_s=5)
    assert died.run is None
    assert all_ends(engine, heard) == [Finished]


def test_nonsense_between_messages_is_passed_over(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "talks nonsense in between", tmp_path)
    assert len(heard.all(Batches)) == programs.EPOCHS * programs.STEPS
    assert all_ends(engine, heard) == [Finished]


def test_an_engine_that_talks_nothing_but_nonsense_is_ended(start: Start) -> None:
    engine, heard = start("talks nonsense")
    assert "language" in heard.wait(EngineDied, timeout_s=5).text
    assert engine.wait(5)


def test_an_engine_cannot_declare_itself_dead(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "claims to be dead", tmp_path)
    assert all_ends(engine, heard) == [Finished]


def test_another_version_is_refused_in_a_sentence(start: Start) -> None:
    engine, heard = start("speaks another version")
    died = heard.wait(EngineDied, timeout_s=5)
    assert "version 2" in died.text
    assert not heard.all(Ready)
    assert engine.wait(5)
    assert len(heard.all(EngineDied)) == 1


def test_silence_is_reported_once_and_ended_by_a_stop(start: Start, tmp_path: Path) -> None:
    engine, heard = start("is silent")
    engine.send(Train("run", str(programs.folder(tmp_path))))
    beat = heard.wait(Heartbeat, timeout_s=5)
    assert beat.phase == Phase.NOT_ANSWERING
    assert engine.alive
    engine.send(Stop("run"))
    died = heard.wait_end("run", 5)
    assert isinstance(died, EngineDied)
    assert "did not stop in time" in died.text
    assert heard.all(Heartbeat) == [beat]
    assert all_ends(engine, heard) == [EngineDied]


def test_a_run_that_ignores_stop_is_ended_after_the_longest_batch(start: Start, tmp_path: Path) -> None:
    engine, heard = start("never stops")
    engine.send(Train("run", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    engine.send(Stop("run"))
    assert isinstance(heard.wait_end("run", 10), EngineDied)
    assert all_ends(engine, heard) == [EngineDied]


def test_asking_a_second_time_to_stop_ends_it_at_once(start: Start, tmp_path: Path) -> None:
    engine, heard = start("never stops", Patience(look_s=0.05, stop_s=60, batch_s=60))
    engine.send(Train("run", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    engine.stop(Stop("run"))
    engine.stop(Stop("run"))
    assert isinstance(heard.wait_end("run", 5), EngineDied)


def test_an_engine_that_closes_its_output_is_ended(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "closes its output", tmp_path)
    assert all_ends(engine, heard) == [EngineDied]


def test_a_flood_is_read_to_its_end(start: Start, tmp_path: Path) -> None:
    engine, heard = run_to_its_end(start, "floods", tmp_path)
    assert len(heard.all(Batches)) == programs.EPOCHS * programs.STEPS * 501
    assert all_ends(engine, heard) == [Finished]


def test_closing_ends_an_engine_without_a_word(start: Start) -> None:
    engine, heard = start()
    heard.wait(Ready)
    engine.close()
    assert engine.wait(5)
    assert not heard.all(EngineDied)
    assert not engine.alive


def test_closing_ends_an_engine_that_does_not_listen(start: Start) -> None:
    engine, heard = start("ignores shutdown")
    heard.wait(Ready)
    engine.close()
    assert engine.wait(5)
    assert not heard.all(EngineDied)


def test_killing_an_engine_ends_its_run_once(start: Start, tmp_path: Path) -> None:
    engine, heard = start()
    engine.send(Train("run", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    engine.kill()
    assert engine.wait(5)
    assert [type(end) for end in heard.ends("run")] == [EngineDied]
    assert len(heard.all(EngineDied)) == 1


def test_nothing_can_be_asked_of_an_engine_that_has_ended(start: Start, tmp_path: Path) -> None:
    engine, _ = start()
    engine.kill()
    assert engine.wait(5)
    with pytest.raises(EngineRefused, match="ended"):
        engine.send(Verify("check", str(tmp_path)))


def test_a_program_that_does_not_exist_cannot_be_started() -> None:
    engine = Engine(Heard(), command=["/no/such/engine"])
    with pytest.raises(EngineRefused, match="could not be started"):
        engine.start()


@pytest.mark.parametrize("pause_s", [0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04])
def test_however_a_kill_and_a_run_race_there_is_one_end(start: Start, tmp_path: Path, pause_s: float) -> None:
    engine, heard = start()
    heard.wait(Ready)
    engine.send(Train("run", str(programs.folder(tmp_path))))
    time.sleep(pause_s)
    assert engine.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(engine.pid, signal.SIGKILL)
    heard.wait_end("run", 5)
    assert engine.wait(5)
    assert len(heard.ends("run")) == 1


def test_a_listener_that_fails_does_not_keep_a_run_from_ending(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()

    def fail_on_batches(event: object) -> None:
        if isinstance(event, Batches):
            raise ValueError("a listener's bug")
        heard(event)  # type: ignore[arg-type]  # whatever else it is, it is an event

    first, _ = start()
    engine = Engine(fail_on_batches, command=first._command)
    engine.start()
    engine.send(Train("run", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("run", 10), Finished)
    engine.kill()
    assert engine.wait(5)
    assert "A listener failed on Batches" in caplog.text
    assert not heard.all(Failed)


def test_a_layer_that_does_not_answer_is_ended_with_its_engine(start: Start, tmp_path: Path) -> None:
    engine, heard = start("hangs while probing", patience=Patience(look_s=0.05, probe_s=0.3, terminate_s=0.3))
    engine.send(Probe("hangs", str(tmp_path / "layer.py"), []))
    died = heard.wait_end("hangs", 10)
    assert isinstance(died, EngineDied)
    assert died.text == "The layer's code did not come to an end within 0.3 s."


def test_a_layer_that_takes_the_engine_along_is_one_death(start: Start, tmp_path: Path) -> None:
    engine, heard = start("dies while probing")
    engine.send(Probe("dies", str(tmp_path / "layer.py"), []))
    assert isinstance(heard.wait_end("dies", 10), EngineDied)
    assert engine.wait(5)
    assert len(heard.ends("dies")) == 1
