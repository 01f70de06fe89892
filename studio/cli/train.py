"""`layer-studio train`: a run without a window, with a progress line and the same files."""

from __future__ import annotations

import contextlib
import json
import math
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path

from studio.cli.asking import asked
from studio.cli.download import downloaded
from studio.cli.strange_data import check_location
from studio.core.wording import duration_text
from studio.protocol.messages import EngineDied, Failed, Finished
from studio.session.engines import Engines
from studio.session.session import Session
from studio.session.training import DATA_REFUSED, Run, Training
from studio.session.trust import users_trust

REDRAW_S = 0.1
TURN_S = 0.5
"""How long the loop waits for an engine's word before it looks at the clock and the keyboard again."""
BAR_CELLS = 24


def train(
    project: Path, *, epochs: int | None, out: Path | None, as_json: bool, download: bool, reads: bool = False
) -> int:
    """Train a project to its end; return 0 if it finished, 1 if it failed. Ctrl+C stops after the batch.

    What Keras has and is not here is downloaded only where `download` says so; data from elsewhere is read if `reads`,
    or if it was read before.
    """
    session = Session.open(project)
    check_location(session, agreed=reads)
    calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    engines = Engines(calls.put, spare=False)
    trust = users_trust()
    training = Training(session, engines, trust)
    progress = ProgressLine(show=not as_json and sys.stderr.isatty())
    try:
        if download:
            downloaded(session.document.data, engines, calls)
        with asked(session, engines, trust, calls):
            run = training.start(epochs=epochs, folder=out)
        _follow(training, run, calls, progress)
    finally:
        progress.clear()
        training.close()
        engines.close()
        session.close()
    print(json.dumps(facts(run)) if as_json else text(run))
    return 0 if isinstance(run.outcome, Finished) else 1


def facts(run: Run) -> dict[str, object]:
    """What the run came to, as plain values; `history` is in the form of Keras's `History.history`."""
    known: dict[str, object] = {
        "folder": str(run.folder.path),
        "epochs": run.curves.epochs_done,
        "seconds": round(run.elapsed_s, 3),
        "history": {
            name: [value if math.isfinite(value) else None for value in values]
            for name, values in run.curves.epochs.items()
        },
    }
    match run.outcome:
        case Finished(stopped=stopped, evaluation=evaluation):
            return {**known, "status": "stopped" if stopped else "finished", "evaluation": evaluation}
        case Failed(error=error, text=words, line=line):
            return {**known, "status": "failed", "error": f"{error}: {words}", "line": line, "node": run.failed_node}
        case EngineDied(text=words):
            return {**known, "status": "died", "error": words}
        case None:
            return {**known, "status": "unfinished"}


def text(run: Run) -> str:
    """The same for a person."""
    curves = run.curves
    values = ", ".join(f"{name} {values[-1]:.4f}" for name, values in curves.epochs.items() if len(values))
    match run.outcome:
        case Finished(stopped=stopped):
            verb = "Stopped after" if stopped else "Trained"
            epochs = f"{curves.epochs_done} of {curves.epoch_count} epochs in {duration_text(run.elapsed_s)}"
            return f"{verb} {epochs}: {values}\n{run.folder.path}"
        case Failed(error=error, text=words) if error == DATA_REFUSED:
            return f"Training did not begin: {words}"
        case Failed(error=error, text=words, line=line):
            where = f" (line {line} of {run.folder.path / 'program.py'})" if line else ""
            return f"Training failed{where}: {error}: {words}"
        case EngineDied(text=words):
            return f"{words} What was reported so far is in {run.folder.path}."
        case None:
            return f"The run has no end; see {run.folder.path}."


class ProgressLine:
    """One line on the terminal that is drawn over; nothing where there is no terminal."""

    def __init__(self, *, show: bool) -> None:
        self._show = show
        self._drawn = 0.0

    def draw(self, run: Run) -> None:
        """Draw how far the run is, at most ten times a second."""
        now = time.monotonic()
        if not self._show or now - self._drawn < REDRAW_S:
            return
        self._drawn = now
        print(f"\r\033[K{progress_text(run)}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def progress_text(run: Run) -> str:
    """`Epoch 3/20 ████░░░░  15 %  loss 0.4312  about 12 s left`."""
    curves = run.curves
    if not curves.batches_done:
        return f"{run.phase.capitalize()}… {duration_text(run.elapsed_s)}"
    full = round(curves.fraction * BAR_CELLS)
    loss = curves.last("loss")
    parts = [
        f"Epoch {min(curves.epochs_done + 1, curves.epoch_count)}/{curves.epoch_count}",
        "█" * full + "░" * (BAR_CELLS - full),
        f"{curves.fraction:4.0%}",
        "" if loss is None else f"loss {loss:.4f}",
        "" if run.remaining_s is None else f"about {duration_text(run.remaining_s)} left",
    ]
    return "  ".join(part for part in parts if part)


def _follow(training: Training, run: Run, calls: queue.SimpleQueue[Callable[[], None]], progress: ProgressLine) -> None:
    while not run.is_over:
        try:
            with contextlib.suppress(queue.Empty):
                calls.get(timeout=TURN_S)()
            progress.draw(run)
        except KeyboardInterrupt:
            if run.stopping:
                raise
            training.stop()
