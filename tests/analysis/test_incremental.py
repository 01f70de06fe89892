"""After any edits, analysis says what a fresh one would, and does no more work than it must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.analysis.analysis import Analysis
from studio.analysis.inference import Inference
from studio.analysis.record import NodeRecord
from studio.catalog.registry import KINDS
from studio.core.errors import EditRefused
from studio.core.values import Inner, Value
from studio.document import edits
from studio.document.changes import EdgeChange, Edit, GraphChange, NodeChange
from studio.document.data_choice import DataChoice, NpzSource
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node, NodeId
from studio.document.training_choice import TrainingChoice
from tests.analysis.cases import FEATURES, drawn
from tests.notation import graph, node

CHAIN = "x: input(28,28,1) > a: conv2d(8,3) > b: batch_normalization > c: conv2d(8,3) > f: flatten > d: dense(4)"


class Inferred:
    """The names of the nodes that were inferred, by looking at the one place where it happens."""

    def __init__(self) -> None:
        self.names: list[str] = []


@pytest.fixture
def inferred() -> Iterator[Inferred]:
    seen = Inferred()
    original = Inference._infer

    def watched(self: Inference, record: NodeRecord) -> bool:
        seen.names.append(record.node.name)
        return original(self, record)

    with patch.object(Inference, "_infer", watched):
        yield seen


def after(inferred: Inferred, document: Document, edit: Edit) -> list[str]:
    """Which nodes an edit makes analysis infer."""
    analysis = Analysis(document)
    inferred.names.clear()
    document.apply(edit)
    names = list(inferred.names)
    analysis.close()
    return names


def test_a_param_that_changes_no_shape_stops_at_its_node(inferred: Inferred) -> None:
    document = graph(CHAIN)
    assert after(inferred, document, edits.set_params(document, "n2", {"activation": "relu"})) == ["a"]


def test_a_changed_shape_goes_on_until_it_is_the_same_again(inferred: Inferred) -> None:
    document = graph(CHAIN)
    assert after(inferred, document, edits.set_params(document, "n2", {"filters": 9})) == ["a", "b", "c"]


def test_moving_and_renaming_infer_nothing(inferred: Inferred) -> None:
    document = graph(CHAIN)
    assert after(inferred, document, edits.move(document, {"n2": (1.0, 2.0)})) == []
    assert after(inferred, document, edits.rename(document, "n2", "other")) == []


def test_training_frames_and_other_graphs_infer_nothing(inferred: Inferred) -> None:
    document = graph(CHAIN)
    assert after(inferred, document, edits.set_training(document, TrainingChoice(epochs=3))) == []
    assert after(inferred, document, Edit("Block", (GraphChange("inside", None, "Inside"),))) == []
    inside = Node("deep", "Dense", "deep", {"units": 3})
    assert after(inferred, document, edits.add_node(inside, "inside")) == []


def test_a_cut_wire_infers_what_is_behind_it(inferred: Inferred) -> None:
    document = graph(f"{CHAIN}; x > other: flatten")
    wire = document.root.incoming("n5")[0]
    assert after(inferred, document, edits.remove(document, (), (wire,))) == ["f", "d"]


def test_a_diamond_is_inferred_once_at_its_end(inferred: Inferred) -> None:
    document = graph("x: input(8) > a: dense(4) > s: add; x > b: dense(4) > s; s > d: dense(2)")
    assert after(inferred, document, edits.set_params(document, "n1", {"shape": (9,)})) == ["x", "a", "b"]
    assert after(inferred, document, edits.remove(document, ("n1",))) == ["a", "b", "s", "d"]


def test_updated_tells_once_per_edit_after_everybody_saw_the_document_change() -> None:
    document = graph(CHAIN)
    analysis = Analysis(document)
    told: list[object] = []
    analysis.updated.connect(told.append)
    document.changed.connect(lambda edit: told.append(edit.label))
    document.apply(edits.set_params(document, "n2", {"filters": 9}))
    document.apply(edits.move(document, {"n2": (1.0, 2.0)}))
    assert told == ["Set filters of a", frozenset({"n2", "n3"}), "Move a", frozenset()]


def test_a_new_node_is_told_about_and_a_removed_one_is_not() -> None:
    document = graph("x: input(3) > d: dense(4)")
    analysis = Analysis(document)
    told: list[frozenset[NodeId]] = []
    analysis.updated.connect(told.append)
    document.apply(edits.add_node(Node("new", "Dense", "new", {"units": 3})))
    document.apply(edits.remove(document, ("new",)))
    assert told == [frozenset({"new"}), frozenset()]


NAMES = ("a", "b", "c", "dense", "x/y", "")
PORTS = ("input", "inputs", "query", "value", "initial_state", "output", "state_h", "left")
KIND_NAMES = (
    "Input", "Output", "Dense", "Conv2D", "LSTM", "Flatten", "Concatenate", "Add", "Bidirectional", "MaxPooling2D",
    "BatchNormalization", "Activation", "Softmax", "MultiHeadAttention", "Reshape", "Dropout", "Strange",
)  # fmt: skip
VALUES: dict[str, tuple[Value, ...]] = {
    "units": (0, 1, 3, 10, True),
    "shape": ((8,), (28, 28, 1), (10, 4), (None, 4), (0,)),
    "filters": (1, 4, "x"),
    "kernel_size": (1, 3, (3, 3), 40),
    "padding": ("same", "valid", "nope"),
    "activation": ("softmax", "relu", None, "sigmoid", "nope"),
    "return_sequences": (True, False),
    "return_state": (True, False),
    "axis": (-1, 1, 9),
    "layer": (Inner("LSTM", {"units": 3}), Inner("GRU", {"units": 0}), Inner("Dense", {"units": 2})),
    "num_heads": (2,),
    "key_dim": (2,),
    "target_shape": ((-1,), (4, 2), (7, 5)),
    "rate": (0.5, 2.0),
    "pool_size": (2, 30),
    "feature": ("image", "numbers", "digit", "nothing"),
    "target": ("digit", "one_hot", "price", "nothing"),
    "loss": ("mse", "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", None),
    "colour": (1,),
}


@st.composite
def any_edit(draw: st.DrawFn, document: Document) -> Edit:
    """Something that a person could do now, right or wrong."""
    root = document.root
    ids = list(root.nodes)
    what = draw(st.sampled_from(WAYS)) if ids else "add"
    some = draw(st.sampled_from(ids)) if ids else ""
    other = draw(st.sampled_from(ids)) if ids else ""
    wires = list(root.edges)
    match what:
        case "add":
            kind = draw(st.sampled_from(KIND_NAMES))
            declared = [name for name in VALUES if kind not in KINDS or KINDS[kind].param(name)]
            fresh = Node(f"n{draw(st.integers(0, 10**9))}", kind, draw(st.sampled_from(NAMES)))
            params = {name: draw(st.sampled_from(VALUES[name])) for name in declared if draw(st.booleans())}
            return edits.add_node(replace(fresh, params=params))
        case "wire":
            source, target = root.nodes[some], root.nodes[other]
            ports = [port.name for port in KINDS[target.kind].inputs] if target.kind in KINDS else []
            port = draw(st.sampled_from([*ports, *ports, *ports, *PORTS]))
            slot = draw(st.sampled_from((0, 0, 0, 1, 2)))
            leaving = draw(st.sampled_from(("output", "output", "output", "state_h")))
            return edits.connect(document, source.id, leaving, target.id, port, slot)
        case "cut" if wires:
            return edits.remove(document, (), (draw(st.sampled_from(wires)),))
        case "insert" if wires:
            kind = draw(st.sampled_from(("Flatten", "Dense", "Activation")))
            new = edits.new_node(document, kind, 0, 0, {"units": 3} if kind == "Dense" else {"activation": "softmax"})
            return edits.insert_on_edge(document, draw(st.sampled_from(wires)), new, "input", "output")
        case "remove":
            return edits.remove(document, {some, other})
        case "set":
            name = draw(st.sampled_from(list(VALUES)))
            return edits.set_params(document, some, {name: draw(st.sampled_from(VALUES[name]))})
        case "unset" if root.nodes[some].params:
            return edits.set_params(document, some, {}, unset=(draw(st.sampled_from(list(root.nodes[some].params))),))
        case "rename":
            return edits.rename(document, some, draw(st.sampled_from(NAMES)))
        case "move":
            return edits.move(document, {some: (draw(st.integers(0, 9)) * 8.0, 0.0)})
        case "share":
            return edits.share(document, some, draw(st.sampled_from([None, other])))
        case "kind":
            before = root.nodes[some]
            return Edit("Replace", (NodeChange(ROOT, before, replace(before, kind=draw(st.sampled_from(KIND_NAMES)))),))
        case "data":
            features = draw(st.sampled_from([(), FEATURES, FEATURES[:4]]))
            return edits.set_data(document, DataChoice(NpzSource("x.npz"), features))
        case _:
            return Edit("Nothing", ())


WAYS = (
    *("add",) * 5, *("wire",) * 8, *("set",) * 5, "cut", "insert", "remove", "unset", "rename", "move", "share", "kind",
    "data",
)  # fmt: skip
TWO_OUTPUTS = """
    x: input(28,28,1,feature="image") > f: flatten
    f > d: dense(10, activation="softmax") > o: output(target="digit", loss="sparse_categorical_crossentropy")
    f > e: dense(1) > p: output(target="price", loss="mse")
"""
STARTS = (
    "",
    CHAIN,
    TWO_OUTPUTS,
    "x: input(10,4) > l: lstm(3) > m: lstm(4); x > bi: bidirectional(LSTM(2)); l > cat: concatenate; bi > cat > output",
    "x: input(8); y: input(6); x > a: dense(4) > s: add; y > b: =a > s; s > c: dense(3) > s",
)


def facts(analysis: Analysis, document: Document) -> dict[str, object]:
    """Everything that analysis says."""
    nodes = list(document.root.nodes)
    return {
        "problems": analysis.problems,
        "fixes": [[fix.label for fix in problem.fixes] for problem in analysis.problems],
        "of nodes": {id_: analysis.problems_of(id_) for id_ in nodes},
        "outputs": {id_: dict(analysis.outputs(id_)) for id_ in nodes},
        "ports": {id_: analysis.ports(id_) for id_ in nodes},
        "weights": {id_: analysis.weights(id_) for id_ in nodes},
        "cost": {id_: analysis.multiply_adds(id_) for id_ in nodes},
        "totals": analysis.totals,
        "order": analysis.order(),
    }


def seen(analysis: Analysis, document: Document) -> dict[NodeId, object]:
    """What views show of each node."""
    return {id_: (dict(analysis.outputs(id_)), analysis.problems_of(id_)) for id_ in document.root.nodes}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(STARTS))
def test_after_any_edits_it_says_what_a_fresh_one_says(data: st.DataObject, start: str) -> None:
    document = drawn(start) if start else Document()
    analysis = Analysis(document)
    told: list[frozenset[NodeId]] = []
    analysis.updated.connect(told.append)
    for _ in range(data.draw(st.integers(1, 12), label="edits")):
        edit = data.draw(any_edit(document), label="edit")
        if data.draw(st.integers(0, 9)) == 0:
            fixes = [fix for problem in analysis.problems for fix in problem.fixes]
            edit = data.draw(st.sampled_from(fixes)).make(document) if fixes else edit
        before = seen(analysis, document)
        try:
            document.apply(edit)
        except EditRefused:
            continue
        now = seen(analysis, document)
        assert told[-1] == {id_ for id_ in now if id_ not in before or now[id_] != before[id_]}
        fresh = Analysis(document)
        assert facts(analysis, document) == facts(fresh, document)
        fresh.close()
        if data.draw(st.booleans(), label="undo"):
            document.apply(edit.inverse())
            fresh = Analysis(document)
            assert facts(analysis, document) == facts(fresh, document)
            fresh.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(STARTS))
def test_questions_change_nothing_and_never_raise(data: st.DataObject, start: str) -> None:
    document = drawn(start) if start else Document()
    analysis = Analysis(document)
    for _ in range(data.draw(st.integers(0, 8))):
        try:
            document.apply(data.draw(any_edit(document)))
        except EditRefused:
            continue
    ids = [*document.root.nodes, "nobody"]
    before = facts(analysis, document)
    for _ in range(5):
        ends = [data.draw(st.sampled_from(ids)) for _ in range(2)]
        ports = [data.draw(st.sampled_from(PORTS)) for _ in range(2)]
        analysis.verdict(ends[0], ports[0], ends[1], ports[1], data.draw(st.integers(0, 2)))
    assert facts(analysis, document) == before


def test_a_verdict_is_what_analysis_says_of_the_wire() -> None:
    for target, accepted in (("good", True), ("bad", False)):
        document = drawn("x: input(10,4) > l: lstm(3); good: dense(2); bad: lstm(4)")
        analysis = Analysis(document)
        ends = (node(document, "l").id, "output", node(document, target).id, "input")
        verdict = analysis.verdict(*ends)
        document.apply(edits.connect(document, *ends))
        after_it = [problem for problem in analysis.problems_of(ends[2]) if problem.code != "structure.dangling"]
        assert (verdict is None) is accepted
        assert ([verdict.text] if verdict else []) == [problem.text for problem in after_it]


def test_an_edit_of_several_hundred_nodes_is_followed_at_once() -> None:
    document = drawn("x: input(8)")
    analysis = Analysis(document)
    nodes = [Node(f"d{at}", "Dense", f"d{at}", {"units": 1 + at % 7}) for at in range(300)]
    wires = [Edge("n1" if not at else f"d{at - 1}", "output", f"d{at}", "input") for at in range(300)]
    changes = (*(edits.add_node(each).changes[0] for each in nodes), *(EdgeChange(ROOT, None, wire) for wire in wires))
    edit = Edit("Paste", changes)
    document.apply(edit)
    assert facts(analysis, document) == facts(Analysis(document), document)
    document.apply(edit.inverse())
    assert facts(analysis, document) == facts(Analysis(document), document)
