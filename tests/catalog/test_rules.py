"""Shapes, weights, work and ports of single layers. (That they are Keras's is proved in tests/parity.)"""

from __future__ import annotations

from typing import Any

import pytest

from studio.catalog.declaration import ShapeError, Weight
from studio.catalog.registry import KINDS
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Inner, Params

IMAGE = TensorSpec((None, 28, 28, 1))
SEQUENCE = TensorSpec((None, 10, 8))


def _call(name: str, params: Params, *wired: Any, call: Params | None = None) -> tuple[Any, ...]:
    kind = KINDS[name]
    rest = tuple(() if port.many else None for port in kind.inputs[len(wired) :])
    return (kind, kind.settings(params, call), *wired, *rest)


def _shapes(*called: Any) -> list[Shape]:
    kind, settings, *wired = called
    return [output.shape for output in kind.infer(settings, *wired)]


@pytest.mark.parametrize(
    ("name", "params", "wired", "shape"),
    [
        ("Conv2D", {"filters": 8, "kernel_size": 3}, IMAGE, (None, 26, 26, 8)),
        ("Conv2D", {"filters": 8, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE, (None, 14, 14, 8)),
        ("Conv2DTranspose", {"filters": 8, "kernel_size": 3, "strides": 2}, IMAGE, (None, 57, 57, 8)),
        ("MaxPooling2D", {}, TensorSpec((None, 27, None, 4)), (None, 13, None, 4)),
        ("Flatten", {}, TensorSpec((None, None, 4)), (None, None)),
        ("Reshape", {"target_shape": (-1, 4)}, TensorSpec((None, 6, 6)), (None, 9, 4)),
        ("Reshape", {"target_shape": (-1, 4)}, TensorSpec((None, None, 6)), (None, None, 4)),
        ("Permute", {"dims": (2, 1)}, SEQUENCE, (None, 8, 10)),
        ("Embedding", {"input_dim": 9, "output_dim": 4}, TensorSpec((None, 7), "int32"), (None, 7, 4)),
        ("ZeroPadding2D", {"padding": ((1, 2), 3)}, IMAGE, (None, 31, 34, 1)),
        ("LSTM", {"units": 3, "return_sequences": True}, TensorSpec((None, None, 8)), (None, None, 3)),
        ("TimeDistributed", {"layer": Inner("Dense", {"units": 3})}, SEQUENCE, (None, 10, 3)),
    ],
)
def test_a_layer_gives_its_shape(name: str, params: Params, wired: TensorSpec, shape: Shape) -> None:
    assert _shapes(*_call(name, params, wired)) == [shape]


def test_concatenation_adds_up_one_axis_and_keeps_unknown_ones_unknown() -> None:
    assert _shapes(*_call("Concatenate", {}, (SEQUENCE, TensorSpec((None, None, 3))))) == [(None, 10, 11)]
    assert _shapes(*_call("Concatenate", {"axis": 1}, (SEQUENCE, TensorSpec((None, None, 8))))) == [(None, None, 8)]


@pytest.mark.parametrize(
    ("merge_mode", "return_state", "ports", "widths"),
    [
        ("concat", False, ["output"], [6]),
        ("sum", False, ["output"], [3]),
        (None, False, ["output", "backward_output"], [3, 3]),
        ("concat", True, ["output", "forward_h", "forward_c", "backward_h", "backward_c"], [6, 3, 3, 3, 3]),
    ],
)
def test_bidirectional_has_a_port_for_everything_that_comes_out(
    merge_mode: str | None, return_state: bool, ports: list[str], widths: list[int]
) -> None:
    layer = Inner("LSTM", {"units": 3, "return_state": return_state})
    kind, settings, *wired = _call("Bidirectional", {"layer": layer, "merge_mode": merge_mode}, SEQUENCE)

    assert [port.name for port in kind.outputs(settings)] == ports
    assert [output.shape[-1] for output in kind.infer(settings, *wired)] == widths


def test_attention_gives_scores_when_the_call_asks_for_them() -> None:
    called = _call(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 4},
        SEQUENCE,
        TensorSpec((None, 6, 5)),
        call={"return_attention_scores": True},
    )

    assert _shapes(*called) == [(None, 10, 8), (None, 2, 10, 6)]


def test_masks_travel_as_far_as_keras_carries_them() -> None:
    masked = SEQUENCE._replace(masked=True)

    def carried(name: str, params: Params, *wired: Any) -> bool:
        kind, settings, *rest = _call(name, params, *wired)
        return bool(kind.infer(settings, *rest)[0].masked)

    assert carried("Dense", {"units": 2}, masked)
    assert carried("LSTM", {"units": 2, "return_sequences": True}, masked)
    assert not carried("LSTM", {"units": 2}, masked)
    assert not carried("Flatten", {}, masked)
    assert not carried("Add", {}, (masked, SEQUENCE))
    assert carried("Concatenate", {}, (masked, SEQUENCE))


def test_weights_are_named_shaped_and_frozen_as_in_keras() -> None:
    kind, settings, *wired = _call("BatchNormalization", {}, IMAGE)
    assert [(weight.name, weight.shape, weight.trainable) for weight in kind.weights(settings, *wired)] == [
        ("gamma", (1,), True),
        ("beta", (1,), True),
        ("moving_mean", (1,), False),
        ("moving_variance", (1,), False),
    ]


def test_a_layer_that_is_not_trainable_or_of_another_dtype_says_so_of_its_weights() -> None:
    kind, settings, *wired = _call("Dense", {"units": 2, "trainable": False, "dtype": "float16"}, SEQUENCE)

    assert kind.weights(settings, *wired) == (
        Weight("kernel", (8, 2), False, "float16"),
        Weight("bias", (2,), False, "float16"),
    )


def test_a_wrapper_inside_a_wrapper_freezes_nothing() -> None:
    """As Keras has it: only the outermost layer's `trainable` is asked, beside that of the layer that has weights."""
    dense = Inner("Dense", {"units": 2})
    frozen = Inner("TimeDistributed", {"layer": dense, "trainable": False})
    kind, settings, *wired = _call("TimeDistributed", {"layer": frozen}, TensorSpec((None, 6, 5, 3)))
    assert [weight.trainable for weight in kind.weights(settings, *wired)] == [True, True]

    kind, settings, *wired = _call("TimeDistributed", {"layer": dense, "trainable": False}, TensorSpec((None, 6, 3)))
    assert [weight.trainable for weight in kind.weights(settings, *wired)] == [False, False]


@pytest.mark.parametrize(
    ("name", "params", "wired", "multiply_adds"),
    [
        ("Dense", {"units": 10}, TensorSpec((None, 64)), 640),
        ("Conv2D", {"filters": 8, "kernel_size": 3}, IMAGE, 26 * 26 * 9 * 8),
        ("DepthwiseConv2D", {"kernel_size": 3}, TensorSpec((None, 5, 5, 4)), 9 * 9 * 4),
        ("LSTM", {"units": 3}, SEQUENCE, 10 * 4 * 3 * (8 + 3)),
        ("TimeDistributed", {"layer": Inner("Dense", {"units": 3})}, SEQUENCE, 10 * 8 * 3),
        ("Dense", {"units": 10}, TensorSpec((None, None, 64)), None),
        ("Dropout", {"rate": 0.5}, SEQUENCE, 0),
    ],
)
def test_work_is_counted_in_multiplications(
    name: str, params: Params, wired: TensorSpec, multiply_adds: int | None
) -> None:
    kind, settings, *inputs = _call(name, params, wired)

    assert kind.multiply_adds(settings, *inputs) == multiply_adds


@pytest.mark.parametrize(
    ("kind", "params", "inputs", "masked"),
    [
        ("Minimum", {}, (TensorSpec((None,), masked=True),) * 2, True),
        ("Add", {}, (TensorSpec((None, 4, 3), masked=True), TensorSpec((None, 4, 3), masked=(None, 1))), True),
        ("Add", {}, (TensorSpec((None, 4, 3), masked=(None, 1)),) * 2, (None, 1)),
        ("Concatenate", {}, (TensorSpec((None, 7, 3), masked=(None, 1)),) * 2, True),
        ("Concatenate", {}, (TensorSpec((None, 1, 3), masked=(None, 7)),) * 2, (None, 7)),
    ],
)
def test_masks_that_were_wired_keep_their_shape_through_merges(
    kind: str, params: Params, inputs: tuple[TensorSpec, ...], masked: bool | Shape
) -> None:
    declared = KINDS[kind]
    assert declared.infer(declared.settings(params), inputs)[0].masked == masked


def test_a_mask_that_does_not_stretch_over_its_tensor_cannot_be_joined() -> None:
    kind = KINDS["Concatenate"]
    wired = TensorSpec((None, None, 7, 16), masked=(None, None, 16))
    with pytest.raises(ShapeError, match="must stretch the mask") as caught:
        kind.infer(kind.settings({}), (wired, wired))
    assert caught.value.code == "shape.mask"


@pytest.mark.parametrize(
    ("sizes", "expected"), [((None, 1), None), ((1, None), None), ((None, 5), 5), ((1, 5), 5), ((1, 1), 1)]
)
def test_a_letter_of_einsum_is_as_wide_as_what_is_not_repeated(
    sizes: tuple[int | None, int | None], expected: int | None
) -> None:
    kind = KINDS["ops.einsum"]
    wired = tuple(TensorSpec((size, 3)) for size in sizes)
    assert kind.infer(kind.settings({"subscripts": "bi,bi->b"}), wired)[0].shape == (expected,)
