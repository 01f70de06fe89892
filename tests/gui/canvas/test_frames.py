"""Frames and notes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from studio.document import edits
from studio.document.graph import Frame

FRAME = Frame("f1", "Encoder", x=-40, y=-64, width=400, height=200)


def framed(desk, frame=FRAME):
    made = desk("a: input(8)")
    made.session.do(edits.put_frame(made.document, frame))
    made.canvas.centerOn(100, 40)
    return made


def at(made, x, y) -> QPoint:
    return made.canvas.mapFromScene(QPointF(x, y))


def frame(made) -> Frame:
    return next(iter(made.document.root.frames.values()))


def test_a_frame_is_moved_by_its_title_with_what_stands_in_it(desk):
    made = framed(desk)
    title = at(made, 0, -44)
    made.drag(title, title + QPoint(80, 40))
    assert (frame(made).x, frame(made).y) == (40, -24)
    assert made.place("a") == (80, 40)
    made.session.undo()
    assert (frame(made), made.place("a")) == (FRAME, (0, 0))


def test_a_frame_is_resized_by_its_corner_and_stays_usable(desk):
    made = framed(desk)
    corner = at(made, 356, 136)
    made.drag(corner, corner + QPoint(80, 40))
    assert (frame(made).width, frame(made).height) == (480, 240)
    corner = at(made, 436, 176)
    made.drag(corner, corner - QPoint(900, 900))
    assert (frame(made).width, frame(made).height) == (64, 64)


def test_escape_puts_a_frame_back(desk):
    made = framed(desk)
    title = at(made, 0, -44)
    made.press(title)
    made.move(title + QPoint(80, 80))
    made.key(Qt.Key.Key_Escape)
    made.release(title)
    assert frame(made) == FRAME
    assert made.canvas.drawing.frames["f1"].box.x == FRAME.x
    assert made.canvas.drawing.nodes[made.id("a")].place == (0, 0)


def test_a_double_click_lets_the_title_be_typed(desk):
    made = framed(desk)
    made.double_click(at(made, 0, -44))
    editor = made.canvas.findChild(QPlainTextEdit)
    QTest.keyClicks(editor, "Decoder")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert frame(made).title == "Decoder"
    assert not editor.isVisible()


def test_escape_keeps_the_old_title(desk):
    made = framed(desk)
    made.canvas.frames.edit("f1")
    editor = made.canvas.findChild(QPlainTextEdit)
    QTest.keyClicks(editor, "Decoder")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert frame(made) == FRAME


def test_a_note_takes_several_lines_and_keeps_them_when_it_is_left(desk):
    made = framed(desk, Frame("f1", text="Remember", x=0, y=120))
    made.double_click(at(made, 40, 160))
    editor = made.canvas.findChild(QPlainTextEdit)
    QTest.keyClicks(editor, "one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "two")
    made.canvas.setFocus()
    assert frame(made).text == "one\ntwo"


def test_a_selected_frame_is_deleted_without_what_stands_in_it(desk):
    made = framed(desk)
    made.click(at(made, 0, -44))
    made.key(Qt.Key.Key_Delete)
    assert (made.document.root.frames, made.names) == ({}, ["a"])


def test_a_new_frame_goes_around_the_selected_cards(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.canvas.select_all()
    made.canvas.add_frame()
    box = made.canvas.drawing.frames[frame(made).id].box
    assert all(box.holds(item.box) for item in made.canvas.drawing.nodes.values())


def test_cards_in_a_frame_can_be_selected_and_the_band_starts_in_it(desk):
    made = framed(desk)
    made.click(made.middle("a"))
    assert made.selection.node == made.id("a")
    made.drag(at(made, -20, -10), made.middle("a"))
    assert frame(made) == FRAME
    assert made.selection.nodes == {made.id("a")}
