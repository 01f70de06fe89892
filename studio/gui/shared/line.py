"""A line of text: outlined on every ground, and owner of undo only while something typed can be taken back."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from studio.gui.shared.outline import paint_outline


class Line(QLineEdit):
    """Leaves Ctrl+Z and Ctrl+Shift+Z to the window as soon as what was typed is committed; `setText` commits."""

    def event(self, event: QEvent) -> bool:
        """Claim the keys of undo and redo only where they do something here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw an outline that can be seen."""
        super().paintEvent(event)
        painter = QPainter(self)
        paint_outline(painter, self)
        painter.end()
