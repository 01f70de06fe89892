"""A listener for tests: remembers events and waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from studio.protocol.messages import (
    EngineDied,
    Event,
    Failed,
    Fetched,
    Finished,
    Inspected,
    Previewed,
    Probed,
    Unreachable,
    Verified,
)

E = TypeVar("E", bound=Event)
ENDS = (Finished, Failed, EngineDied, Verified, Probed, Previewed, Inspected, Fetched, Unreachable)


class Heard:
    """What an engine has said so far; called on the engine's thread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._condition = threading.Condition(threading.RLock())

    def __call__(self, event: Event) -> None:
        with self._condition:
            self.events.append(event)
            self._condition.notify_all()

    def all(self, kind: type[E], run: str | None = None) -> list[E]:
        """All events of a kind so far, of one run if it is named."""
        with self._condition:
            return [e for e in self.events if isinstance(e, kind) and (run is None or getattr(e, "run", None) == run)]

    def ends(self, run: str) -> list[Event]:
        """All that has ended a run: one, if all is well."""
        with self._condition:
            return [event for event in self.events if isinstance(event, ENDS) and event.run == run]

    def wait(self, kind: type[E], run: str | None = None, timeout_s: float = 60) -> E:
        """The first event of a kind, as soon as it has come."""
        return self.until(lambda: self.all(kind, run), timeout_s)[0]

    def wait_end(self, run: str, timeout_s: float = 60) -> Event:
        """What ended a run, as soon as it has."""
        return self.until(lambda: self.ends(run), timeout_s)[0]

    def until(self, look: Callable[[], list[E]], timeout_s: float) -> list[E]:
        """Wait until `look` finds something."""
        by = time.monotonic() + timeout_s
        with self._condition:
            while not (found := look()):
                left = by - time.monotonic()
                assert left > 0, f"not heard in {timeout_s} s; heard: {self.events[-20:]}"
                self._condition.wait(left)
            return found
