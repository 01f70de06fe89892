"""Numbers by chance that are the same on every machine and in every version of Python and NumPy."""

from __future__ import annotations

import random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws made of `random.Random.random()` alone, whose numbers Python promises never to change.

    Nothing here calls a function that the C library of a machine could round its own way.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._rng.random()

    def below(self, bound: int) -> int:
        """A whole number from 0 up to `bound`."""
        return int(self._rng.random() * bound)

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to `high`."""
        return low + (high - low) * self._rng.random()

    def normal(self, deviation: float = 1.0) -> float:
        """A number around 0, spread as a bell is: twelve shares, summed."""
        return (sum(self._rng.random() for _ in range(12)) - 6) * deviation

    def one_of(self, choices: tuple[T, ...]) -> T:
        """Any of some choices."""
        return choices[self.below(len(choices))]

    def likely(self, probability: float) -> bool:
        """True with this probability."""
        return self._rng.random() < probability

    def shuffled(self, items: list[T]) -> list[T]:
        """The same items in another order."""
        left, taken = list(items), []
        while left:
            taken.append(left.pop(self.below(len(left))))
        return taken
