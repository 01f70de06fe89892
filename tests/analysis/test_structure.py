"""Wires, cycles, names, kinds, params, sharing, blocks: what is wrong, where, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.checks.model import DEEPEST
from studio.analysis.problem import Severity
from studio.core.tensors import TensorSpec
from studio.document import edits
from studio.document.changes import EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from tests.analysis.cases import codes, drawn, problems
from tests.notation import graph, node


def test_a_good_model_has_no_problems() -> None:
    document = drawn(
        """
        input(28,28,1, feature="image") > conv2d(8,3,activation="relu") > flatten > dense(10, activation="softmax")
            > output(target="digit", loss="sparse_categorical_crossentropy", metrics=("accuracy",))
        """.replace("\n            >", " >")
    )
    analysis = Analysis(document)
    assert analysis.problems == ()
    assert not analysis.has_errors


def test_every_independent_error_is_reported_where_it_is() -> None:
    found = codes(
        """
        x: input(28,28,1) > a: lstm(3) > dense(2)
        x > b: dense(0) > dense(5)
        x > c: conv2d(8, 30)
        odd: Strange > dense(2)
        alone: dense(3)
        """
    )
    assert sorted(found) == [
        ("kind.unknown", "odd"),
        ("param.refused", "b"),
        ("shape.rank", "a"),
        ("shape.room", "c"),
        ("structure.unwired", "alone"),
    ]


def test_errors_come_first_then_the_order_of_the_graph() -> None:
    found = Analysis(drawn("x: input(8) > a: dense(4); x > b: lstm(2); x > c: dense(0)")).problems
    severities = [problem.severity for problem in found]
    assert severities == sorted(severities, key=list(Severity).index)
    errors = [problem.node for problem in found if problem.severity is Severity.ERROR and problem.node]
    assert errors == sorted(errors)


def test_what_is_not_wired_is_told_once_and_not_after_it() -> None:
    assert codes("a: dense(3) > dense(4) > dense(5)") == [("structure.no_input", None), ("structure.unwired", "a")]


def test_an_output_that_no_input_reaches_says_so() -> None:
    found = codes("input(3); a: dense(3) > o: output")
    assert ("structure.unreachable", "o") in found


def test_an_attention_without_values_names_the_port() -> None:
    found = [p for p in problems("input(5,4) > a: multi_head_attention(2,2)") if p.code == "structure.unwired"]
    assert [problem.port for problem in found] == ["value"]


def test_a_merge_with_one_wire_is_hinted_at() -> None:
    (found,) = problems("input(5) > add")
    assert (found.code, found.severity, found.port) == ("structure.single_wire", Severity.HINT, "inputs")


def test_an_unused_input_and_a_dangling_layer_are_warned_about() -> None:
    document = drawn("input(3); input(4) > d: dense(3)")
    found = [problem for problem in Analysis(document).problems if problem.code == "structure.dangling"]
    assert [problem.node for problem in found] == ["n1", node(document, "d").id]
    assert {problem.severity for problem in found} == {Severity.WARNING}


def test_a_cycle_is_told_on_each_of_its_nodes_and_nowhere_else() -> None:
    found = codes("input(4) > a: add > b: dense(4) > c: dense(4) > a; c > after: dense(2)")
    assert found == [("structure.cycle", "a"), ("structure.cycle", "b"), ("structure.cycle", "c")]


def test_a_node_that_feeds_itself_is_a_cycle() -> None:
    assert ("structure.cycle", "a") in codes("input(4) > a: add > a")


def test_removing_the_wire_that_leads_back_ends_the_cycle() -> None:
    document = drawn("input(4) > a: add > b: dense(4) > a; b > output")
    analysis = Analysis(document)
    (fix,) = analysis.problems_of(node(document, "a").id)[0].fixes
    assert fix.label == "Remove the wire from b to a"
    document.apply(fix.make(document))
    assert [p.code for p in analysis.problems if p.code == "structure.cycle"] == []
    assert analysis.outputs(node(document, "b").id)["output"] is not None


def test_a_wire_to_a_port_that_does_not_exist() -> None:
    found = problems("input(4) > a: dense(3)@kernel")
    assert {(problem.code, problem.port) for problem in found} == {
        ("structure.unwired", "input"),
        ("port.unknown", "kernel"),
    }


def test_a_wire_from_a_port_that_is_switched_off_offers_the_switch() -> None:
    (found,) = problems("input(5,3) > l: lstm(4); l.state_h > dense(2)")
    assert (found.code, found.port) == ("port.unknown", "state_h")
    assert found.fixes[0].label == "Set return_state=True"


def test_two_wires_at_a_port_for_one() -> None:
    document = drawn("input(4) > a: dense(3); input(4)")
    document.apply(Edit("Connect", (EdgeChange(ROOT, None, Edge("n3", "output", "n2", "input", 1)),)))
    found = [problem.code for problem in Analysis(document).problems_of("n2")]
    assert "port.crowded" in found


def test_a_port_of_two_wires_refuses_a_third() -> None:
    found = codes("x: input(4,4) > d: dot(1); x > d; x > d")
    assert found == [("port.crowded", "d")]


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("dense(0)", "param.refused"),
        ("dense(3, activation='nope')", "param.refused"),
        ("dense(3, colour=1)", "param.unknown"),
        ("dense", "param.missing"),
        ("dense(3, kernel_regularizer=L2(l2='x'))", "param.refused"),
    ],
)
def test_params_that_do_not_fit(term: str, code: str) -> None:
    (found,) = problems(f"input(8) > {term} > dense(2)")
    assert found.code == code
    assert found.param is not None


def test_a_param_inside_a_wrapped_layer_is_named() -> None:
    (found,) = problems("input(8,4) > bidirectional(LSTM(0)) > dense(2)")
    assert found.param == "layer"
    assert "layer.units" in found.text


def test_true_is_no_number() -> None:
    document = drawn("input(8) > d: dense(1)")
    analysis = Analysis(document)
    id_ = node(document, "d").id
    before = document.root.nodes[id_]
    document.apply(Edit("Set", (NodeChange(ROOT, before, replace(before, params={"units": True})),)))
    assert [problem.code for problem in analysis.problems_of(id_)] == ["param.refused", "structure.dangling"]


def test_two_nodes_of_one_name() -> None:
    document = drawn("input(8) > a: dense(4) > b: dense(4)")
    document.apply(edits.rename(document, node(document, "b").id, "a"))
    analysis = Analysis(document)
    assert [(p.code, p.node) for p in analysis.problems if p.code.startswith("name.")] == [("name.duplicate", "n3")]
    document.apply(edits.rename(document, "n2", "c"))
    assert [p.code for p in analysis.problems if p.code.startswith("name.")] == []


@pytest.mark.parametrize("name", ["", "block/conv"])
def test_names_that_keras_refuses(name: str) -> None:
    document = drawn("input(8) > a: dense(4)")
    document.apply(edits.rename(document, "n2", name))
    assert "name.invalid" in [problem.code for problem in Analysis(document).problems_of("n2")]


def test_a_shared_layer_wants_what_it_was_built_for() -> None:
    found = problems("x: input(8); y: input(6); x > a: dense(4) > s: add; y > b: =a > s")
    assert [(problem.code, problem.node) for problem in found] == [("share.shape", "n5")]
    assert "(8, 4)" in found[0].text
    assert "(6, 4)" in found[0].text


def test_the_first_call_builds_the_layer_whoever_owns_it() -> None:
    document = drawn("x: input(8) > a: dense(4) > b: dense(6)")
    document.apply(edits.share(document, "n2", "n3"))
    analysis = Analysis(document)
    assert analysis.outputs("n2")["output"] == TensorSpec((None, 6))
    assert "share.shape" in [problem.code for problem in analysis.problems_of("n3")]


def test_a_layer_that_is_no_longer_shared_is_judged_by_itself() -> None:
    document = drawn("input(8) > a: dense(4) > b: dense(6)")
    analysis = Analysis(document)
    edit = edits.share(document, "n2", "n3")
    document.apply(edit)
    assert analysis.outputs("n3")["output"] is None
    document.apply(edit.inverse())
    assert analysis.outputs("n3")["output"] == TensorSpec((None, 6))


def test_batch_normalization_is_tied_to_its_rank() -> None:
    found = codes("x: input(4, 8); y: input(8); x > a: batch_normalization; y > b: =a")
    assert found == [("share.shape", "b")]


def test_a_shared_layer_of_another_kind() -> None:
    document = drawn("input(8) > dense(4)")
    document.apply(edits.add_node(Node("a", "LSTM", "a", shares="n2")))
    assert "share.kind" in [problem.code for problem in Analysis(document).problems_of("a")]


def test_a_call_of_a_layer_that_is_wrong_says_nothing_itself() -> None:
    assert codes("x: input(8) > a: dense(0); x > b: =a") == [("param.refused", "a")]


def chain(length: int) -> Document:
    """A chain of so many layers between an Input and an Output."""
    document = Document()
    nodes = [Node("n0", "Input", "n0", {"shape": (4,)})]
    nodes += [Node(f"n{at}", "ReLU", f"n{at}") for at in range(1, length)]
    nodes.append(Node("out", "Output", "out"))
    wires = [Edge(a.id, "output", b.id, "input") for a, b in pairwise(nodes)]
    changes = (*(NodeChange(ROOT, None, each) for each in nodes), *(EdgeChange(ROOT, None, wire) for wire in wires))
    document.apply(Edit("Draw", changes))
    return document


def test_a_chain_that_keras_cannot_follow() -> None:
    assert [p.code for p in Analysis(chain(DEEPEST)).problems if p.code == "depth.limit"] == []
    assert [p.node for p in Analysis(chain(DEEPEST + 1)).problems if p.code == "depth.limit"] == ["out"]


def test_many_nodes_side_by_side_are_not_deep() -> None:
    branches = "; ".join(f"x > d{at}: dense(2) > cat" for at in range(1, 1000))
    document = graph(f"x: input(4) > d0: dense(2) > cat: concatenate; {branches}")
    document.apply(edits.add_node(Node("out", "Output", "out")))
    document.apply(edits.connect(document, node(document, "cat").id, "output", "out", "input"))
    assert [p.code for p in Analysis(document).problems if p.code == "depth.limit"] == []
