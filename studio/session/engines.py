"""The engines as a session has them: heard on its own thread, and described in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from studio.client.engine import Engine
from studio.client.keeper import Keeper
from studio.core.signal import Signal
from studio.protocol.messages import EngineDied, Event, Heartbeat, Phase, Ready

Post: TypeAlias = Callable[[Callable[[], None]], None]
"""Hands a call over to the session's thread; engines speak on threads of their own."""

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


class Engines:
    """A keeper whose engines are heard by `heard`, on the session's thread.

    `ready` is what the newest engine said of itself, `phase` what the engine that is heard was doing last.
    """

    def __init__(self, post: Post, *, command: Sequence[str] | None = None) -> None:
        self.heard: Signal[Event] = Signal()
        self.ready: Ready | None = None
        self.phase: str = Phase.STARTING
        self.death: str | None = None
        self._post = post
        self._keeper = Keeper(lambda event: post(lambda: self._take(event)), command=command)

    @property
    def status(self) -> str:
        """The engine's state in words, for the status bar."""
        if self.death is not None:
            return f"Engine ended: {self.death}"
        if self.phase == Phase.NOT_ANSWERING:
            return "Engine is not answering"
        if self.ready is None:
            return "Engine warming up"
        name = BACKENDS.get(self.ready.backend, self.ready.backend)
        version = ".".join(self.ready.backend_version.split(".")[:2])
        state = "Ready" if self.phase in (Phase.IDLE, Phase.STARTING) else self.phase.capitalize()
        return f"{state}: {name} {version} on {self.ready.device}"

    def warm_up(self) -> None:
        """Start an engine, so that the next run does not wait for Keras. Raises EngineRefused."""
        self._keeper.start()

    def take(self) -> Engine:
        """An engine for one run, warm if there is one. Raises EngineRefused."""
        self.death = None
        return self._keeper.take()

    def close(self) -> None:
        """End all engines."""
        self._keeper.close()

    def _take(self, event: Event) -> None:
        match event:
            case Ready():
                self.ready, self.death = event, None
            case Heartbeat(phase):
                self.phase = phase
            case EngineDied(None, _, text):
                self.ready, self.death = None, text
            case _:
                pass
        self.heard.emit(event)
