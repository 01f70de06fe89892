"""A run's folder: ordinary files, private to the user, never an old run's."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from studio.core.errors import FileRefused
from studio.core.files import write_atomic

FORMAT = 1
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run, and what is where in it."""

    path: Path

    @classmethod
    def create(
        cls,
        parent: Path,
        name: str,
        program: str,
        project: bytes,
        samples: Sequence[Path] = (),
        *,
        seed: int | None = None,
    ) -> RunFolder:
        """Make a new folder in `parent` and put there what the run needs: program, project, sample files beside them.

        A folder of that name is left alone; the new one is then called `NAME-2`, and so on. Raises FileRefused.
        """
        folder = cls(_new_folder(parent, _safe(name)))
        for sample in samples:
            try:
                content = sample.read_bytes()
            except OSError as error:
                raise FileRefused(
                    "run.sample",
                    f"The sample file {sample.name} could not be read: {error.strerror}.",
                    "Install the studio again.",
                ) from error
            write_atomic(folder.path / sample.name, content)
        write_atomic(folder.program, program.encode())
        write_atomic(folder.project, project)
        folder.write_state(
            {
                "format": FORMAT,
                "name": name,
                "status": "created",
                "created": now(),
                "seed": seed,
                "writer": {"pid": psutil.Process().pid, "since": psutil.Process().create_time()},
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
    def output(self) -> Path:
        """What the program printed."""
        return self.path / "output.log"

    def write_state(self, state: dict[str, Any]) -> None:
        """Replace `run.json`. Raises FileRefused."""
        write_atomic(self.state, json.dumps(state, allow_nan=False, indent=1).encode() + b"\n")


def now() -> str:
    """The time as it stands in `run.json`: ISO 8601, UTC, to the millisecond."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")


def _safe(name: str) -> str:
    """`name` as a folder may be called anywhere."""
    return re.sub(r"[^\w .+-]", "_", name).strip(" .")[:MAX_NAME] or "run"


def _new_folder(parent: Path, name: str) -> Path:
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            path = parent / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return path.resolve()
    except OSError as error:
        raise FileRefused(
            "run.folder",
            f"No folder for the run could be made in {parent}: {error.strerror}.",
            "Choose another folder, or make room.",
        ) from error
    raise FileRefused("run.folder", f"{parent} holds too many runs called {name}.", "Delete some of them.")
