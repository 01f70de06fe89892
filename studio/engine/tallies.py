"""What the values of a feature are like, counted chunk by chunk, so that no more than a chunk stands in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.protocol.codec import finite
from studio.protocol.messages import ColumnReport, ValuesReport

Array: TypeAlias = NDArray[Any]
RowsOf: TypeAlias = Callable[[list[int]], list[int]]
"""The rows of the table that places in a part are, where that is known."""

MOST_COLUMNS = 512
"""Wider vectors are looked at as a whole."""
MOST_VALUES = 1000
MOST_ROWS = 5


class Moments:
    """Count, mean, spread and ends of the finite numbers in each column of chunks (rows, columns)."""

    def __init__(self, columns: int) -> None:
        self.count = np.zeros(columns, np.int64)
        self.mean = np.zeros(columns)
        self.squares = np.zeros(columns)
        self.smallest = np.full(columns, np.inf)
        self.largest = np.full(columns, -np.inf)

    def take(self, values: Array) -> None:
        """Count a chunk. Chan, Golub and LeVeque's way to join means and sums of squares."""
        known = np.isfinite(values)
        count = known.sum(axis=0)
        filled = np.where(known, values, 0.0)
        mean = filled.sum(axis=0) / np.maximum(count, 1)
        squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
        both = np.maximum(self.count + count, 1)
        apart = mean - self.mean
        self.squares += squares + apart**2 * self.count * count / both
        self.mean += apart * count / both
        self.count += count
        self.smallest = np.minimum(self.smallest, np.where(known, values, np.inf).min(axis=0, initial=np.inf))
        self.largest = np.maximum(self.largest, np.where(known, values, -np.inf).max(axis=0, initial=-np.inf))


class Tally:
    """Counts the values of one input or target of a part. Chunks have the examples along their first axis."""

    def __init__(self, key: str, part: str, is_target: bool, *, in_files: bool = False, in_memory: bool = True) -> None:
        self.key = key
        self._part = part
        self._is_target = is_target
        self._in_files = in_files
        self._in_memory = in_memory and not in_files
        self._shape: tuple[int, ...] = ()
        self._dtype = ""
        self._size = 0
        self._seen = 0
        self._moments: Moments | None = None
        self._nans: list[Counter[str]] = []
        self._distinct: list[Array] = []
        self._rows: list[list[int]] = []
        self._counts: Counter[Any] | None = Counter()
        self._odd = 0
        self._odd_rows: list[int] = []

    def take(self, values: Array, places: Array) -> None:
        """Count a chunk whose examples stand at `places` in their part."""
        self._shape, self._dtype = values.shape[1:], _dtype(values)
        if self._in_memory:
            self._size += values.nbytes
        self._seen += len(values)
        if values.dtype.kind in "biuf":
            self._take_numbers(values, places)
        if self._counts is not None:
            self._count(values, places)
            if self._counts is not None and len(self._counts) > MOST_VALUES:
                self._counts = None

    def report(self, rows_of: RowsOf) -> ValuesReport:
        """What was counted."""
        is_one_hot = self._is_vector and self._seen > 2 * self._odd and self._odd < self._seen
        counts = None if self._counts is None or (self._is_vector and not is_one_hot) else self._counts
        return ValuesReport(
            self.key,
            self._part,
            self._is_target,
            list(self._shape),
            self._dtype,
            self._size,
            self._in_files,
            self._columns(rows_of),
            {str(value): int(count) for value, count in counts.items()} if counts else None,
            is_one_hot,
            self._odd if is_one_hot else 0,
            rows_of(self._odd_rows) if is_one_hot else [],
        )

    @property
    def _is_wide(self) -> bool:
        """Whether its numbers are looked at together: an image, a sequence, a long vector."""
        return len(self._shape) > 1 or (len(self._shape) == 1 and self._shape[0] > MOST_COLUMNS)

    @property
    def _is_vector(self) -> bool:
        """Whether it could be one-hot: a target of vectors."""
        return self._is_target and len(self._shape) == 1 and self._shape[0] > 1

    def _take_numbers(self, values: Array, places: Array) -> None:
        table = values.reshape(len(values), -1)
        if self._is_wide:
            self._take_wide(table, places)
            return
        table = table.astype(np.float64)
        moments = self._started(table.shape[1])
        moments.take(table)
        for at, known in enumerate(self._distinct):
            if len(known) < MOST_VALUES:
                self._distinct[at] = np.unique(np.concatenate([known, table[:, at]]))[:MOST_VALUES]
        if moments.count.min() < self._seen:
            for at in range(table.shape[1]):
                self._note(at, np.isnan(table[:, at]), np.isinf(table[:, at]), places)

    def _take_wide(self, table: Array, places: Array) -> None:
        """All numbers together: their ends, and which examples have some that are not finite."""
        moments = self._started(1)
        if table.dtype.kind == "f" and not np.isfinite(table).all():
            not_numbers, infinite = np.isnan(table).max(axis=1), np.isinf(table).max(axis=1)
            self._note(0, not_numbers, infinite, places)
            table = table[np.isfinite(table)]
        if table.size:
            moments.count += table.size
            moments.smallest = np.minimum(moments.smallest, float(table.min()))
            moments.largest = np.maximum(moments.largest, float(table.max()))
            moments.mean += (float(table.mean(dtype=np.float64)) - moments.mean) * table.size / moments.count

    def _started(self, columns: int) -> Moments:
        if self._moments is None:
            self._moments = Moments(columns)
            self._nans = [Counter() for _ in range(columns)]
            self._rows = [[] for _ in range(columns)]
            self._distinct = [np.zeros(0)] * columns
        return self._moments

    def _note(self, at: int, not_numbers: Array, infinite: Array, places: Array) -> None:
        """Remember which examples have numbers that are not finite."""
        self._nans[at].update(nan=int(not_numbers.sum()), infinite=int(infinite.sum()))
        bad = places[not_numbers | infinite][: MOST_ROWS - len(self._rows[at])]
        self._rows[at] += bad.tolist()

    def _count(self, values: Array, places: Array) -> None:
        assert self._counts is not None
        if self._is_vector:
            fits = np.isin(values, (0, 1)).all(axis=1) & (values.sum(axis=1) == 1)
            self._odd += int((~fits).sum())
            self._odd_rows += places[~fits][: MOST_ROWS - len(self._odd_rows)].tolist()
            self._count_numbers(values[fits].argmax(axis=1))
        elif values.dtype.kind in "biu" and (self._is_target or values.size == len(values)):
            self._count_numbers(values)
        elif values.dtype.kind == "f" and self._is_target and values.size == len(values):
            if (values == np.round(values)).all():
                self._count_numbers(values.astype(np.int64))
            else:
                self._counts = None
        elif values.dtype.kind in "OSU" and values.size == len(values):
            self._counts.update(_text(value) for value in values.flat)
        else:
            self._counts = None

    def _count_numbers(self, values: Array) -> None:
        assert self._counts is not None
        found, counts = np.unique(values, return_counts=True)
        if len(found) > MOST_VALUES:
            self._counts = None
        else:
            self._counts.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))

    def _columns(self, rows_of: RowsOf) -> list[ColumnReport]:
        moments = self._moments
        if moments is None:
            return []
        is_one = len(moments.count) == 1
        return [
            ColumnReport(
                -1 if is_one else at,
                finite(float(moments.smallest[at])),
                finite(float(moments.largest[at])),
                float(moments.mean[at]) if moments.count[at] else None,
                float(np.sqrt(moments.squares[at] / moments.count[at]))
                if moments.count[at] and not self._is_wide
                else None,
                len(self._distinct[at]),
                self._nans[at]["nan"],
                self._nans[at]["infinite"],
                rows_of(self._rows[at]),
            )
            for at in range(len(moments.count))
        ]


def _dtype(values: Array) -> str:
    return str(values.dtype) if values.dtype.kind in "biuf" else "string"


def _text(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= 200 else text[:199] + "…"
