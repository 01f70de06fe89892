"""Layers for numbers, categories, text and sound: shapes, dtypes, work, what they learn, what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from studio.catalog.declaration import ShapeError
from studio.catalog.registry import KINDS
from studio.core.tensors import TensorSpec
from studio.core.values import Params

WORDS: Params = {"vocabulary": ("red", "green")}
TEXT = TensorSpec((None,), "string")
COLUMN = TensorSpec((None, 1), "string")
NUMBERS = TensorSpec((None, 3), "int64")
SOUND = TensorSpec((None, 16_000, 1))


def given(name: str, params: Params, *wired: Any) -> tuple[Any, ...]:
    kind = KINDS[name]
    return (kind, kind.settings(params), *wired, *(None for _ in kind.inputs[len(wired) :]))


def output(kind: Any, settings: Any, *wired: Any) -> TensorSpec:
    (spec,) = kind.infer(settings, *wired)
    assert isinstance(spec, TensorSpec)
    return spec


@pytest.mark.parametrize(
    ("name", "params", "wired", "expected"),
    [
        ("StringLookup", WORDS, COLUMN, TensorSpec((None, 1), "int64")),
        ("StringLookup", {**WORDS, "output_mode": "one_hot"}, TEXT, TensorSpec((None, 3), "int64")),
        (
            "StringLookup",
            {**WORDS, "output_mode": "multi_hot", "mask_token": ""},
            COLUMN,
            TensorSpec((None, 3), "int64"),
        ),
        (
            "StringLookup",
            {"output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True},
            COLUMN,
            TensorSpec((None, 9), "int64"),
        ),
        ("StringLookup", {**WORDS, "invert": True}, NUMBERS, TensorSpec((None, 3), "string")),
        (
            "IntegerLookup",
            {"vocabulary": (-1, 4, 5), "output_mode": "one_hot"},
            NUMBERS,
            TensorSpec((None, 3, 3), "int64"),
        ),
        ("TextVectorization", {}, TEXT, TensorSpec((None, None), "int64")),
        ("TextVectorization", {"output_sequence_length": 7}, COLUMN, TensorSpec((None, 7), "int64")),
        (
            "TextVectorization",
            {**WORDS, "output_mode": "tf_idf", "idf_weights": (1.0, 2.0)},
            TEXT,
            TensorSpec((None, 3), "float32"),
        ),
        ("CategoryEncoding", {"num_tokens": 5}, NUMBERS, TensorSpec((None, 5))),
        ("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, NUMBERS, TensorSpec((None, 3, 5))),
        ("Discretization", {"bin_boundaries": (0.0, 1.0)}, TensorSpec((None, 3)), TensorSpec((None, 3), "int32")),
        ("Discretization", {"num_bins": 6, "output_mode": "one_hot"}, TensorSpec((None, 1)), TensorSpec((None, 6))),
        ("Hashing", {"num_bins": 9}, COLUMN, TensorSpec((None, 1), "int64")),
        ("Hashing", {"num_bins": 9, "output_mode": "one_hot"}, COLUMN, TensorSpec((None, 9))),
        ("HashedCrossing", {"num_bins": 9}, (TEXT, TensorSpec((None,), "int32")), TensorSpec((None,), "int64")),
        ("STFTSpectrogram", {}, SOUND, TensorSpec((None, 124, 129))),
        ("STFTSpectrogram", {"mode": "stft", "expand_dims": True}, SOUND, TensorSpec((None, 124, 258, 1))),
        ("MelSpectrogram", {}, TensorSpec((None, 16_000)), TensorSpec((None, 128, 32))),
    ],
)
def test_a_layer_gives_its_shape_and_dtype(name: str, params: Params, wired: Any, expected: TensorSpec) -> None:
    assert output(*given(name, params, wired)) == expected


@pytest.mark.parametrize(
    ("name", "params", "wired", "code", "words"),
    [
        ("StringLookup", WORDS, NUMBERS, "dtype.text", "works with text; it gets int64"),
        ("StringLookup", {"output_mode": "one_hot"}, TEXT, "param.pad_to_max_tokens", "only when training starts"),
        ("StringLookup", {"vocabulary": ("a", "a")}, TEXT, "param.vocabulary", "'a' stands there twice"),
        ("StringLookup", {"vocabulary": ("[UNK]",)}, TEXT, "param.vocabulary", "Add entries"),
        ("StringLookup", {"invert": True}, NUMBERS, "param.vocabulary", "Give it one"),
        ("StringLookup", {**WORDS, "max_tokens": 2}, TEXT, "param.max_tokens", "3 entries"),
        ("StringLookup", {**WORDS, "output_mode": "multi_hot"}, TEXT, "shape.rank", "the shape (1,)"),
        ("StringLookup", {**WORDS, "output_mode": "tf_idf"}, COLUMN, "param.idf_weights", "a weight for each"),
        ("IntegerLookup", {"vocabulary": (1,), "salt": 3}, NUMBERS, "param.salt", "farmhash"),
        (
            "TextVectorization",
            {**WORDS, "output_mode": "multi_hot"},
            COLUMN,
            "shape.rank",
            "Give the Input the shape ()",
        ),
        ("TextVectorization", {**WORDS, "output_mode": "one_hot"}, TEXT, "param.output_mode", "CategoryEncoding"),
        ("TextVectorization", {"split": None}, TEXT, "shape.rank", "(batch, words)"),
        ("CategoryEncoding", {}, NUMBERS, "param.num_tokens", "how many categories"),
        ("CategoryEncoding", {"num_tokens": 5}, TensorSpec((None, 3, 4), "int64"), "shape.rank", "Flatten it first"),
        ("Discretization", {}, NUMBERS, "param.num_bins", "bin_boundaries of your own"),
        ("Discretization", {"num_bins": 49}, NUMBERS, "param.num_bins", "50 bins of 49"),
        ("Discretization", {"bin_boundaries": (2, 1)}, NUMBERS, "param.bin_boundaries", "from left to right"),
        ("Hashing", {"num_bins": 9, "output_mode": "one_hot"}, NUMBERS, "shape.rank", "CategoryEncoding after it"),
        ("Hashing", {"num_bins": 9, "mask_value": "x"}, NUMBERS, "param.mask_value", "which is int64"),
        ("HashedCrossing", {"num_bins": 9}, (TEXT, TensorSpec((None,))), "dtype.category", "Discretization"),
        ("HashedCrossing", {"num_bins": 9}, (TEXT, COLUMN), "shape.merge", "(None,) and (None, 1)"),
        ("STFTSpectrogram", {}, TensorSpec((None, 16_000, 1), "int16"), "dtype.float", "Rescaling"),
        ("STFTSpectrogram", {}, TensorSpec((None, 100, 1)), "shape.room", "256 samples"),
        ("MelSpectrogram", {}, TensorSpec((None, 511)), "shape.room", "1024 samples"),
        ("MelSpectrogram", {}, TensorSpec((None, 16_383)), "param.sequence_stride", "32 frames where it promises 33"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    name: str, params: Params, wired: Any, code: str, words: str
) -> None:
    kind, settings, *arguments = given(name, params, wired)

    with pytest.raises(ShapeError) as caught:
        kind.infer(settings, *arguments)

    assert (caught.value.code, words in caught.value.text) == (code, True), caught.value.text


def test_a_weight_for_each_category_is_wanted_only_to_count_with() -> None:
    weights = TensorSpec((None, 3))
    assert output(*given("CategoryEncoding", {"num_tokens": 5, "output_mode": "count"}, NUMBERS, weights)).shape == (
        None,
        5,
    )

    kind, settings, *arguments = given("CategoryEncoding", {"num_tokens": 5}, NUMBERS, weights)
    with pytest.raises(ShapeError, match="Set it to count"):
        kind.infer(settings, *arguments)


def test_a_spectrogram_counts_its_frames_and_kernels() -> None:
    kind, settings, *wired = given("STFTSpectrogram", {"frame_length": 4, "frame_step": 2}, TensorSpec((None, 10, 2)))

    assert [weight.shape for weight in kind.weights(settings, *wired)] == [(4, 1, 3), (4, 1, 3)]
    assert kind.multiply_adds(settings, *wired) == 4 * 2 * 2 * (4 * 3)  # frames, channels, kernels, and their products


def test_a_mel_spectrogram_counts_its_transforms_and_its_matrix() -> None:
    params: Params = {"fft_length": 8, "sequence_stride": 4, "num_mel_bins": 6}
    kind, settings, *wired = given("MelSpectrogram", params, TensorSpec((None, 16)))

    assert kind.multiply_adds(settings, *wired) == 5 * (8 * 3 + 5 * 6)


@pytest.mark.parametrize(
    ("name", "params", "learns"),
    [
        ("Normalization", {}, True),
        ("Normalization", {"mean": 0.0, "variance": 1.0}, False),
        ("Discretization", {"num_bins": 4}, True),
        ("Discretization", {"bin_boundaries": (1.0,)}, False),
        ("StringLookup", {}, True),
        ("IntegerLookup", {"vocabulary": (1,)}, False),
        ("TextVectorization", {}, True),
        ("Hashing", {"num_bins": 4}, False),
        ("Dense", {"units": 4}, False),
    ],
)
def test_a_layer_says_whether_it_learns_before_training(name: str, params: Params, learns: bool) -> None:
    kind = KINDS[name]

    assert kind.adapts(kind.settings(params)) is learns
