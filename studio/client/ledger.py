"""Which runs are open: the rule that each ends exactly once."""

from __future__ import annotations

import threading
from typing import TypeAlias

from studio.protocol.messages import (
    Batches,
    EngineDied,
    Epoch,
    Event,
    Failed,
    Fetch,
    Fetched,
    Fetching,
    Finished,
    Heartbeat,
    Inspect,
    Inspected,
    Inspecting,
    Measured,
    Misunderstood,
    Preview,
    Previewed,
    Probe,
    Probed,
    Reading,
    Ready,
    Started,
    Train,
    Unreachable,
    Verified,
    Verify,
)

Job: TypeAlias = Train | Verify | Probe | Preview | Inspect | Fetch
"""A request that ends exactly once."""


class Ledger:
    """The requests that wait for their end. May be used from any thread.

    After `close` nothing can be opened any more, so that no run can slip in between an engine's death and its notice.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Job] = {}
        self._is_closed = False

    @property
    def requests(self) -> tuple[Job, ...]:
        """What is open, in the order in which it was asked."""
        with self._lock:
            return tuple(self._open.values())

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be opened any more."""
        return self._is_closed

    def open(self, request: Job) -> bool:
        """Expect an end for `request`; False if the ledger is closed."""
        with self._lock:
            if self._is_closed:
                return False
            if request.run in self._open:
                raise ValueError(f"The run {request.run} is open already.")
            self._open[request.run] = request
            return True

    def lets_through(self, event: Event) -> bool:
        """Whether `event` may be passed on; an end that may be is entered.

        What belongs to no open run is not passed on: a second end, or what comes after the first. A death is noticed
        here, never told by the one who died.
        """
        match event:
            case Ready() | Heartbeat() | Misunderstood():
                return True
            case (
                Started(run)
                | Batches(run)
                | Epoch(run)
                | Reading(run)
                | Inspecting(run)
                | Measured(run)
                | Fetching(run)
            ):
                with self._lock:
                    return run in self._open
            case (
                Verified(run)
                | Probed(run)
                | Previewed(run)
                | Inspected(run)
                | Fetched(run)
                | Unreachable(run)
                | Finished(run)
                | Failed(run)
            ):
                with self._lock:
                    return self._open.pop(run, None) is not None
            case EngineDied():
                return False

    def close(self) -> tuple[Job, ...]:
        """End it all: return what was open, which nothing else will end now."""
        with self._lock:
            self._is_closed = True
            left = tuple(self._open.values())
            self._open.clear()
            return left
