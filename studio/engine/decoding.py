"""Decoding all files of a part with the program's own `batches`, around those that cannot be decoded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from studio.engine.examples import count, flat
from studio.engine.program import readable
from studio.protocol.messages import BadFile

Array: TypeAlias = NDArray[Any]


def file_columns(arrays: Sequence[Any]) -> frozenset[int]:
    """Which of some arrays name a file for each example: they hold paths as bytes."""
    return frozenset(
        at
        for at, values in enumerate(arrays)
        if isinstance(values, np.ndarray)
        and values.dtype == object
        and values.size
        and isinstance(values.flat[0], bytes)
    )


class Decoding:
    """The examples of a part with their files read, and the files that could not be: `bad_files`, as far as it is."""

    def __init__(self, program: Any, part: str, examples: tuple[Any, Any]) -> None:
        self.bad_files: list[BadFile] = []
        self._program = program
        self._part = part
        self._examples = examples
        self._count = count(examples)

    def batches(self) -> Iterator[tuple[Array, list[Any]]]:
        """Places and values of the examples that can be read, batch by batch; no places for one that cannot."""
        start = 0
        while start < self._count:
            try:
                for batch in self._program.batches(*self._rows(slice(start, None))):
                    values = _values(batch)
                    places = np.arange(start, start + len(values[0]))
                    start += len(places)
                    yield places, values
            except self._program.tf.errors.OpError:
                end = min(start + self._program.BATCH_SIZE, self._count)
                yield from self._one_by_one(start, end)
                start = end

    def _one_by_one(self, start: int, end: int) -> Iterator[tuple[Array, list[Any]]]:
        """The examples of a batch in which a file is bad."""
        tf = self._program.tf
        for place in range(start, end):
            example = self._rows(place)
            try:
                read = self._program.read(*keras.tree.map_structure(tf.convert_to_tensor, example))
            except tf.errors.OpError as error:
                self.bad_files += self._named(place, error)
                yield np.arange(0), []
            else:
                yield np.array([place]), [tf.expand_dims(values, 0) for values in _values(read)]

    def _named(self, place: int, error: Exception) -> list[BadFile]:
        """The file of an example that the program says it cannot read; all of them where it says none."""
        rows = self._rows(slice(place, place + 1))
        arrays = _values(rows)
        files = [os.fsdecode(path) for at in file_columns(arrays) for path in arrays[at].flat if path]
        reason = readable(str(getattr(error, "message", error)))
        try:
            with self._program.naming_files({self._part: rows}):
                raise error
        except ValueError as named:
            said = str(named)
            files = [file for file in files if said.startswith(f"{file}: ")] or files
            reason = readable(said.removeprefix(f"{files[0]}: ")) if files else reason
        except Exception as same:
            reason = readable(str(getattr(same, "message", same)))
        return [BadFile(file, self._part, reason) for file in files]

    def _rows(self, rows: Any) -> Any:
        return keras.tree.map_structure(lambda values: values[rows], self._examples)


def _values(examples: tuple[Any, Any]) -> list[Any]:
    return [values for _, _, values in flat(examples)]


def _are_paths(values: Array) -> bool:
    return values.dtype == object and values.size > 0 and isinstance(values.flat[0], bytes)
