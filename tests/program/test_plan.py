"""The plan: order, sharing, ports, and what is left out and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.document.changes import Edit, NodeChange
from studio.document.data_choice import DataChoice, Feature
from studio.document.document import Document
from studio.document.graph import ROOT
from studio.program.plan import Plan, plan
from tests.notation import graph, node


def planned(document: Document) -> Plan:
    return plan(document.root, document.data, {})


def called(drawing: str) -> list[str]:
    return [step.node.name for step in planned(graph(drawing)).steps]


def left_out(document: Document) -> dict[str, str]:
    return {each.name: reason for each, reason in planned(document).left_out}


def test_each_call_comes_after_its_inputs_and_else_as_drawn() -> None:
    drawing = """
        out: dense(1); a: input(4) > x: dense(2) > out; b: input(4) > y: dense(2) > c: concatenate
        x > c > out2: dense(1)
    """
    names = called(drawing)
    assert set(names) == {"out", "a", "x", "b", "y", "c", "out2"}
    for before, after in [("a", "x"), ("x", "out"), ("b", "y"), ("y", "c"), ("x", "c"), ("c", "out2")]:
        assert names.index(before) < names.index(after)
    assert called(drawing) == names


def test_a_stack_is_told_from_everything_else() -> None:
    stacks = ["input(4) > dense(2)", "input(4) > dense(2) > dense(1) > output", "input(9,2) > lstm(3) > dense(1)"]
    others = [
        "input(4)",
        "input(4) > concatenate",
        "x: input(4) > dense(2) > add; x > add",
        "input(4) > a: dense(4) > b: =a",
        "input(4) > a: dense(4) > output; a > output",
        "input(9,2) > lstm(3, return_state=True) > dense(1)",
        "input(4) > dense(2); input(4) > dense(2)",
    ]
    assert [planned(graph(drawing)).is_stack for drawing in stacks] == [True] * len(stacks)
    assert [planned(graph(drawing)).is_stack for drawing in others] == [False] * len(others)


def test_a_shared_layer_is_one_layer_with_two_calls() -> None:
    document = graph("a: input(4) > one: dense(3) > c: concatenate; b: input(4) > two: =one > c > dense(1)")
    made = planned(document)
    owners = {step.node.name: step.owner.name for step in made.steps}
    assert owners["two"] == owners["one"] == "one"
    assert made.shared == {node(document, "one").id}


def test_a_layer_is_still_made_where_only_a_further_call_of_it_is_wired() -> None:
    document = graph("one: dense(3); input(4) > two: =one > dense(1)")
    made = planned(document)
    assert [step.node.name for step in made.steps] == ["input", "two", "dense"]
    assert made.shared == {node(document, "one").id}


def test_list_ports_keep_the_order_of_their_slots() -> None:
    document = graph("a: input(4); b: input(4); c: concatenate; b > c; a > c; b > c; c > dense(1)")
    step = next(step for step in planned(document).steps if step.node.name == "c")
    names = {each.id: each.name for each in document.root.nodes.values()}
    assert [names[tensor.node] for tensor in step.sources] == ["b", "a", "b"]


def test_without_an_output_the_model_gives_back_what_nobody_reads() -> None:
    made = planned(graph("x: input(4) > a: dense(2); x > b: dense(3)"))
    assert len(made.exits) == 2
    assert all(leaf.node is None for leaf in made.exits)


def test_an_output_leaves_out_what_it_does_not_need() -> None:
    document = graph("x: input(4) > a: dense(2) > output; x > b: dense(3); input(2) > c: dense(1)")
    assert left_out(document) == dict.fromkeys(("b", "input", "c"), "no Output needs it")


@pytest.mark.parametrize(
    ("drawing", "name", "reason"),
    [
        ("input(4) > dense", "dense", "units is not set"),
        ("dense(3)", "dense", "nothing arrives at its input “input”"),
        ("input(4) > Odd > dense(3)", "odd", "this version knows no kind “Odd”"),
        ("input(4) > Odd > dense(3)", "dense", "it needs odd, which is left out"),
        ("a: dense(2) > b: dense(2) > a; b > c: dense(2)", "c", "it is part of a loop, or comes after one"),
        ("input(4) > dense(2, kernel_regularizer=Odd())", "dense", "“Odd” is no regularizer that this version knows"),
        ("input(9,2) > l: lstm(3); l.state_h > dense(1)", "dense", "l has no output “state_h”"),
        ("a: input(4) > d: dense(2); a > d@nowhere", "d", "Dense has no input “nowhere”"),
        ("input > dense(2)", "input", "shape is not set"),
        ("output", "output", "nothing arrives at its input “input”"),
    ],
)
def test_what_cannot_be_called_is_left_out_with_the_reason(drawing: str, name: str, reason: str) -> None:
    assert left_out(graph(drawing))[name] == reason


def test_a_call_of_a_layer_of_another_kind_is_left_out() -> None:
    document = graph("x: input(4) > a: dense(2); x > b: flatten")
    b = node(document, "b")
    document.apply(Edit("Share", (NodeChange(ROOT, b, replace(b, shares=node(document, "a").id)),)))
    assert left_out(document) == {"b": "it calls the layer of a, which is a Dense"}


def test_an_input_without_a_shape_takes_that_of_its_feature() -> None:
    document = graph('input(feature="pixels") > flatten > dense(2)')
    data = DataChoice(features=(Feature("pixels", ("pixels",), (8, 8), "int32"),))
    written = [item.prefix for item in plan(document.root, data, {}).steps[0].params]
    assert written == ["shape=", "dtype="]


def test_a_long_chain_is_planned() -> None:
    made = planned(graph("input(4) > " + " > ".join(f"d{place}: dense(4)" for place in range(1500))))
    assert len(made.steps) == 1501
    assert made.is_stack
