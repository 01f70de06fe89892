"""Moving cards with the mouse and the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from studio.document import edits

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_drag_moves_a_card_to_the_grid_in_one_step(desk):
    made = desk("a: input(8)")
    made.drag(made.middle("a"), made.middle("a") + QPoint(83, 42))
    assert made.place("a") == (80.0, 40.0)
    made.session.undo()
    assert made.place("a") == (0.0, 0.0)
    made.session.redo()
    assert made.place("a") == (80.0, 40.0)


def test_alt_moves_freely(desk):
    made = desk("a: input(8)")
    made.drag(made.middle("a"), made.middle("a") + QPoint(83, 42), ALT)
    assert made.place("a") == (83.0, 42.0)


def test_a_card_lines_up_with_another_one_nearby(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.session.do(moved(made, "b", 300.0, 213.0))
    made.drag(made.middle("a"), made.middle("a") + QPoint(40, 215))
    assert made.place("a")[1] == 213.0


def moved(made, name, x, y):
    return edits.move(made.document, {made.id(name): (x, y)})


def test_a_press_and_a_tremble_move_nothing(desk):
    made = desk("a: input(8)")
    made.drag(made.middle("a"), made.middle("a") + QPoint(2, 1))
    assert made.place("a") == (0.0, 0.0)
    assert not made.session.is_modified
    assert made.selection.node == made.id("a")


def test_selected_cards_move_together(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.canvas.select_all()
    made.drag(made.middle("a"), made.middle("a") + QPoint(0, 80))
    assert (made.place("a")[1], made.place("b")[1]) == (80.0, 80.0)
    made.session.undo()
    assert (made.place("a")[1], made.place("b")[1]) == (0.0, 0.0)


def test_wires_follow_while_a_card_is_dragged(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.press(made.middle("a"))
    made.move(made.middle("a") + QPoint(0, 120))
    wire = next(iter(made.canvas.drawing.wires.values()))
    assert wire.curve.start.y == made.place("a")[1] + 36 + 120
    made.key(Qt.Key.Key_Escape)
    assert wire.curve.start.y == made.place("a")[1] + 36
    assert not made.session.is_modified


def test_the_document_is_left_alone_until_the_button_is_up(desk):
    made = desk("a: input(8)")
    steps = []
    made.document.changed.connect(steps.append)
    start = made.middle("a")
    made.press(start)
    for step in range(1, 20):
        made.move(start + QPoint(8 * step, 0))
    assert steps == []
    made.release(start + QPoint(160, 0))
    assert len(steps) == 1


def test_arrow_keys_nudge_by_the_grid_and_a_burst_is_one_step(desk):
    made = desk("a: input(8)")
    made.click(made.middle("a"))
    for _ in range(3):
        made.key(Qt.Key.Key_Right)
    made.key(Qt.Key.Key_Down)
    assert made.place("a") == (24.0, 8.0)
    made.session.undo()
    assert made.place("a") == (0.0, 0.0)


def test_shift_and_an_arrow_key_nudge_further(desk):
    made = desk("a: input(8)")
    made.click(made.middle("a"))
    made.key(Qt.Key.Key_Left, SHIFT)
    assert made.place("a") == (-64.0, 0.0)


def test_arranging_is_one_step_and_glides(desk, qtbot):
    made = desk("a: input(8) > b: dense(4) > c: dropout(0.1)")
    made.session.do(moved(made, "b", -500.0, 300.0))
    qtbot.waitUntil(made.canvas.settled)
    made.canvas.arrange()
    assert not made.canvas.settled()
    qtbot.waitUntil(made.canvas.settled)
    places = [made.place(name) for name in "abc"]
    assert sorted(places) == places
    assert {y for _, y in places} == {places[0][1]}
    for name in "abc":
        assert made.canvas.drawing.nodes[made.id(name)].place == made.place(name)
    made.session.undo()
    assert made.place("b") == (-500.0, 300.0)


def test_another_button_does_not_end_a_drag(desk):
    made = desk("a: input(8)")
    start, right = made.middle("a"), Qt.MouseButton.RightButton
    made.press(start)
    made.move(start + QPoint(40, 0))
    made.press(start + QPoint(40, 0), button=right)
    made.release(start + QPoint(40, 0), button=right)
    assert not made.session.is_modified
    made.release(start + QPoint(80, 0))
    assert made.place("a") == (80.0, 0.0)
