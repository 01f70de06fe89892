"""What the layers for images say to images that they cannot take."""

from __future__ import annotations

import pytest

from studio.catalog.declaration import ShapeError, WantsRoom
from studio.catalog.registry import KINDS
from studio.core.tensors import TensorSpec
from studio.core.values import Params

RGB, GREY = TensorSpec((None, 28, 28, 3)), TensorSpec((None, 28, 28, 1))
CLAHE = "ContrastLimitedAdaptiveHistogramEqualization"

REFUSED: tuple[tuple[str, Params, TensorSpec, str, str], ...] = (
    ("RandomFlip", {}, TensorSpec((None, 28, 28)), "shape.rank", "it gets (None, 28, 28), rank 3"),
    ("RandomHue", {"factor": 0.1}, GREY, "shape.channels", "3 channels; it gets (None, 28, 28, 1), where axis 3 has 1"),
    ("RandomHue", {"factor": 0.1, "data_format": "channels_first"}, RGB, "shape.channels", "axis 1 has 28"),
    ("RandomColorJitter", {"hue_factor": 0.1}, GREY, "shape.channels", "3 channels"),
    ("AugMix", {}, TensorSpec((None, 28, 28, 2)), "shape.channels", "1 or 3 channels"),
    ("RandomPerspective", {}, TensorSpec((None, 1, 28, 3)), "shape.room", "axis 1 has one"),
    ("RandomGaussianBlur", {"kernel_size": (3, 4)}, RGB, "param.kernel_size", "odd numbers"),
    ("RandomErasing", {"dtype": "mixed_float16"}, RGB, "param.dtype", "Set dtype='float32'"),
    (CLAHE, {}, TensorSpec((None, 2, 28, 3)), "shape.room", "8 tiles along axis 1 of (None, 2, 28, 3)"),
    (CLAHE, {"tile_grid_size": (8,)}, RGB, "param.tile_grid_size", "two numbers, and has 1"),
    (
        "Resizing",
        {"height": 8, "width": 8, "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
        RGB,
        "param.pad_to_aspect_ratio",
        "Turn one of the two off",
    ),
)


def _infer(name: str, params: Params, x: TensorSpec) -> TensorSpec:
    kind = KINDS[name]
    return kind.infer(kind.settings(params), x)[0]


@pytest.mark.parametrize(("name", "params", "x", "code", "words"), REFUSED)
def test_images_that_a_layer_cannot_take_are_refused_with_their_shape(
    name: str, params: Params, x: TensorSpec, code: str, words: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        _infer(name, params, x)
    assert caught.value.code == code
    assert words in caught.value.text


def test_tiles_that_do_not_fit_want_room_along_their_axis() -> None:
    with pytest.raises(ShapeError) as caught:
        _infer(CLAHE, {}, TensorSpec((None, 28, 3, 3)))
    assert caught.value.wants == WantsRoom(2)


@pytest.mark.parametrize(
    ("name", "params", "x", "out"),
    [
        ("Resizing", {"height": 8, "width": 9}, TensorSpec((None, None, None, 3)), TensorSpec((None, 8, 9, 3))),
        ("RandomCrop", {"height": 8, "width": 9}, RGB._replace(dtype="uint8"), TensorSpec((None, 8, 9, 3))),
        (
            "CenterCrop",
            {"height": 8, "width": 9, "data_format": "channels_first"},
            TensorSpec((None, 3, 28, 28)),
            TensorSpec((None, 3, 8, 9)),
        ),
        ("RandomColorJitter", {"contrast_factor": 0.1}, GREY, GREY),
        ("RandomGrayscale", {}, RGB._replace(dtype="uint8"), RGB),
        ("AugMix", {"all_ops": False}, TensorSpec((None, 28, 28, 2)), TensorSpec((None, 28, 28, 2))),
        ("RandomFlip", {"dtype": "mixed_float16"}, RGB._replace(masked=True), RGB._replace(dtype="float16")),
    ],
)
def test_images_come_out_in_the_compute_dtype_and_without_mask(
    name: str, params: Params, x: TensorSpec, out: TensorSpec
) -> None:
    assert _infer(name, params, x) == out
