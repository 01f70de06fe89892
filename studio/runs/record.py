"""A run read back from its folder, whatever became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import psutil

from studio.core.errors import FileRefused
from studio.core.files import read_limited
from studio.runs.folder import FORMAT, RunFolder
from studio.runs.metrics import BatchesLine, EpochLine, read_lines

MAX_STATE_BYTES = 4 * 1024 * 1024


class Status(StrEnum):
    """How a run stands."""

    CREATED = "created"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    DIED = "died"


class _Writer(msgspec.Struct, frozen=True):
    pid: int
    since: float


class _State(msgspec.Struct, frozen=True):
    """`run.json`, as far as this version knows it."""

    format: int
    name: str
    status: Status
    created: str
    writer: _Writer
    seed: int | None = None
    started: str | None = None
    ended: str | None = None
    epochs: int = 0
    steps: int = 0
    metrics: list[str] = []
    seconds: float | None = None
    evaluation: dict[str, float | None] = {}
    files: list[str] = []
    error: dict[str, Any] | None = None
    versions: dict[str, str] = {}
    backend: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run left behind. `status` says `died` also of a run whose studio and engine are both gone."""

    folder: RunFolder
    name: str
    status: Status
    created: str
    started: str | None
    ended: str | None
    seed: int | None
    epochs: int
    """How many were planned."""
    steps: int
    """Batches in an epoch, 0 where it was not known."""
    metrics: tuple[str, ...]
    batches: tuple[BatchesLine, ...]
    completed: tuple[EpochLine, ...]
    """The epochs that were completed."""
    evaluation: Mapping[str, float | None]
    files: tuple[str, ...]
    error: Mapping[str, Any] | None
    versions: Mapping[str, str]
    backend: str
    device: str
    seconds: float | None

    @property
    def history(self) -> dict[str, list[float | None]]:
        """The completed epochs in the form of Keras's `History.history`."""
        history: dict[str, list[float | None]] = {}
        for line in self.completed:
            for name, value in line.logs.items():
                history.setdefault(name, []).append(value)
        return history


def read_run(path: Path) -> RunRecord:
    """Read the run in the folder `path`. Raises FileRefused if there is none, or one of a later version."""
    folder = RunFolder(path.resolve())
    state = _read_state(folder)
    lines = list(read_lines(folder.metrics))
    return RunRecord(
        folder=folder,
        name=state.name,
        status=_status(state),
        created=state.created,
        started=state.started,
        ended=state.ended,
        seed=state.seed,
        epochs=state.epochs,
        steps=state.steps,
        metrics=tuple(state.metrics),
        batches=tuple(line for line in lines if isinstance(line, BatchesLine)),
        completed=tuple(line for line in lines if isinstance(line, EpochLine)),
        evaluation=state.evaluation,
        files=tuple(state.files),
        error=state.error,
        versions=state.versions,
        backend=state.backend,
        device=state.device,
        seconds=state.seconds,
    )


def _read_state(folder: RunFolder) -> _State:
    content = read_limited(folder.state, MAX_STATE_BYTES)
    try:
        state = msgspec.json.decode(content, type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused(
            "run.state", f"{folder.state} does not describe a run: {error}.", "Delete the folder, or choose another."
        ) from error
    if state.format > FORMAT:
        raise FileRefused(
            "run.version",
            f"{folder.path.name} was written by a later version of the studio (run format {state.format}, "
            f"this one reads {FORMAT}).",
            "Open it with that version.",
        )
    return state


def _status(state: _State) -> Status:
    """A run that has not ended, and whose writer is gone, has died."""
    if state.status not in (Status.CREATED, Status.RUNNING):
        return state.status
    try:
        lives = abs(psutil.Process(state.writer.pid).create_time() - state.writer.since) < 1.0
    except psutil.Error:
        lives = False
    return state.status if lives else Status.DIED
