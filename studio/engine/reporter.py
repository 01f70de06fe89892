"""The callback that reports a run: every batch's logs, at most twenty messages a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np

from studio.engine.stopping import StopSign
from studio.protocol.codec import finite
from studio.protocol.messages import Batches, Epoch, Event, Started

INTERVAL_S = 0.05


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]  # Keras comes without types
    """Sends Started, Batches and Epoch as Keras gives them; raises Stopped after the batch in which it was asked to.

    Keras's logs of a batch are running means over the epoch up to that batch; they are reported as they are. What
    waits is sent before an epoch's end, before its validation and on `flush`, so that no batch is lost. All methods
    are called on the thread that trains. Keras has turned the logs into numbers for its own callbacks before, so
    reporting adds no wait for the device (on TensorFlow and torch; on jax, `fit` without callbacks does not wait).
    `first_batch` is called as soon as the first batch is done.
    """

    def __init__(
        self, run: str, send: Callable[[Event], None], sign: StopSign, first_batch: Callable[[], None]
    ) -> None:
        super().__init__()
        self.has_started = False
        self._first_batch = first_batch
        self._run = run
        self._send = send
        self._sign = sign
        self._epoch = 0
        self._epoch_began = self._sent = time.monotonic()
        self._waiting: list[tuple[int, Mapping[str, Any]]] = []

    def flush(self) -> None:
        """Send the batches that wait."""
        waiting, self._waiting = self._waiting, []
        for stretch in _stretches(waiting):
            names = stretch[0][1]
            logs = {name: [_number(values.get(name)) for _, values in stretch] for name in _ordered(names)}
            self._send(Batches(self._run, self._epoch, stretch[0][0], logs))
        self._sent = time.monotonic()

    def on_train_begin(self, logs: Any = None) -> None:
        """End here if that was asked for before the first batch."""
        self._sign.check()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Count from this epoch's first batch."""
        self._epoch = epoch
        self._epoch_began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the batch's logs, and send what waits if it is time."""
        values = logs or {}
        if not self.has_started:
            self._start(values)
        self._waiting.append((batch, values))
        if time.monotonic() - self._sent >= INTERVAL_S:
            self.flush()
        self._sign.check()

    def on_test_begin(self, logs: Any = None) -> None:
        """Send the epoch's last batches before its validation, which may take long."""
        self.flush()
        self._sign.check()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Send the epoch's logs, after all its batches."""
        self.flush()
        values = logs or {}
        numbers = {name: _number(values[name]) for name in _ordered(values)}
        self._send(Epoch(self._run, epoch, numbers, time.monotonic() - self._epoch_began))

    def _start(self, logs: Mapping[str, Any]) -> None:
        """Only now are the metrics' names known."""
        self.has_started = True
        self._first_batch()
        self._send(Started(self._run, self.params["epochs"], self.params["steps"] or 0, _ordered(logs)))


def _stretches(batches: list[tuple[int, Mapping[str, Any]]]) -> Iterator[list[tuple[int, Mapping[str, Any]]]]:
    """Cut where an index does not follow on the one before: only then does a first index say all of them."""
    begin = 0
    for end in range(1, len(batches) + 1):
        if end == len(batches) or batches[end][0] != batches[end - 1][0] + 1:
            yield batches[begin:end]
            begin = end


def _ordered(logs: Mapping[str, Any]) -> list[str]:
    """Names with `loss` first; Keras sorts them."""
    return sorted(logs, key=lambda name: (name.startswith("val_"), name.removeprefix("val_") != "loss"))


def _number(value: Any) -> float | None:
    """A log's value: None if it is missing or not finite, the mean of one that has a value per class."""
    return None if value is None else finite(value if isinstance(value, float) else float(np.mean(value)))
