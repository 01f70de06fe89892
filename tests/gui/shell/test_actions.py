"""The table of actions: what is in it works, by menu and by key, and is greyed out where it could not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from studio.document.blocks import MODEL
from studio.gui.shell.actions import ACTIONS, MENUS, ONE_OF
from tests.gui.shell.conftest import EXAMPLES, Answer, Person

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every dialog

Start = Callable[..., Person]
CONTROL = Qt.KeyboardModifier.ControlModifier
DRAWN = "a: input(8) > b: dense(4) > c: dense(2) > output"
ALWAYS = {action.id for action in ACTIONS if action.needs is None}


def test_ids_texts_and_keys_are_used_once() -> None:
    keys = [QKeySequence(action.shortcut).toString() for action in ACTIONS if action.shortcut]
    for found in ([action.id for action in ACTIONS], keys, [(action.menu, action.text) for action in ACTIONS]):
        assert [each for each, number in Counter(found).items() if number > 1] == []


def test_every_action_is_in_a_menu_and_says_what_it_does(start: Start) -> None:
    person = start(DRAWN)
    for action in ACTIONS:
        assert action.menu in MENUS
        assert action.help.endswith(".")
        shown = person.window.menus[action.menu].actions()
        assert person.action(action.id) in shown, action.id


@pytest.mark.parametrize("id_", sorted(ALWAYS))
def test_every_action_without_a_condition_works_on_an_empty_project(
    start: Start, answers: dict[str, object], id_: str
) -> None:
    person = start()
    answers.update(open=None, model=None, save=None, script=None, changes=Answer.DISCARD)
    person.do(id_)
    for dialog in person.window.findChildren(type(person.window)):
        dialog.close()
    QApplication.processEvents()


@pytest.mark.parametrize(
    "id_", sorted({action.id for action in ACTIONS} - {"train", "stop", "verify", "code", "check-data", "suggest"})
)
def test_every_action_works_on_a_project(start: Start, answers: dict[str, object], id_: str) -> None:
    person = start("a: input(8, 8, 1) > b: dense(4) > lstm(2) > c: dense(2) > output")
    person.select("b")
    person.add("Dropout")
    if id_ == "redo":
        person.do("undo")
    person.select("b")
    answers.update(open=None, model=None, save=None, script=None, changes=Answer.DISCARD)
    for before in {"dissolve": ("block",), "enter": ("block",), "leave": ("block", "enter")}.get(id_, ()):
        person.do(before)
    person.do(id_)
    QApplication.processEvents()
    assert person.banner == ""


def test_undo_shows_the_block_in_which_it_takes_something_back(start: Start) -> None:
    person = start(DRAWN)
    person.select(next(node.name for node in person.session.document.root.nodes.values() if node.kind == "Dense"))
    for action in ("block", "enter"):
        person.do(action)
    inside = person.window.workbench.selection.where
    person.add("Dropout")
    person.do("leave")
    person.do("undo")
    assert person.window.workbench.selection.where == inside
    person.do("undo")
    assert person.window.workbench.selection.where == MODEL


def test_what_is_impossible_is_greyed_out(start: Start) -> None:
    person = start()
    possible = {action.id for action in ACTIONS if person.action(action.id).isEnabled()}
    assert possible & {"undo", "redo", "cut", "copy", "duplicate", "delete", "rename", "stop", "suggest"} == set()


def test_undo_and_redo_say_what_they_would_do(start: Start) -> None:
    person = start(DRAWN)
    person.add("Dropout")
    assert person.action("undo").text() == "Undo Add dropout"
    person.do("undo")
    assert person.action("redo").text() == "Redo Add dropout"
    assert person.action("undo").text() == "Undo"
    assert person.names == ["a", "b", "c", "output"]


def test_an_ampersand_in_a_name_is_no_mnemonic(start: Start) -> None:
    person = start(DRAWN)
    person.select("b")
    person.do("rename")
    field = QApplication.focusWidget()
    person.qtbot.keyClicks(field, "x & y")
    person.press(Qt.Key.Key_Return)
    assert person.action("undo").text() == "Undo Rename b to x && y"


def test_control_z_takes_the_last_step_back(start: Start) -> None:
    person = start(DRAWN)
    person.add("Dropout")
    person.bench.canvas.setFocus()
    person.press(Qt.Key.Key_Z, CONTROL)
    assert "dropout" not in person.names


def test_delete_deletes_on_the_canvas(start: Start) -> None:
    person = start(DRAWN)
    person.bench.canvas.setFocus()
    person.select("b")
    person.press(Qt.Key.Key_Delete)
    assert person.names == ["a", "c", "output"]


def test_delete_in_the_list_of_layers_deletes_nothing(start: Start) -> None:
    person = start(DRAWN)
    person.select("b")
    person.bench.palette.tree.setFocus()
    person.press(Qt.Key.Key_Delete)
    assert person.names == ["a", "b", "c", "output"]


def test_a_text_field_has_its_own_undo_and_clipboard(start: Start) -> None:
    person = start(DRAWN)
    person.add("Dropout")
    person.do("find")
    search = person.bench.palette.search
    person.qtbot.keyClicks(search, "conv")
    person.press(Qt.Key.Key_A, CONTROL, search)
    person.press(Qt.Key.Key_C, CONTROL, search)
    assert QApplication.clipboard().text() == "conv"
    person.press(Qt.Key.Key_Z, CONTROL, search)
    assert search.text() == ""
    assert "dropout" in person.names


def test_copy_and_paste_doubles_what_is_selected(start: Start) -> None:
    person = start(DRAWN)
    person.select("b", "c")
    person.do("copy")
    person.do("paste")
    assert person.names == ["a", "b", "c", "output", "b_2", "c_2"]


def test_rename_puts_the_cursor_into_the_name(start: Start) -> None:
    person = start(DRAWN)
    person.select("b")
    person.do("rename")
    person.qtbot.keyClicks(QApplication.focusWidget(), "hidden")
    person.press(Qt.Key.Key_Return)
    assert person.names == ["a", "hidden", "c", "output"]


def test_mending_applies_the_first_fix(start: Start) -> None:
    person = start("input(8, 8, 1) > conv2d(4, 3) > lstm(2) > output")
    assert person.action("mend").isEnabled()
    before = len(person.session.analysis.problems)
    person.do("mend")
    assert person.window.isWindowModified()
    assert len(person.session.analysis.problems) < before


def test_the_page_of_keys_lists_every_shortcut(start: Start) -> None:
    from PySide6.QtWidgets import QLabel

    person = start(EXAMPLES / "digits_mlp.layers")
    person.do("keys")
    dialog = person.dialog()
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {action.shortcut for action in ACTIONS if action.shortcut} <= shown
    person.press(Qt.Key.Key_Escape, at=dialog)
    assert not dialog.isVisible()


def test_about_says_the_version(start: Start) -> None:
    from PySide6.QtWidgets import QLabel

    import studio

    person = start()
    person.do("about")
    dialog = person.dialog()
    assert any(studio.__version__ in label.text() for label in dialog.findChildren(QLabel))
    person.press(Qt.Key.Key_Escape, at=dialog)


def test_one_place_and_one_theme_are_on(start: Start) -> None:
    person = start(DRAWN)
    for id_ in ("data", "dark", "training", "light", "build", "contrast", "light"):
        person.do(id_)
        for ids in ONE_OF:
            on = [each for each in ids if person.action(each).isChecked()]
            assert len(on) == 1
            assert id_ in on or id_ not in ids
