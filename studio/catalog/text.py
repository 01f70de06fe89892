"""TextVectorization: from text to the numbers of its words, or to a vector of them.

Source: keras.layers.TextVectorization. Its own shapes hold for one text an example, (batch,), and for texts that are
split already, (batch, words); elsewhere they are not what its call gives, which is refused here.
"""

from __future__ import annotations

from studio.catalog.checks import clash
from studio.catalog.declaration import Family, Kind, Param, ShapeError, WantsRank
from studio.catalog.encodings import check_text
from studio.catalog.forms import Choice, Dims, Entries, EntryKind, Integer, Text
from studio.catalog.settings import Settings
from studio.catalog.vocabulary import (
    IDF_WEIGHTS,
    MAX_TOKENS,
    MODE,
    PAD,
    check_vocabulary,
    depth,
    learns_vocabulary,
    looked_up,
)
from studio.core.tensors import Shape, TensorSpec, shape_text

NAME = "TextVectorization"
NOTHING, UNKNOWN = "", "[UNK]"
"""The words that Keras gives the numbers 0 and 1."""


def _text_vectorization(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    mode = p.text("output_mode")
    if mode != "int" and p["output_sequence_length"] is not None:
        raise clash(NAME, "output_sequence_length", f"a length is for the output_mode int, not {mode}. Leave it out.")
    if p["ngrams"] == ():
        raise clash(NAME, "ngrams", "ngrams is empty, so nothing would be left of the text. Leave it out.")
    check_vocabulary(NAME, p, 1, NOTHING, UNKNOWN)
    check_text(NAME, x)
    if p["split"] is None:
        _check_words(p, x.shape)
    else:
        _check_texts(mode, x.shape)
    if mode == "int":
        length = p["output_sequence_length"]
        return (TensorSpec((x.shape[0], length if isinstance(length, int) else None), "int64"),)
    words: Shape = x.shape if p["split"] is None else (x.shape[0], None)
    return (looked_up(NAME, mode, words, depth(p, 1, NOTHING, UNKNOWN)),)


def _check_texts(mode: str, shape: Shape) -> None:
    """One text for each example, which is split here."""
    if mode == "one_hot":
        raise clash(
            NAME,
            "output_mode",
            "one_hot gives each text as many vectors as it has words, which no layer can take. "
            "Set int and put a CategoryEncoding after it, or set multi_hot.",
        )
    if len(shape) == 1 or (mode == "int" and len(shape) == 2 and shape[1] == 1):
        return
    wanted = "(batch,) or (batch, 1)" if mode == "int" else "(batch,)"
    more = "" if mode == "int" or shape[1:] != (1,) else ", for which Keras 3.15 works out another shape than it gives"
    raise ShapeError(
        "shape.rank",
        f"{NAME} with output_mode {mode} wants one text for each example, {wanted}; it gets {shape_text(shape)}{more}. "
        "Give the Input the shape ().",
        port="input",
        wants=WantsRank(1, 1),
    )


def _check_words(p: Settings, shape: Shape) -> None:
    """Texts that are split already."""
    if len(shape) != 2:
        raise ShapeError(
            "shape.rank",
            f"{NAME} without split wants the words of each example, (batch, words); it gets {shape_text(shape)}. "
            "Choose the split whitespace, or give the Input the shape (words,).",
            port="input",
            wants=WantsRank(2, 2),
        )
    ngrams = p["ngrams"]
    if ngrams is not None and p["output_mode"] == "one_hot":
        raise clash(
            NAME, "ngrams", "without split, one_hot cannot tell how many ngrams there are. Leave one of them out."
        )
    shortest = min(ngrams) if isinstance(ngrams, tuple) else 1  # type: ignore[type-var]  # whole numbers, by its form
    if shape[1] is not None and shortest > shape[1]:  # type: ignore[operator]
        raise clash(NAME, "ngrams", f"there are no {shortest} words in a row in {shape_text(shape)}. Take fewer.")


KINDS = (
    Kind(
        "TextVectorization",
        "keras.layers.TextVectorization",
        "Text Vectorization",
        Family.PREPROCESSING,
        "Splits text into words and numbers them, by a vocabulary of the training data or your own. Needs TensorFlow.",
        _text_vectorization,
        params=(
            MAX_TOKENS,
            Param(
                "standardize",
                Choice(("lower_and_strip_punctuation", "lower", "strip_punctuation"), optional=True),
                "lower_and_strip_punctuation",
                "What is done to the text first; None leaves it as it is.",
            ),
            Param(
                "split",
                Choice(("whitespace", "character"), optional=True),
                "whitespace",
                "Where one word ends and the next begins; None takes words that are split already.",
            ),
            Param(
                "ngrams",
                Dims(optional=True, single=True),
                None,
                "Takes words in a row as well: 2 for one and two, (2,) for two only.",
            ),
            MODE,
            Param(
                "output_sequence_length",
                Integer(1, optional=True),
                None,
                "The number of words that each text is cut or filled up to; None takes the longest of the batch.",
            ),
            PAD,
            Param(
                "vocabulary",
                Entries(EntryKind.TEXT, optional=True),
                None,
                "The words, in the order of their numbers; None takes those of the training data.",
            ),
            IDF_WEIGHTS,
            Param("encoding", Text(), "utf-8", "How the words are written as bytes.", True),
        ),
        headline=("max_tokens", "output_mode", "output_sequence_length"),
        adapts=learns_vocabulary,
        takes_text=True,
    ),
)
