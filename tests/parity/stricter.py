"""Where the studio does not say what Keras says, on purpose, each with its evidence.

Keras works out most shapes without looking at everything that the call needs. Where it accepts what TensorFlow then
refuses, or gives a shape that the call does not have, the studio tells the truth. `evidence` is a case that Keras
accepts and whose real call fails or has another shape; a test runs each of them. Where `evidence` is None, the call
runs and means something else than what the layer is documented to do; `reason` says what.
"""

from __future__ import annotations

from collections.abc import Iterator

from studio.catalog.declaration import ShapeError
from studio.catalog.registry import CELLS, KINDS
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Params, Value
from tests.parity import stricter_casts, stricter_images, stricter_operations
from tests.parity.drawing import Case
from tests.parity.exemption import Exemption
from tests.parity.stricter_preprocessing import CORRECTED, REFUSED, corrected_dtype

CONV_LSTM = frozenset(f"ConvLSTM{rank}D" for rank in (1, 2, 3))
RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", *CONV_LSTM})
STEPPING = frozenset({*RECURRENT, "LSTMCell", "GRUCell", "SimpleRNNCell"})
SIMPLE_ATTENTION = frozenset({"Attention", "AdditiveAttention"})
MANY_HEADS = frozenset({"MultiHeadAttention", "GroupedQueryAttention"})
ATTENTION = frozenset({*SIMPLE_ATTENTION, *MANY_HEADS})
ADAPTIVE = frozenset(f"Adaptive{word}Pooling{rank}D" for word in ("Average", "Max") for rank in (1, 2, 3))


def _spec(*shape: int | None) -> TensorSpec:
    return TensorSpec(shape)


SEQUENCE = _spec(None, 5, 4)

STRICTER = (
    Exemption(
        frozenset(
            {
                *(f"Conv{rank}D{way}" for rank in (1, 2, 3) for way in ("", "Transpose")),
                *(f"{way}Conv{rank}D" for rank in (1, 2) for way in ("Depthwise", "Separable")),
                *(f"AveragePooling{rank}D" for rank in (1, 2, 3)),
                "MaxPooling3D",
                *ADAPTIVE,
                *CONV_LSTM,
                "Softmax",
                "ELU",
                "PReLU",
                "UnitNormalization",
                "Attention",
            }
        ),
        "dtype.float",
        "Keras gives whole numbers to TensorFlow as they are, which cannot do this with them",
        Case("Conv2D", {"filters": 2, "kernel_size": 3}, wired=(TensorSpec((None, 8, 8, 3), "uint8"),)),
    ),
    Exemption(
        frozenset({f"Conv{rank}DTranspose" for rank in (1, 2, 3)}),
        "param.output_padding",
        "TensorFlow has no size that an even window without padding would come from",
        Case(
            "Conv1DTranspose",
            {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same", "output_padding": 0},
            wired=(_spec(None, 5, 3),),
        ),
        "output_padding",
    ),
    Exemption(
        frozenset({"MultiHeadAttention"}),
        "param.use_causal_mask",
        "The causal mask is made for axis 1",
        Case(
            "MultiHeadAttention",
            {"num_heads": 1, "key_dim": 2},
            {"use_causal_mask": True},
            (_spec(None, 3, 5, 4), _spec(None, 3, 5, 4), *(None,) * 5),
        ),
        "use_causal_mask",
    ),
    Exemption(
        frozenset({"MultiHeadAttention"}),
        "param.sliding_window",
        "The window is made for axis 1",
        Case(
            "MultiHeadAttention",
            {"num_heads": 1, "key_dim": 2, "sliding_window": 2},
            wired=(_spec(None, 3, 5, 4), _spec(None, 3, 5, 4), *(None,) * 5),
        ),
        "sliding_window",
    ),
    Exemption(
        ADAPTIVE,
        "shape.rank",
        "Keras works out the shape from the batch and the channels alone",
        Case("AdaptiveAveragePooling2D", {"output_size": 2}, wired=(SEQUENCE,)),
    ),
    Exemption(
        ADAPTIVE,
        "shape.unknown",
        "Keras chooses the windows when the call is traced",
        Case("AdaptiveAveragePooling1D", {"output_size": 2}, wired=(_spec(None, None, 4),)),
    ),
    Exemption(
        ADAPTIVE,
        "param.output_size",
        "Keras slides a window that is longer than the input",
        Case("AdaptiveAveragePooling1D", {"output_size": 1}, wired=(SEQUENCE,)),
        "output_size",
    ),
    Exemption(
        frozenset({"EinsumDense"}),
        "shape.rank",
        "Keras does not look whether the equation has as many axes as the input",
        Case("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (3, 4, 2)}, wired=(_spec(None, 3, 4, 5),)),
    ),
    Exemption(
        frozenset({"EinsumDense"}),
        "param.output_shape",
        "Keras believes the output_shape, however many axes the equation has",
        Case("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 2, 7)}, wired=(SEQUENCE,)),
        "output_shape",
    ),
    Exemption(
        frozenset({"EinsumDense"}),
        "param.equation",
        "Keras takes the beginning of an equation for the whole",
        Case("EinsumDense", {"equation": "abc,cd->abd,ef", "output_shape": (None, 2)}, wired=(SEQUENCE,)),
        "equation",
    ),
    Exemption(
        frozenset({"ReversibleEmbedding"}),
        "param.output_dim",
        "Keras does not look at what comes back",
        Case("ReversibleEmbedding", {"input_dim": 9, "output_dim": 5}, {"reverse": True}, (SEQUENCE,)),
        "output_dim",
    ),
    Exemption(
        frozenset({"ReversibleEmbedding"}),
        "shape.rank",
        "Keras takes the batch for the vector that comes back",
        Case("ReversibleEmbedding", {"input_dim": 9, "output_dim": 5}, {"reverse": True}, (_spec(None),)),
    ),
    Exemption(
        STEPPING,
        "dtype.float",
        "Keras makes the dropout mask in the dtype of the input, which cannot be whole numbers",
        Case("LSTM", {"units": 3, "dropout": 0.5}, wired=(TensorSpec((None, 5, 4), "int32"), (), None)),
    ),
    Exemption(
        frozenset({"LSTM", "GRU"}),
        "param.use_cudnn",
        "Keras finds out when the call is traced",
        Case("LSTM", {"units": 3, "use_cudnn": True, "recurrent_dropout": 0.5}, wired=(SEQUENCE, (), None)),
        "use_cudnn",
    ),
    Exemption(
        frozenset({"RNN"}),
        "shape.rank",
        "Keras makes the cell's weights for the last axis, whatever stands before it",
        Case("RNN", {"cell": Inner("GRUCell", {"units": 3})}, wired=(_spec(None, 5, 2, 4), (), None)),
    ),
    Exemption(
        frozenset({"RNN"}),
        "param.cells",
        "Keras keeps all states in the dtype of the stack",
        Case(
            "RNN",
            {
                "cell": Inner(
                    "StackedRNNCells",
                    {"cells": (Inner("GRUCell", {"units": 3, "dtype": "float16"}), Inner("GRUCell", {"units": 2}))},
                )
            },
            wired=(SEQUENCE, (), None),
        ),
        "cell",
    ),
    Exemption(
        frozenset({"SpectralNormalization"}),
        "dtype.float",
        "Keras casts what comes out to the dtype of what comes in: whole numbers lose what is behind the dot",
        None,
    ),
    Exemption(
        frozenset({"SpectralNormalization"}),
        "param.layer",
        "Keras scales the kernel in training, and one with lora_rank is no variable that could be set",
        None,
        "layer",
    ),
    Exemption(
        frozenset({"Bidirectional"}),
        "shape.rank",
        "Keras does not put the input to the layer that goes backwards",
        Case(
            "Bidirectional",
            {
                "layer": Inner("ConvLSTM1D", {"filters": 1, "kernel_size": 1}),
                "backward_layer": Inner("ConvLSTM3D", {"filters": 1, "kernel_size": 1, "go_backwards": True}),
            },
            wired=(_spec(2, 4, 12, 4), (), None),
        ),
    ),
    Exemption(
        frozenset({"TimeDistributed"}),
        "shape.mask",
        "Keras looks at the mask when the call is traced",
        Case(
            "TimeDistributed",
            {"layer": Inner("Dense", {"units": 3})},
            wired=(SEQUENCE, TensorSpec((None, 9), "bool")),
        ),
    ),
    Exemption(
        RECURRENT,
        "shape.states",
        "Keras does not look at the initial states",
        Case("LSTM", {"units": 3}, wired=(SEQUENCE, (_spec(None, 7), _spec(None, 7)), None)),
    ),
    Exemption(
        RECURRENT,
        "shape.mask",
        "Keras does not look at the mask; a longer one is cut",
        Case("GRU", {"units": 3}, wired=(SEQUENCE, (), TensorSpec((None, 2), "bool"))),
    ),
    Exemption(
        RECURRENT,
        "param.unroll",
        "Unrolling needs the number of steps only when the call is traced",
        Case("GRU", {"units": 3, "unroll": True}, wired=(_spec(None, None, 4), (), None)),
        "unroll",
    ),
    Exemption(
        frozenset({"Bidirectional"}),
        "param.backward_layer",
        "Keras takes the backward layer's size for the forward one's",
        Case(
            "Bidirectional",
            {"layer": Inner("GRU", {"units": 3}), "backward_layer": Inner("GRU", {"units": 4, "go_backwards": True})},
            wired=(SEQUENCE, (), None),
        ),
        "backward_layer",
    ),
    Exemption(
        frozenset({"TimeDistributed", "SpectralNormalization"}),
        "shape.rank",
        "Keras calls the layer inside without the check of its rank",
        Case(
            "TimeDistributed", {"layer": Inner("AveragePooling1D", {"pool_size": 2})}, wired=(_spec(None, 3, 4), None)
        ),
    ),
    Exemption(
        ATTENTION,
        "shape.rank",
        "Without an axis of steps it attends to the other examples of the batch; with different ranks it fails",
        Case(
            "MultiHeadAttention", {"num_heads": 1, "key_dim": 2}, wired=(SEQUENCE, _spec(None, 2, 5, 4), *(None,) * 5)
        ),
    ),
    Exemption(
        ATTENTION,
        "shape.merge",
        "Keras does not look whether queries, keys and values fit together",
        Case("Attention", wired=(_spec(None, 5, 4), _spec(None, 5, 3), None, None, None)),
    ),
    Exemption(
        ATTENTION,
        "shape.mask",
        "Keras does not look at the masks",
        Case("Attention", wired=(SEQUENCE, SEQUENCE, None, None, TensorSpec((None, 9), "bool"))),
    ),
    Exemption(
        frozenset({"MultiHeadAttention"}),
        "param.attention_axes",
        "Other axes would mix examples, features or heads, and Keras lets them",
        None,
        "attention_axes",
    ),
    Exemption(
        MANY_HEADS,
        "param.flash_attention",
        "Keras finds out when the call is traced",
        Case(
            "MultiHeadAttention",
            {"num_heads": 1, "key_dim": 2, "flash_attention": True},
            {"return_attention_scores": True},
            wired=(SEQUENCE, SEQUENCE, *(None,) * 5),
        ),
        "flash_attention",
    ),
    Exemption(
        frozenset({"RMSNormalization"}),
        "param.axis",
        "Keras does not bring its scale to the axes that it belongs to",
        Case("RMSNormalization", {"axis": 1}, wired=(SEQUENCE,)),
        "axis",
    ),
    Exemption(
        frozenset({"Rescaling"}),
        "param.scale",
        "Keras does not look whether the numbers fit the input",
        Case("Rescaling", {"scale": (1.0, 2.0, 3.0)}, wired=(SEQUENCE,)),
        "scale",
    ),
    Exemption(
        frozenset({"Rescaling"}),
        "param.offset",
        "Keras does not look whether the numbers fit the input",
        Case("Rescaling", {"scale": 1.0, "offset": (1.0, 2.0, 3.0)}, wired=(SEQUENCE,)),
        "offset",
    ),
    Exemption(
        frozenset({"TimeDistributed"}),
        "shape.mask",
        "Keras hands on the mask as it is; the next merge or the loss fails on it, not the layer itself",
        None,
    ),
    Exemption(
        frozenset({"Softmax"}),
        "shape.mask",
        "Keras does not look at the mask",
        Case("Softmax", wired=(SEQUENCE, TensorSpec((None, 9, 4), "bool"))),
    ),
    Exemption(
        frozenset({"Softmax"}),
        "param.axis",
        "Keras does not look at the axis",
        Case("Softmax", {"axis": 4}, wired=(SEQUENCE, None)),
        "axis",
    ),
    Exemption(
        frozenset({"Concatenate"}),
        "shape.merge",
        "Keras stops looking at the inputs where the axis is unknown",
        Case("Concatenate", {"axis": 2}, wired=((_spec(None, 12, None), _spec(None, 12, None), _spec(None, 12)),)),
    ),
    Exemption(
        frozenset({"Concatenate"}),
        "param.axis",
        "With one input there is nothing to join, and Keras looks at the axis only when there are two",
        None,
        "axis",
    ),
    Exemption(
        frozenset({"PReLU"}),
        "param.shared_axes",
        "Keras takes axis 0 for the last one, and -1 for the last but one",
        None,
        "shared_axes",
    ),
    Exemption(
        frozenset({"Normalization"}),
        "param.axis",
        "An axis that is named twice, which Keras lets pass where its size is 1",
        None,
        "axis",
    ),
    Exemption(
        frozenset({"Dot"}),
        "param.axes",
        "Axis 0 is the batch",
        Case("Dot", {"axes": 0}, wired=((_spec(2, 4), _spec(2, 4)),)),
        "axes",
    ),
    Exemption(
        frozenset({"Dot"}),
        "shape.merge",
        "Keras does not look whether the batches are the same",
        Case("Dot", {"axes": 1}, wired=((_spec(2, 4), _spec(5, 4)),)),
        "axes",
    ),
)

LATE = "Keras asks initializers when weights are made, regularizers when losses are counted, constraints in training"
SUFFIXES = ("_initializer", "_regularizer", "_constraint")
IMAGE = _spec(None, 8, 8, 3)


def _late(param: str, evidence: Case | None = None) -> Exemption:
    kinds = frozenset(name for name, kind in (*KINDS.items(), *CELLS.items()) if param in kind.declared)
    return Exemption(kinds, f"param.{param}", LATE, evidence, param)


EVIDENT = {
    "kernel_initializer": Case(
        "Conv2D", {"filters": 2, "kernel_size": 3, "kernel_initializer": "identity"}, wired=(IMAGE,)
    ),
    "bias_initializer": Case("Dense", {"units": 2, "bias_initializer": "orthogonal"}, wired=(SEQUENCE,)),
    "activity_regularizer": Case("ReLU", {"activity_regularizer": "orthogonal_regularizer"}, wired=(SEQUENCE,)),
    "recurrent_initializer": Case("GRU", {"units": 2, "dtype": "bfloat16"}, wired=(SEQUENCE, (), None)),
}
LATE_ONES = tuple(
    _late(param, EVIDENT.get(param))
    for param in sorted({name for kind in KINDS.values() for name in kind.declared if name.endswith(SUFFIXES)})
)

SCORES = Exemption(
    frozenset({"MultiHeadAttention"}),
    "",
    "Keras gives scores the query's length twice and one axis only; they have the query's and the value's",
    Case(
        "MultiHeadAttention",
        {"num_heads": 1, "key_dim": 2},
        {"return_attention_scores": True},
        wired=(_spec(None, 5, 4), _spec(None, 3, 4), *(None,) * 5),
    ),
)

DOTS = Exemption(
    frozenset({"EinsumDense"}),
    "",
    "Keras turns round the order of the axes that ... stands for",
    Case("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 2}, wired=(_spec(None, 5, 4, 3),)),
)

CARRIED = Exemption(
    frozenset({"ReversibleEmbedding"}),
    "",
    "Keras does not say so in advance, but a ReversibleEmbedding with mask_zero does make a mask when it is called",
    None,
)

INSIDE = frozenset({"layer", "backward_layer", "cell", "cells"})
"""The params in which a layer shows what is wrong with what it holds."""

REFUSALS = (
    *STRICTER,
    *stricter_casts.REFUSED,
    *stricter_images.REFUSED,
    *stricter_operations.REFUSED,
    *REFUSED,
    *LATE_ONES,
)
EVIDENCE = tuple(
    entry
    for entry in (*REFUSALS, *CORRECTED, *stricter_images.CORRECTED, stricter_operations.SUM, SCORES, DOTS)
    if entry.evidence is not None
)


def exemption(case: Case, error: ShapeError) -> Exemption | None:
    """The entry that allows the studio to refuse this case."""
    for entry in REFUSALS:
        if case.kind in entry.kinds and (entry.code, entry.param) == (error.code, error.param):
            return entry
    inside = set(_held(case.params))
    for entry in REFUSALS:
        if (
            inside & entry.kinds
            and entry.code == error.code
            and (error.param in INSIDE if entry.param else error.param is None)
        ):
            return entry
    return None


def _held(value: Value | Params) -> Iterator[str]:
    """The kinds of the layers and cells inside, and inside of those."""
    match value:
        case Inner(kind, params):
            yield kind
            yield from _held(params)
        case tuple():
            for item in value:
                yield from _held(item)
        case dict():
            for item in value.values():
                yield from _held(item)


def corrected(case: Case) -> Exemption | None:
    """The entry that allows the studio to give another answer to this case."""
    if case.kind in SCORES.kinds and case.call.get("return_attention_scores"):
        return SCORES
    if case.kind == "ReversibleEmbedding" and not case.call.get("reverse") and case.params.get("mask_zero"):
        return CARRIED
    equations = [str(params.get("equation")) for params in _all_params(case.params)]
    if any(equation.startswith("...") for equation in equations):
        return DOTS
    return (
        corrected_dtype(case)
        or stricter_images.corrected_images(case)
        or stricter_operations.corrected_operations(case)
    )


def _all_params(params: Params) -> Iterator[Params]:
    """These params, and those of every layer inside."""
    yield params
    for value in params.values():
        if isinstance(value, Inner):
            yield from _all_params(value.params)
