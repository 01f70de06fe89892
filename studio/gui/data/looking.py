"""Looks at data away from the window's thread; what is found comes back as a signal, unless nobody waits any more."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from studio.core.errors import StudioError

PARALLEL = 2


class _Errand(QRunnable):
    """One piece of work for a thread of the pool; what it comes to is told by the ticket."""

    def __init__(self, ticket: int, work: Callable[[], object], told: Callable[[int, object], None]) -> None:
        super().__init__()
        self._ticket = ticket
        self._work = work
        self._told = told

    def run(self) -> None:
        """Do it. What the world refuses is a result as well, and so is a bug, which the window's thread then raises."""
        try:
            result = self._work()
        except Exception as error:  # crosses over to the window's thread, whatever it is
            result = error
        self._told(self._ticket, result)


class Looker(QObject):
    """Runs work that reads files on threads of its own, each bounded by itself.

    `ask` returns at once; `then` is called with the result on the window's thread, or `refused` with a StudioError;
    neither after `forget`, nor after `release`. `idle` says whether nothing is waited for.
    """

    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = itertools.count(1)
        self._waiting: dict[int, tuple[Callable[[object], object], Callable[[StudioError], object]]] = {}
        self._released = False
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(PARALLEL)
        self._done.connect(self._take)

    @property
    def idle(self) -> bool:
        """Whether nothing is waited for."""
        return not self._waiting

    def ask(
        self, work: Callable[[], object], then: Callable[[object], object], refused: Callable[[StudioError], object]
    ) -> int:
        """Have something done, and return its number; after `release`, nothing is done any more."""
        ticket = next(self._tickets)
        if self._released:
            return ticket
        self._waiting[ticket] = (then, refused)
        self._pool.start(_Errand(ticket, work, self._done.emit))
        return ticket

    def forget(self, ticket: int | None) -> None:
        """Wait for something no longer; what is running ends by its own bounds, and nobody hears of it."""
        if ticket is not None:
            self._waiting.pop(ticket, None)

    def release(self) -> None:
        """Wait for nothing any more, and for the threads to be done."""
        self._released = True  # a place that is taken apart may be shown once more
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def _take(self, ticket: int, result: object) -> None:
        waiting = self._waiting.pop(ticket, None)
        if waiting is None:
            return
        then, refused = waiting
        if isinstance(result, StudioError):
            refused(result)
        elif isinstance(result, Exception):
            raise result
        else:
            then(result)
