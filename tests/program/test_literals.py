"""Values as Python: what is written is what is read back, and nothing else."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.catalog.forms import Role
from studio.catalog.registry import KINDS, RECIPES
from studio.core.values import Inner, Value
from studio.program.layout import flat, lines
from studio.program.literals import Unwritable, arguments, keras_object, literal, one_line, same, text

hostile = st.sampled_from(['"', "'", '"""', "\\", "\n", "\r", "\u2028", "\u202e", "{0}", "#", "\0", "\\N{DIGIT ONE}"])
texts = st.lists(st.text(max_size=6) | hostile, max_size=6).map("".join)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
plain: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | numbers | texts, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12
)


@given(texts)
def test_a_text_is_read_back_as_it_was(value: str) -> None:
    written = text(value)
    assert ast.literal_eval(written) == value
    assert written.isprintable()


@given(plain)
def test_a_value_is_read_back_as_it_was_on_one_line_and_on_many(value: Value) -> None:
    whole = literal(value)
    many = "\n".join(line for line, _ in lines(whole, " " * 4, "("))
    for written in (flat(whole), many.strip()[1:] if not isinstance(whole, str) else flat(whole)):
        read = ast.literal_eval(written)
        assert same(read, value), written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('say "no"', "'say \"no\"'"),
        ("it's", '"it\'s"'),
        ("a\"b'c", '"a\\"b\'c"'),
        ("tab\t", '"tab\\t"'),
    ],
)
def test_quotes_are_chosen_for_fewer_escapes(value: str, expected: str) -> None:
    assert expected == text(value)


@pytest.mark.parametrize(
    ("value", "role", "expected"),
    [
        (Inner("Adam"), Role.OPTIMIZER, '"adam"'),
        (Inner("Adam", {"learning_rate": 0.001}), Role.OPTIMIZER, '"adam"'),
        (Inner("Adam", {"learning_rate": 0.01}), Role.OPTIMIZER, "keras.optimizers.Adam(learning_rate=0.01)"),
        (Inner("L2", {"l2": 0.001}), Role.REGULARIZER, "keras.regularizers.L2(l2=0.001)"),
        (Inner("SGD", {"momentum": 1}), Role.OPTIMIZER, "keras.optimizers.SGD(momentum=1.0)"),
        (
            Inner("Precision", {"thresholds": (0, 0.5)}),
            Role.METRIC,
            "keras.metrics.Precision(thresholds=[0.0, 0.5])",
        ),
        ("relu", Role.ACTIVATION, '"relu"'),
        (Inner("LSTM", {"units": 32}), Role.RECURRENT_LAYER, "layers.LSTM(32)"),
        (("accuracy", Inner("F1Score", {"threshold": 0.5})), Role.METRIC, None),
    ],
)
def test_keras_objects_are_written_out(value: Value, role: Role, expected: str | None) -> None:
    written = flat(literal(value, role))
    assert written == (expected or '("accuracy", keras.metrics.F1Score(threshold=0.5))')


@pytest.mark.parametrize("kind", ["os.system", "L2(1); import os", "Dense", ""])
def test_an_object_that_the_role_does_not_have_is_not_written(kind: str) -> None:
    with pytest.raises(Unwritable, match="that this version knows"):
        keras_object(kind, {}, Role.REGULARIZER)


def test_names_that_are_not_declared_are_never_written() -> None:
    given_ = arguments(KINDS["Dense"].params, {"units": 3, "x=__import__('os')": 1, "activation": "relu"})
    assert [item.prefix + flat(item.expression) for item in given_] == ["3", 'activation="relu"']


def test_a_required_param_that_is_missing_is_named() -> None:
    with pytest.raises(Unwritable, match="units is not set"):
        arguments(KINDS["Dense"].params, {"activation": "relu"})


def test_defaults_are_not_written_but_other_types_of_the_same_value_are() -> None:
    params = KINDS["Dense"].params
    assert len(arguments(params, {"units": 1, "use_bias": True, "activation": None})) == 1
    assert len(arguments(params, {"units": 1, "use_bias": 1})) == 2


@given(texts)
def test_foreign_text_stays_on_the_line_of_its_comment(words: str) -> None:
    assert one_line(words).isprintable()
    assert "\n" not in one_line(words)


def test_every_path_and_argument_of_the_catalogue_is_made_of_identifiers() -> None:
    made = {kind.path: kind.params + kind.call for kind in KINDS.values() if kind.path}
    made |= {recipe.path: recipe.params for recipe in RECIPES.values() if recipe.path}
    for path, params in made.items():
        assert all(part.isidentifier() for part in path.split(".")), path
        assert path.startswith("keras."), path
        assert all(param.name.isidentifier() for param in params), path
