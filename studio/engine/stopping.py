"""How a run is asked to end before its last epoch."""

from __future__ import annotations

import threading


class Stopped(BaseException):
    """Ends a run at once; not an Exception, so that nothing on its way takes it for an error."""


class StopSign:
    """What another thread asks of a run: to end after the next batch, and perhaps not even to evaluate."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._leave = threading.Event()

    @property
    def is_stopping(self) -> bool:
        """Whether the run was asked to end."""
        return self._stop.is_set()

    @property
    def is_leaving(self) -> bool:
        """Whether nobody waits for an evaluation."""
        return self._leave.is_set()

    def ask_to_stop(self) -> None:
        """End after the next batch."""
        self._stop.set()

    def ask_to_leave(self) -> None:
        """End after the next batch, save what was learnt, and do nothing else."""
        self._leave.set()
        self._stop.set()

    def check(self) -> None:
        """Raise Stopped if the run was asked to end."""
        if self._stop.is_set():
            raise Stopped
