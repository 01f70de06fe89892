"""The editor of Python text: a field over the whole width of the form, committed when it is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.core.values import Value
from studio.gui.shared.code_text import CodeText
from studio.gui.shared.forms.editors import Editor
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

LINES = 14


class CodeEditor(Editor):
    """Several lines of text, committed with Ctrl+Enter or on leaving; Esc takes the typing back.

    Tab indents while the cursor is in it, as in every code editor; Ctrl+Enter or Esc leads out.
    """

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._shown = ""
        self.text = CodeText(theme)
        self.text.setAccessibleName(name)
        self.text.setTabStopDistance(4 * self.text.fontMetrics().horizontalAdvance(" "))
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + 12)
        self.text.installEventFilter(self)
        self.below = self.text
        self._row.addWidget(Words(self.tr("Ctrl+Enter takes it over"), muted=True, wrap=True))
        self.setFocusProxy(self.text)
        theme.changed.connect(self.text.paint_with)
        self.destroyed.connect(lambda: theme.changed.disconnect(self.text.paint_with))

    def show_value(self, value: Value) -> None:
        """Show a text, unless the user is writing another one."""
        text = value if isinstance(value, str) else ""
        if text == self._shown or self.text.document().isModified():
            return
        self._shown = text
        self._put_back()

    def _put_back(self) -> None:
        self.text.setPlainText(self._shown)
        self.text.document().setModified(False)

    def commit(self) -> None:
        """Pass on what was written, if it is another text."""
        if not self.text.document().isModified():
            return
        self.text.document().setModified(False)
        self.text.document().clearUndoRedoStacks()
        text = self.text.toPlainText()
        if text != self._shown:
            self._shown = text
            self.edited.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Commit on leaving and with Ctrl+Enter; indent with four spaces; leave undo to the window once committed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            document = self.text.document()
            undo = event.matches(QKeySequence.StandardKey.Undo) and not document.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not document.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.commit()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            match event.key():
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if with_control:
                    self.commit()
                    return True
                case Qt.Key.Key_Tab:
                    self.text.insertPlainText("    ")
                    return True
                case Qt.Key.Key_Escape:
                    self._put_back()
                    self.taken_back.emit()
                    self.text.clearFocus()
                    return True
        return False
