"""What a param can hold is plain, finite, bounded and can be written as UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import EditRefused
from studio.core.values import MAX_DEPTH, MAX_NAME, MAX_TEXT, Inner, Value, check_text, check_value

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple) | st.builds(Inner, texts, st.dictionaries(texts, inner, max_size=3))
    ),
    max_leaves=10,
)


def nested(depth: int) -> Value:
    value: Value = 0
    for _ in range(depth):
        value = (value,)
    return value


def refusal_of(value: object) -> str:
    with pytest.raises(EditRefused) as refusal:
        check_value(value)
    assert refusal.value.advice
    return refusal.value.code


@given(values)
def test_every_value_of_the_union_is_accepted(value: Value) -> None:
    check_value(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "value.finite"),
        (float("-inf"), "value.finite"),
        (2**63, "value.range"),
        (-(2**63) - 1, "value.range"),
        ("\ud800", "value.text"),
        ("x" * (MAX_TEXT + 1), "value.long"),
        ([1, 2], "value.type"),
        ({"a": 1}, "value.type"),
        (b"bytes", "value.type"),
        (1 + 2j, "value.type"),
        (object(), "value.type"),
        (nested(MAX_DEPTH + 1), "value.depth"),
    ],
)
def test_everything_else_is_refused_with_its_code(value: object, code: str) -> None:
    assert refusal_of(value) == code


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), "x" * MAX_TEXT, nested(MAX_DEPTH), 1e308, -0.0, ()])
def test_the_last_value_before_each_limit_is_accepted(value: Value) -> None:
    check_value(value)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda bad: (1, (2, bad)),
        lambda bad: Inner("LSTM", {"units": bad}),
        lambda bad: (Inner("RNN", {"cell": Inner("LSTMCell", {"units": bad})}),),
    ],
)
def test_a_bad_value_is_found_however_deep_it_lies(wrap: object) -> None:
    assert refusal_of(wrap(float("inf"))) == "value.finite"  # type: ignore[operator]


def test_the_names_inside_a_keras_object_are_checked_too() -> None:
    assert refusal_of(Inner("k" * (MAX_NAME + 1))) == "value.long"
    assert refusal_of(Inner("LSTM", {"\udfff": 1})) == "value.text"


def test_a_long_text_is_quoted_only_in_part() -> None:
    with pytest.raises(EditRefused, match=r"“x{40}…” has 1,000 characters; 200 are allowed\."):
        check_text("x" * 1000, 200)
