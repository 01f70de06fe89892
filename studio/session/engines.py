"""The engines as a session has them: heard on its own thread, and described in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from studio.client.engine import Engine
from studio.client.keeper import Keeper
from studio.core.errors import EngineRefused
from studio.core.signal import Signal
from studio.protocol.messages import (
    EngineDied,
    Event,
    Failed,
    Fetched,
    Finished,
    Heartbeat,
    Inspected,
    Phase,
    Previewed,
    Probed,
    Ready,
    Unreachable,
    Verified,
)

Post: TypeAlias = Callable[[Callable[[], None]], None]
"""Hands a call over to the session's thread; engines speak on threads of their own."""

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
READY_WORDS: dict[str, str] = {Phase.IDLE: "Ready", Phase.STARTING: "Ready"}


class Engines:
    """A keeper whose engines are heard on the session's thread.

    `changed` is emitted when what `status` says may have changed. Without `spare` no engine is warmed up beforehand.
    """

    def __init__(self, post: Post, *, spare: bool = True, command: Sequence[str] | None = None) -> None:
        self.changed: Signal[Engines] = Signal()
        self._post = post
        self._keeper = Keeper(lambda event: post(lambda: self._note(event)), spare=spare, command=command)
        self._ready: Ready | None = None
        self._phase: str = Phase.STARTING
        self._refusal: str | None = None

    @property
    def status(self) -> str:
        """The engines' state in words, for the status bar."""
        if self._refusal is not None:
            return f"No engine: {self._refusal}"
        if self._phase == Phase.NOT_ANSWERING:
            return "Engine is not answering"
        if self._ready is None:
            return "Engine warming up"
        return f"{READY_WORDS.get(self._phase, self._phase.capitalize())}: {self.device}"

    @property
    def device(self) -> str:
        """Which backend computes on what, as far as an engine has said: `TensorFlow 2.21 on CPU`."""
        if self._ready is None:
            return ""
        name = BACKENDS.get(self._ready.backend, self._ready.backend)
        device = "CPU" if self._ready.device.lower().startswith("cpu") else self._ready.device
        return f"{name} {'.'.join(self._ready.backend_version.split('.')[:2])} on {device}"

    def warm_up(self) -> None:
        """Start an engine, so that the next run does not wait for Keras; where that fails, `status` says why."""
        try:
            self._keeper.start()
        except EngineRefused as refusal:
            self._refusal = refusal.text
            self.changed.emit(self)

    def take(self, listener: Callable[[Event], None]) -> Engine:
        """An engine for one run, warm if there is one; the caller closes it. Raises EngineRefused."""
        self._refusal = None

        def hear(event: Event) -> None:
            self._note(event)
            listener(event)

        return self._keeper.take(lambda event: self._post(lambda: hear(event)))

    def give_back(self, engine: Engine) -> None:
        """Let an engine that was taken for a check wait for the next run."""
        self._keeper.give_back(engine)

    def close(self) -> None:
        """End all engines."""
        self._keeper.close()

    def _note(self, event: Event) -> None:
        match event:
            case Ready():
                self._ready = event
            case Heartbeat(phase):
                self._phase = phase
            case Finished() | Failed() | Verified() | Probed() | Previewed() | Inspected() | Fetched() | Unreachable():
                self._phase = Phase.IDLE
            case EngineDied(_, _, text):
                self._ready, self._phase = None, Phase.STARTING
                self._refusal = None if event.run else text
            case _:
                return
        self.changed.emit(self)
