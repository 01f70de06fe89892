"""Every change: what it does, what it refuses, and that its inverse takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.errors import EditRefused
from studio.core.values import Inner
from studio.document.changes import (
    Change,
    DataChange,
    EdgeChange,
    Edit,
    FrameChange,
    GraphChange,
    NodeChange,
    TrainingChange,
    inverse,
)
from studio.document.data_choice import CsvSource, DataChoice, Feature, NpzSource, SampleSource, Split
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Frame, Node
from studio.document.training_choice import TrainingChoice
from studio.project.format import encode
from tests.notation import graph, node

A = Node("a", "Dense", "a", {"units": 3})
B = Node("b", "Dense", "b", {"units": 3})
LONG = "x" * 201
HALF = "\ud800"


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def made(document: Document, *changes: Change) -> Document:
    document.apply(Edit("Test", changes))
    return document


def two_nodes() -> Document:
    return made(Document(), NodeChange(ROOT, None, A), NodeChange(ROOT, None, B))


WIRE = Edge("a", "output", "b", "input")
FRAME = Frame("f", "title", "text")


@pytest.mark.parametrize(
    "change",
    [
        NodeChange(ROOT, None, Node("c", "Dense", "c")),
        NodeChange(ROOT, A, None),
        NodeChange(ROOT, A, replace(A, name="other", params={}, x=3.0)),
        NodeChange(ROOT, A, replace(A, shares="b", params={})),
        EdgeChange(ROOT, None, WIRE),
        FrameChange(ROOT, None, FRAME),
        GraphChange("block", None, "Block"),
        GraphChange(ROOT, "", "Model"),
        DataChange(DataChoice(), DataChoice(SampleSource("digits"), (Feature("x", ("x",), (8, None)),))),
        DataChange(DataChoice(), DataChoice(CsvSource("a.csv", ";"))),
        DataChange(DataChoice(), DataChoice(NpzSource("a.npz"), split=Split(0.1, 0.2, 3))),
        TrainingChange(TrainingChoice(), TrainingChoice(3, 8, Inner("SGD"), 1, False, (Inner("EarlyStopping"),))),
    ],
    ids=lambda change: type(change).__name__,
)
def test_a_change_does_something_and_its_inverse_takes_it_back(change: Change) -> None:
    document = two_nodes()
    before = encode(document)
    made(document, change)
    after = encode(document)
    assert after != before
    made(document, inverse(change))
    assert encode(document) == before
    made(document, inverse(inverse(change)))
    assert encode(document) == after


def test_wires_and_frames_and_blocks_go_as_they_came() -> None:
    document = made(
        two_nodes(), EdgeChange(ROOT, None, WIRE), FrameChange(ROOT, None, FRAME), GraphChange("block", None, "Block")
    )
    made(document, EdgeChange(ROOT, WIRE, None), FrameChange(ROOT, FRAME, None), GraphChange("block", "Block", None))
    assert encode(document) == encode(two_nodes())


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("edit.stale", [NodeChange(ROOT, None, A)]),
        ("edit.stale", [NodeChange(ROOT, replace(A, x=1.0), None)]),
        ("edit.stale", [NodeChange(ROOT, A, replace(A, id="c"))]),
        ("edit.stale", [NodeChange(ROOT, None, B)]),
        ("edit.stale", [EdgeChange(ROOT, WIRE, None)]),
        ("edit.stale", [EdgeChange(ROOT, Edge("x", "output", "y", "input"), None)]),
        ("edit.stale", [FrameChange(ROOT, FRAME, None)]),
        ("edit.stale", [FrameChange(ROOT, None, FRAME), FrameChange(ROOT, FRAME, replace(FRAME, id="g"))]),
        ("edit.stale", [GraphChange("block", "Block", None)]),
        ("edit.stale", [GraphChange(ROOT, None, "again")]),
        ("edit.stale", [DataChange(DataChoice(SampleSource("iris")), DataChoice())]),
        ("edit.stale", [TrainingChange(TrainingChoice(1), TrainingChoice())]),
        ("graph.missing", [NodeChange("nowhere", None, replace(A, id="c"))]),
        ("graph.missing", [EdgeChange("nowhere", None, WIRE)]),
        (
            "graph.full",
            [GraphChange("block", None, "b"), NodeChange("block", None, A), GraphChange("block", "b", None)],
        ),
        ("graph.full", [GraphChange(ROOT, "", None)]),
        ("edge.ends", [EdgeChange(ROOT, None, Edge("a", "output", "nobody", "input"))]),
        ("edge.ends", [EdgeChange(ROOT, None, Edge("nobody", "output", "a", "input"))]),
        ("edge.taken", [EdgeChange(ROOT, None, WIRE), EdgeChange(ROOT, None, replace(WIRE, source="b"))]),
        ("edge.slot", [EdgeChange(ROOT, None, replace(WIRE, slot=-1))]),
        ("edge.slot", [EdgeChange(ROOT, None, replace(WIRE, slot=2**63))]),
        ("node.wired", [EdgeChange(ROOT, None, WIRE), NodeChange(ROOT, A, None)]),
        ("node.wired", [EdgeChange(ROOT, None, WIRE), NodeChange(ROOT, B, None)]),
        ("node.shares", [NodeChange(ROOT, A, replace(A, shares="nobody"))]),
        ("node.shares", [NodeChange(ROOT, A, replace(A, shares="a"))]),
        ("node.shares", [NodeChange(ROOT, A, replace(A, shares="b")), NodeChange(ROOT, B, replace(B, shares="a"))]),
        ("node.shares", [NodeChange(ROOT, A, replace(A, shares="b")), NodeChange(ROOT, B, None)]),
        ("block.missing", [NodeChange(ROOT, A, replace(A, graph="nowhere"))]),
        ("block.missing", [NodeChange(ROOT, A, replace(A, graph=ROOT))]),
        ("block.cycle", [GraphChange("g", None, ""), NodeChange("g", None, Node("i", "Block", "i", graph="g"))]),
        (
            "block.missing",
            [
                GraphChange("g", None, ""),
                NodeChange(ROOT, A, replace(A, graph="g")),
                GraphChange("g", "", None),
            ],
        ),
        ("value.long", [NodeChange(ROOT, A, replace(A, name=LONG))]),
        ("value.long", [NodeChange(ROOT, A, replace(A, kind=LONG))]),
        ("value.long", [NodeChange(ROOT, A, replace(A, call={LONG: 1}))]),
        ("value.long", [NodeChange(ROOT, A, replace(A, kept={"new": [{"x": "x" * 100_001}]}))]),
        ("value.depth", [NodeChange(ROOT, A, replace(A, kept={"new": nested(49)}))]),
        ("value.text", [NodeChange(ROOT, A, replace(A, params={"units": HALF}))]),
        ("value.text", [EdgeChange(ROOT, None, replace(WIRE, source_port=HALF))]),
        ("value.long", [EdgeChange(ROOT, None, replace(WIRE, target_port=LONG))]),
        ("value.finite", [NodeChange(ROOT, A, replace(A, x=float("nan")))]),
        ("value.range", [NodeChange(ROOT, A, replace(A, params={"units": 2**63}))]),
        ("value.long", [FrameChange(ROOT, None, replace(FRAME, title=LONG))]),
        ("value.finite", [FrameChange(ROOT, None, replace(FRAME, width=float("inf")))]),
        ("value.long", [GraphChange(LONG, None, "")]),
        ("value.long", [GraphChange(ROOT, "", LONG)]),
        ("value.text", [DataChange(DataChoice(), DataChoice(SampleSource(HALF)))]),
        ("value.text", [DataChange(DataChoice(), DataChoice(CsvSource("a", HALF)))]),
        ("value.text", [DataChange(DataChoice(), DataChoice(NpzSource(HALF)))]),
        ("value.long", [DataChange(DataChoice(), DataChoice(features=(Feature("x", (LONG,), ()),)))]),
        ("value.range", [DataChange(DataChoice(), DataChoice(features=(Feature("x", (), (2**64,)),)))]),
        ("value.finite", [DataChange(DataChoice(), DataChoice(split=Split(float("nan"))))]),
        ("value.range", [TrainingChange(TrainingChoice(), TrainingChoice(seed=2**64))]),
        ("value.finite", [TrainingChange(TrainingChoice(), TrainingChoice(optimizer=Inner("SGD", {"x": 1e999})))]),
    ],
)
def test_what_would_corrupt_the_document_is_refused_and_leaves_it_as_it_was(code: str, changes: list[Change]) -> None:
    document = two_nodes()
    before = encode(document)
    heard: list[Edit] = []
    document.changed.connect(heard.append)
    with pytest.raises(EditRefused) as refused:
        made(document, FrameChange(ROOT, None, replace(FRAME, id="first")), *changes)
    assert refused.value.code == code
    assert encode(document) == before
    assert heard == []
    assert document.revision == 1


def test_an_edge_is_not_replaced_in_one_change() -> None:
    document = made(two_nodes(), EdgeChange(ROOT, None, WIRE))
    before = encode(document)
    with pytest.raises(ValueError, match="comes or goes"):
        made(document, EdgeChange(ROOT, WIRE, replace(WIRE, source="nobody")))
    assert encode(document) == before


def test_a_bug_in_a_change_leaves_no_half_edit() -> None:
    document = two_nodes()
    before = encode(document)
    with pytest.raises(AssertionError):
        made(document, NodeChange(ROOT, B, None), NodeChange(ROOT, None, None))
    assert encode(document) == before


def test_an_applied_edit_is_announced_once_when_all_is_done() -> None:
    document = Document()
    seen: list[tuple[Edit, int]] = []
    document.changed.connect(lambda edit: seen.append((edit, len(document.root.nodes))))
    edit = Edit("Both", (NodeChange(ROOT, None, A), NodeChange(ROOT, None, B)))
    document.apply(edit)
    assert seen == [(edit, 2)]


def test_nodes_frames_and_blocks_that_come_back_take_their_old_place() -> None:
    document = graph("a: dense > b: dense > c: dense; d: dense")
    made(document, *(FrameChange(ROOT, None, replace(FRAME, id=id_)) for id_ in "fgh"))
    made(document, *(GraphChange(id_, None, id_) for id_ in "xyz"))
    gone: tuple[Change, ...] = (
        *(EdgeChange(ROOT, edge, None) for edge in document.root.edges),
        *(NodeChange(ROOT, node(document, name), None) for name in "abc"),
        *(FrameChange(ROOT, replace(FRAME, id=id_), None) for id_ in "fg"),
        *(GraphChange(id_, id_, None) for id_ in "xy"),
    )
    before = encode(document)
    made(document, *gone)
    made(document, NodeChange(ROOT, None, Node("late", "Dense", "late")))
    made(document, *Edit("", gone).inverse().changes)
    assert [each.name for each in document.root.nodes.values()] == ["a", "b", "c", "d", "late"]
    assert list(document.root.frames) == list("fgh")
    assert list(document.graphs) == [ROOT, *"xyz"]
    made(document, NodeChange(ROOT, document.root.nodes["late"], None))
    assert encode(document) == before


def test_the_order_of_edges_does_not_depend_on_the_way_there() -> None:
    document = graph("a: dense > c: concatenate; b: dense > c; a > c; a > d: dense")
    order = list(document.root.edges)
    leaving = document.root.outgoing(node(document, "a").id)
    for edge in order:
        made(document, EdgeChange(ROOT, edge, None))
        made(document, EdgeChange(ROOT, None, edge))
    made(document, *(EdgeChange(ROOT, edge, None) for edge in order))
    assert document.root.edge_count == 0
    made(document, *(EdgeChange(ROOT, None, edge) for edge in reversed(order)))
    assert list(document.root.edges) == order
    assert document.root.outgoing(node(document, "a").id) == leaving
    assert document.root.edge_count == len(order) == 4


def test_limits_hold_for_the_whole_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.document.document.MAX_NODES", 3)
    monkeypatch.setattr("studio.document.document.MAX_EDGES", 1)
    document = made(two_nodes(), GraphChange("g", None, ""), NodeChange("g", None, replace(A, id="c")))
    with pytest.raises(EditRefused, match="at most 3 nodes"):
        made(document, NodeChange(ROOT, None, replace(A, id="d")))
    made(document, EdgeChange("g", None, Edge("c", "output", "c", "input")))
    with pytest.raises(EditRefused, match="at most 1 wires"):
        made(document, EdgeChange(ROOT, None, WIRE))
