"""A small typed signal: callables connected to it are called in order, on the emitting thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """One stream of values.

    Listeners connected or disconnected while a value is being delivered take part from the next value on.
    A listener's exception reaches the emitter: a bug is not swallowed.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[T], object], ...] = ()

    def connect(self, listener: Callable[[T], object]) -> None:
        """Call `listener` with every value emitted from now on."""
        self._listeners = (*self._listeners, listener)

    def disconnect(self, listener: Callable[[T], object]) -> None:
        """Forget `listener`. Raises ValueError if it is not connected."""
        listeners = list(self._listeners)
        listeners.remove(listener)
        self._listeners = tuple(listeners)

    def emit(self, value: T) -> None:
        """Hand `value` to every listener, in the order in which they were connected."""
        for listener in self._listeners:
            listener(value)
