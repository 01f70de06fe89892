"""A line owns undo while there is typing to take back, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from studio.gui.shared.line import Line

PutUp = Callable[[QWidget, int, int], None]
CONTROL = Qt.KeyboardModifier.ControlModifier
REDO = CONTROL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def line(put_up: PutUp) -> Line:
    made = Line("10")
    put_up(made, 200, 30)
    made.window().activateWindow()
    made.setFocus()
    return made


@pytest.fixture
def told(line: Line) -> list[str]:
    """What the window did."""
    done: list[str] = []
    for keys in (QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Shift+Z")):
        QShortcut(keys, line.window()).activated.connect(lambda keys=keys: done.append(keys.toString()))
    return done


def test_typing_is_taken_back_in_the_line(line: Line, told: list[str]) -> None:
    QTest.keyClicks(line, "5")
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(line, Qt.Key.Key_Z, REDO)
    assert (line.text(), told) == ("105", [])


def test_a_committed_line_leaves_undo_and_redo_to_the_window(line: Line, told: list[str]) -> None:
    QTest.keyClicks(line, "5")
    line.setText("105")
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(line, Qt.Key.Key_Z, REDO)
    assert (line.text(), told) == ("105", ["Ctrl+Z", "Ctrl+Shift+Z"])
