"""The window: its places, its docks, its colors, and that nothing of a closed project stays."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.core.paths import state_dir
from tests.gui.shell.conftest import EXAMPLES, Person

Start = Callable[..., Person]
DRAWN = "a: input(8) > b: dense(4) > c: dense(2) > output"
BROKEN = "a: input(8, 8, 1) > conv2d(4, 3) > b: lstm(2) > output"


def test_the_places_change_what_surrounds_the_drawing_and_not_what_is_open(start: Start) -> None:
    person = start(EXAMPLES / "digits_mlp.layers")
    person.select("hidden")
    shown = []
    for place in ("data", "training", "build"):
        person.do(place)
        shown.append(person.window.places.currentWidget())
        assert QApplication.focusWidget() is person.window.places.currentWidget()
    assert shown == [person.bench.data, person.bench.train, person.bench.canvas]
    assert len(person.bench.selection.nodes) == 1


def test_a_dock_that_was_closed_stays_closed_when_one_comes_back_to_build(start: Start) -> None:
    person = start(DRAWN)
    person.window.docks["palette"].close()
    person.do("data")
    person.do("build")
    assert {name: dock.isVisible() for name, dock in person.window.docks.items() if name != "code"} == {
        "palette": False,
        "inspector": True,
        "problems": True,
    }


def test_resetting_the_layout_brings_every_dock_back(start: Start) -> None:
    person = start(DRAWN)
    for dock in person.window.docks.values():
        dock.close()
    person.do("data")
    person.do("reset")
    assert [name for name, dock in person.window.docks.items() if dock.isHidden()] == []
    assert person.window.places.currentWidget() is person.bench.canvas


def test_the_next_window_has_the_docks_of_the_last(start: Start) -> None:
    first = start(DRAWN)
    first.window.docks["palette"].close()
    first.window.close()
    assert start().window.docks["palette"].isHidden()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
def test_nothing_is_wider_than_the_window(start: Start, size: tuple[int, int]) -> None:
    person = start(BROKEN, select="b")
    person.window.resize(*size)
    QApplication.processEvents()
    assert (person.window.width(), person.window.height()) == size
    assert person.bench.canvas.width() >= size[0] * 0.4
    assert person.bench.canvas.height() >= size[1] * 0.5


def test_colors_switch_at_once_and_are_remembered(start: Start) -> None:
    person = start(DRAWN)
    person.do("dark")
    window = QApplication.palette().color(QApplication.palette().ColorRole.Window)
    assert window == person.window.theme.tokens.surface
    assert window.lightness() < 64
    assert person.action("dark").isChecked()
    assert not person.action("light").isChecked()
    person.window.close()
    assert start().window.theme.tokens.name == "dark"


def test_the_status_bar_says_what_the_model_comes_to(start: Start) -> None:
    person = start(DRAWN)
    assert person.window.status.sums.text().startswith("46 parameters")


def test_a_click_on_the_problems_shows_them(start: Start) -> None:
    person = start(BROKEN)
    assert "error" in person.window.status.problems.text()
    person.window.docks["problems"].close()
    person.do("data")
    person.qtbot.mouseClick(person.window.status.problems, Qt.MouseButton.LeftButton)
    assert person.window.docks["problems"].isVisible()


def test_a_model_with_errors_is_not_trained_and_the_window_shows_where(start: Start) -> None:
    person = start(BROKEN)
    person.do("train")
    assert not person.bench.training.is_running
    assert "error" in person.banner
    assert person.window.docks["problems"].isVisible()


def test_the_big_button_trains_and_stops(start: Start) -> None:
    person = start(EXAMPLES / "digits_mlp.layers")
    button = person.window.top_bar.train
    assert button.text() == "Train"
    person.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert person.window.places.currentWidget() is person.bench.train
    person.until(lambda: button.text() == "Stop")
    person.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    person.until(lambda: not person.bench.training.is_running)
    assert button.text() == "Train"


def test_closing_the_window_ends_a_run(start: Start) -> None:
    person = start(EXAMPLES / "digits_mlp.layers")
    person.do("train")
    training = person.bench.training
    person.until(lambda: training.run.curves.batches_done)
    person.window.close()
    assert person.window.workbench is None


def test_the_window_dismisses_what_it_said(start: Start, answers: dict[str, object], tmp_path: object) -> None:
    person = start(DRAWN)
    answers["open"] = state_dir() / "nothing.layers"
    person.do("open")
    assert person.banner
    person.qtbot.mouseClick(person.window.banner.findChildren(type(person.window.banner.details))[-1], Qt.LeftButton)
    assert person.banner == ""


def test_nothing_of_a_closed_project_stays(start: Start) -> None:
    person = start(EXAMPLES / "digits_two_branch.layers")
    person.do("training")
    person.do("build")
    old = [weakref.ref(each) for each in (person.session, person.document, person.bench)]
    person.do("new")
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    QApplication.processEvents()
    gc.collect()
    assert [ref() for ref in old] == [None, None, None]


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_bug_is_logged_and_told_once_with_a_report(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    person = start(DRAWN)
    with caplog.at_level(logging.ERROR):
        for text in ("first", "second"):
            error = RuntimeError(text)
            person.app.report_bug(type(error), error, None)
    dialog = person.dialog()
    report = dialog.report.toPlainText()
    assert "RuntimeError: first" in report
    assert "RuntimeError: second" in report
    assert "RuntimeError: second" in (state_dir() / "bugs.log").read_text()
    assert len(caplog.records) == 2
    person.qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == report
    person.press(Qt.Key.Key_Escape, at=dialog)
    assert not dialog.isVisible()
