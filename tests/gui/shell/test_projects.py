"""Opening, saving, closing: nothing is lost, and what is refused is said in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from studio.project import format as project_format
from tests.gui.shell.conftest import EXAMPLES, Answer, Person

Start = Callable[..., Person]
Answers = dict[str, object]
DRAWN = "input(4) > dense(2) > output"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.layers")), ids=lambda path: path.stem)
def test_every_example_opens_without_a_word(start: Start, example: Path) -> None:
    person = start(example)
    assert (person.session.title, person.banner, person.session.is_modified) == (example.stem, "", False)


def test_without_a_project_there_is_an_empty_one(start: Start) -> None:
    person = start()
    assert (person.names, person.window.windowTitle()) == ([], "Untitled[*] — Layer Studio")


def test_the_title_says_which_project_and_whether_it_is_modified(start: Start) -> None:
    person = start(DRAWN)
    assert person.window.windowTitle() == "drawn[*] — Layer Studio"
    assert not person.window.isWindowModified()
    person.add("Dense")
    assert person.window.isWindowModified()
    person.do("undo")
    assert not person.window.isWindowModified()


def test_saving_writes_the_project_and_clears_the_mark(start: Start) -> None:
    person = start(DRAWN)
    person.add("Dropout")
    person.do("save")
    assert person.session.path is not None
    saved = project_format.load(person.session.path)
    assert "dropout" in [each.name for each in saved.root.nodes.values()]
    assert not person.window.isWindowModified()


def test_a_project_without_a_file_asks_for_one(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start()
    person.add("Dense")
    answers["save"] = tmp_path / "fresh"
    person.do("save")
    assert (tmp_path / "fresh.layers").exists()
    assert person.session.title == "fresh"


def test_save_as_goes_on_with_the_new_file(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(DRAWN)
    answers["save"] = tmp_path / "other.layers"
    person.do("save-as")
    assert person.session.path == tmp_path / "other.layers"


def test_thinking_better_of_save_as_changes_nothing(start: Start, answers: Answers) -> None:
    person = start(DRAWN)
    before = person.session.path
    answers["save"] = None
    person.do("save-as")
    assert (person.session.path, person.banner) == (before, "")


def test_a_file_that_cannot_be_written_is_said_in_the_window(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(DRAWN)
    person.add("Dense")
    answers["save"] = tmp_path / "no such folder" / "drawn.layers"
    person.do("save-as")
    assert "could not be written" in person.banner
    assert person.session.is_modified


def test_a_project_that_cannot_be_read_is_said_in_the_window(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(DRAWN)
    answers["open"] = tmp_path / "damaged.layers"
    (tmp_path / "damaged.layers").write_text("{")
    person.do("open")
    assert "damaged.layers" in person.banner
    assert person.session.title == "drawn"


def test_a_wrong_name_on_the_command_line_leaves_an_empty_project_and_says_why(start: Start, tmp_path: Path) -> None:
    person = start(tmp_path / "nowhere.layers")
    assert "nowhere.layers" in person.banner
    assert person.names == []


def test_opening_another_project_shows_that(start: Start, answers: Answers) -> None:
    person = start(DRAWN)
    answers["open"] = EXAMPLES / "digits_mlp.layers"
    person.do("open")
    assert (person.session.title, answers["asked"]) == ("digits_mlp", ["open"])


@pytest.mark.parametrize("action", ["new", "open"])
def test_unsaved_changes_are_asked_about_before_another_project_comes(
    start: Start, answers: Answers, action: str
) -> None:
    person = start(DRAWN)
    person.add("Dense")
    answers.update(open=EXAMPLES / "digits_mlp.layers", changes=Answer.CANCEL)
    person.do(action)
    assert person.session.title == "drawn"
    assert "changes" in answers["asked"]
    answers["changes"] = Answer.DISCARD
    person.do(action)
    assert person.session.title == {"new": "Untitled", "open": "digits_mlp"}[action]


def test_saving_first_keeps_the_changes(start: Start, answers: Answers) -> None:
    person = start(DRAWN)
    person.add("Dropout")
    path = person.session.path
    answers["changes"] = Answer.SAVE
    person.do("new")
    assert path is not None
    assert len(project_format.load(path).root.nodes) == 4
    assert person.session.title == "Untitled"


def test_cancel_keeps_the_window_open(start: Start, answers: Answers) -> None:
    person = start(DRAWN)
    person.add("Dense")
    answers["changes"] = Answer.CANCEL
    person.do("quit")
    assert person.window.isVisible()
    answers["changes"] = Answer.DISCARD
    person.do("quit")
    assert not person.window.isVisible()


def test_closing_an_unchanged_project_asks_nothing(start: Start, answers: Answers) -> None:
    person = start(DRAWN)
    person.window.close()
    assert (person.window.isVisible(), answers["asked"]) == (False, [])


def test_opened_and_saved_projects_are_remembered(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(DRAWN)
    first = person.session.path
    answers["save"] = tmp_path / "second.layers"
    person.do("save-as")
    assert person.window.recent.paths() == (tmp_path / "second.layers", first)


def test_recent_projects_are_in_the_menu_and_open(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(DRAWN)
    answers["save"] = tmp_path / "a & b.layers"
    person.do("save-as")
    menu = next(action.menu() for action in person.window.menus["File"].actions() if action.text() == "Open recent")
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert texts == [str(tmp_path / "a && b.layers"), str(tmp_path / "drawn.layers")]
    menu.actions()[1].trigger()
    assert person.session.title == "drawn"


def test_dropping_a_project_onto_the_window_opens_it(start: Start) -> None:
    person = start(DRAWN)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(EXAMPLES / "digits_mlp.layers"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, data, left, none)
    QApplication.sendEvent(person.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(person.window, QDropEvent(QPointF(5, 5), copy, data, left, none))
    assert person.session.title == "digits_mlp"


def test_exporting_writes_the_program(start: Start, answers: Answers, tmp_path: Path) -> None:
    person = start(EXAMPLES / "digits_mlp.layers")
    answers["script"] = tmp_path / "script.py"
    person.do("export")
    assert (tmp_path / "script.py").read_text() == person.session.program().text
    assert "script.py" in person.banner


def test_a_node_named_on_the_command_line_is_selected(start: Start) -> None:
    person = start(EXAMPLES / "digits_two_branch.layers", select="fine")
    assert [person.document.root.nodes[id_].name for id_ in person.bench.selection.nodes] == ["fine"]


def test_a_node_that_is_not_there_is_said(start: Start) -> None:
    person = start(EXAMPLES / "digits_two_branch.layers", select="nobody")
    assert "nobody" in person.banner


def test_foreign_text_is_shown_as_it_is(start: Start, project: Callable[..., Path]) -> None:
    path = project("a: input(4) > dense(2)", "<img width=9000>")
    person = start(path)
    assert person.window.top_bar.title.text() == "<img width=9000>"
    assert person.window.top_bar.title.sizeHint().width() < 400
