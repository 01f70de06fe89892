"""Long curves made short enough to draw: the lowest and the highest value of each bucket, so that no spike is lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def reduced(x: Floats, y: Floats, buckets: int) -> tuple[Floats, Floats]:
    """Return at most `2 * buckets` points of the curve (`x`, `y`), both of shape (points,), in order of `x`.

    Each bucket of neighboring points gives its minimum and its maximum, in the order in which they come. NaNs are left
    out of a bucket that has other values, and kept where there is nothing else.
    """
    count = len(y)
    if count <= 2 * buckets:
        return x, y
    size = -(-count // buckets)
    whole = count // size * size
    low = np.where(np.isnan(y), np.inf, y)
    high = np.where(np.isnan(y), -np.inf, y)
    starts = np.arange(0, count, size)
    lows = low[:whole].reshape(-1, size).argmin(axis=1) + starts[: whole // size]
    highs = high[:whole].reshape(-1, size).argmax(axis=1) + starts[: whole // size]
    if whole < count:
        lows = np.append(lows, whole + low[whole:].argmin())
        highs = np.append(highs, whole + high[whole:].argmax())
    picked = np.stack([np.minimum(lows, highs), np.maximum(lows, highs)], axis=1).ravel()
    return x[picked], y[picked]
