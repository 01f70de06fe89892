"""Augmentation that moves pixels: in training, images are turned, shifted, zoomed and bent at random."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT, SEED
from studio.catalog.declaration import Param, ShapeError
from studio.catalog.dtypes import result
from studio.catalog.forms import Choice, Number, Span
from studio.catalog.images import (
    FILL_MODE,
    FILL_VALUE,
    INTERPOLATION,
    RANDOM,
    VALUE_RANGE,
    check_images,
    factor,
    image_kind,
    same,
    sides,
)
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, shape_text

FILLED = (FILL_MODE, INTERPOLATION, SEED, FILL_VALUE, DATA_FORMAT, *ANY)
HOW_OFTEN = "How likely an image is changed: a chance up to this number, or between the two, is drawn for each."


def _perspective(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    check_images("RandomPerspective", p, x)
    for axis in sides(p)[:2]:
        if x.shape[axis] == 1:
            raise ShapeError(
                "shape.room",
                f"RandomPerspective wants images of two pixels or more each way; it gets {shape_text(x.shape)}, where "
                f"axis {axis} has one. Enlarge them with Resizing, or take the layer out.",
                port="input",
            )
    return result(p, x.shape)


KINDS = (
    image_kind(
        "RandomFlip",
        "Random flip",
        "In training, mirrors a random half of the images.",
        same("RandomFlip"),
        Param(
            "mode",
            Choice(("horizontal_and_vertical", "horizontal", "vertical")),
            "horizontal_and_vertical",
            "Which way images are mirrored; letters and digits mean nothing then.",
        ),
        *RANDOM,
        headline=("mode",),
    ),
    image_kind(
        "RandomRotation",
        "Random rotation",
        "In training, turns images by a random angle.",
        same("RandomRotation"),
        factor("How far images turn: 0.1 is a tenth of a full turn, either way.", low=-1, start=0.1),
        *FILLED,
    ),
    image_kind(
        "RandomTranslation",
        "Random translation",
        "In training, shifts images by a random part of their size.",
        same("RandomTranslation"),
        factor("How far up or down, as a part of the height.", name="height_factor", low=-1, strict=True, start=0.1),
        factor("How far left or right, as a part of the width.", name="width_factor", low=-1, strict=True, start=0.1),
        *FILLED,
        headline=("height_factor", "width_factor"),
    ),
    image_kind(
        "RandomZoom",
        "Random zoom",
        "In training, zooms images out and in by a random amount.",
        same("RandomZoom"),
        Param(
            "height_factor",
            Span(-1, 1, above=True),
            help="How much is seen of the height: 0.2 zooms out and in by a fifth, (-0.3, -0.2) in only.",
            start=0.2,
        ),
        Param(
            "width_factor",
            Span(-1, 1, above=True, optional=True),
            None,
            "The same for the width; None keeps the proportions.",
        ),
        *FILLED,
        headline=("height_factor", "width_factor"),
    ),
    image_kind(
        "RandomShear",
        "Random shear",
        "In training, slants images by a random amount.",
        same("RandomShear"),
        factor("How far along the width.", 0.0, "x_factor", strict=True),
        factor("How far along the height.", 0.0, "y_factor", strict=True),
        INTERPOLATION,
        FILL_MODE,
        FILL_VALUE,
        DATA_FORMAT,
        SEED,
        *ANY,
        headline=("x_factor", "y_factor"),
    ),
    image_kind(
        "RandomPerspective",
        "Random perspective",
        "In training, shows images as if from the side.",
        _perspective,
        factor(HOW_OFTEN, 1.0),
        Param("scale", Number(0, 1), 1.0, "How far from the side, from 0 to 1."),
        INTERPOLATION,
        FILL_VALUE,
        *RANDOM,
        headline=("factor", "scale"),
    ),
    image_kind(
        "RandomElasticTransform",
        "Random elastic transform",
        "In training, bends images like rubber.",
        same("RandomElasticTransform", counts=True),
        factor(HOW_OFTEN, 1.0),
        factor("How strongly they are bent.", 1.0, "scale"),
        INTERPOLATION,
        FILL_MODE,
        FILL_VALUE,
        VALUE_RANGE,
        *RANDOM,
        headline=("factor", "scale"),
    ),
)
