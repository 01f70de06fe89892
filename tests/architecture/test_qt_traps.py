"""Traps of Qt's binding that the pins in pyproject.toml keep us out of."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 1000


class Painted(QWidget):
    """A widget that counts its paints."""

    paints = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Count."""
        self.paints += 1


def test_calls_that_return_nothing_do_not_eat_references_to_none(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: widget.paints > 0)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < CALLS / 10


def test_paints_do_not_eat_references_to_none(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: widget.paints > 0)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.repaint()
    assert widget.paints > CALLS
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
