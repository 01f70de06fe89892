"""Selecting, deleting, walking with the keys, copy and paste."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

CHAIN = "a: input(8) > b: dense(4) > c: dropout(0.1)"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOWHERE = QPoint(20, 650)


def selected(made):
    return sorted(made.document.root.nodes[id_].name for id_ in made.selection.nodes)


def test_a_click_selects_a_card_and_a_click_beside_it_none(desk):
    made = desk(CHAIN)
    made.click(made.middle("b"))
    assert selected(made) == ["b"]
    assert made.canvas.drawing.nodes[made.id("b")].mood.selected
    made.click(NOWHERE)
    assert selected(made) == []


def test_shift_adds_and_takes_away(desk):
    made = desk(CHAIN)
    made.click(made.middle("a"))
    made.click(made.middle("b"), SHIFT)
    assert selected(made) == ["a", "b"]
    made.click(made.middle("a"), SHIFT)
    assert selected(made) == ["b"]


def test_a_click_on_one_of_several_selected_cards_selects_it_alone(desk):
    made = desk(CHAIN)
    made.canvas.select_all()
    made.click(made.middle("b"))
    assert selected(made) == ["b"]


def test_a_rubber_band_selects_what_it_touches(desk):
    made = desk(CHAIN)
    made.drag(made.middle("a") - QPoint(150, 100), made.middle("b"))
    assert selected(made) == ["a", "b"]
    assert "a.output" in {
        f"{made.document.root.nodes[edge.source].name}.{edge.source_port}" for edge in made.selection.edges
    }


def test_a_rubber_band_that_is_canceled_selects_what_was_selected(desk):
    made = desk(CHAIN)
    made.click(made.middle("c"))
    made.press(made.middle("a") - QPoint(150, 100))
    made.move(made.middle("b"))
    made.key(Qt.Key.Key_Escape)
    made.release(made.middle("b"))
    assert selected(made) == ["c"]


def test_a_click_on_a_wire_selects_it_and_delete_takes_it_off(desk):
    made = desk(CHAIN)
    between = (made.output("a") + made.input("b")) / 2
    made.click(between)
    assert [edge.target_port for edge in made.selection.edges] == ["input"]
    made.key(Qt.Key.Key_Delete)
    assert made.wires == ["b.output > c.input"]


def test_delete_takes_the_selected_cards_with_their_wires_in_one_step(desk):
    made = desk(CHAIN)
    made.click(made.middle("b"))
    made.key(Qt.Key.Key_Backspace)
    assert (made.names, made.wires) == (["a", "c"], [])
    assert selected(made) == []
    made.session.undo()
    assert (made.names, made.wires) == (["a", "b", "c"], ["a.output > b.input", "b.output > c.input"])


def test_control_a_selects_everything_and_escape_nothing(desk):
    made = desk(CHAIN)
    made.key(Qt.Key.Key_A, CONTROL)
    assert selected(made) == ["a", "b", "c"]
    assert len(made.selection.edges) == 2
    made.key(Qt.Key.Key_Escape)
    assert selected(made) == []


def test_copy_and_paste_bring_the_nodes_and_the_wires_among_them(desk):
    made = desk(CHAIN)
    made.click(made.middle("a"))
    made.click(made.middle("b"), SHIFT)
    made.key(Qt.Key.Key_C, CONTROL)
    made.key(Qt.Key.Key_V, CONTROL)
    assert made.wires == ["a.output > b.input", "a_2.output > b_2.input", "b.output > c.input"]
    assert selected(made) == ["a_2", "b_2"]
    made.session.undo()
    assert made.names == ["a", "b", "c"]


def test_cut_takes_away_what_paste_brings_back(desk):
    made = desk(CHAIN)
    made.click(made.middle("b"))
    made.key(Qt.Key.Key_X, CONTROL)
    assert made.names == ["a", "c"]
    made.key(Qt.Key.Key_V, CONTROL)
    assert made.names == ["a", "b", "c"]


def test_pasting_something_else_does_nothing(desk):
    made = desk(CHAIN)
    QGuiApplication.clipboard().setText("hello")
    made.key(Qt.Key.Key_V, CONTROL)
    assert made.names == ["a", "b", "c"]


def test_copying_nothing_keeps_the_clipboard(desk):
    made = desk(CHAIN)
    QGuiApplication.clipboard().setText("hello")
    made.key(Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "hello"


def test_duplicate_leaves_the_clipboard_alone_and_hides_nothing(desk):
    made = desk(CHAIN)
    QGuiApplication.clipboard().setText("hello")
    made.click(made.middle("b"))
    made.key(Qt.Key.Key_D, CONTROL)
    assert made.names == ["a", "b", "b_2", "c"]
    assert made.place("b_2") != made.place("b")
    assert QGuiApplication.clipboard().text() == "hello"


def test_pasting_twice_does_not_stack_the_copies(desk):
    made = desk("a: input(8)")
    made.click(made.middle("a"))
    made.key(Qt.Key.Key_C, CONTROL)
    for _ in range(2):
        made.key(Qt.Key.Key_V, CONTROL)
    assert len({made.place(name) for name in made.names}) == 3


def test_control_and_arrows_walk_along_the_wires(desk):
    made = desk(CHAIN)
    made.click(made.middle("a"))
    made.key(Qt.Key.Key_Right, CONTROL)
    assert selected(made) == ["b"]
    assert made.canvas.drawing.nodes[made.id("b")].mood.focused
    made.key(Qt.Key.Key_Left, CONTROL)
    assert selected(made) == ["a"]


def test_an_arrow_key_without_a_selection_takes_the_card_in_the_middle(desk):
    made = desk(CHAIN)
    made.key(Qt.Key.Key_Right)
    assert selected(made) == ["b"]
    assert not made.session.is_modified


def test_walking_down_goes_to_the_card_below(desk):
    made = desk("a: input(8) > b: dense(4); a > c: dense(4)")
    made.selection.select([made.id("b")])
    made.key(Qt.Key.Key_Down, CONTROL)
    assert selected(made) == ["c"]


def test_tab_is_left_to_the_focus(desk, qtbot):
    made = desk(CHAIN)
    made.click(made.middle("a"))
    made.key(Qt.Key.Key_Tab)
    assert selected(made) == ["a"]


def test_a_double_click_on_a_card_opens_it(desk, qtbot):
    made = desk(CHAIN)
    with qtbot.waitSignal(made.canvas.opened) as opened:
        made.double_click(made.middle("b"))
    assert opened.args == [made.id("b")]


def test_what_others_select_is_shown(desk):
    made = desk(CHAIN)
    made.selection.select([made.id("c")])
    assert made.canvas.drawing.nodes[made.id("c")].mood.selected
    assert not made.canvas.drawing.nodes[made.id("a")].mood.selected
