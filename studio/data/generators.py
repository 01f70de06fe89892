"""The sample data that is our own, made again the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.data.chance import Chance
from studio.data.written import npz_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BRACKETS = 2000
LENGTH = 24
KINDS = 2
SEED = 7


def brackets() -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Sequences of brackets (2000, 24) and whether they are balanced (2000,), half of them.

    Token 0 is padding, 1 `(`, 2 `)`, 3 `[`, 4 `]`. An unbalanced sequence is a balanced one in which one bracket,
    anywhere, is turned round; so nothing short of reading all of it tells the two apart.
    """
    import numpy as np

    chance = Chance(SEED)
    tokens = np.zeros((BRACKETS, LENGTH), dtype=np.int32)
    labels = np.zeros(BRACKETS, dtype=np.int64)
    for row in range(BRACKETS):
        word = _balanced(chance, 4 + chance.below(9))
        labels[row] = row % 2
        if not labels[row]:
            place = chance.below(len(word))
            word[place] += 1 if word[place] % 2 else -1
        tokens[row, : len(word)] = word
    return tokens, labels


def brackets_file() -> bytes:
    """The content of `brackets.npz`."""
    tokens, labels = brackets()
    return npz_file({"tokens": tokens, "labels": labels})


def _balanced(chance: Chance, pairs: int) -> list[int]:
    word: list[int] = []
    open_kinds: list[int] = []
    while pairs or open_kinds:
        if pairs and (not open_kinds or chance.likely(pairs / (pairs + len(open_kinds)))):
            open_kinds.append(chance.below(KINDS))
            word.append(1 + 2 * open_kinds[-1])
            pairs -= 1
        else:
            word.append(2 + 2 * open_kinds.pop())
    return word
