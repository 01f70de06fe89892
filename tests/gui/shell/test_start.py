"""The first page, and the search of actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from studio.gui.shell.command_search import CommandSearch
from studio.gui.shell.start_page import StartPage
from tests.gui.shell.conftest import EXAMPLES, Answer, Person

Start = Callable[..., Person]
CONTROL = Qt.KeyboardModifier.ControlModifier


def page(person: Person) -> StartPage:
    found = person.window.places.currentWidget()
    assert isinstance(found, StartPage)
    return found


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def search(person: Person) -> CommandSearch:
    found = person.window.findChild(CommandSearch)
    assert found is not None
    return found


def test_without_a_project_the_examples_are_offered(start: Start) -> None:
    person = start()
    titles = [card.accessibleName() for card in page(person).cards]
    assert titles == [path.stem.replace("_", " ").capitalize() for path in sorted(EXAMPLES.glob("*.layers"))]


def test_a_click_opens_an_example_ready_to_train(start: Start) -> None:
    person = start()
    card = next(card for card in page(person).cards if card.accessibleName() == "Digits two branch")
    person.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert person.session.title == "digits_two_branch"
    assert person.window.places.currentWidget() is person.bench.canvas
    assert person.action("train").isEnabled()


def test_enter_and_space_open_too(start: Start) -> None:
    person = start()
    card = page(person).cards[0]
    card.setFocus()
    person.press(Qt.Key.Key_Space, at=card)
    assert person.session.path == sorted(EXAMPLES.glob("*.layers"))[0]


def test_a_blank_page_is_the_empty_canvas_with_all_its_panels(start: Start) -> None:
    person = start()
    person.qtbot.mouseClick(page(person).begin, Qt.MouseButton.LeftButton)
    assert person.window.places.currentWidget() is person.bench.canvas
    assert person.window.docks["palette"].isVisible()
    assert person.names == []


def test_what_was_open_lately_is_offered_next_time(start: Start, project: Callable[..., Path]) -> None:
    first = start(project("input(4) > dense(2)", "mine"))
    first.window.close()
    card = page(start()).cards[-1]
    assert card.accessibleName() == "mine"


def test_the_first_page_can_be_called_while_a_project_is_open(start: Start, answers: dict[str, object]) -> None:
    person = start("input(4) > dense(2)")
    person.add("Dropout")
    person.do("start")
    answers["changes"] = Answer.CANCEL
    person.qtbot.mouseClick(page(person).cards[0], Qt.MouseButton.LeftButton)
    assert person.session.title == "drawn"
    person.do("build")
    assert person.window.places.currentWidget() is person.bench.canvas


def test_the_search_does_what_was_typed(start: Start) -> None:
    person = start("a: input(4) > b: dense(2)")
    person.do("search")
    person.qtbot.keyClicks(focused(), "high contr")
    person.press(Qt.Key.Key_Return)
    assert person.window.theme.tokens.name == "contrast"
    assert not search(person).isVisible()


def test_the_search_leaves_with_escape_and_gives_the_focus_back(start: Start) -> None:
    person = start("a: input(4) > b: dense(2)")
    person.bench.canvas.setFocus()
    person.do("search")
    person.press(Qt.Key.Key_Escape)
    assert not search(person).isVisible()
    assert QApplication.focusWidget() is person.bench.canvas


def test_the_search_offers_only_what_is_possible(start: Start) -> None:
    person = start("a: input(4) > b: dense(2)")
    person.do("search")
    person.qtbot.keyClicks(focused(), "undo")
    assert search(person).list.count() == 0
    assert search(person).empty.isVisible()
    person.press(Qt.Key.Key_Return)
    assert search(person).isVisible()
    person.press(Qt.Key.Key_Escape)
    assert not search(person).isVisible()


@pytest.mark.parametrize(("typed", "id_"), [("exp", "export"), ("sav as", "save-as"), ("arr", "arrange")])
def test_a_few_letters_are_enough(start: Start, typed: str, id_: str) -> None:
    person = start("a: input(4) > b: dense(2)")
    person.do("search")
    person.qtbot.keyClicks(focused(), typed)
    assert search(person).list.item(0).data(Qt.ItemDataRole.UserRole) == id_
    person.press(Qt.Key.Key_Escape)
