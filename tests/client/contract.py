"""What every engine does, the fake one and the real one: the protocol's promises, checked through the client.

A test module inherits EngineContract and gives it a fixture `engine`: a started Engine and what was heard of it.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from studio.client.engine import Engine
from studio.protocol.messages import (
    VERSION,
    Batches,
    Epoch,
    Failed,
    Finished,
    Heartbeat,
    Inspect,
    Inspected,
    Measured,
    Phase,
    Ping,
    Ready,
    Started,
    Stop,
    Train,
    Verified,
    Verify,
)
from tests.client import programs
from tests.client.hearing import Heard


class EngineContract:
    """The promises. Each test uses run names of its own, since one engine serves them all."""

    def test_it_says_ready_with_its_version(self, engine: tuple[Engine, Heard]) -> None:
        assert engine[1].wait(Ready).version == VERSION

    def test_it_answers_a_ping_with_a_heartbeat(self, engine: tuple[Engine, Heard]) -> None:
        asked, heard = engine
        before = len(heard.all(Heartbeat))
        asked.send(Ping())
        heard.until(lambda: heard.all(Heartbeat)[before:], 5)

    def test_a_run_reports_every_batch_in_order_and_finishes_once(
        self, engine: tuple[Engine, Heard], tmp_path: Path
    ) -> None:
        asked, heard = engine
        asked.send(Train("whole", str(programs.folder(tmp_path))))
        assert isinstance(heard.wait_end("whole"), Finished)
        started = heard.wait(Started, "whole")
        assert (started.epochs, started.steps, started.metrics[0]) == (programs.EPOCHS, programs.STEPS, "loss")
        reported = [
            (report.epoch, report.first + index)
            for report in heard.all(Batches, "whole")
            for index in range(len(report.logs["loss"]))
        ]
        assert reported == [(epoch, batch) for epoch in range(programs.EPOCHS) for batch in range(programs.STEPS)]
        assert [report.epoch for report in heard.all(Epoch, "whole")] == list(range(programs.EPOCHS))
        assert heard.ends("whole") == [heard.wait(Finished, "whole")]

    def test_an_epoch_is_told_after_its_batches_and_before_the_next(
        self, engine: tuple[Engine, Heard], tmp_path: Path
    ) -> None:
        asked, heard = engine
        asked.send(Train("order", str(programs.folder(tmp_path))))
        heard.wait_end("order")
        told = [
            (event.epoch, isinstance(event, Epoch))
            for event in heard.events
            if isinstance(event, Batches | Epoch) and event.run == "order"
        ]
        assert told == sorted(told)

    def test_a_stopped_run_finishes_as_stopped(self, engine: tuple[Engine, Heard], tmp_path: Path) -> None:
        asked, heard = engine
        asked.send(Train("stopped", str(programs.folder(tmp_path, programs.endless()))))
        heard.wait(Batches, "stopped")
        asked.send(Stop("stopped"))
        end = heard.wait_end("stopped", 20)
        assert isinstance(end, Finished)
        assert end.stopped

    def test_a_failing_program_says_what_and_where(self, engine: tuple[Engine, Heard], tmp_path: Path) -> None:
        asked, heard = engine
        text, line = programs.failing()
        asked.send(Train("failing", str(programs.folder(tmp_path, text))))
        end = heard.wait_end("failing")
        assert isinstance(end, Failed)
        assert (end.error, end.line) == ("ValueError", line)
        assert heard.ends("failing") == [end]

    def test_a_check_says_the_layers(self, engine: tuple[Engine, Heard], tmp_path: Path) -> None:
        asked, heard = engine
        asked.send(Verify("check", str(programs.folder(tmp_path) / "program.py")))
        end = heard.wait_end("check")
        assert isinstance(end, Verified)
        assert [report.name for report in end.layers][:2] == ["image", "fine"]

    def test_an_inspection_tells_what_it_measured_and_ends(self, engine: tuple[Engine, Heard], tmp_path: Path) -> None:
        asked, heard = engine
        asked.send(Inspect("inspected", str(programs.folder(tmp_path) / "program.py")))
        assert heard.wait_end("inspected") == Inspected("inspected", False)
        assert [sum(found.examples.values()) > 0 for found in heard.all(Measured, "inspected")] == [True]

    def test_it_is_idle_after_its_runs(self, engine: tuple[Engine, Heard], tmp_path: Path) -> None:
        asked, heard = engine
        asked.send(Train("last", str(programs.folder(tmp_path))))
        heard.wait_end("last")
        asked.send(Ping())
        by = time.monotonic() + 10
        while asked.phase != Phase.IDLE:
            assert time.monotonic() < by, asked.phase
            time.sleep(0.05)

    @pytest.mark.parametrize("asked_early", [True, False])
    def test_a_stop_for_no_run_of_this_name_changes_nothing(
        self, engine: tuple[Engine, Heard], tmp_path: Path, asked_early: bool
    ) -> None:
        asked, heard = engine
        run = f"unstopped-{asked_early}"
        if asked_early:
            asked.send(Stop(run))
        asked.send(Train(run, str(programs.folder(tmp_path))))
        if not asked_early:
            asked.send(Stop("somebody else's"))
        end = heard.wait_end(run)
        assert isinstance(end, Finished)
        assert not end.stopped
