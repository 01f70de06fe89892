"""Nothing is lost and nothing is left when a real engine, or the studio, is killed in the middle of a training."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from studio.client.engine import Engine
from studio.client.keeper import Keeper
from studio.protocol.messages import EngineDied, Epoch, Event, Failed, Finished, Train
from studio.runs.folder import RunFolder, Status
from studio.runs.record import read_run
from studio.runs.recorder import Recorder
from tests.client import programs
from tests.client.hearing import Heard

ROOT = Path(__file__).parents[2]
GONE_S = 10


def run_folder(path: Path, text: str) -> RunFolder:
    return RunFolder.create(path, title="Test", program=text, project=b"{}", samples={})


def test_a_killed_engine_costs_nothing_that_was_reported_and_the_next_run_works(tmp_path: Path) -> None:
    heard = Heard()
    keeper = Keeper(spare=False)
    folder = run_folder(tmp_path / "first", programs.endless())
    recorder = Recorder(folder, "first")

    def listen(event: Event) -> None:
        recorder.take(event)
        heard(event)

    engine = keeper.take(listen)
    engine.send(Train("first", str(folder.path)))
    heard.until(lambda: heard.all(Epoch, "first")[2:], 60)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    began = time.monotonic()
    died = heard.wait_end("first", 5)
    assert time.monotonic() - began < 1
    assert isinstance(died, EngineDied)
    assert engine.wait(5)
    assert len(heard.ends("first")) == 1

    record = read_run(folder.path)
    assert record.status == Status.DIED
    assert [line.logs for line in record.epochs] == [epoch.logs for epoch in heard.all(Epoch, "first")]
    assert record.state.error is not None
    assert "SIGKILL" in record.state.error["text"]

    second = run_folder(tmp_path / "second", programs.TEXT)
    keeper.take(heard).send(Train("second", str(second.path)))
    assert isinstance(heard.wait_end("second"), Finished)
    keeper.close()


def test_when_the_studio_is_killed_its_engine_saves_the_run_and_leaves(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", programs.endless())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = Path(__file__).with_name("studio_child.py")
    with subprocess.Popen(
        [sys.executable, str(child), str(folder.path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as studio:
        assert studio.stdout is not None
        engine = psutil.Process(int(studio.stdout.readline()))
        try:
            for _ in range(20):
                assert studio.stdout.readline() == "batches\n"
        finally:
            studio.kill()
        try:
            engine.wait(GONE_S)
        finally:
            if engine.is_running():
                engine.kill()
    assert folder.model.exists()
    assert json.loads(folder.history.read_bytes()).keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_a_run_that_wants_too_much_memory_fails_and_the_engine_goes_on(tmp_path: Path) -> None:
    heard = Heard()
    engine = Engine(heard, memory_limit=2 << 30)
    engine.start()
    greedy = programs.TEXT.replace("    rng = np", "    np.ones((8 << 30,), 'uint8')\n    rng = np", 1)
    engine.send(Train("greedy", str(programs.folder(tmp_path, greedy))))
    failed = heard.wait_end("greedy")
    assert isinstance(failed, Failed)
    assert "allocate" in failed.text
    engine.send(Train("modest", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("modest"), Finished)
    engine.close()
    assert engine.wait(10)
