"""Layers that change the colors of images: most of them in training and at random, contrast for every image."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT, SEED
from studio.catalog.declaration import Param
from studio.catalog.forms import Number, Span
from studio.catalog.images import FOR_IMAGES, RANDOM, VALUE_RANGE, factor, image_kind, same
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

RGB = (3,)
GREY_OR_RGB = (1, 3)
LAST = (DATA_FORMAT, SEED, *ANY)


def _jitter(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    turns = p["saturation_factor"] is not None or p["hue_factor"] is not None
    return (_TURNING if turns else _JITTERING)(p, x)


_JITTERING, _TURNING = same("RandomColorJitter"), same("RandomColorJitter", RGB)


def _optional(name: str, help_text: str, low: float) -> Param:
    return Param(name, Span(low, 1, optional=True, reaching=True), None, help_text)


KINDS = (
    image_kind(
        "RandomBrightness",
        "Random brightness",
        "In training, makes images darker or brighter.",
        same("RandomBrightness"),
        factor("How much, as a part of value_range; −1 is black, 1 is white.", low=-1, start=0.2),
        VALUE_RANGE,
        SEED,
        *FOR_IMAGES,
    ),
    image_kind(
        "RandomContrast",
        "Random contrast",
        "In training, makes images flatter or harsher.",
        same("RandomContrast"),
        factor("How much: 0.2 is between four and six fifths of what there is.", start=0.2),
        VALUE_RANGE,
        SEED,
        *FOR_IMAGES,
    ),
    image_kind(
        "RandomSaturation",
        "Random saturation",
        "In training, makes colors paler or stronger.",
        same("RandomSaturation", RGB),
        factor("How much: 0.5 leaves colors as they are, 0 is grey.", low=-1, start=(0.4, 0.6)),
        VALUE_RANGE,
        *LAST,
    ),
    image_kind(
        "RandomHue",
        "Random hue",
        "In training, turns colors into their neighbors in the rainbow.",
        same("RandomHue", RGB),
        factor("How far around the circle of colors.", start=0.1),
        VALUE_RANGE,
        *LAST,
    ),
    image_kind(
        "RandomColorJitter",
        "Random color jitter",
        "In training, changes brightness, contrast, saturation and hue, those that are set.",
        _jitter,
        VALUE_RANGE,
        _optional("brightness_factor", "How much darker or brighter.", -1),
        _optional("contrast_factor", "How much flatter or harsher.", 0),
        _optional("saturation_factor", "How much paler or stronger; 0.5 changes nothing.", -1),
        _optional("hue_factor", "How far colors turn.", 0),
        *RANDOM,
        headline=("brightness_factor", "contrast_factor"),
    ),
    image_kind(
        "RandomColorDegeneration",
        "Random color degeneration",
        "In training, takes some of the color out of images.",
        same("RandomColorDegeneration", RGB),
        factor("How much: 0 is none of it, 1 leaves grey.", low=-1, start=0.5),
        VALUE_RANGE,
        *LAST,
    ),
    image_kind(
        "RandomGrayscale",
        "Random grayscale",
        "In training, makes some images grey; they keep their three channels.",
        same("RandomGrayscale", GREY_OR_RGB),
        Param("factor", Number(0, 1), 0.5, "The share of the images."),
        *LAST,
    ),
    image_kind(
        "RandomInvert",
        "Random invert",
        "In training, turns some images into their negatives.",
        same("RandomInvert"),
        factor("The share of the images.", 1.0),
        VALUE_RANGE,
        *RANDOM,
    ),
    image_kind(
        "RandomPosterization",
        "Random posterization",
        "In training, leaves few shades of each color, as on a poster.",
        same("RandomPosterization"),
        factor("How many bits of each color are kept, from 1 to 8.", low=1, high=8, whole=True, start=4),
        VALUE_RANGE,
        *LAST,
    ),
    image_kind(
        "RandomSharpness",
        "Random sharpness",
        "In training, makes images sharper or softer.",
        same("RandomSharpness"),
        factor("How much.", start=0.5),
        VALUE_RANGE,
        *LAST,
    ),
    image_kind(
        "Solarization",
        "Solarization",
        "In training, turns what is brighter than a random threshold into its negative.",
        same("Solarization"),
        factor("How much brighter images become first, as a part of value_range.", 0.0, "addition_factor", strict=True),
        factor("Where bright begins, as a part of value_range.", 0.0, "threshold_factor", strict=True),
        VALUE_RANGE,
        SEED,
        *FOR_IMAGES,
        headline=("addition_factor", "threshold_factor"),
    ),
    image_kind(
        "AutoContrast",
        "Auto contrast",
        "Stretches the values of every image, so that they fill value_range.",
        same("AutoContrast"),
        VALUE_RANGE,
        *FOR_IMAGES,
        headline=("value_range",),
    ),
)
