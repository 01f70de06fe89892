"""What layers for images share: their params, and the rule that says which images they take.

Source: keras.src.layers.preprocessing.image_preprocessing. Inside of a model these layers work in their compute dtype,
whatever arrives, and lose masks. Keras also takes a single image without a batch; nothing in a drawing is one.
"""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT, SEED
from studio.catalog.checks import LAYOUTS, clash, wrong_rank
from studio.catalog.declaration import REQUIRED, Family, InferRule, Kind, Param, ShapeError
from studio.catalog.dtypes import compute_dtype, result
from studio.catalog.forms import Choice, Number, Span
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.values import Value
from studio.core.wording import listed

VALUE_RANGE = Param("value_range", Span(pair=True), (0, 255), "The least and the largest value of a pixel.")
FILL_MODE = Param(
    "fill_mode",
    Choice(("reflect", "wrap", "constant", "nearest")),
    "reflect",
    "What fills the places that an image leaves empty.",
)
FILL_VALUE = Param("fill_value", Number(), 0.0, "The number in empty places, where fill_mode is constant.", True)
INTERPOLATION = Param(
    "interpolation",
    Choice(("nearest", "bilinear")),
    "bilinear",
    "How pixels between pixels are worked out.",
    True,
)
FOR_IMAGES = (*ANY, DATA_FORMAT)
"""What a layer takes that leaves the data format to keras.layers.BaseImagePreprocessingLayer."""
RANDOM = (SEED, DATA_FORMAT, *ANY)


def factor(
    help_text: str,
    default: Value = None,
    name: str = "factor",
    low: float = 0,
    high: float = 1,
    *,
    strict: bool = False,
    whole: bool = False,
    start: Value = None,
) -> Param:
    """How strong a layer changes images: a number or a pair, between `low` and `high`; required if it has a `start`.

    Where it is not `strict`, Keras lets a pair reach beyond them.
    """
    form = Span(low, high, reaching=not strict, whole=whole)
    return Param(name, form, default if start is None else REQUIRED, help_text, start=start)


def sides(p: Settings) -> tuple[int, int, int]:
    """The axes of height, width and channels."""
    return (2, 3, 1) if p.values["data_format"] == "channels_first" else (1, 2, 3)


def check_images(name: str, p: Settings, x: TensorSpec) -> None:
    """Raise ShapeError unless images arrive, many of them in a batch."""
    if len(x.shape) != 4:
        raise wrong_rank(name, LAYOUTS[2, p.values["data_format"] == "channels_first"], 4, x.shape)


def check_channels(name: str, p: Settings, shape: Shape, wanted: tuple[int, ...]) -> None:
    """Raise ShapeError for images with another number of channels."""
    channels = shape[sides(p)[2]]
    if channels is None or channels in wanted:
        return
    counts = listed([str(count) for count in wanted], "or")
    raise ShapeError(
        "shape.channels",
        f"{name} works with colors, so it wants images with {counts} channels; it gets {shape_text(shape)}, where axis "
        f"{sides(p)[2]} has {channels}. Take it out for such images, or give it colors before.",
        port="input",
    )


def same(name: str, channels: tuple[int, ...] = (), *, counts: bool = False) -> InferRule:
    """The rule of a layer whose images keep their size.

    They have so many `channels`, if that is asked for. Where it `counts` pixels in its compute dtype, this cannot be
    float16, for which TensorFlow has no tf.range.
    """

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        check_images(name, p, x)
        if channels:
            check_channels(name, p, x.shape, channels)
        if counts and compute_dtype(p) == "float16":
            raise clash(name, "dtype", "TensorFlow cannot count its pixels in float16. Set dtype='float32' for it.")
        return result(p, x.shape)

    return infer


def image_kind(
    name: str,
    title: str,
    summary: str,
    infer: InferRule,
    *params: Param,
    headline: tuple[str, ...] = ("factor",),
) -> Kind:
    """A layer for images."""
    return Kind(
        name,
        f"keras.layers.{name}",
        title,
        Family.PREPROCESSING,
        summary,
        infer,
        params=params,
        headline=headline,
    )
