"""Where the studio does not say what Keras says of layers that prepare numbers, categories, text and sound."""

from __future__ import annotations

from studio.core.tensors import TensorSpec
from tests.parity.drawing import Case
from tests.parity.exemption import Exemption

LOOKUPS = frozenset({"StringLookup", "IntegerLookup"})
LEARNED = frozenset({*LOOKUPS, "TextVectorization"})
"""The layers with a vocabulary."""
ENCODERS = frozenset({"CategoryEncoding", "Discretization", *LEARNED})
VECTORS = frozenset({"one_hot", "multi_hot", "count"})

WORDS = {"vocabulary": ("a", "b")}


def _text(*shape: int | None) -> TensorSpec:
    return TensorSpec(shape, "string")


def _whole(*shape: int | None) -> TensorSpec:
    return TensorSpec(shape, "int64")


def _real(*shape: int | None) -> TensorSpec:
    return TensorSpec(shape)


REFUSED = (
    Exemption(
        frozenset({*ENCODERS, "MelSpectrogram"}),
        "dtype.text",
        "Keras does not look whether text or numbers come in",
        Case("StringLookup", WORDS, wired=(_whole(None, 3),)),
    ),
    Exemption(
        ENCODERS,
        "shape.unknown",
        "Keras asks a size that is not known while tracing whether it is 1",
        Case("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, wired=(_whole(None, None), None)),
    ),
    Exemption(
        frozenset({"CategoryEncoding", "Discretization", *LOOKUPS}),
        "shape.rank",
        "Keras adds up axis 1 and takes it for the last one; without an axis of values, it adds up the batch",
        Case("StringLookup", {**WORDS, "output_mode": "multi_hot"}, wired=(_text(None, 3, 4),)),
    ),
    Exemption(
        frozenset({"CategoryEncoding", "Discretization", "Hashing"}),
        "param.dtype",
        "TensorFlow counts in no such dtype",
        Case("CategoryEncoding", {"num_tokens": 5, "dtype": "float16"}, wired=(_whole(None, 3), None)),
        "dtype",
    ),
    Exemption(
        frozenset({"CategoryEncoding"}),
        "param.output_mode",
        "Keras finds out in the call that count_weights are of no use",
        Case("CategoryEncoding", {"num_tokens": 5}, wired=(_whole(None, 3), _real(None, 3))),
        "output_mode",
    ),
    Exemption(
        frozenset({"CategoryEncoding"}),
        "shape.merge",
        "Keras does not look whether there is a weight for each value",
        Case(
            "CategoryEncoding",
            {"num_tokens": 5, "output_mode": "count"},
            wired=(_whole(None, 3), _real(None, 2)),
        ),
    ),
    Exemption(
        frozenset({"Discretization"}),
        "param.bin_boundaries",
        "Keras does not look at the order of the boundaries",
        Case("Discretization", {"bin_boundaries": (2, 1)}, wired=(_real(None, 3),)),
        "bin_boundaries",
    ),
    Exemption(
        frozenset({"Discretization"}),
        "param.num_bins",
        "Keras steps through 0 to 1 in floating point and makes one bin more, for 49 and some others",
        None,
        "num_bins",
    ),
    Exemption(
        frozenset({"Hashing"}),
        "param.mask_value",
        "Keras compares the input with mask_value, whatever both are",
        Case("Hashing", {"num_bins": 5, "mask_value": "a"}, wired=(_whole(None, 3),)),
        "mask_value",
    ),
    Exemption(
        frozenset({"Hashing"}),
        "shape.rank",
        "Keras says that each example becomes one vector, and gives one for each value",
        Case("Hashing", {"num_bins": 5, "output_mode": "one_hot"}, wired=(_text(None, 3),)),
    ),
    Exemption(
        frozenset({"HashedCrossing"}),
        "shape.rank",
        "Keras finds out in the call that it crosses single values only",
        Case("HashedCrossing", {"num_bins": 5}, wired=((_text(None, 3), _text(None, 3)),)),
    ),
    Exemption(
        frozenset({"HashedCrossing"}),
        "shape.rank",
        "Keras says that a batch of one becomes one vector, and gives a batch of vectors",
        Case("HashedCrossing", {"num_bins": 5, "output_mode": "one_hot"}, wired=((_text(1), _text(1)),)),
    ),
    Exemption(
        frozenset({"HashedCrossing"}),
        "shape.merge",
        "Keras compares the last axis and no other",
        Case("HashedCrossing", {"num_bins": 5}, wired=((_text(None, 1), _text(2, 1)),)),
    ),
    Exemption(
        frozenset({"HashedCrossing"}),
        "dtype.category",
        "Keras finds out in the call that it crosses text and whole numbers only",
        Case("HashedCrossing", {"num_bins": 5}, wired=((_real(None, 1), _text(None, 1)),)),
    ),
    Exemption(
        LEARNED,
        "param.pad_to_max_tokens",
        "Nobody knows the size of a vocabulary before it is found, nor can a layer after it be built",
        Case("StringLookup", {"output_mode": "multi_hot"}, wired=(_text(None, 3),)),
        "pad_to_max_tokens",
    ),
    Exemption(
        LOOKUPS,
        "param.vocabulary",
        "Without a vocabulary there is nothing to turn numbers back into",
        Case("StringLookup", {"invert": True}, wired=(_whole(None, 3),)),
        "vocabulary",
    ),
    Exemption(
        frozenset({"TextVectorization"}),
        "shape.rank",
        "Keras keeps an axis of 1 that its call takes away, and finds out there what it cannot split",
        Case("TextVectorization", {**WORDS, "output_mode": "multi_hot"}, wired=(_text(None, 1),)),
    ),
    Exemption(
        frozenset({"TextVectorization"}),
        "param.ngrams",
        "Keras does not count the words",
        Case(
            "TextVectorization",
            {**WORDS, "split": None, "ngrams": (2,), "output_sequence_length": 4},
            wired=(_text(None, 1),),
        ),
        "ngrams",
    ),
    Exemption(
        frozenset({"TextVectorization"}),
        "param.output_mode",
        "What comes out is ragged",
        Case("TextVectorization", {**WORDS, "output_mode": "one_hot"}, wired=(_text(None),)),
        "output_mode",
    ),
    Exemption(
        frozenset({"STFTSpectrogram"}),
        "dtype.float",
        "Keras looks at the dtype in the call only",
        Case("STFTSpectrogram", {"frame_length": 4}, wired=(_whole(None, 16, 1),)),
    ),
    Exemption(
        frozenset({"MelSpectrogram"}),
        "shape.rank",
        "Keras drops the axes after the second from its answer, and takes a batch of single numbers for a sound",
        Case("MelSpectrogram", {"fft_length": 4, "sequence_stride": 2}, wired=(_real(None, 3, 17),)),
    ),
    Exemption(
        frozenset({"MelSpectrogram"}),
        "shape.room",
        "Keras does not look whether there are enough samples to mirror",
        Case("MelSpectrogram", {"fft_length": 32}, wired=(_real(None, 10),)),
        "fft_length",
    ),
    Exemption(
        frozenset({"MelSpectrogram"}),
        "param.sequence_stride",
        "Keras counts a frame too many where the last one is not full",
        Case("MelSpectrogram", {"fft_length": 4, "sequence_stride": 4}, wired=(_real(None, 15),)),
        "sequence_stride",
    ),
)

COUNTED = Exemption(
    LEARNED,
    "",
    "Keras promises floats and gives int64",
    Case("StringLookup", {**WORDS, "output_mode": "one_hot"}, wired=(_text(None, 1),)),
    is_dtype=True,
)
INVERTED = Exemption(
    frozenset({"StringLookup"}),
    "",
    "Keras promises int64 and gives text",
    Case("StringLookup", {**WORDS, "invert": True}, wired=(_whole(None, 3),)),
    is_dtype=True,
)
MIXED = Exemption(
    frozenset({"CategoryEncoding"}),
    "",
    "Keras promises the dtype that the policy computes in, and gives that of its variables",
    Case("CategoryEncoding", {"num_tokens": 5, "dtype": "mixed_float16"}, wired=(_whole(None, 3), None)),
    is_dtype=True,
)
CORRECTED = (COUNTED, INVERTED, MIXED)


def corrected_dtype(case: Case) -> Exemption | None:
    """The entry that allows the studio to give another dtype to this case."""
    if case.kind in COUNTED.kinds and case.params.get("output_mode") in VECTORS:
        return COUNTED
    if case.kind in INVERTED.kinds and case.params.get("invert"):
        return INVERTED
    if case.kind in MIXED.kinds and str(case.params.get("dtype")).startswith("mixed_"):
        return MIXED
    return None
