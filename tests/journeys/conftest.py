"""The whole window, with an engine that only pretends or with the real one; nothing may stay behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from studio.document.document import Document
from studio.gui.app import App, Wishes
from tests.client.conftest import fake_command
from tests.gui.conftest import no_questions, nothing_left_behind
from tests.gui.shell.conftest import project
from tests.journeys.visitor import Visitor, presser

SIZE = (1280, 800)


@pytest.fixture
def studio(
    qtbot: QtBot,
    project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    nothing_left_behind: None,
) -> Iterator[Callable[..., Visitor]]:
    """Open the window: on nothing, on (a copy of) a project, on a document, or on a drawing in graph notation.

    `engine` is the command that starts an engine, None for the real one.
    """
    visitors: list[Visitor] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def open_window(
        what: Document | Path | str | None = None,
        *,
        theme: str | None = None,
        engine: Sequence[str] | None = tuple(fake_command()),
    ) -> Visitor:
        path = None if what is None else project(what)
        app = App(Wishes(path, SIZE, theme), warm=False, engine=engine)
        visitor = Visitor(app, qtbot)
        visitors.append(visitor)
        told: list[bool] = []
        app.ready = lambda: told.append(True)
        app.show()
        visitor.until(lambda: told)
        visitor.until(visitor.canvas.settled)
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.app.close()
        visitor.window.hide()
        visitor.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    engines = [child.cmdline() for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    assert engines == [], "an engine outlived its window"


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """From now on, press the button of this text in every question; the list tells what was asked."""

    def press(text: str) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(QMessageBox, "exec", presser(text, asked))
        return asked

    return press


__all__ = ["answer", "no_questions", "nothing_left_behind", "project", "studio"]
