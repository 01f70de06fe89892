"""One sentence with what can be done about it, in the place and in nobody's way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.flow import Flow
from studio.gui.shared.icons import pixmap
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

EDGE_PX = 3


class QuestionBar(QWidget):
    """Hidden until something is asked; `answers` are its buttons, by what they say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = "info"
        self.answers: dict[str, Button] = {}
        self._mark = QLabel()
        self.text = Words(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._flow = Flow()
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self.text)
        words.addLayout(self._flow)
        row = QHBoxLayout(self)
        row.setContentsMargins(12 + EDGE_PX, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def ask(self, text: str, answers: list[tuple[str, Callable[[], object]]], icon: str = "info") -> None:
        """Say something, with buttons; the first is what most will want."""
        same = self.text.text() == text and list(self.answers) == [label for label, _ in answers]
        if same and not self.isHidden():
            return
        self.clear()
        self._icon = icon
        self.text.setText(text)
        for at, (label, answer) in enumerate(answers):
            button = Button(label, self._theme, Look.FILLED if not at else Look.OUTLINED)
            button.clicked.connect(lambda checked=False, answer=answer: answer())
            self.answers[label] = button
            self._flow.addWidget(button)
        self._mark.setPixmap(pixmap(icon, self._theme.tokens.hint, 16, self.devicePixelRatioF()))
        self.show()

    def clear(self) -> None:
        """Ask nothing."""
        self.hide()
        while self._flow.takeAt(0) is not None:
            pass
        for button in self.answers.values():
            button.hide()
            button.deleteLater()
        self.answers = {}

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with an edge in the color of hints."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, 0, EDGE_PX, self.height(), t.hint)
        painter.end()
