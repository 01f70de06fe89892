"""Examples as a program's own data has them: a few, or batch by batch, whether they stand in memory or in files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from studio.engine.program import Program

PARTS = ("test", "validation", "train")
"""What is evaluated: the first of these that there is, as in the program's `evaluate`."""


def evaluated_part(data: dict[str, Any]) -> str:
    """The part whose examples are evaluated. Raises LookupError if there is none."""
    return next(part for part in PARTS if part in data)


def flat(part: tuple[Any, Any]) -> list[tuple[str, bool, Any]]:
    """The arrays of a part: what the program calls them ("" where there is one only), whether they are targets."""
    return [
        (key, is_target, each)
        for is_target, values in ((False, part[0]), (True, part[1]))
        for key, each in (values.items() if isinstance(values, dict) else [("", values)])
    ]


def count(part: tuple[Any, Any]) -> int:
    """How many examples a part has."""
    return len(keras.tree.flatten(part)[0])


def is_on_disk(values: Any) -> bool:
    """Whether these are a program's own rows that are read as they are asked for: they have no shape."""
    return not hasattr(values, "shape")


def batches(program: Program, part: tuple[Any, Any], most: int) -> Iterator[tuple[Any, Any]]:
    """Inputs and targets of the first `most` examples of a part, batch by batch in their order.

    Files are read by the program's own `batches`, where it has that; else what stands in memory is cut.
    """
    examples = _rows(part, slice(0, most))
    if program.batches is not None:
        yield from program.batches(*examples)
        return
    for start in range(0, count(examples), program.batch_size):
        yield _rows(examples, slice(start, start + program.batch_size))


def _rows(examples: Any, rows: slice) -> Any:
    return keras.tree.map_structure(lambda values: values[rows], examples)
