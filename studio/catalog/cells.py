"""Cells: what a recurrent layer does at each step. They stand inside of RNN, and alone set what LSTM and its like hold.

Source: the cells in keras.src.layers.rnn. A cell is a Kind whose input is one step (batch, features), and whose outputs
are what it says and its states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.catalog.arguments import ANY, COMMON, SEED, USE_BIAS, activation, constrained, initialized, regularized
from studio.catalog.checks import clash
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
    WeightRule,
    flat,
)
from studio.catalog.dtypes import FLOATS, compute_dtype, variables
from studio.catalog.forms import Integer, Number, Objects, Role, Switch
from studio.catalog.holding import Held, Holder, Refused, held_weights, shown_outside
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Inner

WEIGHTS = ("kernel", "recurrent", "bias")
STEP = Port("input", help="One step of the sequences.")
STATE = "state"


@dataclass(frozen=True, slots=True)
class Cell:
    """What sets a cell's weights: its gates, its states, and whether its bias has two rows."""

    name: str
    title: str
    summary: str
    gates: int
    states: tuple[str, ...]


LSTM = Cell(
    "LSTM",
    "LSTM",
    "Reads a sequence step by step, with gates that decide what it keeps and what it forgets.",
    4,
    ("state_h", "state_c"),
)
GRU = Cell(
    "GRU", "GRU", "Reads a sequence step by step; gated like an LSTM, with one state and fewer weights.", 3, (STATE,)
)
SIMPLE = Cell("SimpleRNN", "Simple RNN", "Reads a sequence step by step and remembers its last output.", 1, (STATE,))
RESET_AFTER = Param("reset_after", Switch(), True, "Whether the reset gate acts after the product.", True)
UNIT_FORGET_BIAS = Param("unit_forget_bias", Switch(), True, "Whether the forget gate begins open.", True)
DROPOUTS = (
    Param("dropout", Number(0, 1), 0.0, "The share of the inputs that is dropped in training."),
    Param("recurrent_dropout", Number(0, 1), 0.0, "The share of the states that is dropped in training.", True),
)


def cell_params(cell: Cell, *regularizers: Param) -> tuple[Param, ...]:
    """The params of a cell up to its dropouts, in Keras's order."""
    return (
        Param("units", Integer(1), help="The size of the state, and of what comes out.", start=64),
        activation("tanh"),
        *(() if cell is SIMPLE else (activation("sigmoid", "recurrent_activation"),)),
        USE_BIAS,
        *initialized(*WEIGHTS),
        *((UNIT_FORGET_BIAS,) if cell is LSTM else ()),
        *regularized(*WEIGHTS),
        *regularizers,
        *constrained(*WEIGHTS),
        *DROPOUTS,
    )


def check_step(name: str, p: Settings, dtype: str) -> None:
    """Raise ShapeError for what TensorFlow cannot do at each step: drop whole numbers, or change the dtype."""
    for param in ("activation", "recurrent_activation"):
        function = p.values.get(param)
        if isinstance(function, Inner):
            _check_function(name, p, param, function)
    if 0 < p.real("dropout") < 1 and dtype not in FLOATS:
        raise ShapeError(
            "dtype.float",
            f"{name} drops some of its inputs in training and scales the others up, which works with real numbers; "
            f"it gets {dtype}. Put an Embedding or a Rescaling before it, or set dropout to 0.",
            port="input",
        )


def _check_function(name: str, p: Settings, param: str, function: Inner) -> None:
    """A layer as activation computes in a dtype of its own; the states must stay in that of the layer around it."""
    own = str(function.params.get("dtype") or "float32").removeprefix("mixed_")
    if own != compute_dtype(p):
        raise clash(
            name,
            param,
            f"the {function.kind} gives its results in {own}, and {name} computes in {compute_dtype(p)}. "
            f"Give both of them one dtype.",
        )


def cell_weights(cell: Cell) -> WeightRule:
    """The weights for inputs whose last axis holds the features."""

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        units, features = p.whole("units"), x.shape[-1]
        assert features is not None
        wide = cell.gates * units
        made = [Weight("kernel", (features, wide)), Weight("recurrent_kernel", (units, wide))]
        if p.on("use_bias"):
            made.append(Weight("bias", (2, wide) if p.values.get("reset_after") else (wide,)))
        return variables(p, *made)

    return weights


def step_cost(cell: Cell) -> CostRule:
    """The multiply-adds of one step."""

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        features, units = x.shape[-1], p.whole("units")
        return None if features is None else cell.gates * units * (features + units)

    return multiply_adds


def _infer(cell: Cell) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        check_step(f"{cell.name}Cell", p, x.dtype)
        spec = TensorSpec((x.shape[0], p.whole("units")), compute_dtype(p))
        return (spec, *(spec for _ in cell.states))

    return infer


def state_ports(cell: Cell) -> Ports:
    """The output ports of a cell's states."""
    return tuple(Port(state) for state in cell.states)


def _always(ports: Ports) -> Callable[[Settings], Ports]:
    return lambda p: ports


def _kind(cell: Cell) -> Kind:
    name = f"{cell.name}Cell"
    return Kind(
        name,
        f"keras.layers.{name}",
        f"{cell.title} cell",
        Family.RECURRENT,
        f"What {cell.name} does at each step, for an RNN.",
        _infer(cell),
        params=(*cell_params(cell), *((RESET_AFTER,) if cell is GRU else ()), SEED, *COMMON),
        inputs=(STEP,),
        outputs=_always((OUTPUT, *state_ports(cell))),
        weights=cell_weights(cell),
        multiply_adds=step_cost(cell),
        headline=("units", "activation"),
    )


def _numbered(at: int, nest: Nest) -> Nest:
    """The states of the cell at a place in a stack: `state_c` is `state_2_c` in the second one."""
    return tuple(
        f"{STATE}_{at}{item.removeprefix(STATE)}" if isinstance(item, str) else _numbered(at, item) for item in nest
    )


def _in_stack(at: int, held: Held) -> str | Nest:
    """The states of the cell at a place in a stack: a single one stands bare, those of a stack are always a list."""
    names: Nest = tuple(port.name for port in held.kind.outputs(held.settings)[1:])
    nest = _numbered(at, held.kind.nested(held.settings) or names)
    return nest[0] if len(nest) == 1 and not held.kind.nested(held.settings) else nest


def stacked(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """StackedRNNCells of any of these `kinds` of cells."""
    holder = Holder("StackedRNNCells", kinds, refused)

    def steps(p: Settings, x: TensorSpec) -> list[tuple[Held, TensorSpec, tuple[TensorSpec, ...]]]:
        """Each cell with what it gets and what it gives."""
        found = []
        for held in holder.each_held(p, "cells"):
            if compute_dtype(held.settings) != compute_dtype(p):
                raise clash(
                    "StackedRNNCells",
                    "cells",
                    f"the {held.kind.name} computes in {compute_dtype(held.settings)}, and the stack keeps its states "
                    f"in {compute_dtype(p)}. Give all of them one dtype.",
                )
            try:
                given = held.kind.infer(held.settings, x)
            except ShapeError as error:
                raise shown_outside("StackedRNNCells", error, "cells") from None
            found.append((held, x, given))
            x = given[0]
        if not found:
            raise clash("StackedRNNCells", "cells", "a stack holds one cell or more. Add one.")
        return found

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        given = [given for _, _, given in steps(p, x)]
        return (given[-1][0], *(state for _, *states in given for state in states))

    def nested(p: Settings) -> Nest:
        cells = p.values.get("cells")
        held = [holder.glimpse(value) for value in cells] if isinstance(cells, tuple) else []
        return tuple(_in_stack(at, each) for at, each in enumerate(held, 1) if each is not None)

    def outputs(p: Settings) -> Ports:
        return (OUTPUT, *(Port(name) for name in flat(nested(p))))

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        return tuple(
            weight
            for at, (held, step, _) in enumerate(steps(p, x), 1)
            for weight in held_weights(p, f"cell_{at}", held, step)
        )

    def multiply_adds(p: Settings, x: TensorSpec) -> int | None:
        costs = [held.kind.multiply_adds(held.settings, step) for held, step, _ in steps(p, x)]
        return sum(cost for cost in costs if cost is not None) if None not in costs else None

    return Kind(
        "StackedRNNCells",
        "keras.layers.StackedRNNCells",
        "Stacked cells",
        Family.RECURRENT,
        "Several cells, each reading what the one before says, as one cell.",
        infer,
        params=(
            Param(
                "cells",
                Objects(Role.CELL),
                help="The cells, the first one first.",
                start=(Inner("LSTMCell", {"units": 64}), Inner("LSTMCell", {"units": 64})),
            ),
            *ANY[1:],
        ),
        inputs=(STEP,),
        outputs=outputs,
        nested=nested,
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("cells",),
    )


CELLS = tuple(_kind(cell) for cell in (LSTM, GRU, SIMPLE))
"""The cells with weights of their own."""
