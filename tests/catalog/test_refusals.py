"""What the catalogue says to beginners' mistakes: what came, what fits, what to do, and where."""

from __future__ import annotations

from typing import Any

import pytest

from studio.catalog.declaration import (
    ShapeError,
    Wants,
    WantsElements,
    WantsKnown,
    WantsRank,
    WantsRoom,
    WantsSameShape,
)
from studio.catalog.registry import KINDS
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Params

IMAGE = TensorSpec((None, 28, 28, 3))
VECTOR = TensorSpec((None, 64))
SEQUENCE = TensorSpec((None, 10, 8))


def _refusal(name: str, params: Params, *wired: Any) -> ShapeError:
    kind = KINDS[name]
    rest = kind.inputs[len(wired) :]
    with pytest.raises(ShapeError) as caught:
        kind.infer(kind.settings(params), *wired, *(() if port.many else None for port in rest))
    return caught.value


CASES: tuple[tuple[str, Params, tuple[Any, ...], str, str, Wants | None], ...] = (
    (
        "Conv2D",
        {"filters": 8, "kernel_size": 3},
        (VECTOR,),
        "shape.rank",
        "Conv2D wants images (batch, height, width, channels), rank 4; it gets (None, 64), rank 2.",
        WantsRank(4, 4),
    ),
    ("LSTM", {"units": 8}, (VECTOR,), "shape.rank", "Set return_sequences on the recurrent layer", WantsRank(3, 3)),
    ("Dense", {"units": 8}, (TensorSpec((None,)),), "shape.rank", "at least one axis", WantsRank(2, None)),
    ("Dense", {"units": 8}, (TensorSpec((None, None)),), "shape.unknown", "Give the Input a fixed size", WantsKnown(1)),
    (
        "MaxPooling2D",
        {"pool_size": 5},
        (TensorSpec((None, 8, 4, 1)),),
        "shape.room",
        "a window that is 5 long over axis 2 of (None, 8, 4, 1), which is only 4 long",
        WantsRoom(2),
    ),
    (
        "Concatenate",
        {},
        ((SEQUENCE, TensorSpec((None, 9, 8))),),
        "shape.merge",
        "wire 1 is (None, 10, 8), wire 2 is (None, 9, 8)",
        WantsSameShape(2),
    ),
    ("Add", {}, ((VECTOR, TensorSpec((None, 32))),), "shape.merge", "wire 2 is (None, 32)", WantsSameShape(None)),
    (
        "Reshape",
        {"target_shape": (5, 5)},
        (VECTOR,),
        "shape.elements",
        "needs 25 elements an example",
        WantsElements(25),
    ),
    ("BatchNormalization", {"axis": 4}, (IMAGE,), "param.axis", "has axes 0 to 3", None),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 3}, (IMAGE,), "param.groups", "8 filters", None),
    (
        "Conv2D",
        {"filters": 8, "kernel_size": 3, "strides": 2, "dilation_rate": 2},
        (IMAGE,),
        "param.dilation_rate",
        "leave one of them at 1",
        None,
    ),
    ("Conv2D", {"filters": 8, "kernel_size": 3}, (IMAGE._replace(dtype="uint8"),), "dtype.float", "Rescaling", None),
    ("Dot", {"axes": 0}, ((VECTOR, VECTOR),), "param.axes", "axis 0 is the batch", None),
    ("Subtract", {}, ((VECTOR,),), "shape.wires", "Wire two", None),
    (
        "TimeDistributed",
        {"layer": Inner("Conv2D", {"filters": 8, "kernel_size": 3})},
        (IMAGE,),
        "shape.rank",
        "Inside of TimeDistributed: Conv2D wants images",
        WantsRank(5, 5),
    ),
    (
        "Bidirectional",
        {"layer": Inner("LSTM", {})},
        (SEQUENCE,),
        "param.layer",
        "the LSTM inside wants a value: it has no default as units",
        None,
    ),
    (
        "Bidirectional",
        {"layer": Inner("LSTM", {"units": 4}), "backward_layer": Inner("LSTM", {"units": 4})},
        (SEQUENCE,),
        "param.layer",
        "the same direction",
        None,
    ),
    (
        "Conv2D",
        {"filters": 8, "kernel_size": 3, "kernel_initializer": "identity"},
        (IMAGE,),
        "param.kernel_initializer",
        "identity is for matrices",
        None,
    ),
)


@pytest.mark.parametrize(("name", "params", "wired", "code", "words", "wants"), CASES)
def test_a_mistake_is_named_with_what_came_and_what_to_do(
    name: str, params: Params, wired: tuple[Any, ...], code: str, words: str, wants: Wants | None
) -> None:
    error = _refusal(name, params, *wired)

    assert error.code == code
    assert words in error.text
    assert error.wants == wants


def test_the_wire_at_fault_is_named_by_its_slot() -> None:
    error = _refusal("Add", {}, (VECTOR, VECTOR, TensorSpec((None, 3))))

    assert (error.port, error.slot) == ("inputs", 2)


def test_a_setting_of_the_layer_inside_is_shown_at_the_wrapper() -> None:
    error = _refusal("Bidirectional", {"layer": Inner("GRU", {"units": 4, "stateful": True})}, SEQUENCE)

    assert error.code == "param.stateful"
    assert error.param == "layer"
