"""The code view: the program as it is now, following the selection and leading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.document import edits
from studio.gui.code.view import CodeView
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.session import Session
from tests.notation import graph, node

DRAWN = "a: input(8) > b: dense(4) > c: dense(2) > output"


@dataclass
class Desk:
    session: Session
    selection: Selection
    theme: Theme
    view: CodeView

    @property
    def marked(self) -> list[int]:
        """The numbers of the marked lines."""
        return [mark.cursor.blockNumber() + 1 for mark in self.view.text.extraSelections()]

    def line_of(self, text: str) -> int:
        lines = self.view.text.toPlainText().splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def desk(put_up: Callable[..., None]) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def open_desk(drawn: str = DRAWN, *, shown: bool = True) -> Desk:
        session, selection, theme = Session(graph(drawn)), Selection(), Theme()
        view = CodeView(session, selection, theme)
        desks.append(Desk(session, selection, theme, view))
        if shown:
            put_up(view, 700, 300)
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.view.release()
        desk.session.close()


def test_it_shows_the_program(desk: Callable[..., Desk]) -> None:
    made = desk()
    assert made.view.text.toPlainText() + "\n" == made.session.program().text


def test_selecting_a_node_marks_its_lines_and_brings_them_into_view(desk: Callable[..., Desk]) -> None:
    made = desk()
    chosen = node(made.session.document, "b").id
    made.selection.select([chosen])
    assert tuple(made.marked) == made.session.program().lines_of(chosen)
    assert made.view.text.textCursor().blockNumber() + 1 == made.marked[0]
    assert made.view.text.cursorRect().intersects(made.view.text.viewport().rect())


def test_the_caret_selects_the_node_of_its_line(desk: Callable[..., Desk]) -> None:
    made = desk()
    line = made.session.program().lines_of(node(made.session.document, "c").id)[0]
    made.view.text.setTextCursor(QTextCursor(made.view.text.document().findBlockByNumber(line - 1)))
    assert made.selection.nodes == {node(made.session.document, "c").id}
    assert made.view.text.textCursor().blockNumber() + 1 == line


def test_it_follows_the_drawing_once_that_is_left_alone(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    made = desk()
    made.session.do(edits.set_params(made.session.document, node(made.session.document, "b").id, {"units": 77}))
    qtbot.waitUntil(lambda: "77" in made.view.text.toPlainText())


def test_a_hidden_view_writes_nothing_until_it_is_shown(desk: Callable[..., Desk], put_up: Callable[..., None]) -> None:
    made = desk(shown=False)
    made.session.do(edits.set_params(made.session.document, node(made.session.document, "b").id, {"units": 77}))
    assert made.view.text.toPlainText() == ""
    put_up(made.view, 700, 300)
    assert "77" in made.view.text.toPlainText()


def test_it_can_be_copied_whole(desk: Callable[..., Desk]) -> None:
    made = desk()
    made.view.copy()
    assert QApplication.clipboard().text() == made.session.program().text


def test_it_cannot_be_typed_into(desk: Callable[..., Desk]) -> None:
    made = desk()
    before = made.view.text.toPlainText()
    made.view.text.setFocus()
    QTest.keyClicks(made.view.text, "import os")
    QTest.keyClick(made.view.text, Qt.Key.Key_Delete)
    assert made.view.text.toPlainText() == before


def test_keywords_strings_and_docstrings_have_their_colors(desk: Callable[..., Desk]) -> None:
    made = desk()
    t = made.theme.tokens

    def color_at(line: int, column: int) -> object:
        block = made.view.text.document().findBlockByNumber(line - 1)
        for span in block.layout().formats():
            if span.start <= column < span.start + span.length:
                return span.format.foreground().color()
        return None

    assert color_at(made.line_of("def build_model"), 0) == t.accent
    assert color_at(1, 0) == t.success
    made.theme.switch("dark")
    assert color_at(made.line_of("def build_model"), 0) == made.theme.tokens.accent


def test_several_lines_of_a_docstring_are_one(desk: Callable[..., Desk]) -> None:
    made = desk()
    text = made.view.text.toPlainText().splitlines()
    start = made.line_of('"""')
    end = next(
        number
        for number in range(start, len(text) + 1)
        if text[number - 1].count('"""') == (1 if number > start else 2)
    )
    block = made.view.text.document().findBlockByNumber(end)
    assert block.userState() in (0, -1)
