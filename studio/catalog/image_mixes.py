"""Augmentation by several means at once, and what hides or softens parts of images."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT, SEED
from studio.catalog.checks import clash
from studio.catalog.declaration import Param, ShapeError, WantsRoom
from studio.catalog.dtypes import result
from studio.catalog.forms import Dims, Integer, Number, Sizes, Switch
from studio.catalog.images import (
    INTERPOLATION,
    RANDOM,
    VALUE_RANGE,
    check_channels,
    check_images,
    factor,
    image_kind,
    same,
    sides,
)
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, shape_text

GREY_OR_RGB = (1, 3)
HOW_STRONG = "How strongly images are changed, from 0 to 1."
HOW_OFTEN = "How likely an image is changed: a chance up to this number, or between the two, is drawn for each."


def _clahe(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    name = "ContrastLimitedAdaptiveHistogramEqualization"
    check_images(name, p, x)
    grid = p.dims("tile_grid_size")
    if len(grid) != 2:
        raise clash(name, "tile_grid_size", f"it wants rows and columns of tiles, two numbers, and has {len(grid)}.")
    for axis, tiles in zip(sides(p), grid, strict=False):
        size = x.shape[axis]
        assert tiles is not None
        if size is not None and -size % tiles > size:
            raise ShapeError(
                "shape.room",
                f"{name} makes {tiles} tiles along axis {axis} of {shape_text(x.shape)}, which is only {size} long. "
                "Set a smaller tile_grid_size, or enlarge the images with Resizing.",
                port="input",
                param="tile_grid_size",
                wants=WantsRoom(axis),
            )
    return result(p, x.shape)


def _blur(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    name = "RandomGaussianBlur"
    sizes = p.sizes("kernel_size", 2)
    if any(size % 2 == 0 for size in sizes):
        raise clash(name, "kernel_size", f"it wants odd numbers, so that there is a middle; it is {sizes}.")
    return _BLURRED(p, x)


def _augmix(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    check_images("AugMix", p, x)
    if p.on("all_ops"):
        check_channels("AugMix", p, x.shape, GREY_OR_RGB)
    return result(p, x.shape)


_BLURRED = same("RandomGaussianBlur", counts=True)

KINDS = (
    image_kind(
        "RandomErasing",
        "Random erasing",
        "In training, covers a random rectangle of images.",
        same("RandomErasing", counts=True),
        factor(HOW_OFTEN, 1.0),
        factor("How large the rectangle is, as a part of the image.", (0.02, 0.33), "scale"),
        Param("fill_value", Number(optional=True), None, "The number that covers it; None takes noise."),
        VALUE_RANGE,
        *RANDOM,
        headline=("factor", "scale"),
    ),
    image_kind(
        "RandomGaussianBlur",
        "Random Gaussian blur",
        "In training, softens images by a random amount.",
        _blur,
        factor(HOW_OFTEN, 1.0),
        Param("kernel_size", Sizes(2), 3, "How far a pixel is spread; odd."),
        factor("How evenly it is spread.", 1.0, "sigma"),
        VALUE_RANGE,
        DATA_FORMAT,
        SEED,
        *ANY,
        headline=("factor", "kernel_size", "sigma"),
    ),
    image_kind(
        "AugMix",
        "AugMix",
        "In training, mixes each image with changed versions of itself.",
        _augmix,
        VALUE_RANGE,
        Param("num_chains", Integer(1), 3, "How many changed versions are mixed."),
        Param("chain_depth", Integer(1), 3, "How many changes make a version at most."),
        factor(HOW_STRONG, 0.3, strict=True),
        Param("alpha", Number(0, above=True), 1.0, "How evenly they are mixed: large is even.", True),
        Param("all_ops", Switch(), True, "Whether brightness, contrast, color and sharpness change as well."),
        INTERPOLATION,
        *RANDOM,
        headline=("num_chains", "factor"),
    ),
    image_kind(
        "RandAugment",
        "RandAugment",
        "In training, changes images by a few means drawn from eleven: a strong augmentation with two numbers to set.",
        same("RandAugment", GREY_OR_RGB),
        VALUE_RANGE,
        Param("num_ops", Integer(1), 2, "How many changes each image gets."),
        factor(HOW_STRONG, 0.5, strict=True),
        INTERPOLATION,
        *RANDOM,
        headline=("num_ops", "factor"),
    ),
    image_kind(
        "ContrastLimitedAdaptiveHistogramEqualization",
        "Adaptive histogram equalization (CLAHE)",
        "Evens out the contrast within every part of an image: for X-rays, microscopy, fog.",
        _clahe,
        VALUE_RANGE,
        Param("clip_limit", Number(), 4.0, "How much contrast may grow; 0 or less sets no limit."),
        Param("tile_grid_size", Dims(), (8, 8), "Into how many parts an image is divided: rows, columns."),
        DATA_FORMAT,
        *ANY,
        headline=("clip_limit", "tile_grid_size"),
    ),
)
