"""Does a target follow from a single column of the inputs? Then the model only has to hand that on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.engine.tallies import MOST_COLUMNS
from studio.protocol.messages import TieReport

Array: TypeAlias = NDArray[Any]
Named: TypeAlias = tuple[str, Array]

FEWEST = 20
"""With fewer examples, chance alone can tie columns together."""
FIRST_LOOK = 1000
STRAIGHT = 1 - 1e-9
MOST_CLASSES = 1000


def ties(inputs: Sequence[Named], targets: Sequence[Named]) -> Iterator[TieReport]:
    """Each column of an input that a target with one number or class for each example can be read off."""
    for name, values in targets:
        target = _one_number(values)
        if target is None or len(target) < FEWEST or _is_constant(target):
            continue
        for key, columns in inputs:
            for at, column in _columns(columns):
                how = _how(column, target)
                if how:
                    yield TieReport(key, at, name, how)


def _how(column: Array, target: Array) -> str:
    """`equal`, `linear`, `one to one`, or ""."""
    numbers = column.dtype.kind in "biuf" and target.dtype.kind in "biuf"
    if numbers and np.array_equal(column, target):
        return "equal"
    if numbers and _is_straight(column[:FIRST_LOOK], target[:FIRST_LOOK]) and _is_straight(column, target):
        return "linear"
    few = target.dtype.kind in "biuO" and column.dtype.kind in "biuOf"
    return "one to one" if few and _is_one_to_one(column, target) else ""


def _is_straight(a: Array, b: Array) -> bool:
    a, b = a.astype(np.float64), b.astype(np.float64)
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    if len(a) < FEWEST:
        return False
    a, b = a - a.mean(), b - b.mean()
    spread = float((a @ a) * (b @ b))
    return spread > 0 and float(a @ b) ** 2 / spread >= STRAIGHT**2


def _is_one_to_one(column: Array, target: Array) -> bool:
    """Whether each value stands for one class and each class for one value."""
    head = np.unique(column[:FIRST_LOOK])
    if not 2 <= len(head) <= MOST_CLASSES:
        return False
    values, codes = np.unique(column, return_inverse=True)
    classes, labels = np.unique(target, return_inverse=True)
    if len(values) != len(classes) or 2 * len(values) > len(column):
        return False
    return len(np.unique(codes.astype(np.int64) * len(classes) + labels)) == len(values)


def _columns(values: Array) -> Iterator[tuple[int, Array]]:
    if values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1):
        yield -1, values.reshape(len(values))
    elif values.ndim == 2 and values.shape[1] <= MOST_COLUMNS:
        yield from ((at, values[:, at]) for at in range(values.shape[1]))


def _one_number(values: Array) -> Array | None:
    """A number or a class for each example; the place of the 1 in one-hot vectors."""
    if values.size == len(values):
        return values.reshape(len(values))
    is_vectors = values.ndim == 2 and values.dtype.kind in "biuf"
    if is_vectors and np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all():
        return np.asarray(values.argmax(axis=1))
    return None


def _is_constant(values: Array) -> bool:
    return bool((values == values[0]).all())
