"""Convolution layers in one, two and three dimensions: plain, transposed, depthwise, separable."""

from __future__ import annotations

from math import prod

from studio.catalog.arguments import COMMON, DATA_FORMAT, USE_BIAS, activation, constrained, initialized, regularized
from studio.catalog.checks import LAYOUTS, clash, unknown_size, wrong_rank
from studio.catalog.declaration import CostRule, Family, InferRule, Kind, Param, Weight, WeightRule
from studio.catalog.dtypes import FLOATS, check_floats, result, variables
from studio.catalog.forms import Choice, Integer, Sizes
from studio.catalog.settings import Settings
from studio.catalog.windows import channel_axis, laid_out, ones, slid, spatial_axes
from studio.core.tensors import Shape, TensorSpec, product

FILTERS = Param("filters", Integer(1), help="How many patterns are looked for: the channels that come out.", start=32)
MULTIPLIER = Param("depth_multiplier", Integer(1), 1, "How many channels come out for each that goes in.")
THINGS = {1: "sequences", 2: "images", 3: "volumes"}
UNITS = frozenset({1, (1,), (1, 1), (1, 1, 1)})
TITLES = {1: "1D", 2: "2D", 3: "3D"}


def _first(p: Settings) -> bool:
    return p.values["data_format"] == "channels_first"


def _channels(name: str, rank: int, p: Settings, x: TensorSpec) -> int:
    """The number of channels that come in. Raises ShapeError for another rank or dtype, or if it is unknown."""
    shape = x.shape
    first = p.values["data_format"] == "channels_first"
    if len(shape) != rank + 2:
        raise wrong_rank(name, LAYOUTS[rank, first], rank + 2, shape)
    channels = shape[1 if first else -1]
    if channels is None:
        raise unknown_size(name, "the number of channels", channel_axis(shape, first), shape)
    if x.dtype not in FLOATS:
        check_floats(name, x)
    return channels


def _check_strides(name: str, p: Settings) -> None:
    dilation, strides = p.values["dilation_rate"], p.values["strides"]
    if dilation in UNITS or strides in UNITS:
        return
    raise clash(
        name,
        "dilation_rate",
        f"strides {strides} and dilation_rate {dilation} do not go together; leave one of them at 1.",
    )


def _slid(name: str, rank: int, p: Settings, shape: Shape, filters: int) -> tuple[TensorSpec]:
    first = p.values["data_format"] == "channels_first"
    padding = p.text("padding")
    if padding != "valid" and p.values["strides"] in UNITS:  # most convolutions: the sizes stay
        spatial = shape[2:] if first else shape[1:-1]
    else:
        window, strides = p.sizes("kernel_size", rank), p.sizes("strides", rank)
        spatial = slid(name, shape, first, window, strides, p.sizes("dilation_rate", rank), padding)
    return result(p, (shape[0], filters, *spatial) if first else (shape[0], *spatial, filters))


def _conv(name: str, rank: int) -> tuple[InferRule, WeightRule]:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        filters, groups = p.whole("filters"), p.whole("groups")
        if groups != 1 and filters % groups:
            raise clash(name, "groups", f"{filters} filters cannot be shared out evenly among {groups} groups.")
        _check_strides(name, p)
        channels = _channels(name, rank, p, x)
        if groups != 1 and channels % groups:
            raise clash(
                name, "groups", f"{channels} incoming channels cannot be shared out evenly among {groups} groups."
            )
        return _slid(name, rank, p, x.shape, filters)

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        filters, channels = p.whole("filters"), _channels(name, rank, p, x)
        kernel = (*p.sizes("kernel_size", rank), channels // p.whole("groups"), filters)
        return _with_bias(p, Weight("kernel", kernel), bias=filters)

    return infer, weights


def _transpose(name: str, rank: int) -> tuple[InferRule, WeightRule]:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        strides = p.sizes("strides", rank)
        extra = None if p.values["output_padding"] is None else p.sizes("output_padding", rank)
        if extra is not None and any(more >= stride for more, stride in zip(extra, strides, strict=True)):
            raise clash(
                name, "output_padding", f"output_padding {extra} must be smaller than strides {strides} on each axis."
            )
        _check_strides(name, p)
        _channels(name, rank, p, x)
        if extra is not None and p.text("padding") == "same":
            _check_even(name, extra, p.sizes("kernel_size", rank), p.sizes("dilation_rate", rank))
        dilation, same = p.sizes("dilation_rate", rank), p.text("padding") == "same"
        first = _first(p)
        spatial = tuple(
            _spread(size, kernel, stride, dilated, same, None if extra is None else extra[at])
            for at, (size, kernel, stride, dilated) in enumerate(
                zip(spatial_axes(x.shape, first), p.sizes("kernel_size", rank), strides, dilation, strict=True)
            )
        )
        return result(p, laid_out(x.shape[0], spatial, p.whole("filters"), first))

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        filters, channels = p.whole("filters"), _channels(name, rank, p, x)
        return _with_bias(p, Weight("kernel", (*p.sizes("kernel_size", rank), filters, channels)), bias=filters)

    return infer, weights


def _check_even(name: str, extra: tuple[int, ...], window: tuple[int, ...], dilation: tuple[int, ...]) -> None:
    """TensorFlow has no way back to the size that an even window with nothing added would come from."""
    for more, kernel, dilated in zip(extra, window, dilation, strict=True):
        if more == 0 and (kernel - 1) * dilated % 2:
            raise clash(
                name,
                "output_padding",
                "with padding 'same', an axis with an even window needs an output_padding of 1 or more. "
                "Raise it, make the window odd, or leave output_padding to None.",
            )


def _spread(size: int | None, kernel: int, stride: int, dilation: int, same: bool, extra: int | None) -> int | None:
    """Source: keras.src.backend.common.backend_utils._get_output_shape_given_tf_padding."""
    if size is None:
        return None
    reach = (kernel - 1) * dilation + 1
    if extra is None:
        return size * stride if same else (size - 1) * stride + max(reach, stride)
    return (size - 1) * stride + (reach % 2 if same else reach) + extra


def _depthwise(name: str, rank: int) -> tuple[InferRule, WeightRule]:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        channels = _channels(name, rank, p, x)
        return _slid(name, rank, p, x.shape, channels * p.whole("depth_multiplier"))

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        channels, multiplier = _channels(name, rank, p, x), p.whole("depth_multiplier")
        kernel = Weight("kernel", (*p.sizes("kernel_size", rank), channels, multiplier))
        return _with_bias(p, kernel, bias=channels * multiplier)

    return infer, weights


def _separable(name: str, rank: int) -> tuple[InferRule, WeightRule]:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        _channels(name, rank, p, x)
        return _slid(name, rank, p, x.shape, p.whole("filters"))

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        filters, multiplier = p.whole("filters"), p.whole("depth_multiplier")
        channels = _channels(name, rank, p, x)
        depthwise = Weight("depthwise_kernel", (*p.sizes("kernel_size", rank), channels, multiplier))
        pointwise = Weight("pointwise_kernel", (*(1,) * rank, channels * multiplier, filters))
        return _with_bias(p, depthwise, pointwise, bias=filters)

    return infer, weights


def _with_bias(p: Settings, *kernels: Weight, bias: int) -> tuple[Weight, ...]:
    return variables(p, *kernels, Weight("bias", (bias,))) if p.on("use_bias") else variables(p, *kernels)


def _cost(infer: InferRule, weights: WeightRule, on_input: bool) -> CostRule:
    """Each kernel weight is used once for each place: of the output, or of the input where that is spread."""

    def multiply_adds(p: Settings, x: TensorSpec) -> int | None:
        shape = x.shape if on_input else infer(p, x)[0].shape
        places = product(spatial_axes(shape, _first(p)))
        kernels = sum(prod(weight.shape) for weight in weights(p, x) if weight.name != "bias")
        return None if places is None else places * kernels

    return multiply_adds


def _window_params(rank: int, *, causal: bool) -> dict[str, Param]:
    padding = ("valid", "same", "causal") if causal else ("valid", "same")
    words = {"valid": "stays inside", "same": "pads the edges so that the size stays", "causal": "sees no later step"}
    explained = "; ".join(f"{word} {words[word]}" for word in padding)
    return {
        "kernel_size": Param("kernel_size", Sizes(rank), help="The size of the window.", start=3),
        "strides": Param("strides", Sizes(rank), ones(rank), "How far the window moves each time."),
        "padding": Param("padding", Choice(padding), "valid", f"What happens at the edges: {explained}."),
        "dilation_rate": Param(
            "dilation_rate", Sizes(rank), ones(rank), "The distance of neighbors inside the window.", True
        ),
    }


def _endings(*kernels: str) -> tuple[Param, ...]:
    weights = (*kernels, "bias")
    return (
        activation(),
        USE_BIAS,
        *initialized(*weights),
        *regularized(*weights, "activity"),
        *constrained(*weights),
        *COMMON,
    )


HEADLINE = ("filters", "kernel_size", "strides", "padding", "activation")


def _conv_kind(rank: int) -> Kind:
    name = f"Conv{rank}D"
    infer, weights = _conv(name, rank)
    window = _window_params(rank, causal=rank == 1)
    groups = Param(
        "groups", Integer(1), 1, "How many groups the channels are split into; each is convolved alone.", True
    )
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Convolution {TITLES[rank]}",
        Family.CONVOLUTION,
        f"Slides small windows over {THINGS[rank]} and looks for the same patterns everywhere.",
        infer,
        params=(
            FILTERS, window["kernel_size"], window["strides"], window["padding"], DATA_FORMAT,
            window["dilation_rate"], groups, *_endings("kernel"),
        ),
        weights=weights,
        multiply_adds=_cost(infer, weights, on_input=False),
        headline=HEADLINE,
    )  # fmt: skip


def _transpose_kind(rank: int) -> Kind:
    name = f"Conv{rank}DTranspose"
    infer, weights = _transpose(name, rank)
    window = _window_params(rank, causal=False)
    extra = Param(
        "output_padding", Sizes(rank, minimum=0, optional=True), None,
        "Extra size at the end of each axis; None works it out.", True,
    )  # fmt: skip
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Transposed convolution {TITLES[rank]}",
        Family.CONVOLUTION,
        f"The way back of a convolution: makes {THINGS[rank]} larger with learned patterns.",
        infer,
        params=(
            FILTERS, window["kernel_size"], window["strides"], window["padding"], extra, DATA_FORMAT,
            window["dilation_rate"], *_endings("kernel"),
        ),
        weights=weights,
        multiply_adds=_cost(infer, weights, on_input=True),
        headline=HEADLINE,
    )  # fmt: skip


def _depthwise_kind(rank: int) -> Kind:
    name = f"DepthwiseConv{rank}D"
    infer, weights = _depthwise(name, rank)
    window = _window_params(rank, causal=False)
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Depthwise convolution {TITLES[rank]}",
        Family.CONVOLUTION,
        f"Convolves each channel of {THINGS[rank]} by itself: few weights, little work.",
        infer,
        params=(
            window["kernel_size"], window["strides"], window["padding"], MULTIPLIER, DATA_FORMAT,
            window["dilation_rate"], *_endings("depthwise"),
        ),
        weights=weights,
        multiply_adds=_cost(infer, weights, on_input=False),
        headline=HEADLINE[1:],
    )  # fmt: skip


def _separable_kind(rank: int) -> Kind:
    name = f"SeparableConv{rank}D"
    infer, weights = _separable(name, rank)
    window = _window_params(rank, causal=False)
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Separable convolution {TITLES[rank]}",
        Family.CONVOLUTION,
        f"Convolves each channel of {THINGS[rank]} by itself, then mixes the channels: a cheap convolution.",
        infer,
        params=(
            FILTERS, window["kernel_size"], window["strides"], window["padding"], DATA_FORMAT,
            window["dilation_rate"], MULTIPLIER, *_endings("depthwise", "pointwise"),
        ),
        weights=weights,
        multiply_adds=_cost(infer, weights, on_input=False),
        headline=HEADLINE,
    )  # fmt: skip


KINDS = (
    *(_conv_kind(rank) for rank in (1, 2, 3)),
    *(_transpose_kind(rank) for rank in (1, 2, 3)),
    *(_depthwise_kind(rank) for rank in (1, 2)),
    *(_separable_kind(rank) for rank in (1, 2)),
)
