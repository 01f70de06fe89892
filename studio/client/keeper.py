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
    Verified,
)

MAX_RESTARTS = 3
RESTARTS_WITHIN_S = 300.0

_log = logging.getLogger(__name__)


class Keeper:
    """One warm engine, and the engines that were taken for runs.

    `start` warms one up; `take` hands it out, and the next one is warmed up as soon as the run's first batch is through
    (earlier it would only slow that down). An engine that has trained ends with its run, so that all memory is free
    again; one that has only verified, or failed before its first batch, is kept. A warm engine that dies is replaced
    at most three times in five minutes; then its EngineDied is heard, and the next `take` starts a new one.

    `on_event` hears, one after the other but on several threads, everything of the engines that were taken, and Ready
    and Heartbeat of the warm one while none is taken.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        command: Sequence[str] | None = None,
        memory_limit: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._on_event = on_event
        self._command = command
        self._memory_limit = memory_limit
        self._patience = patience
        self._state = threading.RLock()
        self._telling = threading.Lock()
        self._warm: Engine | None = None
        self._taken: list[Engine] = []
        self._trained: set[Engine] = set()
        self._all: list[Engine] = []
        self._restarts: deque[float] = deque()
        self._is_closed = False

    @property
    def warm(self) -> Engine | None:
        """The engine that waits, warm or warming up."""
        return self._warm

    def start(self) -> None:
        """Warm an engine up, unless one waits already. Raises EngineRefused."""
        with self._state:
            if self._warm is None and not self._is_closed:
                self._warm = self._launch()

    def take(self) -> Engine:
        """The warm engine, or a new one if there is none; it is the caller's until its run has ended.

        Raises EngineRefused if none can be started.
        """
        with self._state:
            if self._is_closed:
                raise EngineRefused("engine.closed", "The engines have been shut down.", "Open the project again.")
            engine, self._warm = self._warm, None
            if engine is None or not engine.alive:
                engine = self._launch()
            self._taken.append(engine)
            return engine

    def close(self, timeout_s: float = 20.0) -> None:
        """End all engines, and kill those that have not ended in time. Runs are stopped, and what they learnt saved."""
        by = time.monotonic() + timeout_s
        with self._state:
            self._is_closed = True
            engines = list(self._all)
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
        self._all = [other for other in self._all if other.alive]
        self._all.append(engine)
        return engine

    def _hear(self, engine: Engine, event: Event) -> None:
        """On the engine's thread: keep the books, then pass on what concerns the listener."""
        with self._state:
            is_taken, is_warm = engine in self._taken, engine is self._warm
            passes_on = is_taken or (is_warm and not self._taken)
            match event:
                case Batches():
                    self._trained.add(engine)
                    self._warm_another()
                case Finished() | Failed() | Verified():
                    self._end_run(engine)
                case EngineDied() if is_taken:
                    self._taken.remove(engine)
                    self._warm_another()
                case EngineDied():
                    passes_on = is_warm and not self._replace()
                case Heartbeat(Phase.NOT_ANSWERING) if is_warm:
                    passes_on = not self._replace()
                case _:
                    pass
        if passes_on:
            with self._telling:
                self._on_event(event)

    def _end_run(self, engine: Engine) -> None:
        """Let an engine go that has trained; keep another for the next run, if none is warm."""
        if engine not in self._taken:
            return
        self._taken.remove(engine)
        if self._warm is None and engine not in self._trained and not self._is_closed:
            self._warm = engine
            return
        self._trained.discard(engine)
        engine.close()
        self._warm_another()

    def _replace(self) -> bool:
        """Put a new engine in the place of the warm one; False if that has been done too often lately."""
        if self._warm:
            self._warm.kill()
            self._warm = None
        now = time.monotonic()
        while self._restarts and now - self._restarts[0] > RESTARTS_WITHIN_S:
            self._restarts.popleft()
        if len(self._restarts) >= MAX_RESTARTS:
            return False
        self._restarts.append(now)
        self._warm_another()
        return self._warm is not None or self._is_closed

    def _warm_another(self) -> None:
        """As `start`, but where it is not possible the next `take` says so."""
        try:
            self.start()
        except EngineRefused as error:
            _log.info("No engine could be warmed up: %s", error)
