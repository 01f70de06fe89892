"""A run's folder: ordinary files, private to the user, and `run.json`, which says how the run stands."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import psutil

from studio.core.errors import FileRefused
from studio.core.files import read_limited, write_atomic

FORMAT = 1
MAX_STATE_BYTES = 4 * 1024 * 1024


class Status(StrEnum):
    """How a run stands."""

    CREATED = "created"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    DIED = "died"


class Writer(msgspec.Struct, frozen=True):
    """The process that records a run: its number, and since when it lives (seconds since 1970)."""

    pid: int
    since: float


class RunState(msgspec.Struct, frozen=True):
    """`run.json`, as far as this version knows it."""

    format: int
    title: str
    status: Status
    created: str
    writer: Writer
    seed: int | None = None
    started: str | None = None
    ended: str | None = None
    epochs: int = 0
    """How many were planned."""
    steps: int = 0
    """Batches in an epoch, 0 where it was not known."""
    metrics: list[str] = []
    seconds: float | None = None
    evaluation: dict[str, float | None] = {}
    files: list[str] = []
    error: dict[str, Any] | None = None
    """`class` and `text`; of a program that failed also `line` and `traceback`, of an engine that died its `code`."""
    versions: dict[str, str] = {}
    backend: str = ""
    device: str = ""

    def is_going_on(self) -> bool:
        """Whether the run has not ended, and whoever records it still lives."""
        if self.status not in (Status.CREATED, Status.RUNNING):
            return False
        try:
            return abs(psutil.Process(self.writer.pid).create_time() - self.writer.since) < 1.0
        except psutil.Error:
            return False


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run, and what is where in it."""

    path: Path

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        title: str,
        program: str,
        project: bytes,
        samples: Mapping[str, bytes],
        seed: int | None = None,
    ) -> RunFolder:
        """Make the folder `path`, for its owner only, and put there what the run needs: program, project, samples.

        A folder that is there already is used: what an ended run left in it is replaced, everything else is left
        alone. Raises FileRefused, also if a run is going on in it.
        """
        folder = cls(path.resolve())
        try:
            folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder._clear()
        except OSError as error:
            raise FileRefused(
                "run.folder",
                f"The folder {path} cannot hold a run: {error.strerror}.",
                "Choose another folder, or make room.",
            ) from error
        for name, content in samples.items():
            write_atomic(folder.path / name, content)
        write_atomic(folder.program, program.encode())
        write_atomic(folder.project, project)
        own = psutil.Process()
        folder.write_state(
            {
                "format": FORMAT,
                "title": title,
                "status": Status.CREATED,
                "created": now(),
                "seed": seed,
                "writer": {"pid": own.pid, "since": own.create_time()},
            }
        )
        return folder

    @property
    def program(self) -> Path:
        """The Python that is run."""
        return self.path / "program.py"

    @property
    def project(self) -> Path:
        """The project as it was when the run began."""
        return self.path / "project.layers"

    @property
    def state(self) -> Path:
        """`run.json`: status, times, versions, seed."""
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        """`metrics.jsonl`: every batch and every epoch, one line each report."""
        return self.path / "metrics.jsonl"

    @property
    def history(self) -> Path:
        """`history.json`: the completed epochs, in the form of Keras's `History.history`."""
        return self.path / "history.json"

    @property
    def model(self) -> Path:
        """The trained model, once the engine has saved it."""
        return self.path / "model.keras"

    @property
    def predictions(self) -> Path:
        """What the trained model makes of the examples that it was evaluated by, if that was kept."""
        return self.path / "predictions.npz"

    @property
    def output(self) -> Path:
        """What the program printed."""
        return self.path / "output.log"

    def read_state(self) -> RunState:
        """Read `run.json`. Raises FileRefused if there is none, or one that this version cannot read."""
        content = read_limited(self.state, MAX_STATE_BYTES)
        try:
            state = msgspec.json.decode(content, type=RunState)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise FileRefused(
                "run.state",
                f"{self.state} does not describe a run: {error}.",
                "Delete the folder, or choose another.",
            ) from error
        if state.format > FORMAT:
            raise FileRefused(
                "run.version",
                f"{self.path.name} was written by a later version of the studio (run format {state.format}, "
                f"this one reads {FORMAT}).",
                "Open it with that version.",
            )
        return state

    def write_state(self, state: dict[str, Any]) -> None:
        """Replace `run.json`. Raises FileRefused."""
        write_atomic(self.state, json.dumps(state, allow_nan=False, indent=1).encode() + b"\n")

    def _clear(self) -> None:
        """Take away what an earlier run left, unless it is going on."""
        if not self.state.exists():
            return
        if self.read_state().is_going_on():
            raise FileRefused(
                "run.busy", f"A run is going on in {self.path}.", "Wait for its end, or choose another folder."
            )
        for path in (self.metrics, self.history, self.model, self.predictions, self.output, self.state):
            path.unlink(missing_ok=True)


def now() -> str:
    """The time as it stands in `run.json`: ISO 8601, UTC, to the millisecond."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")
