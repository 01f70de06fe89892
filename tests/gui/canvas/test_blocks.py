"""Blocks by hand: made of what is selected, looked into, changed inside, left and dissolved, with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from studio.document.graph import ROOT
from studio.gui.canvas.bubble import Bubble
from studio.gui.canvas.kind_picker import KindPicker
from studio.gui.shared.line import Line
from tests.gui.canvas.conftest import Desk
from tests.notation import wires

DRAWN = "x: input(8) > a: dense(4) > b: dense(5) > out: output"
OUTER = """
    tower { i: input > d: dense(3) > o: output }
    x: input(8) > first: tower > second: tower > out: output
"""


def at(made: Desk, name: str) -> QPoint:
    """The middle of a card of the drawing that is shown."""
    found = made.canvas.drawing.graph.named(name)
    assert found is not None
    return made.canvas.mapFromScene(made.canvas.drawing.nodes[found.id].sceneBoundingRect().center())


def shown(made: Desk) -> list[str]:
    return sorted(node.name for node in made.canvas.drawing.graph.nodes.values())


def ways_out(made: Desk) -> list[QToolButton]:
    return [each for each in made.canvas.findChildren(QToolButton) if each.isVisibleTo(made.canvas)]


def crumbs(made: Desk) -> list[str]:
    return [each.text() for each in ways_out(made)]


@pytest.fixture
def made(desk: Callable[..., Desk]) -> Desk:
    found = desk(DRAWN)
    found.click(at(found, "a"))
    found.click(at(found, "b"), Qt.KeyboardModifier.ShiftModifier)
    found.canvas.blocks.make()
    return found


def test_the_selected_cards_become_one_stacked_card(made: Desk) -> None:
    assert made.names == ["block", "out", "x"]
    card = made.canvas.drawing.nodes[made.id("block")].face
    assert (card.stacked, card.shape, card.params) == (True, "5", "61 parameters")
    assert made.selection.node == made.id("block")


def test_a_double_click_looks_inside_and_escape_leaves(made: Desk) -> None:
    made.double_click(at(made, "block"))
    assert shown(made) == ["a", "b", "output", "x"]
    assert crumbs(made) == ["Model"]

    made.canvas.setFocus()
    made.key(Qt.Key.Key_Escape)
    assert shown(made) == ["block", "out", "x"]
    assert made.selection.node == made.id("block")
    assert crumbs(made) == []


def test_enter_looks_inside_and_backspace_leaves(made: Desk) -> None:
    made.canvas.setFocus()
    made.key(Qt.Key.Key_Return)
    assert shown(made) == ["a", "b", "output", "x"]
    made.key(Qt.Key.Key_Backspace)
    assert shown(made) == ["block", "out", "x"]
    made.key(Qt.Key.Key_Backspace)
    assert made.names == ["out", "x"]


def test_cards_inside_show_the_shapes_of_the_call_that_was_entered(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    shapes = []
    for name in ("first", "second"):
        made.double_click(at(made, name))
        shapes.append(made.session.analysis.weights("tower_n2", made.selection.where))
        assert made.canvas.drawing.nodes["tower_n2"].face.shape == "3"
        made.canvas.blocks.leave()
    assert [each[0].shape for each in shapes if each] == [(8, 3), (3, 3)]


def test_what_is_done_inside_changes_every_call(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    made.double_click(at(made, "first"))
    made.click(at(made, "d"))
    made.canvas.add_kind("Flatten")
    made.key(Qt.Key.Key_Down)

    assert "d.output > flatten.input" in wires(made.document, "tower")
    assert list(made.document.root.nodes) == ["n1", "n2", "n3", "n4"]
    made.click(at(made, "d"))
    made.key(Qt.Key.Key_Delete)
    assert made.session.analysis.outputs("n2") == {"tower_n3": None}


def test_the_name_of_the_block_is_changed_where_one_stands(made: Desk) -> None:
    made.double_click(at(made, "block"))
    field = made.canvas.findChild(Line)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Encoder")
    QTest.keyClick(field, Qt.Key.Key_Return)

    block = made.canvas.drawing.where.graph
    assert made.document.graphs[block].name == "Encoder"
    made.canvas.blocks.leave()
    assert made.canvas.drawing.nodes[made.id("block")].face.kind == "Encoder"


def test_a_click_on_the_way_in_goes_out_again(desk: Callable[..., Desk]) -> None:
    made = desk("""
        small { i: input > d: dense(3) > o: output }
        large { i: input > s: small > o: output }
        x: input(8) > big: large > out: output
    """)
    made.double_click(at(made, "big"))
    made.double_click(at(made, "s"))
    assert crumbs(made) == ["Model", "big"]
    ways_out(made)[0].click()
    assert made.canvas.drawing.where.graph == ROOT
    assert made.selection.node == made.id("big")


def test_a_dissolved_block_leaves_its_cards_selected(made: Desk) -> None:
    made.canvas.blocks.dissolve()
    assert made.wires == ["a.output > b.input", "b.output > out.input", "x.output > a.input"]
    assert made.selection.nodes == {made.id("a"), made.id("b")}


def test_a_block_that_is_undone_while_it_is_shown_is_left(made: Desk) -> None:
    made.double_click(at(made, "block"))
    made.session.undo()
    assert shown(made) == ["a", "b", "out", "x"]
    assert crumbs(made) == []


def test_a_wire_over_the_port_of_a_block_says_what_does_not_go_through(desk: Callable[..., Desk]) -> None:
    made = desk("b { i: input > c: conv2d(4, 3) > o: output }; x: input(8); y: b")
    verdict = made.session.analysis.verdict("n1", "output", "n2", "b_n1")
    assert verdict is not None
    assert "at “c”, Conv2D" in verdict.text.replace("Convolution 2D", "Conv2D")


def test_another_use_of_a_block_is_dragged_in_and_taken_back(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    made.carry("block:tower", QPoint(600, 600))
    assert made.names == ["first", "out", "second", "tower", "x"]
    assert made.document.root.nodes[made.id("tower")].graph == "tower"
    assert made.selection.node == made.id("tower")
    made.session.undo()
    assert made.names == ["first", "out", "second", "x"]


def test_a_block_that_is_dropped_on_a_wire_is_put_into_it(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    wire = made.canvas.drawing.wires[
        next(edge for edge in made.document.root.edges if edge.target == made.id("second"))
    ]
    made.carry("block:tower", made.canvas.mapFromScene(wire.sceneBoundingRect().center()))
    assert "tower.tower_n3 > second.tower_n1" in made.wires
    assert "first.tower_n3 > tower.tower_n1" in made.wires


def test_typing_the_name_of_a_block_adds_it_behind_the_selected_card(desk: Callable[..., Desk]) -> None:
    made = desk("tower { i: input > d: dense(3) > o: output }; x: input(8)")
    made.click(at(made, "x"))
    made.key(Qt.Key.Key_A)
    made.type("tow")
    made.key(Qt.Key.Key_Return)
    assert made.wires == ["x.output > tower.tower_n1"]
    assert made.canvas.drawing.nodes[made.id("tower")].face.params == "27 parameters"


def test_a_block_is_not_put_inside_itself_and_a_sentence_says_why(desk: Callable[..., Desk]) -> None:
    made = desk("""
        small { i: input > d: dense(3) > o: output }
        large { i: input > s: small > o: output }
        x: input(8) > big: large > out: output
    """)
    made.double_click(at(made, "big"))
    made.double_click(at(made, "s"))
    before = made.document.revision
    for block in ("small", "large"):
        made.carry(f"block:{block}", QPoint(300, 300))
        assert made.document.revision == before
        said = made.canvas.findChild(Bubble)
        assert said.isVisible()
        assert f"“{block.capitalize()}” cannot be used inside of itself." in said.text()
    made.key(Qt.Key.Key_A)
    offered = made.canvas.findChild(KindPicker)
    assert {"small", "large"}.isdisjoint(offered.texts)


def test_a_block_of_another_project_is_not_taken(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    made.carry("block:elsewhere", QPoint(600, 600))
    made.carry("block:main", QPoint(600, 600))
    assert made.names == ["first", "out", "second", "x"]


def test_what_is_pasted_comes_into_view(desk: Callable[..., Desk]) -> None:
    made = desk(OUTER)
    made.click(at(made, "first"))
    made.canvas.copy()
    made.canvas.centerOn(3000.0, 2000.0)
    made.canvas.paste()
    assert made.canvas.visible_box().holds(made.canvas.drawing.nodes[made.id("first_2")].box)
