"""Shapes along the wires, weights and sums."""

from __future__ import annotations

import subprocess
import sys

import pytest

from studio.analysis.analysis import Analysis
from studio.core.tensors import TensorSpec
from studio.document import edits
from studio.document.document import Document
from studio.document.graph import Edge
from tests.analysis.cases import shapes
from tests.notation import graph, node


def test_shapes_follow_a_branching_drawing() -> None:
    found = shapes(
        """
        x: input(28,28,1) > a: conv2d(8,3) > fa: flatten > cat: concatenate
        x > b: max_pooling2d(2) > fb: flatten > cat
        cat > d: dense(10)
        """
    )
    assert found["a"] == [(None, 26, 26, 8)]
    assert found["cat"] == [(None, 26 * 26 * 8 + 14 * 14)]
    assert found["d"] == [(None, 10)]


def test_an_error_leaves_the_other_branches_their_shapes() -> None:
    found = shapes("x: input(28,28,1) > bad: lstm(3) > after: dense(2); x > flatten > good: dense(4)")
    assert found["bad"] == [None]
    assert found["after"] == [None]
    assert found["good"] == [(None, 4)]


def test_further_outputs_have_shapes_of_their_own() -> None:
    document = graph("input(5,3) > lstm: lstm(4, return_state=True); lstm.state_c > dense(2)")
    analysis = Analysis(document)
    lstm = node(document, "lstm").id
    assert {port: spec and spec.shape for port, spec in analysis.outputs(lstm).items()} == {
        "output": (None, 4),
        "state_h": (None, 4),
        "state_c": (None, 4),
    }
    edge = document.root.outgoing(lstm)[0]
    assert analysis.edge_spec(edge) == TensorSpec((None, 4))


def test_specs_of_what_does_not_exist_are_unknown() -> None:
    analysis = Analysis(graph("input(3) > dense(2)"))
    assert dict(analysis.outputs("nobody")) == {}
    assert analysis.edge_spec(Edge("nobody", "output", "n2", "input")) is None
    assert analysis.ports("nobody") == ((), ())
    assert analysis.weights("nobody") is None
    assert analysis.multiply_adds("nobody") is None
    assert analysis.problems_of("nobody") == ()


def test_weights_are_counted_per_node_and_in_all() -> None:
    document = graph("input(8) > a: dense(4) > n: batch_normalization > b: dense(2) > output")
    analysis = Analysis(document)
    weights = {name: analysis.weights(node(document, name).id) for name in "anb"}
    assert [sum(w.size for w in weights[name] or ()) for name in "anb"] == [36, 16, 10]
    totals = analysis.totals
    assert (totals.trainable, totals.non_trainable, totals.complete) == (36 + 8 + 10, 8, True)
    assert totals.weight_bytes == 4 * 62
    assert analysis.multiply_adds(node(document, "a").id) == 32


def test_a_shared_layer_is_counted_once() -> None:
    document = graph("x: input(8); y: input(8); x > a: dense(4) > s: add; y > b: =a > s > output")
    analysis = Analysis(document)
    assert analysis.totals.trainable == 36
    assert analysis.weights(node(document, "b").id) == ()


def test_a_frozen_layer_is_not_trainable() -> None:
    totals = Analysis(graph("input(8) > dense(4, trainable=False) > output")).totals
    assert (totals.trainable, totals.non_trainable) == (0, 36)


def test_what_leads_to_no_output_is_not_part_of_the_model() -> None:
    totals = Analysis(graph("x: input(8) > dense(4) > output; x > dense(100)")).totals
    assert totals.trainable == 36


def test_without_an_output_everything_counts() -> None:
    assert Analysis(graph("x: input(8) > dense(4); x > dense(100)")).totals.trainable == 36 + 900


def test_sums_say_what_is_missing() -> None:
    totals = Analysis(graph("input(8) > dense(4) > lstm(3) > output")).totals
    assert not totals.complete
    assert totals.trainable == 36
    open_ended = Analysis(graph("input(None, 8) > dense(4) > output")).totals
    assert (open_ended.complete, open_ended.sized) == (True, False)


def test_activations_are_counted_per_example() -> None:
    totals = Analysis(graph("input(8) > dense(4) > output")).totals
    assert totals.activation_bytes == (8 + 4) * 4
    assert totals.multiply_adds == 32


def test_the_order_is_topological_and_as_drawn() -> None:
    document = graph("x: input(8) > a: dense(4) > c: add; x > b: dense(4) > c")
    names = [document.root.nodes[id_].name for id_ in Analysis(document).order()]
    assert names == ["x", "a", "b", "c"]


def test_nodes_on_a_cycle_come_last_in_the_order() -> None:
    document = graph("a: dense(3) > b: dense(3) > a; input(3) > dense(2)")
    assert Analysis(document).order() == ("n3", "n4", "n1", "n2")


def test_an_unknown_kind_shows_the_ports_that_are_wired() -> None:
    document = graph("input(8) > odd: Strange; odd.left > dense(3)")
    inputs, outputs = Analysis(document).ports(node(document, "odd").id)
    assert ([port.name for port in inputs], [port.name for port in outputs]) == (["input"], ["left"])


def test_a_closed_analysis_does_not_follow() -> None:
    document = graph("input(8) > d: dense(4)")
    analysis = Analysis(document)
    analysis.close()
    document.apply(edits.set_params(document, node(document, "d").id, {"units": 9}))
    assert analysis.outputs(node(document, "d").id)["output"] == TensorSpec((None, 4))


def test_an_empty_document_has_nothing_but_the_want_of_a_model() -> None:
    analysis = Analysis(Document())
    assert [problem.code for problem in analysis.problems] == ["structure.no_input", "structure.no_output"]
    assert analysis.order() == ()
    assert analysis.totals.trainable == 0


@pytest.mark.parametrize("module", ["networkx", "keras", "numpy", "PySide6"])
def test_a_clean_drawing_is_analysed_without(module: str) -> None:
    code = (
        "import sys; from tests.notation import graph; from studio.analysis.analysis import Analysis;"
        "Analysis(graph('input(8) > dense(4) > output')).problems;"
        f"sys.exit({module!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
