"""The code of a project's custom layers, to be read, and the decision whether it may run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.core.wording import listed
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.code_text import CodeText
from studio.gui.shared.forms.editors import QuietComboBox
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.session.trust import Trust, fingerprint

READING = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class CodeTrustDialog(QDialog):
    """Shows the texts in `sources` (with the names of their nodes), and trusts one, or no longer, when it is told to.

    The text on display is the very text that is decided upon. `refusal` says afterwards what could not be kept.
    """

    def __init__(self, sources: dict[str, list[str]], first: str, trust: Trust, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Code of custom layers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 560)
        self._texts = list(sources)
        self._trust = trust
        self.choice = QuietComboBox(self.tr("Which code"))
        self.choice.addItems([listed(names) for names in sources.values()])
        self.choice.setVisible(len(sources) > 1)
        self.text = CodeText(theme)
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(READING)
        self.text.setAccessibleName(self.tr("Code"))
        self.state = Words(wrap=True)
        self.sha = Words(mono=True, muted=True, wrap=True)
        self.sha.setTextInteractionFlags(READING)
        self.decide = Button("", theme, Look.FILLED)
        self.decide.setAutoDefault(False)  # a stray Enter must not decide this
        self.later = Button(self.tr("Close"), theme)
        self.later.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (self.choice, self.text, self.state, self.sha):
            column.addWidget(widget, 1 if widget is self.text else 0)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.later)
        row.addWidget(self.decide)
        column.addLayout(row)
        self.choice.currentIndexChanged.connect(self._show)
        self.decide.clicked.connect(self._decide)
        self.later.clicked.connect(self.reject)
        self.choice.setCurrentIndex(self._texts.index(first))
        self._show()
        self.later.setFocus()

    @property
    def shown(self) -> str:
        """The text on display."""
        return self._texts[self.choice.currentIndex()]

    def _show(self, index: int = 0) -> None:
        text = self.shown
        self.text.setPlainText(_visible(text))
        self.sha.setText(f"SHA-256 {fingerprint(text)}")
        trusted = self._trust.has(text)
        if trusted:
            self.state.setText(self.tr("You trust this text: the engine runs it to ask for shapes, and in training."))
        else:
            self.state.setText(
                self.tr(
                    "This text has not been run. It would run as you, with everything that you may do: read, change "
                    "and send your files. Trust it only if you have read it or know who wrote it. If it changes, you "
                    "are asked again."
                )
            )
        self.decide.setText(self.tr("Stop trusting it") if trusted else self.tr("Trust this text"))

    def _decide(self) -> None:
        text = self.shown
        try:
            if self._trust.has(text):
                self._trust.take_back(text)
            else:
                self._trust.add(text)
        except StudioError as error:
            self.state.setText(str(error))
            return
        if all(self._trust.has(each) for each in self._texts):
            self.accept()
        else:
            self._show()


def _visible(text: str) -> str:
    """The text with everything in sight: characters that hide, or turn the reading direction, become a mark."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text.replace("\r\n", "\n"))
