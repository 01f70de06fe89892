"""A node's settings as rules read them: every default filled in, every getter typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from studio.core.values import Inner, Value


class Settings:
    """Param values by name, defaults included. Getters trust that the values were checked against their forms."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def whole(self, name: str) -> int:
        """A whole number."""
        return self.values[name]  # type: ignore[return-value]

    def real(self, name: str) -> float:
        """A real number."""
        return self.values[name]  # type: ignore[return-value]

    def on(self, name: str) -> bool:
        """A switch."""
        return bool(self.values[name])

    def text(self, name: str) -> str:
        """A word or text."""
        return self.values[name]  # type: ignore[return-value]

    def sizes(self, name: str, rank: int) -> tuple[int, ...]:
        """One size per axis, also where one number stands for all."""
        value = self.values[name]
        return (value,) * rank if isinstance(value, int) else value  # type: ignore[return-value]

    def axes(self, name: str) -> tuple[int, ...]:
        """Axes, also where one number stands for them; none where there is none."""
        value = self.values[name]
        if value is None:
            return ()
        return (value,) if isinstance(value, int) else cast("tuple[int, ...]", value)

    def margins(self, name: str, rank: int) -> tuple[tuple[int, int], ...]:
        """What is added or cut (before, after) on each of `rank` axes, however short it was written."""
        value = self.values[name]
        if isinstance(value, int):
            return ((value, value),) * rank
        sides = cast("tuple[int | tuple[int, int], ...]", (value,) if rank == 1 else value)
        return tuple((side, side) if isinstance(side, int) else side for side in sides)

    def dims(self, name: str) -> tuple[int | None, ...]:
        """A shape without the batch axis."""
        return self.values[name]  # type: ignore[return-value]

    def inner(self, name: str) -> Inner | None:
        """A Keras object with params; a short name comes as an Inner without params."""
        value = self.values[name]
        return Inner(value) if isinstance(value, str) else cast("Inner | None", value)
