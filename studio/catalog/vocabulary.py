"""The vocabulary of a lookup: its size, how values come out, and the settings that do not go together.

Source: keras.src.layers.preprocessing.index_lookup.IndexLookup.
"""

from __future__ import annotations

from collections import Counter
from typing import cast

from studio.catalog.checks import clash
from studio.catalog.declaration import Param
from studio.catalog.encodings import SUMMING, one_hot_shape, summed_shape
from studio.catalog.forms import Choice, Entries, EntryKind, Integer, Sizes, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Value
from studio.core.wording import listed

MODES = Choice(("int", "one_hot", "multi_hot", "count", "tf_idf"))
MAX_TOKENS = Param(
    "max_tokens", Integer(2, optional=True), None, "The most entries that the vocabulary may have; None takes all."
)
PAD = Param(
    "pad_to_max_tokens", Switch(), False, "Whether vectors have max_tokens entries, however many words there are."
)
IDF_WEIGHTS = Param(
    "idf_weights", Entries(EntryKind.NUMBER, optional=True), None, "A weight for each entry, for tf_idf.", True
)
MODE = Param("output_mode", MODES, "int", "Whether the number of an entry comes out, or a vector.")
SALT = Param("salt", Sizes(2, 0, optional=True), None, "Makes another way of hashing unknown values.", True)


def check_vocabulary(name: str, p: Settings, oov_indices: int, mask: Value, oov: Value, invert: bool = False) -> None:
    """Raise ShapeError for settings that Keras's constructor refuses."""
    mode, vocabulary, weights = p.text("output_mode"), p["vocabulary"], p["idf_weights"]
    if p.on("pad_to_max_tokens") and p["max_tokens"] is None:
        raise clash(name, "max_tokens", "pad_to_max_tokens fills vectors up to max_tokens. Set max_tokens as well.")
    if weights is not None and mode != "tf_idf":
        raise clash(name, "idf_weights", f"idf_weights are for the output_mode tf_idf, not {mode}. Leave them out.")
    if mode == "tf_idf" and vocabulary is not None and weights is None:
        raise clash(name, "idf_weights", "with a vocabulary of your own, tf_idf needs a weight for each entry.")
    if isinstance(vocabulary, tuple):
        _check_entries(name, p, vocabulary, oov_indices, mask, oov, invert)
    elif mode != "int" and not p.on("pad_to_max_tokens"):
        raise clash(
            name,
            "pad_to_max_tokens",
            f"with output_mode {mode} there is one place for each entry of a vocabulary, which is found in the "
            "training data only when training starts. Set max_tokens and pad_to_max_tokens, or give the vocabulary.",
        )


def _check_entries(
    name: str, p: Settings, vocabulary: tuple[Value, ...], oov_indices: int, mask: Value, oov: Value, invert: bool
) -> None:
    tokens = entries(vocabulary, special(p, oov_indices, mask, oov))
    if not tokens:
        raise clash(name, "vocabulary", "the vocabulary holds nothing but what stands for unknown values. Add entries.")
    if len({*tokens}) < len(tokens):
        twice = [token for token, count in Counter(tokens).items() if count > 1]
        shown = listed([repr(token) for token in twice[:3]])
        raise clash(name, "vocabulary", f"each entry of the vocabulary stands there once; {shown} stands there twice.")
    if mask is not None and mask in tokens:
        raise clash(name, "vocabulary", f"{mask!r} stands for nothing and is no entry of the vocabulary. Take it away.")
    if invert and oov in tokens:
        raise clash(
            name, "vocabulary", f"{oov!r} stands for what is unknown and is no entry of the vocabulary. Take it away."
        )
    size, most = tokens_before(p, oov_indices, mask) + len(tokens), p["max_tokens"]
    if isinstance(most, int) and size > most:
        raise clash(
            name,
            "max_tokens",
            f"the vocabulary has {size} entries with those for unknown values; max_tokens is {most}.",
        )
    weights = p["idf_weights"]
    if isinstance(weights, tuple) and len(weights) != len(vocabulary):
        raise clash(
            name,
            "idf_weights",
            f"there are {len(vocabulary)} entries in the vocabulary, but {len(weights)} idf_weights.",
        )


def special(p: Settings, oov_indices: int, mask: Value, oov: Value) -> tuple[Value, ...]:
    """What a vocabulary may begin with: the entries that stand for nothing and for what is unknown."""
    masked = (mask,) if mask is not None and p["output_mode"] == "int" else ()
    return (*masked, *((oov,) * oov_indices))


def entries(vocabulary: tuple[Value, ...], first: tuple[Value, ...]) -> tuple[Value, ...]:
    """The vocabulary without the special entries, if it begins with them."""
    return vocabulary[len(first) :] if vocabulary[: len(first)] == first else vocabulary


def tokens_before(p: Settings, oov_indices: int, mask: Value) -> int:
    """How many numbers are taken before the first entry."""
    return (mask is not None and p["output_mode"] == "int") + oov_indices


def depth(p: Settings, oov_indices: int, mask: Value, oov: Value) -> int:
    """How long a vector is. The settings are such as `check_vocabulary` lets pass, with an output_mode but int."""
    if p.on("pad_to_max_tokens"):
        return p.whole("max_tokens")
    vocabulary = cast("tuple[Value, ...]", p["vocabulary"])
    return tokens_before(p, oov_indices, mask) + len(entries(vocabulary, special(p, oov_indices, mask, oov)))


def looked_up(name: str, mode: str, shape: Shape, size: int) -> TensorSpec:
    """What comes out as vectors. Keras 3.15 promises floats, and gives whole numbers except for tf_idf."""
    made = summed_shape(name, mode, shape, size) if mode in SUMMING else one_hot_shape(name, shape, size)
    return TensorSpec(made, "float32" if mode == "tf_idf" else "int64")


def learns_vocabulary(p: Settings) -> bool:
    """Whether the vocabulary comes from the training data."""
    return p["vocabulary"] is None
