"""What is known of a tensor before it exists: its shape, its dtype, and whether a mask travels with it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Shape: TypeAlias = tuple[int | None, ...]
"""Sizes as Keras writes them, batch axis first; None is unknown, and stays honest."""


class TensorSpec(NamedTuple):
    """A tensor's `shape` (batch axis first), `dtype` by Keras's name, and whether a Keras mask comes with it.

    A mask is as wide as the tensor without its last axis; one that was wired and is not has its shape in `masked`.
    """

    shape: Shape
    dtype: str = "float32"
    masked: bool | Shape = False

    @property
    def rank(self) -> int:
        """The number of axes, the batch axis included."""
        return len(self.shape)

    @property
    def mask(self) -> Shape | None:
        """The shape of the mask, if one comes with it."""
        if self.masked is True:
            return self.shape[:-1]
        return self.masked or None


def product(sizes: Shape) -> int | None:
    """Multiply sizes; None if any of them is unknown."""
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def shape_text(shape: Shape) -> str:
    """Write a shape as Keras does: `(None, 28, 28, 1)`."""
    return repr(tuple(shape))


def shape_label(shape: Shape) -> str:
    """Write a shape as it stands on a node, without the batch axis: `28 × 28 × 1`; `scalar` if nothing is left."""
    sizes = shape[1:]
    return " × ".join("?" if size is None else f"{size:,}" for size in sizes) or "scalar"
