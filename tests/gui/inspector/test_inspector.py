"""The inspector: what is selected can be read and changed there, and what does not fit is said under its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.catalog.registry import KINDS, starting_params
from studio.core.values import Inner, Value
from studio.document import edits
from studio.document.document import Document
from studio.gui.inspector.inspector import Inspector
from studio.gui.inspector.node_page import NodePage
from studio.gui.shared.forms.form import Form, Row
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.session import Session
from tests.notation import graph, node


@dataclass
class Desk:
    session: Session
    selection: Selection
    inspector: Inspector

    @property
    def page(self) -> NodePage:
        assert isinstance(self.inspector.page, NodePage)
        return self.inspector.page

    @property
    def texts(self) -> list[str]:
        return [label.text() for label in self.inspector.findChildren(QLabel) if label.isVisibleTo(self.inspector)]

    def select(self, *names: str) -> None:
        self.selection.select([node(self.session.document, name).id for name in names])
        QApplication.processEvents()  # a layout shows what is new in it a turn later

    def row(self, param: str) -> Row:
        return self.page.form.rows[param]

    def params(self, name: str) -> dict[str, Value]:
        return dict(node(self.session.document, name).params)

    def type(self, param: str, text: str) -> None:
        """Click into a field, replace what is in it, press Enter."""
        fill(self.row(param).editor.line, text)

    def choose(self, param: str, text: str) -> None:
        pick(self.row(param).editor.combo, text)

    def complaint(self, param: str) -> str:
        label = self.row(param).wrong
        return label.text() if label.isVisibleTo(self.inspector) else ""


def fill(line: QLineEdit, text: str) -> None:
    """Click into a field, replace what is in it, press Enter."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def pick(combo: QComboBox, text: str) -> None:
    """Choose from a combo box with the keyboard."""
    combo.setFocus()
    at = combo.findText(text)
    assert at >= 0, f"{text} is not offered"
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Callable[[str], Desk]]:
    desks: list[Desk] = []

    def open_desk(drawn: str | Document, *selected: str) -> Desk:
        session, selection = Session(graph(drawn) if isinstance(drawn, str) else drawn), Selection()
        inspector = Inspector(session, selection, Theme())
        inspector.resize(296, 700)
        desk = Desk(session, selection, inspector)
        desks.append(desk)
        with qtbot.waitExposed(inspector):
            inspector.show()
        desk.select(*selected)
        return desk

    yield open_desk
    for desk in desks:
        desk.inspector.release()
        desk.session.close()
        desk.inspector.close()
        desk.inspector.deleteLater()


DRAWN = "a: input(8) > b: dense(4) > c: dense(2, activation='relu') > output"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page_with_an_editor_for_each_param(desk: Callable[..., Desk], kind: str) -> None:
    session = Session()
    fresh = edits.new_node(session.document, kind, 0, 0, starting_params(kind))
    session.do(edits.add_node(fresh))
    made = desk(session.document, fresh.name)
    assert list(made.page.form.rows) == [
        *(param.name for param in KINDS[kind].params if not param.advanced),
        *(param.name for param in KINDS[kind].params if param.advanced),
    ]
    assert not any(row.wrong.isVisibleTo(made.inspector) for row in made.page.form.rows.values())
    session.close()


def test_the_page_says_what_the_layer_is_and_what_it_makes_of_its_input(desk: Callable[..., Desk]) -> None:
    shown = desk(DRAWN, "b").texts
    assert {"Dense", KINDS["Dense"].summary, "(None, 8)", "(None, 4)", "8 × 4", "36"} <= set(shown)


def test_typing_a_number_sets_the_param(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "16")
    assert made.params("b") == {"units": 16}
    assert made.session.history.undo_label == "Set units of b"


def test_one_stay_in_a_field_is_one_step_for_undo(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    line = made.row("units").editor.line
    line.setFocus()
    for _ in range(3):
        QTest.keyClick(line, Qt.Key.Key_Up)
    assert made.params("b") == {"units": 7}
    made.session.undo()
    assert made.params("b") == {"units": 4}


def test_two_stays_in_a_field_are_two_steps(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "16")
    made.page.name.setFocus()
    made.type("units", "32")
    made.session.undo()
    assert made.params("b") == {"units": 16}


def test_a_value_that_does_not_fit_is_said_and_kept_in_the_field(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "-3")
    assert made.complaint("units") == "units wants a whole number, 1 or more; this is -3."
    assert made.params("b") == {"units": 4}
    made.session.do(edits.rename(made.session.document, node(made.session.document, "c").id, "d"))
    assert made.row("units").editor.line.text() == "-3"
    assert made.complaint("units")


def test_a_text_that_cannot_be_read_is_said_and_kept(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "many")
    assert "“many” cannot be read" in made.complaint("units")
    assert made.row("units").editor.line.text() == "many"


def test_escape_puts_back_what_was_there(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "many")
    QTest.keyClick(made.row("units").editor.line, Qt.Key.Key_Escape)
    assert (made.row("units").editor.line.text(), made.complaint("units")) == ("4", "")


def test_typing_the_old_value_again_ends_the_complaint(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "0")
    made.type("units", "4")
    assert made.complaint("units") == ""
    assert made.session.history.undo_label is None


def test_undo_while_a_wrong_text_is_kept_shows_the_value(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.type("units", "16")
    made.type("units", "0")
    made.session.undo()
    assert (made.row("units").editor.line.text(), made.complaint("units")) == ("4", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("3, 5", (3, 5)), ("(3, 5)", (3, 5)), ("3 × 5", (3, 5)), ("[7, 1]", (7, 1))],
)
def test_sizes_are_read_as_people_write_them(desk: Callable[..., Desk], text: str, value: Value) -> None:
    made = desk("input(28, 28, 1) > conv2d(8, 3)", "conv2d")
    made.type("kernel_size", text)
    assert made.params("conv2d")["kernel_size"] == value


def test_a_switch_and_a_choice_are_one_click_each(desk: Callable[..., Desk]) -> None:
    made = desk("input(28, 28, 1) > conv2d(8, 3)", "conv2d")
    QTest.keyClick(made.row("use_bias").editor.box, Qt.Key.Key_Space)
    made.choose("padding", "same")
    assert (made.params("conv2d")["use_bias"], made.params("conv2d")["padding"]) == (False, "same")


def test_what_differs_from_keras_is_marked_and_put_back_with_one_click(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "c")
    assert made.row("activation").label.font().bold()
    assert not made.row("use_bias").label.font().bold()
    made.row("activation").back.click()
    assert made.params("c") == {"units": 2}
    assert not made.row("activation").label.font().bold()


def test_choosing_the_default_again_leaves_nothing_set(desk: Callable[..., Desk]) -> None:
    made = desk("input(28, 28, 1) > conv2d(8, 3, padding='same')", "conv2d")
    made.choose("padding", "valid")
    assert "padding" not in made.params("conv2d")


def test_advanced_settings_are_folded_until_they_are_asked_for(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    row = made.row("kernel_initializer")
    assert not row.editor.isVisible()
    made.page.form.more.click()
    QApplication.processEvents()
    assert row.editor.isVisible()


def test_an_object_shows_its_own_params(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.page.form.more.click()
    made.choose("kernel_regularizer", "l2")
    inner = made.row("kernel_regularizer").editor.below.findChild(Form)
    fill(inner.rows["l2"].editor.line, "0.5")
    assert made.params("b")["kernel_regularizer"] == Inner("L2", {"l2": 0.5})


def test_a_wrapped_layer_can_be_another_and_has_its_own_form(desk: Callable[..., Desk]) -> None:
    made = desk("input(5, 3) > bidirectional(LSTM(4))", "bidirectional")
    made.choose("layer", "GRU")
    value = made.params("bidirectional")["layer"]
    assert isinstance(value, Inner)
    assert value.kind == "GRU"
    inner = made.row("layer").editor.below.findChild(Form)
    assert "units" in inner.rows


def test_renaming_commits_with_enter(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.inspector.focus_name()
    QTest.keyClicks(made.page.name, "hidden")
    QTest.keyClick(made.page.name, Qt.Key.Key_Return)
    assert node(made.session.document, "hidden").kind == "Dense"


def test_an_empty_name_is_put_back(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.inspector.focus_name()
    QTest.keyClick(made.page.name, Qt.Key.Key_Delete)
    QTest.keyClick(made.page.name, Qt.Key.Key_Return)
    assert made.page.name.text() == "b"


def test_problems_stand_on_top_and_a_fix_is_one_click(desk: Callable[..., Desk]) -> None:
    made = desk("input(8, 8, 1) > conv2d(4, 3) > b: lstm(2) > output", "b")
    (problem, *_) = made.session.analysis.problems_of(node(made.session.document, "b").id)
    assert problem.text in made.texts
    button = next(each for each in made.page.findChildren(QPushButton) if each.toolTip() == problem.fixes[0].label)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert problem not in made.session.analysis.problems


def test_a_shared_layer_says_whose_it_is(desk: Callable[..., Desk]) -> None:
    made = desk("a: input(4); a > b: dense(2); a > c: =b; b > add; c > add", "c")
    assert any("layer of b" in text for text in made.texts)
    assert made.page.form.rows == {}


def test_nothing_selected_shows_the_project_and_its_training(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN)
    assert {"Untitled", "Training"} <= set(made.texts)
    fill(made.inspector.page.form.form.rows["epochs"].editor.line, "7")
    assert made.session.document.training.epochs == 7


def test_several_selected_are_counted(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b", "c")
    assert "2 nodes" in made.texts
    assert any("2 × Dense" in text for text in made.texts)


def test_a_deleted_node_leaves_the_page(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.session.do(edits.remove(made.session.document, [node(made.session.document, "b").id]))
    assert not isinstance(made.inspector.page, NodePage)


def test_an_unknown_kind_shows_its_name_and_its_reason(desk: Callable[..., Desk]) -> None:
    made = desk("input(4) > x: FutureLayer()", "x")
    assert "FutureLayer" in made.texts
    assert any("does not know" in text for text in made.texts)


def test_a_foreign_name_is_plain_text(desk: Callable[..., Desk]) -> None:
    made = desk(DRAWN, "b")
    made.session.do(edits.rename(made.session.document, node(made.session.document, "b").id, "<img width=9000>"))
    labels = made.inspector.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels if label.pixmap().isNull())
    assert made.inspector.widget().sizeHint().width() < 400


def test_a_fix_of_the_page_follows_the_drawing_though_its_problem_reads_the_same(desk: Callable[..., Desk]) -> None:
    made = desk("input(4) > d: dense(2) > other: dense(2) > output; input(4) > last: dense(2) > output", "other")
    document = made.session.document
    other, last = node(document, "other").id, node(document, "last").id
    made.session.do(edits.rename(document, other, "d"))
    problem = next(each for each in made.session.analysis.problems_of(other) if each.code == "name.duplicate")
    offered = problem.fixes[0].label
    made.session.do(edits.rename(document, last, offered.removeprefix("Rename to ")))
    assert problem in made.session.analysis.problems_of(other)
    QApplication.processEvents()
    labels = [each.text() for each in made.page.findChildren(QPushButton) if each.isVisibleTo(made.page)]
    assert offered not in labels
    buttons = [each for each in made.page.findChildren(QPushButton) if each.isVisibleTo(made.page)]
    button = next(each for each in buttons if each.text().startswith("Rename"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    names = [each.name for each in document.root.nodes.values()]
    assert len(set(names)) == len(names)
