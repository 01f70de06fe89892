"""Undo and redo: steps, merging, the saved state."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import pytest

from studio.core.errors import EditRefused
from studio.document import edits
from studio.document.changes import Change, EdgeChange, Edit, FrameChange, GraphChange, NodeChange, merged
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Frame, Node
from studio.document.history import History
from studio.document.training_choice import TrainingChoice
from studio.project.format import encode
from tests.notation import graph, node


def moved(document: Document, x: float, key: Hashable = None, name: str = "a") -> Edit:
    return edits.move(document, {node(document, name).id: (x, 0.0)}, merge_key=key)


def clean(history: History) -> bool:
    return history.is_clean


def test_undo_and_redo_go_back_and_forth() -> None:
    document = graph("a: dense")
    history = History(document)
    assert (history.undo(), history.redo(), history.undo_label, history.redo_label) == (None, None, None, None)
    step = moved(document, 7.0)
    history.do(step)
    assert (history.undo_label, history.redo_label) == ("Move a", None)
    assert history.undo() == step
    assert node(document, "a").x == 0.0
    assert (history.undo_label, history.redo_label) == (None, "Move a")
    assert history.redo() == step
    assert node(document, "a").x == 7.0


def test_a_new_step_forgets_what_was_taken_back() -> None:
    document = graph("a: dense")
    history = History(document)
    history.do(moved(document, 7.0))
    history.undo()
    history.do(moved(document, 8.0))
    assert history.redo() is None


def test_an_edit_without_changes_leaves_no_step() -> None:
    document = graph("a: dense")
    history = History(document)
    history.do(moved(document, 0.0))
    assert history.undo_label is None


def test_edits_of_one_gesture_are_one_step() -> None:
    document = graph("a: dense")
    history = History(document)
    for x in (1.0, 2.0, 3.0):
        history.do(moved(document, x, ("move", 1)))
    history.do(moved(document, 4.0, ("move", 2)))
    history.undo()
    assert node(document, "a").x == 3.0
    step = history.undo()
    assert step is not None
    assert len(step.changes) == 1
    assert node(document, "a").x == 0.0
    history.redo()
    assert node(document, "a").x == 3.0


def test_a_refused_edit_leaves_no_step() -> None:
    document = graph("a: dense")
    history = History(document)
    with pytest.raises(EditRefused):
        history.do(moved(document, float("nan")))
    assert history.undo_label is None
    assert clean(history)


def test_a_failing_listener_does_not_cost_the_way_back() -> None:
    document = graph("a: dense")
    before = encode(document)
    history = History(document)

    def fail(edit: Edit) -> None:
        raise RuntimeError(edit.label)

    document.changed.connect(fail)
    with pytest.raises(RuntimeError, match="Move a"):
        history.do(moved(document, 1.0))
    assert history.undo_label == "Move a"
    with pytest.raises(RuntimeError, match="Move a"):
        history.undo()
    assert encode(document) == before
    assert history.redo_label == "Move a"


def test_the_saved_state_is_found_again_by_undo_and_redo() -> None:
    document = graph("a: dense")
    history = History(document)
    assert clean(history)
    history.do(moved(document, 1.0))
    assert not clean(history)
    history.mark_clean()
    history.do(moved(document, 2.0))
    history.undo()
    assert clean(history)
    history.undo()
    assert not clean(history)
    history.redo()
    assert clean(history)


def test_the_saved_state_is_lost_when_its_branch_is() -> None:
    document = graph("a: dense")
    history = History(document)
    history.do(moved(document, 1.0))
    history.mark_clean()
    history.undo()
    history.do(moved(document, 2.0))
    assert not clean(history)
    history.undo()
    assert not clean(history)


def test_a_gesture_is_not_merged_into_the_saved_state() -> None:
    document = graph("a: dense")
    history = History(document)
    history.do(moved(document, 1.0, "gesture"))
    history.mark_clean()
    history.do(moved(document, 2.0, "gesture"))
    assert not clean(history)
    history.undo()
    assert clean(history)
    assert node(document, "a").x == 1.0


def test_history_says_when_it_changed() -> None:
    document = graph("a: dense")
    history = History(document)
    seen: list[str | None] = []
    history.changed.connect(lambda changed: seen.append(changed.undo_label))
    history.do(moved(document, 1.0))
    history.undo()
    history.redo()
    history.mark_clean()
    assert seen == ["Move a", None, "Move a", "Move a"]


A = Node("a", "Dense", "a")
B = Node("b", "Dense", "b")
WIRE = Edge("a", "output", "b", "input")


def at(base: Node, x: float) -> Node:
    return replace(base, x=x)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        pytest.param(
            [NodeChange(ROOT, A, at(A, 1)), NodeChange(ROOT, B, at(B, 1))],
            [NodeChange(ROOT, at(A, 1), at(A, 2)), NodeChange(ROOT, at(B, 1), at(B, 2))],
            [NodeChange(ROOT, A, at(A, 2)), NodeChange(ROOT, B, at(B, 2))],
            id="several nodes at once",
        ),
        pytest.param(
            [NodeChange(ROOT, A, at(A, 1)), NodeChange(ROOT, at(A, 1), A), NodeChange(ROOT, A, at(A, 1))],
            [NodeChange(ROOT, at(A, 1), at(A, 2)), NodeChange(ROOT, B, at(B, 2))],
            [
                NodeChange(ROOT, A, at(A, 1)),
                NodeChange(ROOT, at(A, 1), A),
                NodeChange(ROOT, A, at(A, 2)),
                NodeChange(ROOT, B, at(B, 2)),
            ],
            id="with the latest, not with one that looks alike",
        ),
        pytest.param(
            [NodeChange(ROOT, None, A)],
            [NodeChange(ROOT, A, at(A, 1))],
            [NodeChange(ROOT, None, A), NodeChange(ROOT, A, at(A, 1))],
            id="not with the coming",
        ),
        pytest.param(
            [NodeChange(ROOT, A, at(A, 1)), EdgeChange(ROOT, WIRE, None)],
            [NodeChange(ROOT, at(A, 1), None)],
            [NodeChange(ROOT, A, at(A, 1)), EdgeChange(ROOT, WIRE, None), NodeChange(ROOT, at(A, 1), None)],
            id="not with the going",
        ),
        pytest.param(
            [NodeChange(ROOT, A, at(A, 1))],
            [NodeChange("block", A, at(A, 2))],
            [NodeChange(ROOT, A, at(A, 1)), NodeChange("block", A, at(A, 2))],
            id="not across graphs",
        ),
        pytest.param(
            [FrameChange(ROOT, Frame("f"), Frame("f", x=1)), GraphChange(ROOT, "", "x")],
            [FrameChange(ROOT, Frame("f", x=1), Frame("f", x=2)), GraphChange(ROOT, "x", "y")],
            [FrameChange(ROOT, Frame("f"), Frame("f", x=2)), GraphChange(ROOT, "", "x"), GraphChange(ROOT, "x", "y")],
            id="frames",
        ),
    ],
)
def test_changes_of_one_thing_are_joined_where_it_stays(
    first: list[Change], second: list[Change], joined: list[Change]
) -> None:
    result = merged(Edit("First", tuple(first), 1), Edit("Second", tuple(second), 1))
    assert result == Edit("Second", tuple(joined), 1)


def test_choices_of_one_gesture_are_one_change() -> None:
    document = Document()
    history = History(document)
    for epochs in (5, 50, 500):
        history.do(edits.set_training(document, TrainingChoice(epochs), merge_key="typing"))
    step = history.undo()
    assert step is not None
    assert len(step.changes) == 1
    assert document.training == TrainingChoice()
