"""What every test of the window gets: nothing may stay behind, and no question may come up that nobody expects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

THREAD_S = 5.0


class Unexpected(AssertionError):
    """A question came up that the test does not answer."""


@pytest.fixture(autouse=True)
def no_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a modal dialog would wait for a person."""

    def refuse(*arguments: object, **named: object) -> None:
        raise Unexpected(f"a modal dialog: {[text for text in arguments if isinstance(text, str)]}")

    for kind in (QDialog, QMessageBox, QFileDialog):
        monkeypatch.setattr(kind, "exec", refuse)
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, refuse)
    for name in ("question", "information", "warning", "critical"):
        monkeypatch.setattr(QMessageBox, name, refuse)


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication, no_questions: None) -> Iterator[None]:
    """Fail where a test leaves a thread, a running timer or a window."""
    windows = {id(widget) for widget in qapp.topLevelWidgets()}
    threads = set(threading.enumerate())
    timers = {id(timer) for timer in running_timers()}
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    left = [describe(widget) for widget in qapp.topLevelWidgets() if id(widget) not in windows and is_ours(widget)]
    assert left == [], "windows left behind"
    for thread in set(threading.enumerate()) - threads:
        thread.join(THREAD_S)
        assert not thread.is_alive(), f"a thread left behind: {thread}"
    assert [timer for timer in running_timers() if id(timer) not in timers] == [], "timers left running"


@pytest.fixture
def put_up(qtbot: QtBot) -> Iterator[Callable[[QWidget, int, int], None]]:
    """Shows a panel as a part of some window, with a width and a height; it is closed with the test."""
    hosts: list[QWidget] = []

    def show(panel: QWidget, width: int, height: int) -> None:
        host = QWidget()
        hosts.append(host)
        host.resize(width, height)
        panel.setParent(host)
        panel.resize(width, height)
        with qtbot.waitExposed(host):
            panel.show()
            host.show()

    yield show
    for host in hosts:
        host.close()
        host.deleteLater()


def running_timers() -> list[QTimer]:
    """Every timer of Python's that runs now."""
    return [
        wrapper
        for wrapper in Shiboken.getAllValidWrappers()
        if isinstance(wrapper, QTimer) and Shiboken.isValid(wrapper) and wrapper.isActive()
    ]


def is_ours(widget: QWidget) -> bool:
    """Whether a top-level widget is one that somebody must close; Qt keeps its tooltip label."""
    return type(widget).__name__ not in ("QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget")


def describe(widget: QWidget) -> str:
    """A widget in words."""
    return f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()}"
