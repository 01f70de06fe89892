"""The logs of one run as they come in: for each metric a value per batch and a value per epoch."""

from __future__ import annotations

import math
from array import array

from studio.protocol.messages import Batches, Epoch, Started


class Curves:
    """What a dashboard draws.

    `batches[metric][i]` is the value after batch `i % steps` of epoch `i // steps`: Keras's running mean over the epoch
    so far. `epochs[metric][e]` is the value at the end of epoch `e`, validation metrics (`val_…`) among them. A value
    that was not finite or never came is NaN.
    """

    def __init__(self) -> None:
        self.epoch_count = 0
        self.steps = 0
        self.metrics: tuple[str, ...] = ()
        self.batches: dict[str, array[float]] = {}
        self.epochs: dict[str, array[float]] = {}
        self.epoch_seconds = array("d")

    @property
    def batches_done(self) -> int:
        """Batches over all epochs so far."""
        longest = max((len(values) for values in self.batches.values()), default=0)
        return max(longest, self.epochs_done * self.steps)

    @property
    def epochs_done(self) -> int:
        """Whole epochs so far."""
        return len(self.epoch_seconds)

    @property
    def fraction(self) -> float:
        """How much of the run is done, from 0 to 1."""
        total = self.epoch_count * self.steps
        return min(1.0, self.batches_done / total) if total else 0.0

    def take(self, event: Started | Batches | Epoch) -> None:
        """Add what an event says."""
        match event:
            case Started(epochs=epochs, steps=steps, metrics=metrics):
                self.epoch_count, self.steps, self.metrics = epochs, steps, tuple(metrics)
            case Batches(epoch=epoch, first=first, logs=logs):
                for metric, values in logs.items():
                    _put(self.batches.setdefault(metric, array("d")), epoch * self.steps + first, values)
            case Epoch(epoch=epoch, logs=logs, seconds=seconds):
                for metric, value in logs.items():
                    _put(self.epochs.setdefault(metric, array("d")), epoch, [value])
                _put(self.epoch_seconds, epoch, [seconds])

    def last(self, metric: str) -> float | None:
        """The newest value of a metric: of the last batch where there is one, else of the last epoch."""
        for values in (self.batches.get(metric), self.epochs.get(metric)):
            if values and math.isfinite(values[-1]):
                return values[-1]
        return None

    def best(self, metric: str) -> tuple[int, float] | None:
        """The epoch (from 0) with the best value of a metric, and that value: the lowest loss, else the highest."""
        finite = [(epoch, value) for epoch, value in enumerate(self.epochs.get(metric, ())) if math.isfinite(value)]
        if not finite:
            return None
        lower_is_better = "loss" in metric or "error" in metric
        pick = min if lower_is_better else max
        return pick(finite, key=lambda item: item[1])


def _put(values: array[float], at: int, new: list[float | None]) -> None:
    """Write `new` from index `at` on; what was skipped is NaN."""
    if at > len(values):
        values.extend([math.nan] * (at - len(values)))
    numbers = array("d", (math.nan if value is None else value for value in new))
    values[at : at + len(numbers)] = numbers
