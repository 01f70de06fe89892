"""Adding layers: by name, by drag, into a wire, behind the selected node."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt

EMPTY = QPoint(600, 600)


def test_a_double_click_and_a_few_letters_add_a_layer(desk):
    made = desk()
    made.double_click(QPoint(300, 200))
    made.type("con")
    made.key(Qt.Key.Key_Down)
    made.key(Qt.Key.Key_Return)
    assert made.names == ["conv2d"]
    assert made.selection.node == made.id("conv2d")
    middle = made.middle("conv2d")
    assert (abs(middle.x() - 300) <= 8, abs(middle.y() - 200) <= 8) == (True, True)


def test_a_new_layer_works_at_once(desk):
    made = desk("input(4)")
    made.canvas.add_kind("Dense", QPointF(400, 0))
    assert made.document.root.nodes[made.id("dense")].params["units"] > 0


def test_adding_is_one_step(desk):
    made = desk()
    made.double_click(EMPTY)
    made.type("dense")
    made.key(Qt.Key.Key_Return)
    made.session.undo()
    assert made.names == []
    assert not made.session.is_modified


def test_escape_leaves_the_quick_add_field_without_adding(desk):
    made = desk()
    made.double_click(EMPTY)
    made.type("dense")
    made.key(Qt.Key.Key_Escape)
    assert not made.field.isVisible()
    assert made.names == []
    assert made.canvas.hasFocus()


def test_a_name_that_nothing_has_adds_nothing(desk):
    made = desk()
    made.double_click(EMPTY)
    made.type("xyzzy")
    made.key(Qt.Key.Key_Return)
    assert made.names == []


def test_enter_builds_a_chain_behind_the_selected_node(desk):
    made = desk("input(8)")
    made.click(made.middle("input"))
    for word in ("dense", "dropout"):
        made.key(Qt.Key.Key_Return)
        made.type(word)
        made.key(Qt.Key.Key_Return)
    assert made.wires == ["dense.output > dropout.input", "input.output > dense.input"]
    assert made.place("dense")[1] == made.place("input")[1] == made.place("dropout")[1]


def test_a_second_branch_finds_room_below_the_first(desk):
    made = desk("input(8) > dense(4)")
    made.selection.select([made.id("input")])
    made.canvas.add_kind("Dropout")
    boxes = [item.box for item in made.canvas.drawing.nodes.values()]
    assert not any(a.meets(b) for at, a in enumerate(boxes) for b in boxes[:at])


def test_a_kind_that_was_dragged_in_lies_under_the_mouse(desk):
    made = desk()
    made.carry("Flatten", QPoint(500, 300))
    middle = made.middle("flatten")
    assert (abs(middle.x() - 500) <= 8, abs(middle.y() - 300) <= 8) == (True, True)
    assert made.canvas.hasFocus()


def test_a_kind_that_is_carried_away_leaves_nothing(desk):
    made = desk()
    before = len(made.canvas.drawing.scene.items())
    made.carry("Flatten", QPoint(500, 300), drop=False)
    made.canvas.cancel_gesture()
    assert made.names == []
    assert len(made.canvas.drawing.scene.items()) == before


def test_something_else_that_is_dragged_in_is_refused(desk):
    made = desk()
    made.carry("NoSuchLayer", QPoint(500, 300))
    assert made.names == []


def test_a_kind_dropped_onto_a_wire_is_put_into_it(desk):
    made = desk("a: input(8) > b: dense(4) > output")
    wire = (made.output("a") + made.input("b")) / 2
    made.carry("Dropout", wire)
    assert made.wires == ["a.output > dropout.input", "b.output > output.input", "dropout.output > b.input"]


def test_inserting_makes_room_and_is_one_step(desk, qtbot):
    made = desk("a: input(8) > b: dense(4) > output")
    before = made.place("b"), made.place("output")
    made.carry("Dropout", (made.output("a") + made.input("b")) / 2)
    qtbot.waitUntil(made.canvas.settled)
    boxes = [item.box for item in made.canvas.drawing.nodes.values()]
    assert not any(a.meets(b) for at, a in enumerate(boxes) for b in boxes[:at])
    made.session.undo()
    assert (made.place("b"), made.place("output")) == before
    assert made.wires == ["a.output > b.input", "b.output > output.input"]


def test_an_input_dropped_onto_a_wire_stays_alone(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.carry("Input", (made.output("a") + made.input("b")) / 2)
    assert made.wires == ["a.output > b.input"]
    assert len(made.names) == 3


def test_a_double_click_on_a_wire_offers_what_fits_in_between(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.double_click((made.output("a") + made.input("b")) / 2)
    made.type("dropout")
    made.key(Qt.Key.Key_Return)
    assert made.wires == ["a.output > dropout.input", "dropout.output > b.input"]


def test_two_layers_at_one_place_do_not_hide_each_other(desk):
    made = desk()
    for _ in range(2):
        made.canvas.add_kind("Dense", QPointF(100, 100))
    assert made.place("dense") != made.place("dense_2")


def test_a_layer_that_is_added_without_a_place_covers_no_card(desk):
    made = desk("a: input(8) > b: dense(4) > c: dense(3)")
    for _ in range(4):
        made.selection.select()
        made.canvas.add_kind("Dense")
    boxes = [item.box for item in made.canvas.drawing.nodes.values()]
    assert len(boxes) == 7
    assert not any(box.meets(other) for at, box in enumerate(boxes) for other in boxes[:at])
