"""When examples are: noted while a program puts its rows in the order of time, so that a forecast has its dates."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

AHEAD = 1000
"""So many rows after the last example may be those that it looks ahead to."""
MAX_LETTERS = 40

Array: TypeAlias = NDArray[Any]


class Moments:
    """What the column of time says of each row, and which rows the examples of each part are.

    `names` are those of a program; its functions go on doing what they do, and are only listened to.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._cells: Array | None = None
        self._rows: dict[str, Array] = {}
        self._tables = 0
        self._listen(names)

    def of(self, part: str, count: int) -> dict[str, Array]:
        """`rows` of the first examples of a part, and the `moments` (texts) of the rows from the first of them on.

        Nothing where the rows are in no order of time.
        """
        rows = self._rows.get(part)
        if self._cells is None or rows is None or not len(rows) or rows.max() >= len(self._cells):
            return {}
        rows = np.asarray(rows[:count], np.int64)
        first = int(rows.min())
        cells = self._cells[first : int(rows.max()) + 1 + AHEAD]
        texts = [str(cell) for cell in cells]
        if max(map(len, texts)) > MAX_LETTERS:
            return {}
        return {"rows": rows - first, "moments": np.array(texts, dtype=f"U{MAX_LETTERS}")}

    def _listen(self, names: dict[str, Any]) -> None:
        if "sorted_by" not in names or "check_parts" not in names:
            return
        sorted_by, check_parts = names["sorted_by"], names["check_parts"]

        def sorting(table: dict[str, Array], name: str) -> dict[str, Array]:
            result: dict[str, Array] = sorted_by(table, name)
            self._tables += 1
            self._cells = result[name] if self._tables == 1 else None  # of two files each has an order of its own
            return result

        def checking(rows: dict[str, Array]) -> None:
            self._rows = dict(rows)
            check_parts(rows)

        names["sorted_by"], names["check_parts"] = sorting, checking
        if "gaps" in names:
            gaps = names["gaps"]

            def finding(table: dict[str, Array], columns: Any) -> Array:
                found: Array = gaps(table, columns)
                self._cells = self._cells[~found] if self._cells is not None else None
                return found

            names["gaps"] = finding
