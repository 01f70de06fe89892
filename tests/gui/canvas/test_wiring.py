"""Drawing wires, refusing wrong ones, taking them off, and the menu of what fits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from studio.catalog.registry import KINDS
from studio.document import edits
from studio.gui.canvas.bubble import Bubble
from studio.gui.canvas.card_painter import Fit
from studio.gui.canvas.kind_picker import KindPicker

ALT = Qt.KeyboardModifier.AltModifier
LOOSE = "a: input(8, 8, 1); b: conv2d(4, 3)"


def bubble(made) -> QLabel:
    return made.canvas.findChild(Bubble)


def picker(made) -> KindPicker:
    return made.canvas.findChild(KindPicker)


def fits(made):
    return {made.document.root.nodes[id_].name: item.mood.fit for id_, item in made.canvas.drawing.nodes.items()}


@pytest.fixture
def apart(desk, qtbot):
    """Opens a drawing whose nodes stand in one row, far apart."""

    def open_apart(text):
        made = desk(text)
        places = {id_: (300.0 * at, 120.0 * (at % 2)) for at, id_ in enumerate(made.document.root.nodes)}
        made.session.do(edits.move(made.document, places))
        qtbot.waitUntil(made.canvas.settled)
        made.canvas.centerOn(*made.canvas.drawing.bounds.center)
        return made

    return open_apart


def test_a_wire_is_drawn_from_an_output_to_an_input(apart):
    made = apart(LOOSE)
    made.drag(made.output("a"), made.input("b"))
    assert made.wires == ["a.output > b.input"]


def test_a_wire_is_drawn_from_an_input_to_an_output(apart):
    made = apart(LOOSE)
    made.drag(made.input("b"), made.output("a"))
    assert made.wires == ["a.output > b.input"]


def test_near_a_port_the_wire_jumps_to_it(apart):
    made = apart(LOOSE)
    made.drag(made.output("a"), made.input("b") + QPoint(-14, 9))
    assert made.wires == ["a.output > b.input"]


def test_a_wire_dropped_on_a_card_finds_its_port(apart):
    made = apart("a: input(8); b: input(8); c: add")
    made.drag(made.output("a"), made.middle("c"))
    made.drag(made.output("b"), made.middle("c"))
    assert made.wires == ["a.output > c.inputs", "b.output > c.inputs[1]"]


def test_drawing_a_wire_is_one_step(apart):
    made = apart(LOOSE)
    made.drag(made.output("a"), made.input("b"))
    made.session.undo()
    assert made.wires == []


def test_a_wire_that_does_not_fit_is_refused_with_the_reason(apart):
    made = apart("a: input(8); b: conv2d(4, 3)")
    made.drag(made.output("a"), made.input("b"))
    assert made.wires == []
    assert bubble(made).isVisible()
    assert "(None, 8)" in bubble(made).text()


def test_alt_draws_a_wrong_wire_anyway(apart):
    made = apart("a: input(8); b: conv2d(4, 3)")
    made.drag(made.output("a"), made.input("b"), ALT)
    assert made.wires == ["a.output > b.input"]
    assert made.canvas.drawing.wires[next(made.document.root.edges)].caption.impossible


def test_a_wire_that_closes_a_circle_is_refused(apart):
    made = apart("a: dense(4) > b: dense(4)")
    made.drag(made.output("b"), made.input("a"))
    assert made.wires == ["a.output > b.input"]


def test_what_fits_glows_and_what_does_not_fades(apart, qtbot):
    made = apart("a: input(8); b: conv2d(4, 3); c: dense(3)")
    made.press(made.output("a"))
    made.move(QPoint(300, 600))
    qtbot.waitUntil(lambda: fits(made) == {"a": Fit.NONE, "b": Fit.WRONG, "c": Fit.FITS})
    made.key(Qt.Key.Key_Escape)
    assert set(fits(made).values()) == {Fit.NONE}


def test_the_taken_slots_of_a_list_port_do_not_glow(apart, qtbot):
    made = apart("a: input(8); b: input(8) > c: add")
    made.press(made.output("a"))
    made.move(QPoint(300, 600))
    item = made.canvas.drawing.nodes[made.id("c")]
    qtbot.waitUntil(lambda: item.mood.fit is Fit.FITS)
    assert {slot for _, _, slot in item.mood.fitting} == {1}
    made.release(QPoint(2, 2))


def test_escape_drops_the_wire(apart):
    made = apart(LOOSE)
    before = len(made.canvas.drawing.scene.items())
    made.press(made.output("a"))
    made.move(made.input("b"))
    made.key(Qt.Key.Key_Escape)
    made.release(made.input("b"))
    assert made.wires == []
    assert len(made.canvas.drawing.scene.items()) == before


def test_a_new_wire_replaces_the_one_that_was_there(apart):
    made = apart("a: input(8); b: input(8) > c: dense(3)")
    made.drag(made.output("a"), made.input("c"))
    assert made.wires == ["a.output > c.input"]
    made.session.undo()
    assert made.wires == ["b.output > c.input"]


def test_a_wire_taken_by_its_end_goes_to_another_port(apart):
    made = apart("a: input(8) > b: dense(3); c: dense(3)")
    made.drag(made.input("b"), made.input("c"))
    assert made.wires == ["a.output > c.input"]
    made.session.undo()
    assert made.wires == ["a.output > b.input"]


def test_a_wire_taken_near_its_beginning_gets_another_source(apart):
    made = apart("a: input(8) > c: dense(3); b: input(8)")
    made.drag(made.output("a") + QPoint(16, 0), made.output("b"))
    assert made.wires == ["b.output > c.input"]


def test_a_wire_taken_off_and_let_go_is_gone(apart):
    made = apart("a: input(8) > b: dense(3)")
    made.drag(made.input("b"), QPoint(600, 650))
    assert made.wires == []
    assert not picker(made).isVisible()


def test_a_wire_put_back_where_it_was_is_no_step(apart):
    made = apart("a: input(8) > b: dense(3)")
    made.session.history.mark_clean()
    made.press(made.input("b"))
    made.move(QPoint(600, 600))
    made.release(made.input("b"))
    assert made.wires == ["a.output > b.input"]
    assert not made.session.is_modified


def test_a_click_on_a_port_changes_nothing(apart):
    made = apart("a: input(8) > b: dense(3)")
    for at in (made.output("a"), made.input("b"), made.output("b")):
        made.click(at)
    assert made.wires == ["a.output > b.input"]
    assert made.canvas.settled()


def test_a_wire_dropped_on_nothing_offers_only_what_fits(apart):
    made = apart(LOOSE)
    made.drag(made.output("a"), QPoint(700, 500))
    assert picker(made).isVisible()
    analysis = made.session.analysis
    spec = analysis.outputs(made.id("a"))["output"]
    assert picker(made).texts == [kind.name for kind in KINDS.values() if analysis.fits(kind, spec)]
    assert "LSTM" not in picker(made).texts


def test_the_chosen_layer_comes_with_its_wire_in_one_step(apart):
    made = apart("a: input(8, 8, 1)")
    made.drag(made.output("a"), QPoint(700, 500))
    made.type("flatten")
    made.key(Qt.Key.Key_Return)
    assert made.wires == ["a.output > flatten.input"]
    assert made.input("flatten").y() == pytest.approx(500, abs=8)
    made.session.undo()
    assert made.names == ["a"]


def test_a_wire_drawn_backwards_onto_nothing_gets_a_source(apart):
    made = apart("b: dense(4)")
    made.drag(made.input("b"), QPoint(200, 500))
    made.type("input")
    made.key(Qt.Key.Key_Return)
    assert made.wires == ["input.output > b.input"]


def test_an_undo_in_the_middle_of_a_wire_ends_it(apart):
    made = apart(LOOSE)
    made.canvas.add_kind("Dense")
    made.press(made.output("a"))
    made.move(QPoint(300, 600))
    made.session.undo()
    made.release(made.input("b"))
    assert made.wires == []
    assert made.canvas.settled()
