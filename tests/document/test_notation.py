"""The notation that the other tests draw with."""

from __future__ import annotations

import pytest

from studio.core.values import Inner
from tests.notation import graph, node, wires


def test_a_chain_is_wired_in_order() -> None:
    document = graph("input(28, 28, 1) > dense(8)\n > dense(10)")
    assert wires(document) == ["dense.output > dense_2.input", "input.output > dense.input"]
    assert node(document, "input").params == {"shape": (28, 28, 1)}
    assert [node(document, name).params["units"] for name in ("dense", "dense_2")] == [8, 10]


def test_named_nodes_are_found_again_and_list_ports_take_wires_in_order() -> None:
    document = graph(
        """
        input(4, dtype="int32") > a: dense(3)   # a comment > with; signs
        a > b: dense(units=2); b > cat: concatenate; a > cat; b > cat > Output
        """
    )
    assert wires(document)[2:5] == ["b.output > cat.inputs", "b.output > cat.inputs[2]", "cat.output > output.input"]
    assert wires(document)[1] == "a.output > cat.inputs[1]"
    assert node(document, "input").params == {"shape": (4,), "dtype": "int32"}


def test_ports_values_and_unknown_kinds_are_written_plainly() -> None:
    document = graph("""input(None, 4) > Strange(x=LSTM(units=2), y="a > b; c", z=[1, (2, None)])""")
    strange = node(document, "strange")
    assert strange.params == {"x": Inner("LSTM", {"units": 2}), "y": "a > b; c", "z": (1, (2, None))}
    document = graph("a: Strange > Strange@query.scores > dense@input")
    assert wires(document) == ["a.output > strange.query", "strange.scores > dense.input"]


def test_an_equals_sign_shares_a_layer() -> None:
    document = graph("input(4) > a: dense(3); input(4) > b: =a; c: =b")
    assert [node(document, name).shares for name in "bc"] == [node(document, "a").id] * 2
    assert node(document, "b").params == {}


def test_columns_follow_the_wires() -> None:
    document = graph("input(4) > a: dense(3) > b: dense(3) > cat: concatenate; input > cat")
    assert [node(document, name).x for name in ("input", "a", "b", "cat")] == [0.0, 220.0, 440.0, 660.0]
    assert node(graph("x: dense > y: dense > x"), "x").kind == "Dense"


@pytest.mark.parametrize(
    "text", ["nothing", "dense(1) >> dense(2)", "a: a", "dense(*[1] * 99)", "a: dense; a: dense", "dense > dense(3) 4"]
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        graph(text)


def test_a_missing_node_is_named_with_those_that_exist() -> None:
    with pytest.raises(LookupError, match="no node 'x'; there are \\['dense'\\]"):
        node(graph("dense"), "x")
