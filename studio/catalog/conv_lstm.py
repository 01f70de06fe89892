"""ConvLSTM in one, two and three dimensions: an LSTM whose products are convolutions, for films.

Source: keras.src.layers.rnn.conv_lstm.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from studio.catalog.arguments import (
    COMMON,
    DATA_FORMAT,
    SEED,
    USE_BIAS,
    activation,
    constrained,
    initialized,
    regularized,
)
from studio.catalog.cells import DROPOUTS, LSTM, UNIT_FORGET_BIAS, WEIGHTS, check_step, state_ports
from studio.catalog.checks import clash, unknown_size, wrong_rank
from studio.catalog.declaration import (
    OUTPUT,
    CostRule,
    Family,
    InferRule,
    Kind,
    Param,
    Ports,
    ShapeError,
    Weight,
    WeightRule,
)
from studio.catalog.dtypes import check_floats, variables
from studio.catalog.forms import Choice, Integer, Sizes
from studio.catalog.recurrent import INPUTS, UNROLL, WAYS, ZERO_OUTPUT, per_step, stepped
from studio.catalog.settings import Settings
from studio.catalog.windows import channel_axis, laid_out, slid
from studio.core.tensors import Shape, TensorSpec

LAYOUTS = {
    (1, False): "sequences of rows (batch, steps, width, channels)",
    (1, True): "sequences of rows (batch, steps, channels, width)",
    (2, False): "films (batch, steps, height, width, channels)",
    (2, True): "films (batch, steps, channels, height, width)",
    (3, False): "sequences of volumes (batch, steps, depth, height, width, channels)",
    (3, True): "sequences of volumes (batch, steps, channels, depth, height, width)",
}
THINGS = {1: "rows", 2: "images", 3: "volumes"}


def _first(p: Settings) -> bool:
    return p.values["data_format"] == "channels_first"


def _step(x: TensorSpec) -> Shape:
    """The shape of one step, without the axis of steps."""
    return (x.shape[0], *x.shape[2:])


def _state(name: str, rank: int, p: Settings, shape: Shape) -> Shape:
    """What comes out at each step, without the batch."""
    first = _first(p)
    window, strides, dilation = (p.sizes(each, rank) for each in ("kernel_size", "strides", "dilation_rate"))
    try:
        spatial = slid(name, shape, first, window, strides, dilation, p.text("padding"))
    except ShapeError as error:
        error.wants = None  # its axis is that of a step
        raise
    return laid_out(None, spatial, p.whole("filters"), first)[1:]


def _infer(name: str, rank: int) -> InferRule:
    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        if len(x.shape) != rank + 3:
            raise wrong_rank(name, LAYOUTS[rank, _first(p)], rank + 3, x.shape)
        if None in x.shape[2:]:
            axis = x.shape.index(None, 2)
            raise unknown_size(name, "every size but the number of steps", axis, x.shape)
        if max(p.sizes("strides", rank)) > 1 and max(p.sizes("dilation_rate", rank)) > 1:
            raise clash(name, "dilation_rate", "strides and dilation_rate cannot both be above 1. Put one back to 1.")
        check_floats(name, x)
        check_step(name, p, x.dtype)
        state = _state(name, rank, p, _step(x))
        return stepped(name, p, x, initial_state, mask, state, (state, state))

    return infer


def _outputs() -> Callable[[Settings], Ports]:
    with_states = (OUTPUT, *state_ports(LSTM))
    return lambda p: with_states if p.values["return_state"] else (OUTPUT,)


def _weights(rank: int) -> WeightRule:
    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        filters, window = p.whole("filters"), p.sizes("kernel_size", rank)
        channels = _channels(p, x)
        made = [
            Weight("kernel", (*window, channels, 4 * filters)),
            Weight("recurrent_kernel", (*window, filters, 4 * filters)),
        ]
        if p.on("use_bias"):
            made.append(Weight("bias", (4 * filters,)))
        return variables(p, *made)

    return weights


def _channels(p: Settings, x: TensorSpec) -> int:
    step = _step(x)
    size = step[channel_axis(step, _first(p))]
    assert size is not None
    return size


def _cost(name: str, rank: int) -> CostRule:
    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        numbers = prod(size for size in _state(name, rank, p, _step(x)) if size is not None)
        reach = prod(p.sizes("kernel_size", rank))
        return per_step(numbers * 4 * reach * (_channels(p, x) + p.whole("filters")), x.shape[1])

    return multiply_adds


def _kind(rank: int) -> Kind:
    name = f"ConvLSTM{rank}D"
    return Kind(
        name,
        f"keras.layers.{name}",
        f"ConvLSTM {rank}D",
        Family.RECURRENT,
        f"Reads a sequence of {THINGS[rank]} step by step: an LSTM that looks through convolutions.",
        _infer(name, rank),
        params=(
            Param("filters", Integer(1), help="How many channels come out.", start=32),
            Param("kernel_size", Sizes(rank), help="The size of the window.", start=3),
            Param("strides", Sizes(rank), 1, "How far the window moves each time."),
            Param("padding", Choice(("valid", "same")), "valid", "What happens at the edges: same pads them."),
            DATA_FORMAT,
            Param("dilation_rate", Sizes(rank), 1, "How far apart the window's elements are.", True),
            activation("tanh"),
            activation("sigmoid", "recurrent_activation"),
            USE_BIAS,
            *initialized(*WEIGHTS),
            UNIT_FORGET_BIAS,
            *regularized(*WEIGHTS, "activity"),
            *constrained(*WEIGHTS),
            *DROPOUTS,
            SEED,
            *WAYS,
            UNROLL,
            ZERO_OUTPUT,
            *COMMON,
        ),
        inputs=INPUTS,
        outputs=_outputs(),
        weights=_weights(rank),
        multiply_adds=_cost(name, rank),
        headline=("filters", "kernel_size", "return_sequences"),
    )


KINDS = tuple(_kind(rank) for rank in (1, 2, 3))
