"""How a project is trained: by which optimizer, how long, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.values import Inner


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """What `compile` and `fit` are told; losses and metrics stand on the Output nodes.

    Where it is `balanced`, the examples of rare classes count for more: all classes weigh the same together.
    """

    epochs: int = 20
    batch_size: int = 32
    optimizer: Inner = Inner("Adam")
    seed: int = 42
    shuffle: bool = True
    callbacks: tuple[Inner, ...] = ()
    balanced: bool = False
