"""Where the studio does not say what Keras says about layers for images, on purpose, each with its evidence."""

from __future__ import annotations

from studio.catalog import image_colors, image_geometry, image_mixes, image_sizes
from studio.core.tensors import Shape, TensorSpec
from tests.parity.drawing import Case
from tests.parity.exemption import Exemption

IMAGES = frozenset(
    kind.name for module in (image_colors, image_geometry, image_mixes, image_sizes) for kind in module.KINDS
)
CLAHE = "ContrastLimitedAdaptiveHistogramEqualization"
COLORS = ("RandomSaturation", "RandomHue", "RandomColorJitter", "RandomGrayscale", "AugMix", "RandAugment")
COUNTING = ("RandomElasticTransform", "RandomErasing", "RandomGaussianBlur")


def _images(*shape: int | None, dtype: str = "float32") -> tuple[TensorSpec]:
    return (TensorSpec(shape, dtype),)


GREY: Shape = (None, 8, 8, 1)
RGB: Shape = (None, 8, 8, 3)

REFUSED = (
    Exemption(
        IMAGES,
        "shape.rank",
        "Keras does not count the axes, and takes the batch of three for the height of one image",
        Case("RandomFlip", wired=_images(None, 8)),
    ),
    Exemption(
        frozenset(COLORS),
        "shape.channels",
        "Keras does not count the channels",
        Case("RandomHue", {"factor": 0.1}, wired=_images(*GREY)),
    ),
    Exemption(
        frozenset({CLAHE}),
        "shape.room",
        "Keras mirrors more rows than there are, to fill the last tile",
        Case(CLAHE, wired=_images(None, 2, 8, 3)),
        "tile_grid_size",
    ),
    Exemption(
        frozenset({CLAHE}),
        "param.tile_grid_size",
        "Keras takes the two numbers apart when it is called",
        Case(CLAHE, {"tile_grid_size": (4, 4, 4)}, wired=_images(*RGB)),
        "tile_grid_size",
    ),
    Exemption(
        frozenset({"RandomPerspective"}),
        "shape.room",
        "There is one line of pixels, and no perspective of it",
        Case("RandomPerspective", wired=_images(None, 1, 8, 3)),
    ),
    Exemption(
        frozenset({"Resizing"}),
        "param.pad_to_aspect_ratio",
        "Keras finds out when the call is traced",
        Case(
            "Resizing",
            {"height": 4, "width": 4, "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            wired=_images(*RGB),
        ),
        "pad_to_aspect_ratio",
    ),
    *(
        Exemption(
            frozenset({name}),
            "param.dtype",
            "TensorFlow has no tf.range in float16",
            Case(name, {"dtype": "mixed_float16"}, wired=_images(*RGB)),
            "dtype",
        )
        for name in COUNTING
    ),
)

WHOLE = Exemption(
    frozenset({"RandomGrayscale"}),
    "",
    "Keras promises whole numbers and gives the dtype that it computes in",
    Case("RandomGrayscale", wired=_images(*RGB, dtype="uint8")),
    is_dtype=True,
)
ENLARGED = Exemption(
    frozenset({"CenterCrop"}),
    "",
    "Keras enlarges images that are too small in float32",
    Case("CenterCrop", {"height": 9, "width": 4, "dtype": "mixed_float16"}, wired=_images(*RGB)),
    is_dtype=True,
)
CORRECTED = (WHOLE, ENLARGED)


def corrected_images(case: Case) -> Exemption | None:
    """The entry that allows the studio to give another dtype to this case."""
    return next((entry for entry in CORRECTED if case.kind in entry.kinds), None)
