"""Features are dragged out of lists onto the canvas, where they become nodes or bind those that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.document import edits
from studio.gui.canvas.canvas import Canvas
from studio.gui.data.feature_list import FeatureList
from studio.gui.data.feature_tree import FeatureTree
from studio.gui.shared.feature_drag import FEATURE_MIME, Dragged, unpacked
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.data_setup import sample_choice
from studio.session.session import Session
from tests.gui.data.conftest import LEFT, NONE, carried, drop
from tests.notation import graph

SHIFT = Qt.KeyboardModifier.ShiftModifier
ON_THE_LEFT, ON_THE_RIGHT = QPoint(200, 300), QPoint(1000, 300)
Open = Callable[..., Canvas]


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Open]:
    made: list[Canvas] = []

    def open_canvas(drawn: str = "") -> Canvas:
        session = Session(graph(drawn))
        session.do(edits.set_data(session.document, sample_choice("digits")))
        one = Canvas(session, Theme(), Selection())
        one.resize(1200, 700)
        made.append(one)
        with qtbot.waitExposed(one):
            one.show()
        one.zoom_to(1.0)
        return one

    yield open_canvas
    for one in made:
        one.detach()
        one.session.close()
        one.close()
        one.deleteLater()


def nodes(canvas: Canvas) -> list[tuple[str, object]]:
    found = canvas.session.document.root.nodes.values()
    return [(node.kind, node.params.get("feature" if node.kind == "Input" else "target")) for node in found]


def test_a_feature_becomes_an_input_on_the_left_and_an_output_on_the_right(canvas: Open) -> None:
    one = canvas()
    assert drop(one.viewport(), carried("images"), ON_THE_LEFT)
    assert drop(one.viewport(), carried("labels"), ON_THE_RIGHT)

    assert nodes(one) == [("Input", "images"), ("Output", "labels")]
    first, second = one.session.document.root.nodes.values()
    assert first.params["shape"] == (8, 8, 1)
    assert second.params["loss"] == "sparse_categorical_crossentropy"
    assert one.selection.node == second.id

    one.session.undo()
    assert nodes(one) == [("Input", "images")]
    one.session.undo()
    assert nodes(one) == []


def test_shift_makes_an_output_anywhere(canvas: Open) -> None:
    one = canvas()
    assert drop(one.viewport(), carried("labels"), ON_THE_LEFT, SHIFT)
    assert nodes(one) == [("Output", "labels")]


def test_several_features_stand_below_each_other_and_are_one_step(canvas: Open) -> None:
    one = canvas()
    assert drop(one.viewport(), carried("images", "labels"), ON_THE_LEFT)
    assert nodes(one) == [("Input", "images"), ("Input", "labels")]
    first, second = one.session.document.root.nodes.values()
    assert (first.x, second.y > first.y) == (second.x, True)
    one.session.undo()
    assert nodes(one) == []


def test_a_feature_on_an_input_binds_it(canvas: Open) -> None:
    one = canvas("a: input(3) > dense(2)")
    (node,) = [each for each in one.session.document.root.nodes.values() if each.kind == "Input"]
    item = one.drawing.nodes[node.id]
    middle = one.mapFromScene(item.box.center.x, item.box.center.y)
    assert drop(one.viewport(), carried("images"), middle)
    (bound,) = [each for each in one.session.document.root.nodes.values() if each.kind == "Input"]
    assert (bound.id, bound.params["feature"], bound.params["shape"]) == (node.id, "images", (8, 8, 1))


def test_a_drag_that_leaves_leaves_nothing(canvas: Open) -> None:
    one = canvas()
    before = len(one.drawing.scene.items())
    data = carried("images")  # the event does not keep it
    event = QDragEnterEvent(ON_THE_LEFT, Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(one.viewport(), event)
    assert event.isAccepted()
    assert len(one.drawing.scene.items()) > before
    assert one.cancel_gesture()
    assert len(one.drawing.scene.items()) == before
    assert nodes(one) == []


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'["a"]', b"[[1], []]", b'[["lost"], []]', b"[" * 5000])
def test_what_is_no_feature_is_not_taken(canvas: Open, payload: bytes) -> None:
    one = canvas()
    data = QMimeData()
    data.setData(FEATURE_MIME, payload)
    assert not drop(one.viewport(), data, ON_THE_LEFT)
    assert nodes(one) == []


def test_the_list_in_build_follows_the_data_and_carries_names(qtbot: QtBot) -> None:
    session = Session()
    features = FeatureList(session, Theme())
    qtbot.addWidget(features)
    features.show()
    assert features.none.isVisible()
    with qtbot.waitSignal(features.data_asked):
        qtbot.mouseClick(features.none, LEFT)

    session.do(edits.set_data(session.document, sample_choice("digits")))

    assert [features.list.item(row).text() for row in range(features.list.count())] == ["images", "labels"]
    assert not features.none.isVisible()
    assert unpacked(features.list.mimeData([features.list.item(1)])) == Dragged(("labels",))

    features.list.setCurrentRow(0)
    qtbot.keyClick(features.list, Qt.Key.Key_Return)
    assert [node.params["feature"] for node in session.document.root.nodes.values()] == ["images"]
    features.release()
    session.close()


def test_rows_of_the_tree_carry_features_and_columns(qtbot: QtBot) -> None:
    from studio.gui.data.facts import Facts

    tree = FeatureTree(Theme())
    qtbot.addWidget(tree)
    data = sample_choice("iris")
    known = {name: Facts(name, "number") for feature in data.features for name in feature.columns}
    known["more"] = Facts("more", "text")
    tree.show_features(data.features, known, {})
    first = tree.row(data.features[0].name)
    more = tree.row("more", column=True)
    assert first is not None
    assert more is not None
    assert unpacked(tree.mimeData([first, more])) == Dragged((data.features[0].name,), ("more",))
