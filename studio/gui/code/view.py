"""The program of the drawing, read only, with line numbers; it follows the selection, and leads it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from studio.document.changes import Edit
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.code_text import CodeText
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.program.writer import Program
from studio.session.session import Session

READING = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
QUIET_MS = 150
"""How long the drawing must be left alone before the program is written again."""


class CodeView(QWidget):
    """Shows `session.program()`; `export_asked` when the user wants it as a file."""

    export_asked = Signal()

    def __init__(self, session: Session, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selection = selection
        self._theme = theme
        self._program: Program | None = None
        self._leading = False
        self.text = CodeText(theme)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Program"))
        self.text.setTextInteractionFlags(READING)
        self.text.cursorPositionChanged.connect(self._lead)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self.refresh)
        copy = Button(self.tr("Copy"), theme, Look.QUIET, "copy", height_px=24)
        copy.clicked.connect(self.copy)
        export = Button(self.tr("Export…"), theme, Look.QUIET, "export", height_px=24)
        export.clicked.connect(self.export_asked)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 8, 4)
        bar.setSpacing(8)
        bar.addWidget(Words(self.tr("What trains is this program, to the letter."), muted=True), 1)
        bar.addWidget(copy)
        bar.addWidget(export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.text, 1)
        session.document.changed.connect(self._refresh_soon)
        selection.changed.connect(self._follow)
        theme.changed.connect(self._paint)
        self._paint(theme.tokens)

    def refresh(self) -> None:
        """Show the program as it is now, if anyone can see it."""
        if not self.isVisible():
            return
        program = self._session.program()
        if program is self._program:
            return
        self._program = program
        place = self.text.verticalScrollBar().value()
        self._leading = True
        self.text.setPlainText(program.text.rstrip("\n"))
        self._leading = False
        self.text.verticalScrollBar().setValue(place)
        self._follow(self._selection)

    def copy(self) -> None:
        """Put the program onto the clipboard."""
        QGuiApplication.clipboard().setText(self._session.program().text)

    def release(self) -> None:
        """Let go of session, selection and theme."""
        self._timer.stop()
        self._session.document.changed.disconnect(self._refresh_soon)
        self._selection.changed.disconnect(self._follow)
        self._theme.changed.disconnect(self._paint)

    def _refresh_soon(self, edit: Edit) -> None:
        if self.isVisible():
            self._timer.start()

    def _follow(self, selection: Selection) -> None:
        """Mark the lines of the selected nodes, and bring the first into view unless the caret chose it."""
        program = self._program
        if program is None:
            return
        lines = [number for node in selection.nodes for number in program.lines_of(node, selection.where.graph)]
        marks = [self._mark(number) for number in lines]
        self.text.setExtraSelections(marks)
        if lines and not self._leading:
            self._leading = True
            caret = QTextCursor(self.text.document().findBlockByNumber(min(lines) - 1))
            self.text.setTextCursor(caret)
            self.text.centerCursor()
            self._leading = False

    def _mark(self, number: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.text.document().findBlockByNumber(number - 1))
        mark.format.setBackground(self._theme.tokens.accent_soft)
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return mark

    def _lead(self) -> None:
        """Select the node that the caret's line stands for."""
        if self._leading or self._program is None:
            return
        found = self._program.node_at(self.text.textCursor().blockNumber() + 1)
        graph = self._session.document.graphs.get(found.graph) if found is not None else None
        if found is not None and graph is not None and found.node in graph.nodes:
            self._leading = True
            self._selection.reveal(found.node, self._session.analysis.first_call(found.graph))
            self._leading = False

    def _paint(self, t: Tokens) -> None:
        self.text.paint_with(t)
        self._follow(self._selection)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the drawing."""
        super().showEvent(event)
        self.refresh()
