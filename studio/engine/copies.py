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
DIGEST_BYTES = 8
"""By chance, one pair in 10¹⁹ is taken for copies."""
MOST_ROWS = 5
PARTS = ("train", "validation", "test")


def digests(arrays: Sequence[Array]) -> Array:
    """A short stand-in (uint64) for each example of a chunk, whose arrays have them along their first axis."""
    count = len(arrays[0])
    plain = [_as_bytes(values.reshape(count, -1)) for values in arrays if values.dtype.kind in "biuf"]
    texts = [values.reshape(count, -1) for values in arrays if values.dtype.kind not in "biuf"]
    block = np.concatenate(plain, axis=1) if plain else np.zeros((count, 0), np.uint8)
    made = bytearray()
    for place, row in enumerate(block):
        made_of = hashlib.blake2b(row.tobytes(), digest_size=DIGEST_BYTES)
        for cells in texts:
            made_of.update(repr(cells[place].tolist()).encode("utf-8", "surrogatepass"))
        made += made_of.digest()
    return np.frombuffer(bytes(made), np.uint64)


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


def _as_bytes(table: Array) -> Array:
    return np.ascontiguousarray(table).view(np.uint8).reshape(len(table), -1)
