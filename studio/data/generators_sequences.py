"""Sample data of our own: sequences to add up, to turn round and to label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.data.chance import Chance
from studio.data.written import npz_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ADDING, ADDING_STEPS = 2000, 20
REVERSED, REVERSED_STEPS, LETTERS = 2000, 7, 10
BEGIN = LETTERS + 1
"""The token that a decoder is given first."""
TAGGED, MOST_WORDS = 1500, 12
ADDING_SEED, REVERSED_SEED, TAGGED_SEED = 19, 23, 29

TAGS = ("nothing", "article", "adjective", "noun", "verb")
WORDS = {
    "article": ("the", "a", "every", "my"),
    "adjective": ("old", "light", "open", "slow", "clean"),
    "noun": ("cook", "light", "watch", "dog", "open", "answer", "guide", "clean"),
    "verb": ("cook", "light", "watch", "answer", "guide", "clean", "open", "slow"),
}
"""Words that can stand as each; many can be several things, and only their place says which."""
VOCABULARY = ("", *dict.fromkeys(word for words in WORDS.values() for word in words))


def adding() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The adding problem: sequences (2000, 20, 2) and sums (2000,).

    Each step is a number from 0 to 1 and a mark; two steps are marked, and the sum is that of their numbers.
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, experiment 4.
    """
    import numpy as np

    chance = Chance(ADDING_SEED)
    steps = np.zeros((ADDING, ADDING_STEPS, 2), dtype=np.float32)
    for row in range(ADDING):
        steps[row, :, 0] = [chance.below(101) / 100 for _ in range(ADDING_STEPS)]
        half = ADDING_STEPS // 2
        steps[row, [chance.below(half), half + chance.below(half)], 1] = 1
    sums = (steps[:, :, 0] * steps[:, :, 1]).sum(axis=1)
    return steps, np.round(sums, 2).astype(np.float32)


def reversed_letters() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Sequences of letters 1 to 10 (2000, 7), what a decoder is given and what it should answer.

    The answer is the sequence turned round; the decoder gets 11 first and then the answer, a step late.
    """
    import numpy as np

    chance = Chance(REVERSED_SEED)
    letters = np.array([[1 + chance.below(LETTERS) for _ in range(REVERSED_STEPS)] for _ in range(REVERSED)])
    answer = letters[:, ::-1]
    late = np.concatenate([np.full((REVERSED, 1), BEGIN), answer[:, :-1]], axis=1)
    return letters.astype(np.int32), late.astype(np.int32), np.ascontiguousarray(answer, dtype=np.int64)


def tagged() -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Sentences (1500, 12) as places in `VOCABULARY`, and what each word is (1500, 12), as a place in `TAGS`.

    0 fills both up. “the light dog” and “the dog light a watch” need the words around them.
    """
    import numpy as np

    chance = Chance(TAGGED_SEED)
    words = np.zeros((TAGGED, MOST_WORDS), dtype=np.int32)
    tags = np.zeros((TAGGED, MOST_WORDS), dtype=np.int64)
    for row in range(TAGGED):
        kinds = _phrase(chance)
        if chance.likely(0.8):
            kinds += ["verb", *(_phrase(chance) if chance.likely(0.7) else [])]
        words[row, : len(kinds)] = [VOCABULARY.index(chance.one_of(WORDS[kind])) for kind in kinds]
        tags[row, : len(kinds)] = [TAGS.index(kind) for kind in kinds]
    return words, tags


def adding_file() -> bytes:
    """The content of `adding.npz`."""
    steps, sums = adding()
    return npz_file({"steps": steps, "sums": sums})


def reversed_file() -> bytes:
    """The content of `reversed.npz`."""
    letters, late, answer = reversed_letters()
    return npz_file({"letters": letters, "decoder_input": late, "answer": answer})


def tagged_file() -> bytes:
    """The content of `tagged.npz`."""
    words, tags = tagged()
    return npz_file({"words": words, "tags": tags})


def _phrase(chance: Chance) -> list[str]:
    return ["article", *["adjective"] * chance.below(3), "noun"]
