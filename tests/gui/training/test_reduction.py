"""Reduced curves keep what an eye would see."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.gui.training.reduction import reduced


def test_a_short_curve_stays_as_it_is() -> None:
    x, y = np.arange(10.0), np.arange(10.0) ** 2

    shorter = reduced(x, y, 5)

    assert shorter[0] is x
    assert shorter[1] is y


@given(arrays(float, st.integers(1, 700), elements=st.floats(-1e6, 1e6)), st.integers(1, 60))
def test_the_highest_and_the_lowest_point_survive_in_order_of_x(y: np.ndarray, buckets: int) -> None:
    x = np.arange(len(y), dtype=float)

    short_x, short_y = reduced(x, y, buckets)

    assert len(short_y) <= max(2 * buckets, len(y) if len(y) <= 2 * buckets else 0)
    assert short_y.min() == y.min()
    assert short_y.max() == y.max()
    assert (np.diff(short_x) >= 0).all()
    assert (y[short_x.astype(int)] == short_y).all()


def test_a_spike_among_missing_values_is_kept() -> None:
    y = np.full(1000, np.nan)
    y[503] = 7.0

    _, short = reduced(np.arange(1000.0), y, 10)

    assert np.nanmax(short) == 7.0
