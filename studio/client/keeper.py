"""Keeps an engine warm, so that the next run need not wait for Keras."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from studio.client.engine import Engine, Patience
from studio.core.errors import EngineRefused
from studio.protocol.messages import (
    Batches,
    EngineDied,
    Event,
    Failed,
    Finished,
    Heartbeat,
    Phase,
)

MAX_RESTARTS = 3
RESTARTS_WITHIN_S = 300.0

_log = logging.getLogger(__name__)


class Keeper:
    """One warm engine that waits, and the engines that were taken.

    `start` warms one up; `take` hands it out, and another is warmed up once the taken one's run has its first batch
    behind it (earlier it would only slow that down) or has ended. A warm engine that dies or falls silent is replaced,
    at most three times in five minutes; then there is none until the next `take`.

    `on_warm` hears Ready, Heartbeat and, when it is not replaced any more, EngineDied of the engine that waits, on a
    thread of the engine's. Without `spare`, nothing is warmed up, and `take` starts what it hands out.
    """

    def __init__(
        self,
        on_warm: Callable[[Event], None] | None = None,
        *,
        spare: bool = True,
        command: Sequence[str] | None = None,
        memory_limit: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._on_warm = on_warm or (lambda event: None)
        self._spare = spare
        self._command = command
        self._memory_limit = memory_limit
        self._patience = patience
        self._lock = threading.RLock()
        self._warm: Engine | None = None
        self._listeners: dict[Engine, Callable[[Event], None]] = {}
        self._engines: list[Engine] = []
        self._restarts: deque[float] = deque()
        self._is_closed = False

    @property
    def warm(self) -> Engine | None:
        """The engine that waits, warm or warming up."""
        return self._warm

    def start(self) -> None:
        """Warm an engine up, unless one waits already. Raises EngineRefused."""
        with self._lock:
            if self._spare and self._warm is None and not self._is_closed:
                self._warm = self._launch()

    def take(self, on_event: Callable[[Event], None]) -> Engine:
        """Hand out the warm engine, or a new one; the caller closes it, or gives it back.

        `on_event` hears all that it says from now on, on the engine's own thread; if it has said Ready already, that
        first, on this thread. Raises EngineRefused if no engine can be started.
        """
        with self._lock:
            if self._is_closed:
                raise EngineRefused("engine.closed", "The engines have been shut down.", "Start the studio again.")
            engine, self._warm = self._warm, None
            if engine is None or not engine.alive:
                engine = self._launch()
            self._listeners[engine] = on_event
            ready = engine.ready
        if ready is not None:
            on_event(ready)
        return engine

    def give_back(self, engine: Engine) -> None:
        """Let a taken engine wait again for whoever comes next, after a check; one that is not needed is closed."""
        with self._lock:
            self._listeners.pop(engine, None)
            if self._spare and self._warm is None and engine.alive and not self._is_closed:
                self._warm = engine
                return
        engine.close()

    def close(self, timeout_s: float = 20.0) -> None:
        """End all engines, and kill those that have not ended in time; runs are stopped, and what they learnt is saved.

        Not to be called by a listener.
        """
        by = time.monotonic() + timeout_s
        with self._lock:
            self._is_closed = True
            engines, self._warm = list(self._engines), None
        for engine in engines:
            engine.close()
        for engine in engines:
            if not engine.wait(max(0.0, by - time.monotonic())):
                engine.kill()
                engine.wait()

    def _launch(self) -> Engine:
        engine = Engine(
            lambda event: self._hear(engine, event),
            command=self._command,
            memory_limit=self._memory_limit,
            patience=self._patience,
        )
        engine.start()
        self._engines = [other for other in self._engines if not other.wait(0)]
        self._engines.append(engine)
        return engine

    def _hear(self, engine: Engine, event: Event) -> None:
        """On the engine's thread: keep the books, then tell whom it concerns."""
        with self._lock:
            listener = self._listeners.get(engine)
            match event:
                case EngineDied() if listener:
                    del self._listeners[engine]
                    self._warm_if_allowed()
                case Batches() | Finished() | Failed():
                    self._warm_if_allowed()
                case EngineDied() | Heartbeat(Phase.NOT_ANSWERING) if engine is self._warm:
                    listener = None if self._replace() else self._on_warm
                case _ if engine is self._warm:
                    listener = self._on_warm
                case _:
                    pass
        if listener:
            listener(event)

    def _replace(self) -> bool:
        """Put a new engine in the place of the warm one; False if that was done too often lately."""
        if self._warm:
            self._warm.kill()
            self._warm = None
        if not self._may_restart():
            return False
        self._restarts.append(time.monotonic())
        return self._warm_another()

    def _warm_if_allowed(self) -> None:
        if self._warm is None and self._may_restart():
            self._warm_another()

    def _may_restart(self) -> bool:
        while self._restarts and time.monotonic() - self._restarts[0] > RESTARTS_WITHIN_S:
            self._restarts.popleft()
        return len(self._restarts) < MAX_RESTARTS

    def _warm_another(self) -> bool:
        """As `start`, but where it is not possible the next `take` says so."""
        try:
            self.start()
        except EngineRefused as error:
            _log.info("No engine could be warmed up: %s", error)
            return False
        return True
