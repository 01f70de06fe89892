"""The problems: all of them, the gravest first; a click goes there, a fix is one click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.analysis.problem import Severity
from studio.core.paths import resources_dir
from studio.document import edits
from studio.document.document import Document
from studio.gui.problems.panel import ProblemsPanel
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.project import format as project_format
from studio.session.session import Session
from tests.notation import graph, node

BROKEN = "input(8, 8, 1) > conv2d(4, 3) > b: lstm(2) > output"
EXAMPLE = resources_dir().parent / "examples" / "digits_mlp.layers"
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Desk:
    session: Session
    selection: Selection
    panel: ProblemsPanel

    @property
    def texts(self) -> list[str]:
        return [label.text() for label in self.panel.findChildren(QLabel) if label.isVisible()]

    def mendable(self) -> int:
        """The place of the first problem that has a fix."""
        return next(at for at, row in enumerate(self.panel.rows) if row.problem.fixes)


@pytest.fixture
def desk(put_up: Callable[..., None]) -> Iterator[Callable[[str], Desk]]:
    desks: list[Desk] = []

    def open_desk(drawn: str | Document) -> Desk:
        session, selection = Session(graph(drawn) if isinstance(drawn, str) else drawn), Selection()
        panel = ProblemsPanel(session, selection, Theme())
        put_up(panel, 760, 200)
        desks.append(Desk(session, selection, panel))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.panel.release()
        desk.session.close()


def test_every_problem_has_a_row_with_its_node_and_its_sentence(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    assert [row.problem for row in made.panel.rows] == list(made.session.analysis.problems)
    for problem in made.session.analysis.problems:
        assert problem.text in made.texts


def test_the_gravest_come_first(desk: Callable[[str], Desk]) -> None:
    order = list(Severity)
    found = [order.index(row.problem.severity) for row in desk(BROKEN).panel.rows]
    assert found == sorted(found)


def test_a_click_goes_to_the_node(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    revealed: list[str] = []
    made.selection.revealed.connect(revealed.append)
    row = next(row for row in made.panel.rows if row.problem.node == node(made.session.document, "b").id)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert revealed == [row.problem.node]


def test_enter_goes_to_the_node(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    row = next(row for row in made.panel.rows if row.problem.node)
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert made.selection.node == row.problem.node


def test_the_arrow_keys_go_through_the_list(desk: Callable[[str], Desk]) -> None:
    made = desk("input(8, 8, 1) > conv2d(4, 3) > b: lstm(2) > output; add; dense > c: dense")
    first, second, *_ = made.panel.rows
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is first


def test_a_fix_is_one_click_and_can_be_undone(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    problem = made.panel.rows[made.mendable()].problem
    button = made.panel.rows[made.mendable()].findChild(QPushButton)
    assert button.text() == problem.fixes[0].label
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert problem not in made.session.analysis.problems
    made.session.undo()
    assert problem in made.session.analysis.problems


def test_control_period_applies_the_first_fix(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    row = made.panel.rows[made.mendable()]
    problem = row.problem
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Period, CONTROL)
    assert problem not in made.session.analysis.problems


TWINS = "input(4) > d: dense(2) > other: dense(2) > output; input(4) > last: dense(2) > output"


def test_a_fix_follows_the_drawing_though_its_problem_reads_the_same(desk: Callable[[str], Desk]) -> None:
    made = desk(TWINS)
    document = made.session.document
    made.session.do(edits.rename(document, node(document, "other").id, "d"))
    before = made.panel.problems
    (fix,) = next(row for row in made.panel.rows if row.problem.code == "name.duplicate").problem.fixes
    made.session.do(edits.rename(document, node(document, "last").id, fix.label.removeprefix("Rename to ")))
    assert made.panel.problems == before
    row = next(row for row in made.panel.rows if row.problem.code == "name.duplicate")
    button = next(each for each in row.findChildren(QPushButton) if each.isVisibleTo(row))
    assert button.text() == row.problem.fixes[0].label
    QApplication.processEvents()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    names = [each.name for each in document.root.nodes.values()]
    assert len(set(names)) == len(names)


def test_a_blank_page_is_no_mistake(desk: Callable[[str], Desk]) -> None:
    made = desk("")
    assert (made.texts, made.panel.counts) == (["Nothing is drawn yet."], (0, 0, 0))


def test_a_drawing_without_problems_says_so(desk: Callable[..., Desk]) -> None:
    made = desk(project_format.load(EXAMPLE))
    assert made.texts == ["No problems. Ready to train."]


def test_the_list_follows_the_drawing(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    old = node(made.session.document, "b")
    text = next(row.problem.text for row in made.panel.rows if row.problem.node == old.id)
    made.session.do(edits.remove(made.session.document, [old.id]))
    QApplication.processEvents()
    assert text not in made.texts


def test_counts_are_told(desk: Callable[[str], Desk], qtbot: QtBot) -> None:
    made = desk(BROKEN)
    with qtbot.waitSignal(made.panel.counted) as told:
        made.session.do(edits.remove(made.session.document, [node(made.session.document, "b").id]))
    assert told.args == [made.panel.counts]
    assert sum(made.panel.counts) == len(made.session.analysis.problems)


def test_long_sentences_wrap_instead_of_being_cut(desk: Callable[[str], Desk]) -> None:
    made = desk(BROKEN)
    made.panel.resize(420, 300)
    QApplication.processEvents()
    for row in made.panel.rows:
        assert row.width() <= 420
        for label in row.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width()) or not label.wordWrap()
