"""Layers that bring images to one size: Resizing, CenterCrop, RandomCrop."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import clash
from studio.catalog.declaration import InferRule, Param
from studio.catalog.dtypes import result
from studio.catalog.forms import Choice, Integer, Number, Switch
from studio.catalog.images import RANDOM, check_images, image_kind, sides
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

SIZE = (
    Param("height", Integer(1), help="The height of what comes out.", start=32),
    Param("width", Integer(1), help="The width of what comes out.", start=32),
)


def _sized(name: str) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        check_images(name, p, x)
        shape, (height, width, _) = list(x.shape), sides(p)
        shape[height], shape[width] = p.whole("height"), p.whole("width")
        return result(p, tuple(shape))

    return infer


def _resizing(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    if p.on("crop_to_aspect_ratio") and p.on("pad_to_aspect_ratio"):
        raise clash(
            "Resizing",
            "pad_to_aspect_ratio",
            "images are cropped or padded to the new aspect ratio, not both. Turn one of the two off.",
        )
    return _SIZED(p, x)


def _center(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    """Images that are too small are enlarged, and TensorFlow does that in float32. Source: tf.image.resize."""
    (output,) = _CENTERED(p, x)
    for axis in sides(p)[:2]:
        size, wanted = x.shape[axis], output.shape[axis]
        if size is not None and wanted is not None and size < wanted:
            return (output._replace(dtype="float32"),)
    return (output,)


_SIZED, _CENTERED = _sized("Resizing"), _sized("CenterCrop")

KINDS = (
    image_kind(
        "Resizing",
        "Resizing",
        "Brings images of any size to one size.",
        _resizing,
        *SIZE,
        Param(
            "interpolation",
            Choice(("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")),
            "bilinear",
            "How new pixels are made from their neighbors.",
        ),
        Param("crop_to_aspect_ratio", Switch(), False, "Whether edges are cut off, so that nothing is distorted."),
        Param("pad_to_aspect_ratio", Switch(), False, "Whether edges are added, so that nothing is distorted."),
        Param("fill_mode", Choice(("constant",)), "constant", "What is put into added edges.", True),
        Param("fill_value", Number(), 0.0, "The number in added edges.", True),
        Param("antialias", Switch(), False, "Whether images are smoothed before they shrink.", True),
        DATA_FORMAT,
        *ANY,
        headline=("height", "width"),
    ),
    image_kind(
        "CenterCrop",
        "Center crop",
        "Cuts the middle out of images; those that are too small are enlarged first.",
        _center,
        *SIZE,
        DATA_FORMAT,
        *ANY,
        headline=("height", "width"),
    ),
    image_kind(
        "RandomCrop",
        "Random crop",
        "In training, cuts a piece out of images at random; otherwise it hands on whole images.",
        _sized("RandomCrop"),
        *SIZE,
        *RANDOM,
        headline=("height", "width"),
    ),
)
