"""Checking the data from the window: where it is asked for, how far it is, what it says, and what one click mends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from studio.analysis.problem import Severity
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, FolderSource, Missing, Source
from studio.document.document import Document
from studio.gui.canvas.face import node_text
from studio.gui.shell.bad_files import BadFilesDialog
from studio.session.data_location import users_read_paths
from tests.gui.shell.conftest import Person
from tests.notation import graph

DRAWING = 'input(2, feature="x") > dense(1) > output(target="y", loss="mse")'
FEATURES = (Feature("x", ("a", "b"), (2,), "float32"), Feature("y", ("y",), (), "float32"))
LEFT = Qt.MouseButton.LeftButton
Start = Callable[..., Person]


def drawn(source: Source, drawing: str = DRAWING, features: tuple[Feature, ...] = FEATURES) -> Document:
    document = graph(drawing)
    document.apply(edits.set_data(document, DataChoice(source, features)))
    return document


def table(folder: Path, name: str) -> CsvSource:
    """A table below the project, whose name tells the quick engine what to find in it."""
    (folder / name).write_text("a,b,y\n" + "1,2,3\n" * 20)
    return CsvSource(name)


def opened(start: Start, document: Document, folder: Path) -> Person:
    """The project, whose data its user had read before."""
    source = document.data.source
    assert isinstance(source, CsvSource | FolderSource)
    users_read_paths().add((folder / source.path,))
    return start(document)


def click(button: QPushButton) -> None:
    assert button.isVisible(), "the button is not seen"
    QTest.mouseClick(button, LEFT)


def button(person: Person, text: str) -> QPushButton:
    """The button that is seen with this text."""
    there = [each for each in person.window.findChildren(QPushButton) if each.isVisible() and each.text() == text]
    assert len(there) == 1, [each.text() for each in person.window.findChildren(QPushButton) if each.isVisible()]
    return there[0]


def test_a_check_shows_how_far_it_is_and_one_click_mends_what_it_finds(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "troubled.csv")), tmp_path)
    person.window.show_place("build")
    click(person.window.top_bar.findChild(QPushButton, "check-data-button"))
    person.until(lambda: person.window.checking.isVisible() and person.window.checking.bar.fraction > 0)
    assert "of 100" in person.window.checking.text.text()
    assert not person.action("check-data").isEnabled()
    person.until(lambda: person.banner)
    assert person.banner == "The data was checked: 1 error."
    assert not person.window.checking.isVisible()
    assert person.bench.problems.counts == (1, 0, 0)
    assert person.window.status.problems.text() == "1 error"
    (row,) = [row for row in person.bench.problems.rows if row.problem.code == "examples.not_finite"]
    assert "“a” has no number in rows 7 and 12 of the data" in row.problem.text
    click(button(person, "Leave out rows without “x”"))
    assert person.bench.problems.counts == (0, 0, 0)
    x = person.document.data.feature("x")
    assert x is not None
    assert x.missing is Missing.DROP
    person.do("undo")
    assert person.document.data.feature("x") == FEATURES[0]
    assert person.bench.problems.counts == (1, 0, 0)


def test_what_a_check_finds_is_marked_at_the_nodes_that_it_is_about(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "troubled.csv")), tmp_path)
    (entry,) = (node for node in person.document.root.nodes.values() if node.kind == "Input")
    drawing, analysis = person.bench.canvas.drawing, person.session.analysis
    assert drawing.nodes[entry.id].face.severity is None
    person.do("check-data")
    person.until(lambda: person.banner)
    assert drawing.nodes[entry.id].face.severity is Severity.ERROR
    assert "“a” has no number in rows 7 and 12" in node_text(analysis, entry)
    assert analysis.problems == ()
    assert {id_ for id_, item in drawing.nodes.items() if item.face.severity} == {entry.id}
    click(button(person, "Leave out rows without “x”"))
    assert drawing.nodes[entry.id].face.severity is None
    person.do("undo")
    assert drawing.nodes[entry.id].face.severity is Severity.ERROR
    person.session.do(edits.set_data(person.document, replace(person.document.data, source=CsvSource("other.csv"))))
    assert drawing.nodes[entry.id].face.severity is None


def test_the_data_place_offers_the_check_and_leads_to_what_it_found(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "troubled.csv")), tmp_path)
    person.do("data")
    click(button(person, "Check the data"))
    person.until(lambda: person.banner)
    assert person.window.place == "data"
    click(person.window.banner.details)
    assert person.window.place == "build"
    assert person.bench.problems.isVisible()


def test_a_check_is_ended_with_a_button_and_says_nothing_then(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "endless.csv")), tmp_path)
    person.do("check-data")
    person.until(lambda: person.bench.preflight.total)
    click(person.window.checking.cancel)
    person.until(lambda: not person.bench.preflight.is_running)
    assert not person.window.checking.isVisible()
    assert person.banner == ""
    assert person.action("check-data").isEnabled()


def test_the_rows_of_a_large_table_are_counted_while_it_is_read_and_that_can_be_stopped(
    start: Start, tmp_path: Path
) -> None:
    person = opened(start, drawn(table(tmp_path, "large.csv")), tmp_path)
    person.do("check-data")
    person.until(lambda: "0,000 rows" in person.window.checking.text.text())
    click(person.window.checking.cancel)
    person.until(lambda: not person.window.checking.isVisible())
    person.do("train")
    person.until(lambda: "0,000 rows" in person.bench.train.dashboard.title.text())
    assert person.bench.train.dashboard.title.text().startswith("Loading data: ")
    assert "of about" not in person.bench.train.dashboard.title.text()  # there are more rows than the look has seen
    person.do("stop")
    person.until(lambda: not person.bench.training.is_running)
    person.until(lambda: person.bench.train.dashboard.title.text() == "Stopped before the first epoch")


def test_where_the_rows_were_counted_before_it_is_told_how_long_reading_takes(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "large.csv")), tmp_path)
    run = person.bench.training.start(rows_expected=10**9)
    person.until(lambda: run.remaining_s)
    person.until(lambda: " of about 1,000,000,000 rows" in person.bench.train.dashboard.title.text())
    person.do("stop")
    person.until(lambda: run.is_over)
    assert run.remaining_s is None


def test_data_in_order_is_said_to_be(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "fine.csv")), tmp_path)
    person.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    person.until(lambda: person.banner)
    assert person.banner == "The data was checked, and nothing stands out."
    assert not person.window.banner.details.isVisible()


def test_without_data_the_banner_says_what_is_missing(start: Start) -> None:
    person = start("input(2) > dense(1) > output")
    person.do("check-data")
    assert person.banner.startswith("The data cannot be checked yet: no data is chosen")
    assert not person.window.checking.isVisible()


def test_data_that_strangers_name_is_asked_about_first(start: Start, tmp_path: Path) -> None:
    person = start(drawn(table(tmp_path, "troubled.csv")))
    assert person.bench.data.question is not None
    person.do("check-data")
    assert (person.window.place, person.bench.preflight.is_running) == ("data", False)


def test_closing_the_project_ends_its_check(start: Start, tmp_path: Path) -> None:
    person = opened(start, drawn(table(tmp_path, "endless.csv")), tmp_path)
    person.do("check-data")
    person.until(lambda: person.bench.preflight.total)
    preflight = person.bench.preflight
    person.session.history.mark_clean()
    person.do("new")
    assert not preflight.is_running
    assert not person.window.checking.isVisible()


def test_every_bad_file_is_listed_and_can_be_copied(start: Start, tmp_path: Path) -> None:
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    features = (
        Feature("x", ("file",), (6, 5, 3), "float32", Encoding.IMAGE, 1 / 255),
        Feature("y", ("class",), (), "int64", Encoding.CATEGORY, classes=("cat", "dog")),
    )
    for number in range(3):
        (tmp_path / "photos" / "cat" / f"{number}.png").write_bytes(b"")
    drawing = (
        'input(6, 5, 3, feature="x") > flatten > dense(2, activation="softmax") > '
        'output(target="y", loss="sparse_categorical_crossentropy")'
    )
    person = opened(start, drawn(FolderSource("photos"), drawing, features), tmp_path)
    person.do("check-data")
    person.until(lambda: person.banner)
    person.window.show_place("build")
    click(button(person, "Show every file"))
    dialog = person.dialog()
    assert isinstance(dialog, BadFilesDialog)
    assert dialog.list.toPlainText().splitlines()[6] == "/photos/cat/6.png: Unknown image format"
    click(dialog.copy)
    assert QApplication.clipboard().text() == dialog.list.toPlainText()
    dialog.close()


@pytest.mark.parametrize("place", ["build", "data"])
def test_a_run_whose_data_is_refused_says_so_in_the_train_place(start: Start, tmp_path: Path, place: str) -> None:
    person = opened(start, drawn(table(tmp_path, "troubled.csv")), tmp_path)
    person.window.show_place(place)
    person.do("train")
    person.until(lambda: person.bench.training.run is not None and person.bench.training.run.is_over)
    run = person.bench.training.run
    assert run is not None
    assert run.refused is not None
    assert run.failed_node is not None
    texts = [label.text() for label in person.window.findChildren(QLabel)]
    assert any(text.startswith("Training did not begin: “a” has no number in rows 7 and 12") for text in texts)
    assert person.bench.problems.counts == (1, 0, 0)
