"""A project in the whole window: problems are seen and mended, code is read, files are kept, colors change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog

from studio.gui.problems.panel import ProblemRow
from studio.gui.shared.theme import NAMES, tokens
from studio.project import format as project_format
from tests.gui.shell.conftest import EXAMPLES
from tests.journeys.visitor import LEFT, NONE, Visitor, difference
from tests.notation import node, wires

Studio = Callable[..., Visitor]
Answer = Callable[[str], list[str]]
DRAWN = "a: input(4) > b: dense(2) > c: output"
WRONG = "a: input(8, 8, 1) > c: conv2d(4, 3) > r: lstm(8) > d: dense(3, activation='softmax')"
SAME = 0.0005
"""The share of pixels that may differ between two windows that look the same: a cursor, a time."""


def row_about(visitor: Visitor, name: str) -> ProblemRow:
    """The first row of the problems panel about a node."""
    found = visitor.id(name)
    return next(row for row in visitor.bench.problems.rows if row.problem.node == found)


# Problems.


def test_a_wrong_model_is_mended_with_a_click_and_undone_with_another(studio: Studio) -> None:
    visitor = studio(WRONG)
    error = tokens("light").error
    assert visitor.shows_on_card("r", error)
    assert not visitor.shows_on_card("a", error)
    row = row_about(visitor, "r")
    assert "(None, 6, 6, 4)" in row.problem.text

    visitor.click(row, QPoint(4, 4))
    assert visitor.selected == ["r"]
    assert row.problem.text in visitor.says(visitor.bench.inspector)

    before = wires(visitor.document)
    visitor.click(row.findChildren(QAbstractButton)[0])
    assert wires(visitor.document) != before
    assert not visitor.shows_on_card("r", error)
    assert all(problem.node != visitor.id("r") for problem in visitor.session.analysis.problems)

    visitor.go("undo")
    assert wires(visitor.document) == before
    assert visitor.shows_on_card("r", error)
    assert row_about(visitor, "r").problem.text == row.problem.text


def test_what_breaks_while_drawing_is_said_at_once_and_again_when_it_is_mended(studio: Studio) -> None:
    visitor = studio("a: input(8) > b: dense(4) > c: output")
    before = visitor.problems
    visitor.click_card("b")
    visitor.set("units", "0")
    complaint = visitor.page.form.rows["units"].wrong
    assert complaint.isVisible()
    assert "units" in complaint.text()
    visitor.set("units", "5")
    assert not complaint.isVisible()
    assert (visitor.problems, node(visitor.document, "b").params["units"]) == (before, 5)


def test_the_problem_that_there_is_no_data_leads_to_the_data(studio: Studio) -> None:
    visitor = studio("a: input(8, 8, 1) > flatten > dense(10, activation='softmax') > b: output")
    row = next(row for row in visitor.bench.problems.rows if row.problem.code == "data.missing")
    visitor.click(row, QPoint(4, 4))
    assert visitor.bench.data.isVisible()
    visitor.click(visitor.bench.data.sources.cards["digits"])
    visitor.until(lambda: visitor.bench.data.look is not None)
    assert all(problem.code != "data.missing" for problem in visitor.session.analysis.problems)


# Code.


def test_the_code_follows_the_selection_and_leads_it(studio: Studio) -> None:
    visitor = studio(EXAMPLES / "digits_two_branch.layers")
    visitor.window.docks["code"].raise_()
    text = visitor.bench.code.text
    visitor.until(lambda: "import keras" in text.toPlainText())

    visitor.click_card("coarse")
    marked = [mark.cursor.block().text() for mark in text.extraSelections()]
    assert marked[0].strip().startswith("coarse = ")
    assert text.cursorRect().intersects(text.viewport().rect())

    block = text.document().begin()
    while "fine_pool = " not in block.text():
        block = block.next()
    text.setTextCursor(QTextCursor(block))
    text.centerCursor()
    visitor.click_button("Copy", visitor.bench.code)  # away, so that the click below is one of its own
    visitor.click_card("coarse")
    text.verticalScrollBar().setValue(block.blockNumber() - 1)
    QTest.mouseClick(text.viewport(), LEFT, NONE, text.cursorRect(QTextCursor(block)).center() + QPoint(40, 0))
    assert visitor.selected == ["fine_pool"]
    assert QApplication.clipboard().text() == visitor.session.program().text


def test_the_code_is_written_anew_after_an_edit(studio: Studio) -> None:
    visitor = studio(EXAMPLES / "digits_mlp.layers")
    visitor.window.docks["code"].raise_()
    text = visitor.bench.code.text
    visitor.until(lambda: "import keras" in text.toPlainText())
    visitor.click_card("hidden")
    visitor.set("units", "77")
    visitor.until(lambda: "layers.Dense(77" in text.toPlainText())
    visitor.shortcut(Qt.Key.Key_Z)
    visitor.until(lambda: "layers.Dense(77" not in text.toPlainText())


# Files.


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    """From now on, choose this file in every file dialog, or cancel it."""

    def choose(path: Path | None) -> None:
        def answer(*about: object) -> tuple[str, str]:
            return (str(path) if path else "", "")

        monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)

    return choose


Chosen = Callable[[Path | None], None]


def test_a_project_is_saved_under_names_and_comes_back(studio: Studio, chosen: Chosen, tmp_path: Path) -> None:
    visitor = studio()
    visitor.click_button("Blank page")
    visitor.add_at(QPoint(300, 300), "dense")
    assert visitor.title == "Untitled* — Layer Studio"
    chosen(tmp_path / "first")
    visitor.shortcut(Qt.Key.Key_S)
    assert visitor.title == "first — Layer Studio"

    visitor.click_card("dense")
    visitor.set("units", "12")
    assert visitor.title == "first* — Layer Studio"
    visitor.shortcut(Qt.Key.Key_S)
    assert visitor.title == "first — Layer Studio"
    visitor.set("units", "13")
    chosen(tmp_path / "second.layers")
    visitor.do("save-as")
    assert visitor.title == "second — Layer Studio"
    saved = [project_format.load(tmp_path / f"{name}.layers") for name in ("first", "second")]
    assert [node(document, "dense").params["units"] for document in saved] == [12, 13]

    chosen(tmp_path / "first.layers")
    visitor.shortcut(Qt.Key.Key_O)
    assert visitor.title == "first — Layer Studio"
    assert node(visitor.document, "dense").params["units"] == 12


@pytest.mark.parametrize(
    ("button", "stays", "kept"), [("Save", False, True), ("Don't save", False, False), ("Cancel", True, False)]
)
def test_closing_asks_about_changes_and_does_what_is_answered(
    studio: Studio, answer: Answer, tmp_path: Path, button: str, stays: bool, kept: bool
) -> None:
    visitor = studio(DRAWN)
    visitor.click_card("b")
    visitor.set("units", "9")
    asked = answer(button)
    visitor.window.close()
    assert asked == ["Save the changes to drawn?"]
    assert visitor.window.isVisible() is stays
    saved = project_format.load(tmp_path / "drawn.layers")
    assert node(saved, "b").params["units"] == (9 if kept else 2)
    if stays:
        assert node(visitor.document, "b").params["units"] == 9


def test_a_change_that_is_typed_but_not_entered_is_asked_about_as_well(studio: Studio, answer: Answer) -> None:
    visitor = studio(DRAWN)
    visitor.click_card("b")
    line = visitor.page.form.rows["units"].editor.line
    visitor.click(line)
    QTest.keyClicks(line, "7")
    asked = answer("Cancel")
    visitor.window.close()
    assert asked == ["Save the changes to drawn?"]


def test_what_is_typed_but_not_entered_is_saved_exported_and_taken_back(
    studio: Studio, chosen: Chosen, tmp_path: Path
) -> None:
    visitor = studio(DRAWN)
    visitor.click_card("b")
    line = visitor.page.form.rows["units"].editor.line
    for action, typed in (("save", "31"), ("export", "32")):
        visitor.click(line)
        line.selectAll()
        QTest.keyClicks(line, typed)
        chosen(tmp_path / "script.py")
        visitor.do(action)
        assert line.hasFocus()
    assert node(project_format.load(tmp_path / "drawn.layers"), "b").params["units"] == 31
    assert "Dense(32" in (tmp_path / "script.py").read_text()
    line.selectAll()
    QTest.keyClicks(line, "33")
    visitor.do("undo")
    assert node(visitor.document, "b").params["units"] == 32
    assert line.text() == "32"


def test_the_next_window_offers_what_was_open_in_the_last(studio: Studio, project: Callable[..., Path]) -> None:
    visitor = studio(project(DRAWN, "older"))
    visitor.window.close()
    visitor = studio()
    card = next(each for each in visitor.window.findChildren(QAbstractButton) if each.accessibleName() == "older")
    visitor.click(card)
    assert visitor.title == "older — Layer Studio"
    assert visitor.canvas.isVisible()


@pytest.mark.parametrize(
    "content", [b'{"format": "layer-studio"', b"", b"\x89PNG\r\n\x1a\n", b"[]", b'{"format": 1e400}'], ids=repr
)
def test_a_damaged_file_is_refused_in_the_banner_and_the_open_project_stays(
    studio: Studio, chosen: Chosen, tmp_path: Path, content: bytes
) -> None:
    visitor = studio(DRAWN)
    visitor.click_card("b")
    visitor.set("units", "9")
    (tmp_path / "damaged.layers").write_bytes(content)
    chosen(tmp_path / "damaged.layers")
    visitor.session.save()
    visitor.shortcut(Qt.Key.Key_O)
    assert "damaged.layers" in visitor.banner
    assert visitor.window.banner.isVisible()
    assert visitor.title == "drawn — Layer Studio"
    visitor.shortcut(Qt.Key.Key_Z)
    assert node(visitor.document, "b").params["units"] == 2


def test_the_script_is_exported_with_its_data(studio: Studio, chosen: Chosen, tmp_path: Path) -> None:
    visitor = studio(EXAMPLES / "digits_mlp.layers")
    visitor.window.docks["code"].raise_()
    chosen(tmp_path / "mine")
    visitor.click_button("Export…", visitor.bench.code)
    text = (tmp_path / "mine.py").read_text()
    compile(text, "mine.py", "exec")
    assert text == visitor.session.program().text
    assert (tmp_path / "digits.npz").exists()
    assert str(tmp_path / "mine.py") in visitor.banner


def test_thinking_better_of_the_export_writes_nothing(studio: Studio, chosen: Chosen, tmp_path: Path) -> None:
    visitor = studio(EXAMPLES / "digits_mlp.layers")
    chosen(None)
    visitor.shortcut(Qt.Key.Key_E)
    assert (list(tmp_path.glob("*.py")), visitor.banner) == ([], "")


# Colors.


def look_around(visitor: Visitor) -> dict[str, object]:
    """A picture of every place, and of the tabs of the build place."""
    seen = {}
    for place in ("data", "training", "build"):
        visitor.do(place)
        visitor.until(lambda: visitor.bench.data.look is not None and visitor.bench.data.looker.idle)
        seen[place] = visitor.picture()
    visitor.click_card("fine")
    for dock in ("code", "problems"):
        visitor.window.docks[dock].raise_()
        visitor.canvas.setFocus()
        seen[dock] = visitor.picture()
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_switched_to_looks_as_if_it_had_always_been_there(studio: Studio, name: str) -> None:
    example = EXAMPLES / "digits_two_branch.layers"
    steady = studio(example, theme=name)
    look_around(steady)
    fresh = look_around(steady)
    switched = studio(example, theme="dark" if name == "light" else "light")
    look_around(switched)
    switched.do(name)
    after = look_around(switched)
    differing = {place: difference(fresh[place], after[place]) for place in fresh}
    assert max(differing.values()) < SAME, differing


def test_the_dashboard_of_a_run_takes_the_colors_of_the_theme(studio: Studio, project: Callable[..., Path]) -> None:
    digits = project_format.load(EXAMPLES / "digits_mlp.layers")
    pictures = []
    for theme, then in (("dark", "dark"), ("light", "dark")):
        visitor = studio(project(digits, "digits"), theme=theme)
        visitor.train()
        visitor.until(lambda visitor=visitor: visitor.run.is_over)
        visitor.set_training("epochs", "0")  # something to complain about
        visitor.do(then)
        pictures.append(visitor.picture())
    assert difference(*pictures) < SAME
