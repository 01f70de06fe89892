"""A run read back from its folder, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.runs.folder import RunFolder, RunState, Status
from studio.runs.metrics import BatchesLine, EpochLine, read_lines


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run left behind: what `run.json` says, and every report in the order in which it came."""

    folder: RunFolder
    state: RunState
    batches: tuple[BatchesLine, ...]
    epochs: tuple[EpochLine, ...]
    """The epochs that were completed."""

    @property
    def status(self) -> Status:
        """How the run stands; it has died as well if it has not ended and nobody records it any more."""
        if self.state.status in (Status.CREATED, Status.RUNNING) and not self.state.is_going_on():
            return Status.DIED
        return self.state.status

    @property
    def history(self) -> dict[str, list[float | None]]:
        """The completed epochs in the form of Keras's `History.history`."""
        history: dict[str, list[float | None]] = {}
        for line in self.epochs:
            for name, value in line.logs.items():
                history.setdefault(name, []).append(value)
        return history


def read_run(path: Path) -> RunRecord:
    """Read the run in the folder `path`. Raises FileRefused if there is none, or one of a later version."""
    folder = RunFolder(path.resolve())
    state = folder.read_state()
    lines = list(read_lines(folder.metrics))
    return RunRecord(
        folder,
        state,
        tuple(line for line in lines if isinstance(line, BatchesLine)),
        tuple(line for line in lines if isinstance(line, EpochLine)),
    )
