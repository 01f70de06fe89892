"""What stands in a field and was not entered yet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


def take_typing(window: QWidget) -> None:
    """Commit what stands in a field of a window and was not entered yet; the cursor stays where it is."""
    field = QApplication.focusWidget()
    if field is not None and _has_typing(field) and window.isAncestorOf(field):
        field.clearFocus()
        field.setFocus(Qt.FocusReason.OtherFocusReason)


def _has_typing(field: QWidget) -> bool:
    """Whether a field holds something that was typed and not entered yet."""
    if isinstance(field, QPlainTextEdit):
        return field.document().isModified() and not field.isReadOnly()
    return isinstance(field, QLineEdit) and field.isModified()
