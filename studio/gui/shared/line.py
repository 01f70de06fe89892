"""A line of text that owns undo only while there is something typed to take back."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


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
