"""Recurrent layers: SimpleRNN, LSTM, GRU.

Source: keras.layers.RNN and the cells in keras.src.layers.rnn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.catalog.arguments import COMMON, SEED, USE_BIAS, activation, constrained, initialized, regularized
from studio.catalog.checks import SEQUENCES, check_mask, clash, unknown_size, wrong_rank
from studio.catalog.declaration import (
    OUTPUT,
    CostRule,
    Family,
    InferRule,
    Kind,
    Param,
    Port,
    Ports,
    ShapeError,
    Weight,
    WeightRule,
)
from studio.catalog.dtypes import compute_dtype, variables
from studio.catalog.forms import Choice, Integer, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, shape_text

INPUT = Port("input", help="The sequences.")
INITIAL_STATE = Port(
    "initial_state", many=True, optional=True, argument="initial_state", help="What the layer remembers at the start."
)
MASK = Port("mask", optional=True, argument="mask", help="Which steps count, (batch, steps).")


@dataclass(frozen=True, slots=True)
class Cell:
    """What sets a recurrent layer's weights: its gates, its states, and whether its bias has two rows."""

    name: str
    title: str
    summary: str
    gates: int
    states: tuple[str, ...]
    own: tuple[Param, ...] = ()


LSTM = Cell(
    "LSTM",
    "LSTM",
    "Reads a sequence step by step, with gates that decide what it keeps and what it forgets.",
    4,
    ("state_h", "state_c"),
)
GRU = Cell(
    "GRU", "GRU", "Reads a sequence step by step; gated like an LSTM, with one state and fewer weights.", 3, ("state",)
)
SIMPLE = Cell("SimpleRNN", "Simple RNN", "Reads a sequence step by step and remembers its last output.", 1, ("state",))


def _infer(cell: Cell) -> InferRule:
    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        v, shape = p.values, x.shape
        if len(shape) != 3:
            raise wrong_rank(cell.name, SEQUENCES, 3, shape)
        if shape[2] is None:
            raise unknown_size(cell.name, "the number of features", 2, shape)
        if v["stateful"] and shape[0] is None:
            raise clash(
                cell.name, "stateful", "stateful needs a fixed batch_size at the Input; turn one of them round."
            )
        if v["unroll"] and shape[1] is None:
            raise clash(cell.name, "unroll", f"unroll needs a known number of steps; the input is {shape_text(shape)}.")
        units = p.whole("units")
        if initial_state:
            check_states(cell.name, initial_state, (units,) * len(cell.states))
        check_mask(cell.name, "mask", mask, shape[:2])
        dtype = compute_dtype(p)
        sequences = v["return_sequences"]
        masked = bool(sequences) and (x.masked or mask is not None)
        output = TensorSpec((shape[0], shape[1], units) if sequences else (shape[0], units), dtype, masked)
        if v["return_state"]:
            return (output, *(TensorSpec((shape[0], units), dtype),) * len(cell.states))
        return (output,)

    return infer


def check_states(name: str, given: tuple[TensorSpec, ...], units: tuple[int, ...]) -> None:
    """Raise ShapeError unless the initial states are as many and as wide as the layer's own."""
    wanted = " and ".join(f"(batch, {size})" for size in units)
    if len(given) != len(units):
        raise ShapeError(
            "shape.states",
            f"{name} starts from {len(units)} initial_state wires, {wanted}; it gets {len(given)}. "
            "Wire exactly as many, or none.",
            port="initial_state",
        )
    for slot, (state, size) in enumerate(zip(given, units, strict=True)):
        if len(state.shape) != 2 or state.shape[1] not in (None, size):
            raise ShapeError(
                "shape.states",
                f"{name} has states {wanted}; wire {slot + 1} of initial_state is {shape_text(state.shape)}. "
                "Give both layers the same units.",
                port="initial_state",
                slot=slot,
            )


def _outputs(cell: Cell) -> Callable[[Settings], Ports]:
    alone: Ports = (OUTPUT,)
    with_states = (OUTPUT, *(Port(state) for state in cell.states))

    def outputs(p: Settings) -> Ports:
        return with_states if p.values["return_state"] else alone

    return outputs


def _weights(cell: Cell) -> WeightRule:
    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        units, features = p.whole("units"), x.shape[2]
        assert features is not None
        wide = cell.gates * units
        made = [Weight("kernel", (features, wide)), Weight("recurrent_kernel", (units, wide))]
        if p.on("use_bias"):
            made.append(Weight("bias", (2, wide) if p.values.get("reset_after") else (wide,)))
        return variables(p, *made)

    return weights


def _cost(cell: Cell) -> CostRule:
    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        steps, features = x.shape[1:]
        units = p.whole("units")
        assert features is not None
        return None if steps is None else steps * cell.gates * units * (features + units)

    return multiply_adds


def _params(cell: Cell) -> tuple[Param, ...]:
    weights = ("kernel", "recurrent", "bias")
    cudnn = Param("use_cudnn", Choice(("auto", True, False)), "auto", "Whether the GPU's fast version is used.", True)
    seed = (SEED,)
    return (
        Param("units", Integer(1), help="The size of the state, and of what comes out.", start=64),
        activation("tanh"),
        *(() if cell is SIMPLE else (activation("sigmoid", "recurrent_activation"),)),
        USE_BIAS,
        *initialized(*weights),
        *(
            (Param("unit_forget_bias", Switch(), True, "Whether the forget gate begins open.", True),)
            if cell is LSTM
            else ()
        ),
        *regularized(*weights, "activity"),
        *constrained(*weights),
        Param("dropout", Number(0, 1), 0.0, "The share of the inputs that is dropped in training."),
        Param("recurrent_dropout", Number(0, 1), 0.0, "The share of the states that is dropped in training.", True),
        *(() if cell is SIMPLE else seed),
        Param("return_sequences", Switch(), False, "Whether every step's output comes out, or only the last one's."),
        Param("return_state", Switch(), False, "Whether the last state comes out as well."),
        Param("go_backwards", Switch(), False, "Whether the sequence is read from its end."),
        Param("stateful", Switch(), False, "Whether a batch goes on from the state of the one before.", True),
        Param("unroll", Switch(), False, "Whether the steps are laid out one by one: faster, more memory.", True),
        *(seed if cell is SIMPLE else ()),
        *(
            (Param("reset_after", Switch(), True, "Whether the reset gate acts after the product.", True),)
            if cell is GRU
            else ()
        ),
        *(() if cell is SIMPLE else (cudnn,)),
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
        inputs=(INPUT, INITIAL_STATE, MASK),
        outputs=_outputs(cell),
        weights=_weights(cell),
        multiply_adds=_cost(cell),
        headline=("units", "return_sequences", "activation"),
    )


KINDS = tuple(_kind(cell) for cell in (LSTM, GRU, SIMPLE))
"""The layers that Bidirectional can hold."""
