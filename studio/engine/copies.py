"""Examples that come in two parts: a model that knows them by heart is not tested on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.engine.tallies import RowsOf
from studio.protocol.messages import CopiesReport

Array: TypeAlias = NDArray[Any]
GOLDEN, SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Odd numbers without a pattern; by chance, one pair of examples in 10¹⁹ is taken for copies."""
MOST_ROWS = 5
PARTS = ("train", "validation", "test")


def digests(arrays: Sequence[Array]) -> Array:
    """A short stand-in (uint64) for each example of a chunk, whose arrays have them along their first axis.

    Alike for examples that are alike to the bit, whatever chunks they come in.
    """
    count = len(arrays[0])
    made = np.zeros(count, np.uint64)
    for place, values in enumerate(arrays):
        table = values.reshape(count, -1)
        words = _words(table) if values.dtype.kind in "biuf" else _text_words(table)
        steps = np.arange(1, words.shape[1] + 1, dtype=np.uint64) * GOLDEN
        made += _mixed(words + steps + np.full(1, place, np.uint64) * SPREAD).sum(axis=1, dtype=np.uint64)
    return made


def _words(table: Array) -> Array:
    """The bytes of each row, eight at a time."""
    content = np.ascontiguousarray(table).view(np.uint8).reshape(len(table), -1)
    missing = -content.shape[1] % 8
    if missing:
        content = np.pad(content, ((0, 0), (0, missing)))
    return content.view(np.uint64)


def _text_words(table: Array) -> Array:
    made = bytearray()
    for cells in table.tolist():
        made += hashlib.blake2b(repr(cells).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.frombuffer(bytes(made), np.uint64).reshape(len(table), 1)


def _mixed(words: Array) -> Array:
    """Every bit of a word spread over all of it: the last steps of SplitMix64 (Steele, Lea and Flood, 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))


def copies(known: Mapping[str, Array], rows_of: Mapping[str, RowsOf]) -> Iterator[CopiesReport]:
    """What is in a part and in one before it, by the digests of their examples."""
    for other, part in combinations([part for part in PARTS if part in known], 2):
        places = np.flatnonzero(np.isin(known[part], known[other]))
        if not len(places):
            continue
        first = places[:MOST_ROWS].tolist()
        twins = [int((known[other] == known[part][place]).argmax()) for place in first]
        pairs = list(zip(rows_of[part](first), rows_of[other](twins), strict=True))
        yield CopiesReport(part, other, len(places), pairs)
