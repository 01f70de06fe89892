"""The runs of a session: one at a time, each on an engine of its own, each with exactly one end."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import TypeAlias, assert_never

from studio.analysis.problem import Problem, Severity
from studio.client.engine import Engine
from studio.core.errors import StudioError
from studio.core.ids import new_id
from studio.core.paths import state_dir
from studio.core.signal import Signal
from studio.core.wording import listed, plural
from studio.document.blocks import NodeRef, spelled
from studio.document.data_choice import DataChoice
from studio.program.writer import Program
from studio.project import format as project_format
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
    Phase,
    Previewed,
    Probed,
    Reading,
    Ready,
    Started,
    Stop,
    Train,
    Unreachable,
    Verified,
)
from studio.runs.curves import Curves
from studio.runs.folder import RunFolder
from studio.runs.recorder import Recorder
from studio.session.engines import Engines
from studio.session.export import sample_files
from studio.session.fetching import require_downloaded
from studio.session.findings.everything import errors
from studio.session.findings.subject import Looked
from studio.session.session import Session
from studio.session.trust import Trust

Outcome: TypeAlias = Finished | Failed | EngineDied


DATA_REFUSED = "DataRefused"
"""What a run says that failed since its data is none to learn from."""


class TrainingRefused(StudioError):
    """Training could not begin; nothing was started."""


class Run:
    """One training as it goes on.

    `phase` says in words what the engine is doing, `rows_read` how far it is with a table of about
    `rows_expected` (None where nobody has counted), `curves` hold what it
    reported, `outcome` is None until the end.
    `refused` is what keeps it from learning from the data that was `chosen`, where that came to light.
    """

    def __init__(
        self, folder: RunFolder, program: Program, chosen: DataChoice, rows_expected: int | None = None
    ) -> None:
        self.id = new_id()
        self.folder = folder
        self.program = program
        self.chosen = chosen
        self.refused: Problem | None = None
        self.curves = Curves()
        self.phase: str = Phase.STARTING
        self.stopping = False
        self.outcome: Outcome | None = None
        self.memory_bytes = 0
        self.rows_read = 0
        self.rows_expected = rows_expected
        self._began = time.monotonic()
        self._first_rows: tuple[int, float] | None = None
        self._first_batch: float | None = None
        self._ended: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.outcome is not None

    @property
    def elapsed_s(self) -> float:
        """Seconds since Train was pressed, until the end."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def is_loading(self) -> bool:
        """Whether the rows of a table are being read."""
        return self.phase == Phase.LOADING_DATA and bool(self.rows_read) and not self.is_over

    @property
    def remaining_s(self) -> float | None:
        """Seconds that loading or training may still take, by the pace so far; None as long as there is no pace."""
        if self.is_loading and self._first_rows is not None and self.rows_expected is not None:
            first, then = self._first_rows
            left = max(0, self.rows_expected - self.rows_read)
            return (time.monotonic() - then) * left / (self.rows_read - first) if self.rows_read > first else None
        done, fraction = self.curves.batches_done, self.curves.fraction
        if self._first_batch is None or done < 2 or self.is_over:
            return None
        return (time.monotonic() - self._first_batch) * (1 - fraction) / fraction

    @property
    def failed_node(self) -> NodeRef | None:
        """The node that wrote the line of the program that failed, if there is one."""
        if self.refused is not None and self.refused.node is not None:
            return NodeRef(self.refused.graph, self.refused.node)
        if isinstance(self.outcome, Failed) and self.outcome.line is not None:
            return self.program.node_at(self.outcome.line)
        return None

    def take(self, event: Event) -> bool:
        """Go on by what the engine says, and return whether that was the end."""
        match event:
            case Started() | Batches() | Epoch():
                self.curves.take(event)
                if isinstance(event, Batches) and self._first_batch is None:
                    self._first_batch = time.monotonic()
            case Heartbeat(phase=phase, memory_bytes=memory):
                self.memory_bytes = memory
                if phase != Phase.IDLE:  # an engine that waits for the run has not begun with it
                    self.phase = phase
            case Reading(rows=rows):
                self.rows_read = rows
                self._first_rows = self._first_rows or (rows, time.monotonic())
            case Finished() | Failed() | EngineDied():
                self.outcome = event
                self._ended = time.monotonic()
            case Ready() | Verified() | Probed() | Previewed() | Misunderstood():
                pass
            case Inspecting() | Measured() | Inspected():  # what `Training` hears of the data comes by way of it
                pass
            case Fetching() | Fetched() | Unreachable():
                pass
            case _:
                assert_never(event)
        return self.is_over


class Training:
    """Starts, follows and stops the runs of a session.

    `changed` is emitted, on the session's thread, after everything that the engine says; `ended` once for each run;
    `looked` with what a run says of its data before it trains. An error in it ends the run as a failure.
    """

    def __init__(self, session: Session, engines: Engines, trust: Trust) -> None:
        self.changed: Signal[Training] = Signal()
        self.ended: Signal[Run] = Signal()
        self.looked: Signal[Looked] = Signal()
        self.run: Run | None = None
        self._session = session
        self._engines = engines
        self._trust = trust
        self._engine: Engine | None = None
        self._recorder: Recorder | None = None

    @property
    def is_running(self) -> bool:
        """Whether a run is going on."""
        return self.run is not None and not self.run.is_over

    def start(self, *, epochs: int | None = None, folder: Path | None = None, rows_expected: int | None = None) -> Run:
        """Begin a run in `folder` (made if missing), or in a new one beside the project.

        `rows_expected` is how many rows its table has, where somebody has counted.

        Raises TrainingRefused if a run is going on or the model has errors, Untrusted if it holds code that was not
        decided upon, FileRefused if the folder cannot be made.
        """
        if self.is_running:
            raise TrainingRefused("train.running", "A run is going on already.", "Stop it, or wait for its end.")
        refuse_errors(self._session)
        require_downloaded(self._session.document.data)
        program = self._session.program(epochs=epochs)
        self._trust.require(program.foreign)
        made = RunFolder.create(
            folder or self._new_folder(),
            title=self._session.title,
            program=program.text,
            project=project_format.encode(self._session.document),
            samples=sample_files(program),
            seed=self._session.document.training.seed,
        )
        run = Run(made, program, self._session.document.data, rows_expected)
        self._recorder = Recorder(made, run.id)
        self.run = run
        self._engine = self._engines.take(lambda event: self._take(run, event))
        self._engine.send(Train(run.id, str(made.path)))
        self.changed.emit(self)
        return run

    def stop(self) -> None:
        """Ask the run to end after its next batch; what it has learnt is kept. Asked again, the engine is ended."""
        if self.run is not None and self._engine is not None and not self.run.is_over:
            self.run.stopping = True
            self._engine.send(Stop(self.run.id))
            self.changed.emit(self)

    def close(self) -> None:
        """End the run, if one is going on, together with its engine; what it has learnt is saved."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _take(self, run: Run, event: Event) -> None:
        if run.is_over or self._recorder is None:
            return
        if isinstance(event, Measured):
            self._learn(run, event)
        event = _refused(run, event)
        self._recorder.take(event)
        is_over = run.take(event)
        if is_over:
            self._recorder.close()
            self.close()
        self.changed.emit(self)
        if is_over:
            self.ended.emit(run)

    def _learn(self, run: Run, measured: Measured) -> None:
        """End the run if its data is none to learn from."""
        looked = Looked(run.chosen, run.program.data, measured)
        found = errors(looked, self._session.document)
        if found and self._engine is not None:
            run.refused, run.stopping = found[0], True
            self._engine.send(Stop(run.id))
        self.looked.emit(looked)

    def _new_folder(self) -> Path:
        stamp = time.strftime("%Y-%m-%d_%H-%M-%S")
        path = self._session.path
        parent = path.with_name(f"{self._session.title}.runs") if path else state_dir() / "runs"
        names = (stamp if number == 1 else f"{stamp}_{number}" for number in itertools.count(1))
        return next(folder for name in names if not (folder := parent / name).exists())


def _refused(run: Run, event: Event) -> Event:
    """The end of a run whose data was refused is a failure that says so, whatever came of it meanwhile."""
    if run.refused is None or not isinstance(event, Finished | Failed | EngineDied):
        return event
    return Failed(run.id, DATA_REFUSED, run.refused.text, None, run.refused.text)


def refuse_errors(session: Session) -> None:
    """Raise TrainingRefused if analysis has found errors."""
    errors = [problem for problem in session.analysis.problems if problem.severity is Severity.ERROR]
    if errors:
        names = _names(session, errors)
        where = f" at {listed(names)}" if names else ""
        raise TrainingRefused(
            "train.errors",
            f"The model has {plural(len(errors), 'error')}{where}: {errors[0].text}",
            "Mend what the problems panel (or “layer-studio check”) lists, then train.",
        )


def _names(session: Session, errors: list[Problem]) -> list[str]:
    graphs = session.document.graphs
    names = list(dict.fromkeys(filter(None, (spelled(graphs, each.where, each.node) for each in errors))))
    return names if len(names) <= 3 else [*names[:3], f"{len(names) - 3} more"]
