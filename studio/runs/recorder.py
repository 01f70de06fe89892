"""Writes down what a run says while it runs, so that either process may die at any moment."""

from __future__ import annotations

import json
import os
import time
from typing import Any, assert_never

from studio.core.files import write_atomic
from studio.protocol.messages import (
    Batches,
    EngineDied,
    Epoch,
    Event,
    Failed,
    Fetched,
    Fetching,
    Finished,
    Heartbeat,
    Inspected,
    Inspecting,
    Measured,
    Misunderstood,
    Previewed,
    Probed,
    Reading,
    Ready,
    Started,
    Unreachable,
    Verified,
)
from studio.runs.folder import RunFolder, Status, now
from studio.runs.metrics import BatchesLine, EpochLine, Line, encode_line

SYNC_S = 1.0
"""How much of a run's metrics a failing machine may cost; a failing program costs none.

Waiting for the disk after each of many short epochs would slow the training down.
"""


class Recorder:
    """Takes an engine's events, from one thread, and keeps the folder of the run `run` up to date.

    Every report is in `metrics.jsonl` when `take` returns; `history.json` follows the epochs, at most once a second,
    `run.json` each turn of the run. Raises FileRefused or OSError where the disk refuses.
    """

    def __init__(self, folder: RunFolder, run: str) -> None:
        self._folder = folder
        self._run = run
        self._state: dict[str, Any] = json.loads(folder.state.read_bytes())
        self._history: dict[str, list[float | None]] = {}
        self._synced = self._history_written = -SYNC_S
        self._history_is_due = False
        self._metrics = folder.metrics.open("ab", buffering=0)

    def take(self, event: Event) -> None:
        """Write down what `event` says, if it is about this run or about its engine; after the run's end, nothing."""
        if self._metrics.closed:
            return
        match event:
            case Ready():
                self._note_engine(event)
            case Heartbeat() | Verified() | Probed() | Previewed() | Misunderstood():
                pass
            case Reading() | Inspecting() | Measured() | Inspected() | Fetching() | Fetched() | Unreachable():
                pass
            case Started(run) | Batches(run) | Epoch(run) | Finished(run) | Failed(run) | EngineDied(run):
                if run == self._run:
                    self._take(event)
            case _:
                assert_never(event)

    def close(self) -> None:
        """Stop writing, whether or not the run has ended."""
        self._metrics.close()

    def _take(self, event: Started | Batches | Epoch | Finished | Failed | EngineDied) -> None:
        match event:
            case Started(_, epochs, steps, metrics):
                self._turn(Status.RUNNING, started=now(), epochs=epochs, steps=steps, metrics=metrics)
            case Batches(_, epoch, first, logs):
                self._append(BatchesLine(epoch, first, logs))
            case Epoch(_, epoch, logs, seconds):
                self._append(EpochLine(epoch, logs, seconds))
                self._extend_history(logs)
            case Finished(_, stopped, seconds, evaluation, files):
                status = Status.STOPPED if stopped else Status.FINISHED
                self._history_is_due &= self._folder.history.name not in files  # Keras's own is there already
                self._end(status, seconds=seconds, evaluation=evaluation, files=files)
            case Failed(_, error, text, line, traceback):
                self._end(Status.FAILED, error={"class": error, "text": text, "line": line, "traceback": traceback})
            case EngineDied(_, code, text):
                self._end(Status.DIED, error={"class": "EngineDied", "text": text, "code": code})
            case _:
                assert_never(event)

    def _append(self, line: Line) -> None:
        self._metrics.write(encode_line(line))
        if time.monotonic() - self._synced > SYNC_S:
            os.fsync(self._metrics.fileno())
            self._synced = time.monotonic()

    def _extend_history(self, logs: dict[str, float | None]) -> None:
        """One value per epoch and name, as Keras's History does it."""
        for name, value in logs.items():
            self._history.setdefault(name, []).append(value)
        self._history_is_due = True
        if time.monotonic() - self._history_written > SYNC_S:
            self._write_history()

    def _write_history(self) -> None:
        write_atomic(self._folder.history, json.dumps(self._history, allow_nan=False, indent=1).encode())
        self._history_written, self._history_is_due = time.monotonic(), False

    def _note_engine(self, ready: Ready) -> None:
        self._state["versions"] = {"keras": ready.keras, ready.backend: ready.backend_version}
        self._state["backend"], self._state["device"] = ready.backend, ready.device
        self._folder.write_state(self._state)

    def _turn(self, status: Status, **facts: Any) -> None:
        self._state.update(status=status, **facts)
        self._folder.write_state(self._state)

    def _end(self, status: Status, **facts: Any) -> None:
        os.fsync(self._metrics.fileno())
        self._metrics.close()
        if self._history_is_due:
            self._write_history()
        self._turn(status, ended=now(), **facts)
