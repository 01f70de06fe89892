"""A table on its way in: how many rows were read is told while a program loads them, and a stop ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from studio.engine.stopping import StopSign
from studio.protocol.messages import Event, Reading

INTERVAL_S = 0.05


def watch_reading(names: dict[str, Any], run: str, send: Callable[[Event], None], sign: StopSign) -> None:
    """Listen to the function of a program that reads a table piece by piece, where it has one.

    It does what it did, but raises Stopped between two pieces where a stop was asked for. `names` are the program's.
    """
    read = names.get("read_columns")
    if read is None:
        return
    rows, sent = 0, 0.0

    def reading(*arguments: Any) -> Iterator[tuple[Any, Any]]:
        nonlocal rows, sent
        for lines, columns in read(*arguments):
            sign.check()
            rows += len(lines)
            if time.monotonic() - sent >= INTERVAL_S:
                send(Reading(run, rows))
                sent = time.monotonic()
            yield lines, columns

    names["read_columns"] = reading
