"""Recurrent layers of cells, both ways, and as films: ports, nested states, costs, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from studio.catalog.declaration import Nest, ShapeError
from studio.catalog.forms import Role
from studio.catalog.registry import CELLS, KINDS, KNOWN_NAMES, refused, starting_object
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Inner, Params

SEQUENCE = TensorSpec((None, 10, 8))
FILM = TensorSpec((None, 5, 8, 8, 1))
STACK = Inner("StackedRNNCells", {"cells": (Inner("LSTMCell", {"units": 3}), Inner("GRUCell", {"units": 2}))})
DEEP = Inner("StackedRNNCells", {"cells": (STACK, Inner("SimpleRNNCell", {"units": 4}))})


def _called(name: str, params: Params, x: TensorSpec, *states: TensorSpec) -> list[Shape]:
    kind = KINDS[name]
    return [output.shape for output in kind.infer(kind.settings(params), x, states, None)]


def _refusal(name: str, params: Params, x: TensorSpec, *states: TensorSpec) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        _called(name, params, x, *states)
    return caught.value


def _ports(name: str, params: Params) -> list[str]:
    kind = KINDS[name]
    return [port.name for port in kind.outputs(kind.settings(params))]


def _state(*sizes: int | None) -> TensorSpec:
    return TensorSpec((None, *sizes))


def test_a_stack_gives_what_its_last_cell_says_and_the_states_of_every_cell() -> None:
    params: Params = {"cell": STACK, "return_state": True, "return_sequences": True}

    assert _ports("RNN", params) == ["output", "state_1_h", "state_1_c", "state_2"]
    assert _called("RNN", params, SEQUENCE) == [(None, 10, 2), (None, 3), (None, 3), (None, 2)]


@pytest.mark.parametrize(
    ("name", "params", "nest"),
    [
        ("LSTM", {"units": 3}, ()),
        ("RNN", {"cell": Inner("LSTMCell", {"units": 3})}, ()),
        ("RNN", {"cell": STACK}, (("state_1_h", "state_1_c"), "state_2")),
        ("RNN", {"cell": DEEP}, ((("state_1_1_h", "state_1_1_c"), "state_1_2"), "state_2")),
        (
            "Bidirectional",
            {"layer": Inner("RNN", {"cell": STACK})},
            (("forward_1_h", "forward_1_c"), "forward_2", ("backward_1_h", "backward_1_c"), "backward_2"),
        ),
        ("Bidirectional", {"layer": Inner("LSTM", {"units": 3})}, ()),
    ],
)
def test_the_states_of_a_stack_are_nested_cell_by_cell(name: str, params: Params, nest: Nest) -> None:
    kind = KINDS[name]

    assert kind.nested(kind.settings(params)) == nest


def test_an_rnn_whose_cell_is_not_set_yet_has_ports_all_the_same() -> None:
    assert _ports("RNN", {"return_state": True}) == ["output"]
    assert _ports("RNN", {"return_state": True, "cell": Inner("Nothing")}) == ["output"]
    assert _ports("RNN", {"return_state": True, "cell": Inner("StackedRNNCells", {"cells": 3})}) == ["output"]


def test_bidirectional_holds_any_recurrent_layer_and_names_the_states_of_both_ways() -> None:
    film = Inner("ConvLSTM2D", {"filters": 2, "kernel_size": 3, "return_state": True})

    assert _ports("Bidirectional", {"layer": film}) == [
        *("output", "forward_h", "forward_c", "backward_h", "backward_c")
    ]
    assert _called("Bidirectional", {"layer": film}, FILM) == [(None, 6, 6, 4), *[(None, 6, 6, 2)] * 4]


def test_a_conv_lstm_keeps_images_as_states() -> None:
    params: Params = {"filters": 2, "kernel_size": 3, "return_sequences": True, "return_state": True}

    assert _called("ConvLSTM2D", params, FILM) == [(None, 5, 6, 6, 2), (None, 6, 6, 2), (None, 6, 6, 2)]
    assert _called("ConvLSTM2D", {**params, "return_state": False}, FILM, *[_state(6, 6, 2)] * 2) == [
        (None, 5, 6, 6, 2)
    ]


@pytest.mark.parametrize(
    ("name", "params", "x", "multiply_adds"),
    [
        ("RNN", {"cell": Inner("LSTMCell", {"units": 3})}, SEQUENCE, 10 * 4 * 3 * (8 + 3)),
        ("RNN", {"cell": STACK}, SEQUENCE, 10 * (4 * 3 * (8 + 3) + 3 * 2 * (3 + 2))),
        ("RNN", {"cell": STACK}, TensorSpec((None, None, 8)), None),
        (  # 6 × 6 places, 3 × 3 windows over 1 channel and over 2 of the state, for 4 gates of 2 filters
            "ConvLSTM2D",
            {"filters": 2, "kernel_size": 3},
            FILM,
            5 * (6 * 6) * (3 * 3) * (1 + 2) * (4 * 2),
        ),
        ("Bidirectional", {"layer": Inner("GRU", {"units": 3})}, SEQUENCE, 2 * 10 * 3 * 3 * (8 + 3)),
    ],
)
def test_the_work_of_every_step_is_counted(name: str, params: Params, x: TensorSpec, multiply_adds: int | None) -> None:
    kind = KINDS[name]

    assert kind.multiply_adds(kind.settings(params), x, (), None) == multiply_adds


def test_the_weights_of_a_stack_are_those_of_its_cells() -> None:
    kind = KINDS["RNN"]

    assert [(weight.name, weight.shape) for weight in kind.weights(kind.settings({"cell": STACK}), SEQUENCE)] == [
        ("cell/cell_1/kernel", (8, 12)),
        ("cell/cell_1/recurrent_kernel", (3, 12)),
        ("cell/cell_1/bias", (12,)),
        ("cell/cell_2/kernel", (3, 6)),
        ("cell/cell_2/recurrent_kernel", (2, 6)),
        ("cell/cell_2/bias", (2, 6)),
    ]


REFUSALS: tuple[tuple[str, Params, TensorSpec, tuple[TensorSpec, ...], str, str], ...] = (
    (
        "LSTM",
        {"units": 3},
        SEQUENCE,
        (_state(3),),
        "shape.states",
        "LSTM starts from 2 initial_state wires, (batch, 3) and (batch, 3); it gets 1.",
    ),
    ("GRU", {"units": 3}, SEQUENCE, (_state(4),), "shape.states", "Give both layers the same units."),
    ("GRU", {"units": 3}, SEQUENCE, (_state(10, 3),), "shape.states", "That is a whole sequence: wire the state"),
    ("GRU", {"units": 3}, TensorSpec((2, 5, 4)), (TensorSpec((1, 3)),), "shape.states", "is (1, 3)"),
    ("RNN", {"cell": STACK}, SEQUENCE, (_state(3), _state(2)), "shape.states", "3 initial_state wires"),
    (
        "Bidirectional",
        {"layer": Inner("LSTM", {"units": 3}), "backward_layer": Inner("GRU", {"units": 3, "go_backwards": True})},
        SEQUENCE,
        (_state(3),) * 3,
        "shape.states",
        "gives one half of initial_state to each layer",
    ),
    (
        "Bidirectional",
        {"layer": Inner("GRU", {"units": 3}), "backward_layer": Inner("GRU", {"units": 4, "go_backwards": True})},
        SEQUENCE,
        (),
        "param.backward_layer",
        "the forward layer gives (None, 3), the backward one (None, 4)",
    ),
    ("RNN", {"cell": Inner("StackedRNNCells", {"cells": ()})}, SEQUENCE, (), "param.cells", "Add one."),
    ("RNN", {"cell": DEEP, "return_state": True}, SEQUENCE, (), "param.cell", "a stack inside of a stack"),
    (
        "RNN",
        {"cell": Inner("GRUCell", {"units": 2, "dropout": 0.5})},
        SEQUENCE._replace(dtype="int32"),
        (),
        "dtype.float",
        "Inside of RNN: GRUCell drops some of its inputs",
    ),
    (
        "LSTM",
        {"units": 2, "use_cudnn": True, "recurrent_dropout": 0.5, "use_bias": False},
        SEQUENCE,
        (),
        "param.use_cudnn",
        "use_bias and recurrent_dropout",
    ),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 3}, TensorSpec((None, 5, 8, None, 1)), (), "shape.unknown", "axis 3"),
    (
        "ConvLSTM2D",
        {"filters": 2, "kernel_size": 3},
        TensorSpec((None, 8, 8, 1)),
        (),
        "shape.rank",
        "films (batch, steps",
    ),
)


@pytest.mark.parametrize(("name", "params", "x", "states", "code", "words"), REFUSALS)
def test_what_would_fail_in_the_first_batch_is_refused(
    name: str, params: Params, x: TensorSpec, states: tuple[TensorSpec, ...], code: str, words: str
) -> None:
    error = _refusal(name, params, x, *states)

    assert error.code == code
    assert words in error.text


def test_cells_stand_inside_of_rnn_only() -> None:
    assert set(CELLS) == {"LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells"} == set(KNOWN_NAMES[Role.CELL])
    assert not set(CELLS) & set(KINDS)
    assert refused(KINDS["RNN"], {"cell": Inner("LSTM", {"units": 3})})
    assert refused(KINDS["RNN"], {"cell": Inner("LSTMCell", {"units": 0})}) == {
        "cell.units": "a whole number, 1 or more"
    }


def test_a_fresh_stack_of_cells_works() -> None:
    fresh: Any = starting_object(Role.CELL, "StackedRNNCells")

    assert _called("RNN", {"cell": fresh}, SEQUENCE) == [(None, 64)]
