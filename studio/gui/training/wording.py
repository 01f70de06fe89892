"""What the dashboard says of a run, in words."""

from __future__ import annotations

from typing import assert_never

from studio.core.wording import duration_text, rows_text
from studio.protocol.messages import EngineDied, Failed, Finished
from studio.session.training import Run


def headline(run: Run) -> str:
    """What the run is doing, in a few words."""
    curves = run.curves
    match run.outcome:
        case Finished(stopped=True) if not curves.epoch_count:
            return "Stopped before the first epoch"
        case Finished(stopped=True):
            return f"Stopped after {curves.epochs_done} of {curves.epoch_count} epochs"
        case Finished():
            return f"Trained {curves.epochs_done} of {curves.epoch_count} epochs"
        case Failed():
            return "Training failed"
        case EngineDied():
            return "The engine ended unexpectedly"
        case None:
            pass
        case _:
            assert_never(run.outcome)
    if run.stopping:
        return "Stopping after this batch…"
    if curves.batches_done:
        return f"Epoch {min(curves.epochs_done + 1, curves.epoch_count)} of {curves.epoch_count}"
    doing = run.phase.capitalize()
    return f"{doing}: {rows_text(run.rows_read, run.rows_expected)}" if run.is_loading else f"{doing}…"


def pace(run: Run) -> str:
    """How long it has taken and may still take."""
    if run.is_over:
        return f"{duration_text(run.elapsed_s)} in all"
    remaining = run.remaining_s
    elapsed = f"{duration_text(run.elapsed_s)} so far"
    return elapsed if remaining is None else f"about {duration_text(remaining)} left · {elapsed}"


def value_text(value: float | None) -> str:
    """A metric's value with four significant figures."""
    if value is None:
        return "–"
    return f"{value:.4f}" if 0.001 <= abs(value) < 100 or value == 0 else f"{value:.3e}"
