"""Layers that number the values of a category by a vocabulary: StringLookup, IntegerLookup."""

from __future__ import annotations

from studio.catalog.checks import clash
from studio.catalog.declaration import Family, Kind, Param
from studio.catalog.encodings import check_no_text, check_text
from studio.catalog.forms import Choice, Entries, EntryKind, Integer, Switch, Text
from studio.catalog.settings import Settings
from studio.catalog.vocabulary import (
    IDF_WEIGHTS,
    MAX_TOKENS,
    MODE,
    PAD,
    SALT,
    check_vocabulary,
    depth,
    learns_vocabulary,
    looked_up,
)
from studio.core.tensors import TensorSpec

OOV_INDICES = Param("num_oov_indices", Integer(0), 1, "How many numbers unknown values share; with 0 they are refused.")
INVERT = Param("invert", Switch(), False, "Whether numbers become values instead.")


def _string_lookup(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name = "StringLookup"
    _check_settings(name, p)
    if p.on("invert"):
        check_no_text(name, x, "With invert, wire the numbers that it turns into words.")
        return (TensorSpec(x.shape, "string"),)
    check_text(name, x)
    return _looked_up(name, p, x)


def _integer_lookup(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name = "IntegerLookup"
    _check_settings(name, p)
    if p["salt"] is not None and p["oov_method"] != "farmhash":
        raise clash(name, "salt", "salt is for the oov_method farmhash. Choose that one, or leave salt out.")
    check_no_text(name, x, "Take a StringLookup for words.")
    return _looked_up(name, p, x)


def _check_settings(name: str, p: Settings) -> None:
    if p.on("invert") and p["output_mode"] != "int":
        raise clash(name, "output_mode", "invert turns numbers into values; its output_mode is int.")
    if p.on("invert") and p["vocabulary"] is None:
        raise clash(name, "vocabulary", "invert turns numbers back into the values of a vocabulary. Give it one.")
    if p.on("invert") and p["oov_token"] is None:
        raise clash(name, "oov_token", "invert must know what to give for an unknown number. Set oov_token.")
    check_vocabulary(name, p, p.whole("num_oov_indices"), p["mask_token"], p["oov_token"], p.on("invert"))


def _looked_up(name: str, p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    mode = p.text("output_mode")
    if mode == "int":
        return (TensorSpec(x.shape, "int64"),)
    size = depth(p, p.whole("num_oov_indices"), p["mask_token"], p["oov_token"])
    return (looked_up(name, mode, x.shape, size),)


KINDS = (
    Kind(
        "IntegerLookup",
        "keras.layers.IntegerLookup",
        "Integer Lookup",
        Family.PREPROCESSING,
        "Numbers the values of a category of whole numbers, by a vocabulary of the training data or your own. "
        "Needs TensorFlow.",
        _integer_lookup,
        params=(
            MAX_TOKENS,
            OOV_INDICES,
            Param("mask_token", Integer(optional=True), None, "The value that stands for nothing and becomes 0.", True),
            Param("oov_token", Integer(optional=True), -1, "What invert gives for an unknown number.", True),
            Param(
                "vocabulary",
                Entries(EntryKind.WHOLE, optional=True),
                None,
                "The values, in the order of their numbers; None takes those of the training data.",
            ),
            Param("vocabulary_dtype", Choice(("int64",)), "int64", "The dtype of the vocabulary.", True),
            IDF_WEIGHTS,
            INVERT,
            MODE,
            PAD,
            Param(
                "oov_method",
                Choice(("floormod", "farmhash")),
                "floormod",
                "How unknown values share the num_oov_indices.",
                True,
            ),
            SALT,
        ),
        headline=("max_tokens", "output_mode"),
        adapts=learns_vocabulary,
    ),
    Kind(
        "StringLookup",
        "keras.layers.StringLookup",
        "String Lookup",
        Family.PREPROCESSING,
        "Numbers the words of a category, by a vocabulary of the training data or your own. Needs TensorFlow.",
        _string_lookup,
        params=(
            MAX_TOKENS,
            OOV_INDICES,
            Param("mask_token", Text(optional=True), None, "The word that stands for nothing and becomes 0.", True),
            Param("oov_token", Text(optional=True), "[UNK]", "What invert gives for an unknown number.", True),
            Param(
                "vocabulary",
                Entries(EntryKind.TEXT, optional=True),
                None,
                "The words, in the order of their numbers; None takes those of the training data.",
            ),
            IDF_WEIGHTS,
            INVERT,
            MODE,
            PAD,
            Param("encoding", Text(), "utf-8", "How the words are written as bytes.", True),
            SALT,
        ),
        headline=("max_tokens", "output_mode"),
        adapts=learns_vocabulary,
        takes_text=True,
    ),
)
