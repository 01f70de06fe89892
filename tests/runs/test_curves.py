"""Curves hold what a run reports."""

from __future__ import annotations

import math

import pytest

from studio.protocol.messages import Batches, Epoch, Started
from studio.runs.curves import Curves


@pytest.fixture
def curves() -> Curves:
    made = Curves()
    made.take(Started("r", epochs=4, steps=3, metrics=["loss", "accuracy"]))
    return made


def test_batches_land_at_their_place_over_all_epochs(curves: Curves) -> None:
    curves.take(Batches("r", epoch=0, first=0, logs={"loss": [3.0, 2.0, 1.0]}))
    curves.take(Batches("r", epoch=1, first=0, logs={"loss": [0.9]}))

    assert list(curves.batches["loss"]) == [3.0, 2.0, 1.0, 0.9]
    assert curves.batches_done == 4
    assert curves.fraction == pytest.approx(4 / 12)


def test_batches_that_never_came_are_nan_and_later_ones_keep_their_place(curves: Curves) -> None:
    curves.take(Batches("r", epoch=1, first=1, logs={"loss": [0.5]}))

    values = curves.batches["loss"]
    assert len(values) == 5
    assert all(math.isnan(value) for value in values[:4])
    assert values[4] == 0.5


def test_a_value_that_is_not_finite_is_nan_and_never_the_newest_value(curves: Curves) -> None:
    curves.take(Epoch("r", epoch=0, logs={"loss": 0.5}, seconds=1.0))
    curves.take(Batches("r", epoch=1, first=0, logs={"loss": [None]}))

    assert math.isnan(curves.batches["loss"][-1])
    assert curves.last("loss") == 0.5


def test_the_best_loss_is_the_lowest_and_the_best_accuracy_the_highest(curves: Curves) -> None:
    for epoch, (loss, accuracy) in enumerate([(0.5, 0.7), (0.3, 0.9), (0.4, 0.8)]):
        curves.take(Epoch("r", epoch=epoch, logs={"val_loss": loss, "val_accuracy": accuracy}, seconds=1.0))

    assert curves.best("val_loss") == (1, 0.3)
    assert curves.best("val_accuracy") == (1, 0.9)
    assert curves.best("loss") is None


def test_epochs_count_as_progress_where_no_batch_was_reported(curves: Curves) -> None:
    curves.take(Epoch("r", epoch=0, logs={"loss": 1.0}, seconds=1.0))
    curves.take(Epoch("r", epoch=1, logs={"loss": 1.0}, seconds=1.0))

    assert (curves.epochs_done, curves.batches_done, curves.fraction) == (2, 6, 0.5)


def test_nothing_is_done_before_the_start() -> None:
    empty = Curves()

    assert (empty.fraction, empty.batches_done, empty.last("loss")) == (0.0, 0, None)
