"""Zooming, panning, fitting, and what is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.document import edits
from studio.document.document import Document
from studio.gui.canvas.geometry import MAX_SCALE, MIN_SCALE, Side
from studio.gui.canvas.veil import Veil
from tests.notation import graph

CHAIN = "a: input(8) > b: dense(4) > c: dropout(0.1)"
CONTROL = Qt.KeyboardModifier.ControlModifier
MIDDLE = Qt.MouseButton.MiddleButton


def colors(made, at: QPoint, reach: int = 40) -> set[str]:
    """The colors in a square around a point of the view."""
    picture = made.picture()
    ratio = picture.devicePixelRatio()
    return {
        picture.pixelColor(round(x * ratio), round(y * ratio)).name()
        for x in range(at.x() - reach, at.x() + reach)
        for y in range(at.y() - reach, at.y() + reach)
    }


@pytest.mark.parametrize("notches", [1, -1, 5, -5, 30, -30])
@pytest.mark.parametrize("at", [QPoint(10, 10), QPoint(617, 333), QPoint(1190, 690)])
def test_the_wheel_zooms_and_keeps_what_is_under_the_mouse(desk, at, notches):
    made = desk(CHAIN)
    before = made.canvas.viewportTransform().inverted()[0].map(QPointF(at))
    made.wheel(at, notches)
    after = made.canvas.viewportTransform().map(before)
    assert (after - QPointF(at)).manhattanLength() <= 1.5
    assert MIN_SCALE <= made.canvas.scale_now <= MAX_SCALE
    assert made.canvas.scale_now != 1.0


def test_zooming_in_and_out_again_comes_back(desk):
    made = desk(CHAIN)
    made.canvas.zoom_in()
    made.canvas.zoom_out()
    assert made.canvas.scale_now == pytest.approx(1.0)


def test_two_fingers_scroll(desk):
    made = desk(CHAIN)
    before = made.middle("a")
    at = QPointF(100, 100)
    event = QWheelEvent(
        at, at, QPoint(30, -20), QPoint(60, -40), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    QApplication.sendEvent(made.canvas.viewport(), event)
    assert made.middle("a") - before == QPoint(30, -20)
    assert made.canvas.scale_now == 1.0


def test_the_middle_button_pans(desk):
    made = desk(CHAIN)
    before = made.middle("a")
    made.drag(QPoint(600, 600), QPoint(500, 650), button=MIDDLE)
    assert made.middle("a") - before == QPoint(-100, 50)


def test_space_and_the_left_button_pan_also_over_a_card(desk):
    made = desk(CHAIN)
    before = made.middle("b")
    space = Qt.Key.Key_Space
    QTest.keyPress(made.canvas, space)
    made.drag(before, before + QPoint(60, 60))
    QTest.keyRelease(made.canvas, space)
    assert made.middle("b") - before == QPoint(60, 60)
    assert not made.session.is_modified
    made.drag(made.middle("b"), made.middle("b") + QPoint(80, 0))
    assert made.session.is_modified


def test_escape_takes_a_pan_back(desk):
    made = desk(CHAIN)
    before = made.middle("a")
    made.press(QPoint(600, 600), button=MIDDLE)
    made.move(QPoint(400, 500))
    made.key(Qt.Key.Key_Escape)
    assert made.middle("a") == before


def test_fit_shows_everything_and_never_larger_than_life(desk):
    made = desk(" > ".join(["input(8)"] + ["dense(4)"] * 120))
    made.key(Qt.Key.Key_F)
    seen = made.canvas.visible_box()
    assert all(seen.holds(item.box) for item in made.canvas.drawing.nodes.values())
    small = desk("a: input(8)")
    small.canvas.fit()
    assert small.canvas.scale_now == 1.0


def test_fitting_an_empty_canvas_is_life_size(desk):
    made = desk()
    made.canvas.zoom_to(0.3)
    made.canvas.fit()
    assert made.canvas.scale_now == 1.0


def test_revealing_brings_a_node_into_view_and_back_to_a_readable_size(desk):
    made = desk(" > ".join(["input(8)"] + ["dense(4)"] * 60))
    made.canvas.fit()
    assert made.canvas.scale_now < 0.35
    made.selection.reveal(made.id("dense_60"))
    assert made.canvas.visible_box().holds(made.canvas.drawing.nodes[made.id("dense_60")].box)
    assert made.canvas.scale_now == 1.0


def test_the_empty_canvas_invites_and_a_layer_ends_it(desk):
    made = desk()
    assert made.canvas.findChild(Veil).isVisible()
    made.canvas.add_kind("Dense")
    assert not made.canvas.findChild(Veil).isVisible()
    made.session.undo()
    assert made.canvas.findChild(Veil).isVisible()


def test_the_focus_that_the_keyboard_brought_is_shown(desk, qtbot):
    made = desk("a: input(8)")
    other = QWidget(made.canvas)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    other.setFocus()
    made.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert made.canvas.findChild(Veil).isVisible()
    made.click(QPoint(20, 600))
    assert not made.canvas.findChild(Veil).isVisible()


def test_the_lens_shows_shapes_on_the_wires_and_can_be_put_away(desk, qtbot):
    made = desk("a: input(8, 8, 3) > b: flatten")
    made.session.do(edits.move(made.document, {made.id("b"): (264.0, 0.0)}))
    qtbot.waitUntil(made.canvas.settled)
    with_lens = made.picture()
    made.canvas.set_lens(False)
    assert made.picture() != with_lens
    made.canvas.set_lens(True)
    assert made.picture() == with_lens


def test_a_card_in_error_has_the_color_of_errors_at_its_edge(desk):
    made = desk("a: input(8) > b: conv2d(4, 3)")
    error = made.theme.tokens.error.name()
    assert error in colors(made, made.middle("b"), 100)
    assert error not in colors(made, made.middle("a"), 80)


def test_a_selected_card_has_the_accent_at_its_edge(desk):
    made = desk("a: input(8)")
    accent = made.theme.tokens.accent.name()
    assert accent not in colors(made, made.middle("a"), 110)
    made.selection.select([made.id("a")])
    assert accent in colors(made, made.middle("a"), 110)


def test_from_afar_cards_are_rectangles_that_can_be_selected_and_moved(desk):
    made = desk(CHAIN)
    made.canvas.zoom_to(0.2)
    made.click(made.middle("b"))
    assert made.selection.node == made.id("b")
    before = made.place("b")
    made.drag(made.middle("b"), made.middle("b") + QPoint(40, 0))
    assert made.place("b")[0] - before[0] == pytest.approx(200, abs=8)


def test_a_switch_of_the_theme_repaints_the_ground(desk):
    made = desk("a: input(8)")
    made.theme.switch("dark")
    assert made.theme.tokens.canvas.name() in colors(made, QPoint(60, 600))
    assert made.theme.tokens.raised.name() in colors(made, made.middle("a"))


def test_a_right_click_selects_and_asks_for_a_menu(desk, qtbot):
    made = desk(CHAIN)
    at = made.middle("b")
    with qtbot.waitSignal(made.canvas.menu_asked):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, made.canvas.mapToGlobal(at))
        QApplication.sendEvent(made.canvas.viewport(), event)
    assert made.selection.node == made.id("b")


def test_the_canvas_has_a_name_for_screen_readers(desk):
    assert desk().canvas.accessibleName() == "Canvas"


def test_five_hundred_nodes_open_and_paint(desk):
    made = desk(wide(500))
    assert len(made.canvas.drawing.nodes) == 500
    made.canvas.fit()
    assert not made.picture().isNull()
    made.canvas.zoom_to(1.0)
    assert not made.picture().isNull()


def wide(count: int) -> Document:
    rows = [" > ".join([f"i{row}: input(8)"] + ["dense(4)"] * 24) for row in range(count // 25)]
    return graph("\n".join(rows))


def test_a_socket_is_hit_at_every_readable_scale(desk):
    made = desk("a: input(8); b: dense(4)")
    for scale in (0.4, 1.0, 3.0):
        made.canvas.zoom_to(scale)
        made.canvas.centerOn(*made.canvas.drawing.nodes[made.id("a")].end(Side.OUT, "output"))
        made.move(made.output("a"))
        assert made.canvas.viewport().cursor().shape() is Qt.CursorShape.CrossCursor
        made.move(QPoint(3, 3))


def test_a_folded_drawing_is_shown_from_its_first_card(desk):
    made = desk(" > ".join(["first: input(4)", *["dense(4)"] * 200]))
    made.canvas.arrange()
    made.canvas.show_start()
    assert made.canvas.visible_box().holds(made.canvas.drawing.nodes[made.id("first")].box)


def test_a_high_drawing_is_shown_around_the_card_that_it_begins_with(desk):
    rows = "; ".join(f"x > d{at}: dense(2)" for at in range(30))
    made = desk(f"x: input(4); {rows}")
    made.canvas.arrange()
    made.canvas.show_start()
    assert made.canvas.visible_box().holds(made.canvas.drawing.nodes[made.id("x")].box)
