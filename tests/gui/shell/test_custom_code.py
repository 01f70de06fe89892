"""The code of custom layers in the window: shown, decided upon, asked about, and never run before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from studio.gui.shared.forms.code import CodeEditor
from studio.gui.shell.code_trust import CodeTrustDialog
from studio.gui.shell.layer_table import HEADINGS, LayerTableDialog, layer_rows, table_text
from studio.session.session import Session
from studio.session.trust import users_trust
from tests.custom_layers import CODE, custom, drawn, malicious
from tests.gui.shell.conftest import Person
from tests.notation import graph

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every dialog

Start = Callable[..., Person]


def dialog(person: Person) -> CodeTrustDialog:
    return person.window.findChild(CodeTrustDialog)


def decide_button(person: Person) -> QPushButton:
    row = next(row for row in person.bench.problems.rows if row.problem.code == "custom.untrusted")
    return next(button for button in row.findChildren(QPushButton) if button.text() == "Show the code and decide")


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_problem_leads_to_the_code_and_trust_makes_it_known(start: Start) -> None:
    person = start(drawn("custom"))
    press(decide_button(person))
    shown = dialog(person)
    assert shown.text.toPlainText() == CODE
    assert "has not been run" in shown.state.text()
    press(shown.decide)
    assert users_trust().has(CODE)
    person.qtbot.waitUntil(lambda: not person.bench.probing.is_busy, timeout=10_000)
    spec = person.session.analysis.outputs(custom(person.document).id)["output"]
    assert spec is not None
    assert spec.shape == (None, 4)


def test_closing_the_question_decides_nothing(start: Start) -> None:
    person = start(drawn("custom"))
    person.do("code")
    press(dialog(person).later)
    assert not users_trust().has(CODE)
    assert not person.bench.probing.is_busy


def test_enter_does_not_trust(start: Start) -> None:
    person = start(drawn("custom"))
    person.do("code")
    QTest.keyClick(dialog(person), Qt.Key.Key_Return)
    assert not users_trust().has(CODE)


def test_trust_can_be_taken_back(start: Start) -> None:
    person = start(drawn("custom"))
    users_trust().add(CODE)
    person.bench.trust.add(CODE)
    person.qtbot.waitUntil(lambda: not person.bench.probing.is_busy, timeout=10_000)
    person.do("code")
    press(dialog(person).decide)
    assert not users_trust().has(CODE)
    assert person.session.analysis.outputs(custom(person.document).id)["output"] is None


def test_looking_at_a_project_in_every_place_runs_none_of_its_code(start: Start, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    person = start(drawn("custom", code=malicious(mark)))
    person.select("custom")
    for place in ("data", "training", "build"):
        person.do(place)
    person.window.docks["code"].show()
    person.window.docks["code"].raise_()
    person.bench.code.refresh()
    person.bench.palette.search.setText("custom")
    person.do("layers")
    person.window.grab()
    person.window.findChild(LayerTableDialog).accept()
    person.do("code")
    dialog(person).reject()
    assert person.bench.code.text.toPlainText().count("open(") >= 1
    assert not mark.exists()


def test_code_is_written_in_the_inspector_and_is_untrusted_again(start: Start) -> None:
    person = start(drawn("custom"))
    person.bench.trust.add(CODE)
    person.qtbot.waitUntil(lambda: not person.bench.probing.is_busy, timeout=10_000)
    person.select("custom")
    editor = person.bench.inspector.page.form.rows["code"].editor  # type: ignore[union-attr]
    assert isinstance(editor, CodeEditor)
    editor.text.setFocus()
    QTest.keyClicks(editor.text, "# mine")
    QTest.keyClick(editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert custom(person.document).params["code"] == f"# mine{CODE}"
    assert decide_button(person) is not None
    person.session.undo()
    assert editor.text.toPlainText() == CODE


def code_field(person: Person) -> CodeEditor:
    person.select("custom")
    editor = person.bench.inspector.page.form.rows["code"].editor  # type: ignore[union-attr]
    assert isinstance(editor, CodeEditor)
    editor.text.setFocus()
    return editor


def test_code_that_was_not_entered_is_saved_as_well(start: Start) -> None:
    person = start(drawn("custom"))
    QTest.keyClicks(code_field(person).text, "# mine")
    person.do("save")
    assert person.session.path is not None
    assert custom(Session.open(person.session.path).document).params["code"] == f"# mine{CODE}"


def test_undo_belongs_to_the_typing_until_it_is_entered_and_to_the_drawing_then(start: Start) -> None:
    person = start(drawn("custom"))
    editor = code_field(person)
    QTest.keyClicks(editor.text, "# mine")
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, editor.text)
    assert editor.text.toPlainText() == CODE
    QTest.keyClicks(editor.text, "# mine")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, editor.text)
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, editor.text)
    assert (custom(person.document).params["code"], editor.text.toPlainText()) == (CODE, CODE)


def test_esc_takes_the_typing_back_and_tab_indents(start: Start) -> None:
    person = start(drawn("custom"))
    editor = code_field(person)
    QTest.keyClick(editor.text, Qt.Key.Key_Tab)
    assert editor.text.toPlainText() == f"    {CODE}"
    QTest.keyClick(editor.text, Qt.Key.Key_Escape)
    assert (editor.text.toPlainText(), custom(person.document).params["code"]) == (CODE, CODE)


def test_arguments_are_typed_as_in_a_call(start: Start) -> None:
    person = start(drawn("custom"))
    person.select("custom")
    line = person.bench.inspector.page.form.rows["arguments"].editor.line  # type: ignore[union-attr]
    line.setFocus()
    QTest.keyClicks(line, "factor=2.5, name_of='x'")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert custom(person.document).params["arguments"] == (("factor", 2.5), ("name_of", "x"))
    assert line.text() == "factor=2.5, name_of='x'"


def test_the_table_has_every_layer_with_its_costs_and_sums() -> None:
    session = Session(graph("input(8, 8, 1) > conv2d(4, 3) > norm: batch_normalization > flatten > dense(10) > output"))
    rows = {row.cells[0]: dict(zip(HEADINGS, row.cells, strict=True)) for row in layer_rows(session)}
    conv = rows["conv2d"]
    assert (conv["Output"], conv["Parameters"], conv["Multiply-adds"]) == ("(None, 6, 6, 4)", 40, 1296)
    assert (conv["Bytes"], conv["Activations"], rows["norm"]["Not trained"]) == (160, 576, 8)
    lines = table_text(layer_rows(session)).splitlines()
    assert lines[0].split() == " ".join(HEADINGS).split()
    assert lines[-1].split()[:2] == ["Total", "1,506"]
    session.close()


def test_the_table_is_sorted_and_copied_as_it_is_shown(start: Start) -> None:
    person = start("input(8) > small: dense(2) > large: dense(64) > output")
    person.do("layers")
    table = person.window.findChild(LayerTableDialog)
    table.table.sortByColumn(HEADINGS.index("Parameters"), Qt.SortOrder.DescendingOrder)
    table.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["large", "small"]
    table.accept()


def test_a_row_of_the_table_leads_to_its_node(start: Start) -> None:
    person = start("input(8) > small: dense(2) > output")
    person.do("layers")
    table = person.window.findChild(LayerTableDialog)
    table.table.activated.emit(table.table.model().index(1, 0))
    assert person.bench.selection.node == table.rows[1].node
    table.accept()
