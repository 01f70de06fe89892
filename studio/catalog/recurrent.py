"""Recurrent layers: SimpleRNN, LSTM, GRU, and RNN of any cell.

Source: keras.layers.RNN and the layers in keras.src.layers.rnn. Keras looks at neither initial states nor masks when it
works out shapes; what does not fit is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from studio.catalog.arguments import ANY, COMMON, SEED, regularized
from studio.catalog.cells import (
    GRU,
    LSTM,
    RESET_AFTER,
    SIMPLE,
    Cell,
    cell_params,
    cell_weights,
    check_step,
    state_ports,
    step_cost,
)
from studio.catalog.checks import SEQUENCES, check_mask, clash, unknown_size, wrong_rank
from studio.catalog.declaration import (
    OUTPUT,
    CostRule,
    Family,
    InferRule,
    Kind,
    Nest,
    Param,
    Port,
    Ports,
    ShapeError,
    Weight,
)
from studio.catalog.dtypes import compute_dtype, passed_dtype
from studio.catalog.forms import Choice, Object, Role, Switch
from studio.catalog.holding import Held, Holder, Refused, held_weights, shown_outside
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.values import Inner
from studio.core.wording import listed

INPUT = Port("input", help="The sequences.")
INITIAL_STATE = Port(
    "initial_state", many=True, optional=True, argument="initial_state", help="What the layer remembers at the start."
)
MASK = Port("mask", optional=True, argument="mask", help="Which steps count, (batch, steps).")
INPUTS = (INPUT, INITIAL_STATE, MASK)

RETURN_SEQUENCES = Param(
    "return_sequences", Switch(), False, "Whether every step's output comes out, or only the last one's."
)
RETURN_STATE = Param("return_state", Switch(), False, "Whether the last state comes out as well.")
GO_BACKWARDS = Param("go_backwards", Switch(), False, "Whether the sequence is read from its end.")
STATEFUL = Param("stateful", Switch(), False, "Whether a batch goes on from the state of the one before.", True)
UNROLL = Param("unroll", Switch(), False, "Whether the steps are laid out one by one: faster, more memory.", True)
ZERO_OUTPUT = Param(
    "zero_output_for_mask", Switch(), False, "Whether a masked step gives 0, not the output of the step before.", True
)
DEEPEST = 2
"""How deep RNN can nest the states that it returns."""
WAYS = (RETURN_SEQUENCES, RETURN_STATE, GO_BACKWARDS, STATEFUL)


def stepped(
    name: str,
    p: Settings,
    x: TensorSpec,
    initial_state: tuple[TensorSpec, ...],
    mask: TensorSpec | None,
    one: Shape,
    states: Sequence[Shape],
) -> tuple[TensorSpec, ...]:
    """What a recurrent layer gives whose cell gives `one` at each step and keeps `states`, both without the batch."""
    v, shape = p.values, x.shape
    if v["stateful"] and shape[0] is None:
        raise clash(name, "stateful", "stateful needs a fixed batch_size at the Input; turn one of them round.")
    if v["unroll"] and shape[1] is None:
        raise clash(name, "unroll", f"unroll needs a known number of steps; the input is {shape_text(shape)}.")
    if initial_state:
        check_states(name, initial_state, states, shape[0])
    check_mask(name, "mask", mask, shape[:2])
    dtype = compute_dtype(p)
    sequences = v["return_sequences"]
    masked = bool(sequences) and (bool(x.masked) or mask is not None)
    output = TensorSpec((shape[0], shape[1], *one) if sequences else (shape[0], *one), dtype, masked)
    if v["return_state"]:
        return (output, *(TensorSpec((shape[0], *state), dtype) for state in states))
    return (output,)


def check_states(name: str, given: tuple[TensorSpec, ...], states: Sequence[Shape], batch: int | None) -> None:
    """Raise ShapeError unless the initial states are as many as the layer's own, and each fits its own."""
    wanted = listed([_state_text(state) for state in states], "and")
    if len(given) != len(states):
        raise ShapeError(
            "shape.states",
            f"{name} starts from {len(states)} initial_state wires, {wanted}; it gets {len(given)}. "
            "Wire exactly as many, or none.",
            port="initial_state",
        )
    for slot, (state, own) in enumerate(zip(given, states, strict=True)):
        if len(state.shape) != len(own) + 1 or not all(map(_alike, state.shape, (batch, *own))):
            if len(state.shape) > len(own) + 1:
                advice = "That is a whole sequence: wire the state of the layer before it, with return_state on."
            else:
                advice = "Give both layers the same units."
            raise ShapeError(
                "shape.states",
                f"{name} has states {wanted}; wire {slot + 1} of initial_state is {shape_text(state.shape)}. {advice}",
                port="initial_state",
                slot=slot,
            )


def _state_text(state: Shape) -> str:
    return f"(batch, {', '.join(str(size) for size in state)})"


def _alike(one: int | None, other: int | None) -> bool:
    return one == other or one is None or other is None


def check_sequences(name: str, shape: Shape) -> None:
    """Raise ShapeError unless these are sequences of vectors of a known size."""
    if len(shape) != 3:
        raise wrong_rank(name, SEQUENCES, 3, shape)
    if shape[2] is None:
        raise unknown_size(name, "the number of features", 2, shape)


def per_step(cost: int | None, steps: int | None) -> int | None:
    """The multiply-adds of all steps together."""
    return None if cost is None or steps is None else cost * steps


def _infer(cell: Cell) -> InferRule:
    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        check_sequences(cell.name, x.shape)
        check_step(cell.name, p, x.dtype)
        if p.values.get("use_cudnn") is True:
            _check_cudnn(cell, p)
        one = (p.whole("units"),)
        return stepped(cell.name, p, x, initial_state, mask, one, (one,) * len(cell.states))

    return infer


def _check_cudnn(cell: Cell, p: Settings) -> None:
    """Source: `cudnn_ok` in keras.src.backend.tensorflow.rnn, and the call of the layer."""
    slower = {
        "activation": p["activation"] == "tanh",
        "recurrent_activation": p["recurrent_activation"] == "sigmoid",
        "use_bias": p.on("use_bias"),
        "unroll": not p.on("unroll"),
        "recurrent_dropout": p["recurrent_dropout"] == 0,
        "reset_after": p.values.get("reset_after", True),
    }
    wrong = [name for name, fits in slower.items() if not fits]
    if wrong:
        raise clash(
            cell.name,
            "use_cudnn",
            f"the GPU's fast version does not know {listed(wrong, 'and')} as set here. "
            "Put it back to its default, or set use_cudnn to 'auto'.",
        )


def _outputs(cell: Cell) -> Callable[[Settings], Ports]:
    alone: Ports = (OUTPUT,)
    with_states = (OUTPUT, *state_ports(cell))

    def outputs(p: Settings) -> Ports:
        return with_states if p.values["return_state"] else alone

    return outputs


def _cost(cell: Cell) -> CostRule:
    step = step_cost(cell)

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        return per_step(step(p, x), x.shape[1])

    return multiply_adds


def _params(cell: Cell) -> tuple[Param, ...]:
    cudnn = Param("use_cudnn", Choice(("auto", True, False)), "auto", "Whether the GPU's fast version is used.", True)
    return (
        *cell_params(cell, *regularized("activity")),
        *(() if cell is SIMPLE else (SEED,)),
        *WAYS,
        UNROLL,
        *((SEED,) if cell is SIMPLE else ()),
        *((RESET_AFTER,) if cell is GRU else ()),
        *(() if cell is SIMPLE else (cudnn,)),
        ZERO_OUTPUT,
        *COMMON,
    )


def _kind(cell: Cell) -> Kind:
    return Kind(
        cell.name,
        f"keras.layers.{cell.name}",
        cell.title,
        Family.RECURRENT,
        cell.summary,
        _infer(cell),
        params=_params(cell),
        inputs=INPUTS,
        outputs=_outputs(cell),
        weights=cell_weights(cell),
        multiply_adds=_cost(cell),
        headline=("units", "return_sequences", "activation"),
    )


def _depth(nest: Nest) -> int:
    return 1 + max((_depth(item) for item in nest if not isinstance(item, str)), default=0)


def rnn(cells: Mapping[str, Kind], refused: Refused) -> Kind:
    """The RNN of any of these `cells`."""
    holder = Holder("RNN", cells, refused)

    def inside(p: Settings, x: TensorSpec) -> tuple[Held, TensorSpec]:
        check_sequences("RNN", x.shape)
        held = holder.held(p, "cell")
        if held is None:
            raise clash("RNN", "cell", "it holds a cell. Choose one.")
        return held, TensorSpec((x.shape[0], x.shape[2]), passed_dtype(p, x.dtype))

    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        held, step = inside(p, x)
        try:
            output, *states = held.kind.infer(held.settings, step)
        except ShapeError as error:
            raise shown_outside("RNN", error, "cell") from None
        if p.values["return_state"] and _depth(held.kind.nested(held.settings)) > DEEPEST:
            raise clash("RNN", "cell", "with return_state, Keras knows no LSTMCell in a stack inside of a stack.")
        return stepped("RNN", p, x, initial_state, mask, output.shape[1:], [state.shape[1:] for state in states])

    def outputs(p: Settings) -> Ports:
        held = holder.glimpse(p.values.get("cell")) if p.values["return_state"] else None
        return (OUTPUT, *held.kind.outputs(held.settings)[1:]) if held is not None else (OUTPUT,)

    def nested(p: Settings) -> Nest:
        held = holder.glimpse(p.values.get("cell"))
        return held.kind.nested(held.settings) if held is not None else ()

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        held, step = inside(p, x)
        return tuple(held_weights(p, "cell", held, step))

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        held, step = inside(p, x)
        return per_step(held.kind.multiply_adds(held.settings, step), x.shape[1])

    return Kind(
        "RNN",
        "keras.layers.RNN",
        "RNN",
        Family.RECURRENT,
        "Reads a sequence step by step with a cell of your choice, or with several on top of each other.",
        infer,
        params=(
            Param(
                "cell",
                Object(Role.CELL),
                help="What is done at each step; StackedRNNCells holds several.",
                start=Inner("LSTMCell", {"units": 64}),
            ),
            *WAYS,
            UNROLL,
            ZERO_OUTPUT,
            *ANY,
        ),
        inputs=INPUTS,
        outputs=outputs,
        nested=nested,
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("cell", "return_sequences"),
    )


KINDS = tuple(_kind(cell) for cell in (LSTM, GRU, SIMPLE))
"""The layers with a cell of their own."""
