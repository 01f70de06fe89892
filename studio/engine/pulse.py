"""Signs of life: a heartbeat each second and with each phase, whatever the program is doing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from studio.engine.memory import resident_bytes
from studio.protocol.messages import Event, Heartbeat, Phase

PERIOD_S = 1.0


class Pulse:
    """A thread that sends heartbeats, and looks whether the studio is still there and the memory still enough.

    `orphaned` is called on it when the process that started this one has ended; `overgrown` when more memory is held
    than `limit_bytes`, once a limit is set.
    """

    def __init__(
        self, send: Callable[[Event], None], orphaned: Callable[[], None], overgrown: Callable[[int], None]
    ) -> None:
        self.limit_bytes: int | None = None
        self._send = send
        self._orphaned = orphaned
        self._overgrown = overgrown
        self._phase = Phase.STARTING
        self._parent = os.getppid()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    @property
    def phase(self) -> Phase:
        """What the engine is doing."""
        return self._phase

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def enter(self, phase: Phase) -> None:
        """Remember what the engine does from now on, and say it."""
        self._phase = phase
        self.beat()

    def beat(self) -> None:
        """Send a heartbeat now."""
        self._send(Heartbeat(self._phase, resident_bytes()))

    def _beat(self) -> None:
        rest = threading.Event()
        while not rest.wait(PERIOD_S):
            self.beat()
            if os.getppid() != self._parent:
                self._orphaned()
            held = resident_bytes()
            if self.limit_bytes is not None and held > self.limit_bytes:
                self._overgrown(held)
