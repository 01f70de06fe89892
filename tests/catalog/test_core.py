"""EinsumDense, embeddings both ways, adaptive pooling, grouped attention, spectral normalization, and whole numbers."""

from __future__ import annotations

from typing import Any

import pytest

from studio.catalog.declaration import ShapeError
from studio.catalog.registry import KINDS
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Inner, Params

SEQUENCE = TensorSpec((None, 5, 3))
HEADS: Params = {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2}
QUERY, VALUE = TensorSpec((None, 6, 8)), TensorSpec((None, 5, 8))


def _call(name: str, params: Params, *wired: Any, call: Params | None = None) -> tuple[Any, ...]:
    kind = KINDS[name]
    rest = (() if port.many else None for port in kind.inputs[len(wired) :])
    return (kind, kind.settings(params, call), *wired, *rest)


def _shapes(*called: Any) -> list[Shape]:
    kind, settings, *wired = called
    return [output.shape for output in kind.infer(settings, *wired)]


EQUATIONS: tuple[tuple[str, Any, Shape, Shape, int | None], ...] = (
    ("abc,cd->abd", (None, 4), (None, 5, 3), (None, None, 4), 5 * 4 * 3),
    ("abc,cd->abd", (5, 4), (None, 5, 3), (None, 5, 4), 5 * 4 * 3),
    ("abc,bcd->ad", (4,), (None, 5, 3), (None, 4), 4 * 5 * 3),
    ("...x,xy->...y", 4, (None, 7, 5, 3), (None, 7, 5, 4), 7 * 5 * 4 * 3),
    ("ab...,bc->ac...", (4,), (None, 3, 5), (None, 4, 5), 4 * 5 * 3),
    ("ab,bc->ac", (4,), (None, 3), (None, 4), 4 * 3),
)


@pytest.mark.parametrize(("equation", "output_shape", "shape", "given", "work"), EQUATIONS)
def test_an_equation_gives_its_shape_and_its_work(
    equation: str, output_shape: Any, shape: Shape, given: Shape, work: int | None
) -> None:
    called = _call("EinsumDense", {"equation": equation, "output_shape": output_shape}, TensorSpec(shape))

    assert _shapes(*called) == [given]
    kind, *rest = called
    assert kind.multiply_adds(*rest) == work


def test_a_bias_stands_along_the_axes_that_are_named() -> None:
    params: Params = {"equation": "abc,cd->abd", "output_shape": (5, 4), "bias_axes": "b"}
    kind, settings, *wired = _call("EinsumDense", params, SEQUENCE)

    assert [(weight.name, weight.shape) for weight in kind.weights(settings, *wired)] == [
        ("kernel", (3, 4)),
        ("bias", (5, 1)),
    ]


@pytest.mark.parametrize(
    ("equation", "output_shape", "code", "words"),
    [
        ("abc", (4,), "param.equation", "is no equation such as"),
        ("abc,cd->abd,e", (None, 4), "param.equation", "is no equation such as"),
        ("abc,cde->abd", (None, 4), "param.equation", "e in “abc,cde->abd” is in the kernel only"),
        ("aac,cd->aad", (None, 4), "param.equation", "names an axis twice"),
        ("abc,cd->abe", (None, 4), "param.equation", "e in “abc,cd->abe” is in the output only"),
        ("ab,bc->ac", (4,), "shape.rank", "whose input has 2 axes; it gets (None, 5, 3)"),
        ("abc,cd->abd", (4,), "param.output_shape", "Give 2 sizes, without the batch."),
        ("abc,cd->abd", (7, 4), "param.output_shape", "b is 5 in the input (None, 5, 3) and 7 in the output"),
        ("abc,cd->abd", (5, None), "param.output_shape", "the kernel needs the size of d"),
    ],
)
def test_an_equation_that_no_product_follows_is_refused(
    equation: str, output_shape: Any, code: str, words: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        _shapes(*_call("EinsumDense", {"equation": equation, "output_shape": output_shape}, SEQUENCE))

    assert caught.value.code == code
    assert words in caught.value.text


def test_an_embedding_leads_back_to_scores_with_the_same_weights() -> None:
    params: Params = {"input_dim": 9, "output_dim": 3}
    there = _call("ReversibleEmbedding", params, TensorSpec((None, 5), "int32"))
    back = _call("ReversibleEmbedding", params, SEQUENCE, call={"reverse": True})

    assert (_shapes(*there), _shapes(*back)) == ([(None, 5, 3)], [(None, 5, 9)])
    assert [kind.weights(settings, *wired) for kind, settings, *wired in (there, back)] == [
        (KINDS["Embedding"].weights(KINDS["Embedding"].settings(params), SEQUENCE)[0],)
    ] * 2
    assert [kind.multiply_adds(settings, *wired) for kind, settings, *wired in (there, back)] == [0, 5 * 3 * 9]


def test_grouped_attention_shares_keys_and_values_between_heads() -> None:
    kind, settings, *wired = _call("GroupedQueryAttention", HEADS, QUERY, VALUE, call={"return_attention_scores": True})

    assert _shapes(kind, settings, *wired) == [(None, 6, 8), (None, 4, 6, 5)]
    shapes = {weight.name: weight.shape for weight in kind.weights(settings, *wired)}
    assert (shapes["query/kernel"], shapes["key/kernel"], shapes["value/kernel"]) == ((8, 4, 4), (8, 2, 4), (8, 2, 4))
    projections = 6 * (8 * 16) + 2 * 5 * (8 * 8) + 6 * (16 * 8)
    assert kind.multiply_adds(settings, *wired) == projections + 2 * (6 * 5) * (4 * 4)


@pytest.mark.parametrize(
    ("params", "query", "value", "code", "port"),
    [
        ({**HEADS, "num_key_value_heads": 3}, QUERY, VALUE, "param.num_key_value_heads", None),
        (HEADS, TensorSpec((None, 8)), VALUE, "shape.rank", "query"),
        (HEADS, QUERY, TensorSpec((None, 5, 7)), "shape.merge", "value"),
        (HEADS, TensorSpec((2, 6, 8)), TensorSpec((3, 5, 8)), "shape.merge", "value"),
    ],
)
def test_what_grouped_attention_cannot_compare_is_refused(
    params: Params, query: TensorSpec, value: TensorSpec, code: str, port: str | None
) -> None:
    with pytest.raises(ShapeError) as caught:
        _shapes(*_call("GroupedQueryAttention", params, query, value))

    assert (caught.value.code, caught.value.port) == (code, port)


def test_adaptive_pooling_gives_one_size_where_its_windows_fit() -> None:
    image = TensorSpec((None, 9, 6, 2))

    assert _shapes(*_call("AdaptiveAveragePooling2D", {"output_size": (4, 3)}, image)) == [(None, 4, 3, 2)]
    first: Params = {"output_size": 2, "data_format": "channels_first"}
    assert _shapes(*_call("AdaptiveMaxPooling2D", first, image)) == [(None, 9, 2, 2)]


def test_adaptive_pooling_to_one_place_names_the_layer_that_does_it() -> None:
    with pytest.raises(ShapeError, match=r"Use GlobalAveragePooling2D in its place\.") as caught:
        _shapes(*_call("AdaptiveAveragePooling2D", {"output_size": 1}, TensorSpec((None, 9, 6, 2))))

    assert caught.value.code == "param.output_size"


def test_spectral_normalization_adds_a_vector_to_the_layer_inside() -> None:
    kind, settings, *wired = _call("SpectralNormalization", {"layer": Inner("Dense", {"units": 4})}, SEQUENCE)

    assert _shapes(kind, settings, *wired) == [(None, 5, 4)]
    assert [(weight.name, weight.shape, weight.trainable) for weight in kind.weights(settings, *wired)] == [
        ("layer/kernel", (3, 4), True),
        ("vector_u", (1, 4), False),
        ("layer/bias", (4,), True),
    ]


@pytest.mark.parametrize(
    ("name", "params", "x", "code"),
    [
        ("SpectralNormalization", {"layer": Inner("Dropout", {"rate": 0.5})}, SEQUENCE, "param.layer"),
        ("SpectralNormalization", {"layer": Inner("LSTM", {"units": 4})}, SEQUENCE, "param.layer"),
        ("Activation", {"activation": "gelu"}, SEQUENCE._replace(dtype="int32"), "dtype.float"),
        ("LeakyReLU", {}, SEQUENCE._replace(dtype="bool"), "dtype.float"),
        ("Dropout", {"rate": 0.5}, SEQUENCE._replace(dtype="int32"), "dtype.float"),
        ("MaxPooling3D", {"dtype": "float64"}, TensorSpec((None, 4, 4, 4, 2)), "param.dtype"),
        ("ReversibleEmbedding", {"input_dim": 9, "output_dim": 3, "reverse": True}, QUERY, "param.output_dim"),
        ("TFSMLayer", {"filepath": "model"}, SEQUENCE, "kind.foreign"),
    ],
)
def test_what_keras_lets_pass_and_training_does_not_is_refused(
    name: str, params: Params, x: TensorSpec, code: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        _shapes(*_call(name, params, x))

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "params", "dtype"),
    [
        ("Activation", {"activation": "relu"}, "int32"),
        ("Activation", {"activation": "tanh"}, "bool"),
        ("Activation", {"activation": Inner("LeakyReLU", {"negative_slope": 0.1})}, "int32"),
        ("Dropout", {"rate": 0.0}, "int32"),
        ("LSTM", {"units": 2}, "int32"),
    ],
)
def test_whole_numbers_are_let_pass_where_tensorflow_takes_them(name: str, params: Params, dtype: str) -> None:
    assert len(_shapes(*_call(name, params, SEQUENCE._replace(dtype=dtype)))) == 1
