"""Blocks in analysis: shapes and weights go in and come out, problems stand inside with the way to them."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity
from studio.core.tensors import Shape
from studio.document import edits
from studio.document.blocks import Where
from studio.document.changes import Edit, GraphChange, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Node
from tests.notation import graph, node

TOWER = "tower { i: input > d: dense(4) > o: output }"
TWICE = f"{TOWER}; x: input(8) > a: tower > b: tower > out: output"


def errors(analysis: Analysis) -> list[Problem]:
    found = [each for each in analysis.problems if each.severity is Severity.ERROR]
    return [each for each in found if each.code.partition(".")[0] not in ("data", "loss")]


def shape(analysis: Analysis, id_: str, where: Where | None = None) -> Shape | None:
    spec = next(iter((analysis.outputs(id_, where) if where else analysis.outputs(id_)).values()))
    return spec.shape if spec else None


def test_every_instance_has_weights_of_its_own_for_what_arrives() -> None:
    analysis = Analysis(graph(TWICE))
    counts = [sum(weight.size for weight in analysis.weights(id_) or ()) for id_ in ("n2", "n3")]
    assert counts == [36, 20]
    assert analysis.totals.trainable == 56


def test_a_call_of_the_same_instance_makes_no_weights() -> None:
    document = graph(f"{TOWER}; x: input(8) > a: tower > s: add > out: output; y: input(8) > b: =a > s")
    analysis = Analysis(document)
    assert analysis.weights(node(document, "b").id) == ()
    assert analysis.totals.trainable == 36


def test_a_block_that_is_not_trainable_freezes_what_is_in_it() -> None:
    document = graph(f"{TOWER}; x: input(8) > a: tower(trainable=False) > dense(2) > out: output")
    analysis = Analysis(document)
    assert (analysis.totals.trainable, analysis.totals.non_trainable) == (10, 36)
    inside = analysis.weights("tower_n2", Where("tower", ("n2",))) or ()
    assert [weight.trainable for weight in inside] == [False, False]


def test_a_change_inside_goes_on_outside() -> None:
    document = graph(TWICE)
    analysis = Analysis(document)
    told: list[frozenset[str]] = []
    analysis.updated.connect(told.append)
    document.apply(edits.set_params(document, "tower_n2", {"units": 5}, graph="tower"))
    assert shape(analysis, "n3") == (None, 5)
    assert {"n2", "n3", "tower_n2"} <= told[-1]


def test_moving_something_inside_infers_nothing() -> None:
    document = graph(TWICE)
    analysis = Analysis(document)
    told: list[frozenset[str]] = []
    analysis.updated.connect(told.append)
    document.apply(edits.move(document, {"tower_n2": (9.0, 9.0)}, "tower"))
    assert told == [frozenset()]


def test_each_call_is_seen_with_its_own_shapes() -> None:
    analysis = Analysis(graph(TWICE))
    entering = [shape(analysis, "tower_n1", Where("tower", (id_,))) for id_ in ("n2", "n3")]
    assert entering == [(None, 8), (None, 4)]
    assert analysis.first_call("tower") == Where("tower", ("n2",))


def test_a_block_that_nothing_calls_shows_what_it_knows_of_itself() -> None:
    analysis = Analysis(graph("b { input(8) > dense(3) > output }; x: input(2)"))
    assert shape(analysis, "b_n2", analysis.first_call("b")) == (None, 3)


def test_a_mistake_inside_is_told_once_with_the_way_to_it_and_shows_on_every_call() -> None:
    document = graph(f"{TOWER}; x: input(8) > a: tower > b: tower > out: output")
    document.apply(edits.set_params(document, "tower_n2", {"units": 0}, graph="tower"))
    analysis = Analysis(document)
    assert [(each.code, each.graph, each.node, each.path) for each in errors(analysis)] == [
        ("param.refused", "tower", "tower_n2", ("n2",))
    ]
    for id_ in ("n2", "n3"):
        assert [each.code for each in analysis.problems_of(id_)] == ["param.refused"]


def test_a_fix_mends_the_inside_of_the_block() -> None:
    document = graph(
        "b { i: input > c: conv2d(4, 3); f: dense(0) > o: output; c > f }; x: input(8, 8, 1) > a: b > output"
    )
    analysis = Analysis(document)
    (problem,) = errors(analysis)
    document.apply(problem.fixes[0].make(document))
    assert node(document, "f", "b").params == {"units": 1}
    assert errors(analysis) == []


def test_the_way_leads_through_blocks_in_blocks() -> None:
    document = graph(
        """
        small { i: input > d: dense(0) > o: output }
        large { i: input > s: small > o: output }
        x: input(8) > big: large > out: output
        """
    )
    (problem,) = errors(Analysis(document))
    assert (problem.graph, problem.path) == ("small", ("n2", "large_n2"))


@pytest.mark.parametrize(
    ("drawn", "code", "said"),
    [
        ("b { i: input(8) > dense(3) > output }; input(9) > b > output", "block.shape", "takes (None, 8)"),
        (f"{TOWER}; input(8) > a: tower > s: add > output; input(9) > =a > s", "block.shape", "first call made “i”"),
        ("b { input(None, None, 3) > c: conv2d(4, 3) > output }; input(2, 2, 3) > b > output", "block.call", "at “c”"),
        ("b { dense(3) > output }; input(8) > dense(2) > output; b > dense(2) > output", "block.no_input", "no Input"),
        ("b { input > dense(3) }; x: input(8) > b@input; x > dense(2) > output", "block.no_output", "no Output"),
    ],
)
def test_what_does_not_go_through_a_block_is_said_with_both_shapes(drawn: str, code: str, said: str) -> None:
    found = [each for each in errors(Analysis(graph(drawn))) if each.code == code]
    assert len(found) == 1
    assert said in found[0].text


def test_blocks_that_double_on_every_level_are_refused_before_they_are_opened() -> None:
    document = Document()
    changes: list[GraphChange | NodeChange] = []
    for level in range(20):
        changes.append(GraphChange(f"g{level}", None, f"G{level}"))
        changes += [
            NodeChange(f"g{level}", None, Node(f"{level}_{at}", "Block", f"b{at}", graph=f"g{level - 1}"))
            for at in range(2 if level else 0)
        ]
    changes.append(NodeChange(ROOT, None, Node("top", "Block", "top", graph="g19")))
    document.apply(Edit("Draw", tuple(changes)))
    codes = {each.code for each in Analysis(document).problems_of("top")}
    assert "block.size" in codes


def test_a_verdict_looks_inside() -> None:
    analysis = Analysis(graph("b { i: input > c: conv2d(4, 3) > o: output }; x: input(8); y: b"))
    verdict = analysis.verdict("n1", "output", "n2", "b_n1")
    assert verdict is not None
    assert verdict.code == "block.call"
