"""Names that Keras and Python take."""

from __future__ import annotations

import builtins
import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.document.graph import Graph, Node
from studio.program.names import identifier, layer_name, layer_names, unique, variable_names

anything = st.text(max_size=12) | st.sampled_from(
    [
        "class",
        "None",
        "__debug__",
        "__class__",
        "keras",
        "layers",
        "input",
        "print",
        "_",
        "match",
        "7",
        "a_2",
        "a",
        "A",
        "",
    ]
)


def drawn(*nodes: Node) -> Graph:
    graph = Graph("main")
    for node in nodes:
        graph.put_node(node)
    return graph


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("conv2d", "conv2d"),
        ("Größe 2", "Grosse_2"),
        ("a/b.c", "a_b_c"),
        ("two-branch", "two-branch"),
        ("日本", ""),
        ("__x__", "x"),
        ('"; import os', "import_os"),
    ],
)
def test_a_layer_keeps_of_its_name_what_every_backend_takes(name: str, expected: str) -> None:
    assert expected == layer_name(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("conv2d", "conv2d"),
        ("My Conv", "my_conv"),
        ("class", "class_"),
        ("input", "inputs"),
        ("sum", "sum_"),
        ("3x3", "conv2d_3x3"),
        ("", "conv2d"),
        ("__debug__", "debug"),
        ("match", "match_"),
    ],
)
def test_a_variable_is_named_after_its_node(name: str, expected: str) -> None:
    assert expected == identifier(name, "conv2d")


def test_a_name_without_letters_gives_way_to_the_kind() -> None:
    graph = drawn(Node("a", "Conv2D", "日本"), Node("b", "Conv2D", "中国"), Node("c", "??", "!"))
    assert layer_names(graph) == {"a": "conv2d", "b": "conv2d_2", "c": "node"}


def test_layers_choose_their_names_before_outputs_and_further_calls() -> None:
    graph = drawn(
        Node("o", "Output", "digit"), Node("again", "Dense", "digit", shares="d"), Node("d", "Dense", "digit")
    )
    names = layer_names(graph)
    assert names["d"] == "digit"
    assert len(set(names.values())) == 3


@given(st.lists(st.tuples(anything, anything), max_size=12))
def test_layer_names_are_safe_and_unique(nodes: list[tuple[str, str]]) -> None:
    graph = drawn(*(Node(str(place), kind, name) for place, (kind, name) in enumerate(nodes)))
    names = list(layer_names(graph).values())
    assert len(set(names)) == len(nodes)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) for name in names), names


@given(st.lists(st.tuples(anything, anything), max_size=12))
def test_variables_are_identifiers_that_hide_nothing(nodes: list[tuple[str, str]]) -> None:
    graph = drawn(*(Node(str(place), kind, name) for place, (kind, name) in enumerate(nodes)))
    variables = variable_names(layer_names(graph), {id_: node.kind for id_, node in graph.nodes.items()})
    assert len(set(variables.values())) == len(nodes)
    for variable in variables.values():
        assert variable.isidentifier()
        assert not keyword.iskeyword(variable)
        assert variable not in {*dir(builtins), "keras", "layers"}


@given(st.lists(anything, max_size=30), st.lists(anything, max_size=5))
def test_names_become_unique_and_the_first_keeps_its_own(stems: list[str], taken: list[str]) -> None:
    keys = {str(place): stem for place, stem in enumerate(stems)}
    result = unique(keys, taken)
    assert list(result) == list(keys)
    assert len(set(result.values())) == len(stems)
    assert not set(result.values()) & set(taken)
    for place, stem in enumerate(stems):
        if stem not in taken and stem not in stems[:place]:
            assert result[str(place)] == stem


def test_no_layer_takes_a_name_that_keras_may_give_to_an_operation() -> None:
    graph = Graph("main")
    for id_, name in (("a", "softmax"), ("b", "softmax_1"), ("c", "softmax_head"), ("d", "log_softmax_1")):
        graph.put_node(Node(id_, "Softmax", name))
    assert layer_names(graph, {"softmax"}) == {
        "a": "softmax_layer",
        "b": "softmax_1_layer",
        "c": "softmax_head",
        "d": "log_softmax_1",
    }
