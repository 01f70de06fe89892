"""How a run ended: one sentence, where it failed, and where its files are."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from studio.core.wording import listed
from studio.document.blocks import NodeRef, Where
from studio.gui.shared.buttons import Button
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.training.wording import value_text
from studio.protocol.messages import EngineDied, Failed, Finished
from studio.session.training import DATA_REFUSED, Outcome, Run


def sentence(outcome: Outcome) -> str:
    """What there is to say about how a run ended."""
    match outcome:
        case Finished(evaluation=evaluation):
            scores = listed([f"{name} {value_text(value)}" for name, value in evaluation.items()])
            return f"Evaluation: {scores}." if scores else "The model is saved."
        case Failed(error=error, text=text) if error == DATA_REFUSED:
            return f"Training did not begin: {text}"
        case Failed(error=error, text=text):
            return f"{error}: {text}"
        case EngineDied(text=text):
            return f"{text} The metrics so far are kept; Train starts a fresh engine."
        case _:
            assert_never(outcome)


class OutcomeBar(QFrame):
    """Hidden until the run is over; then the sentence, with buttons to the failed node, the details and the files."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._theme = theme
        self._run: Run | None = None
        self._node: NodeRef | None = None
        self.setAutoFillBackground(True)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._show_node = Button(self.tr("Show node"), theme)
        self._show_node.clicked.connect(self._reveal)
        self._copy = Button(self.tr("Copy details"), theme)
        self._copy.clicked.connect(self._copy_details)
        self._files = Button(self.tr("Open run folder"), theme, icon_name="folder")
        self._files.clicked.connect(self._open_files)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        for button in (self._show_node, self._copy, self._files):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._paint)
        self.hide()

    def show_run(self, run: Run) -> None:
        """Follow a run."""
        self.setVisible(run.is_over)
        if run.outcome is None or run is self._run:
            return
        self._run = run
        self._node = run.failed_node
        self._text.setText(sentence(run.outcome))
        self._show_node.setVisible(self._node is not None)
        self._copy.setVisible(isinstance(run.outcome, Failed))
        self._paint(self._theme.tokens)

    def release(self) -> None:
        """Stop following the theme."""
        self._theme.changed.disconnect(self._paint)

    def _reveal(self) -> None:
        if self._node is not None:
            self._selection.reveal(self._node.node, Where(self._node.graph))

    def _copy_details(self) -> None:
        if self._run is not None and isinstance(self._run.outcome, Failed):
            QGuiApplication.clipboard().setText(self._run.outcome.traceback)

    def _open_files(self) -> None:
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.folder.path)))

    def _paint(self, t: Tokens) -> None:
        own = self.palette()
        own.setColor(self.backgroundRole(), t.raised)
        self.setPalette(own)
        words = self._text.palette()
        well = self._run is None or isinstance(self._run.outcome, Finished)
        words.setColor(self._text.foregroundRole(), t.text if well else t.error)
        self._text.setPalette(words)
