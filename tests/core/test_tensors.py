"""What is known of a tensor, and how it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.tensors import Shape, TensorSpec, product, shape_label, shape_text

sizes = st.lists(st.none() | st.integers(0, 10_000), max_size=6).map(tuple)


def test_a_spec_is_float32_and_unmasked_unless_said_otherwise() -> None:
    assert TensorSpec((None, 8)) == TensorSpec((None, 8), "float32", False)


def test_rank_counts_the_batch_axis() -> None:
    assert TensorSpec((None, 28, 28, 1)).rank == 4
    assert TensorSpec(()).rank == 0


@pytest.mark.parametrize(
    ("shape", "expected"), [((), 1), ((7,), 7), ((2, 3, 4), 24), ((2, None), None), ((0, 5), 0), ((None, 0), None)]
)
def test_a_product_is_known_only_if_every_size_is(shape: Shape, expected: int | None) -> None:
    assert product(shape) == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((), "()"), ((None,), "(None,)"), ((None, 28, 28, 1), "(None, 28, 28, 1)"), ((None, None, 3), "(None, None, 3)")],
)
def test_shape_text_is_what_keras_writes(shape: Shape, expected: str) -> None:
    assert shape_text(shape) == expected


def test_shape_text_writes_a_list_as_the_same_shape() -> None:
    assert shape_text([None, 3]) == "(None, 3)"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((None, 28, 28, 1), "28 × 28 × 1"),
        ((None, 3136), "3,136"),
        ((None, None, 64), "? × 64"),
        ((None,), "scalar"),
        ((), "scalar"),
    ],
)
def test_shape_label_leaves_out_the_batch_axis(shape: Shape, expected: str) -> None:
    assert shape_label(shape) == expected


@given(sizes)
def test_shape_text_reads_back_as_the_shape(shape: Shape) -> None:
    assert eval(shape_text(shape), {"__builtins__": {}}) == shape


@given(sizes, sizes)
def test_products_multiply_when_shapes_are_joined(left: Shape, right: Shape) -> None:
    parts = product(left), product(right)
    expected = None if None in parts else parts[0] * parts[1]  # type: ignore[operator]
    assert product(left + right) == expected
