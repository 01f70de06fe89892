"""A banner over the content: one sentence that cannot be missed and stops nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.core.errors import StudioError
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.icons import pixmap
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

LINE_PX = 24


class Banner(QWidget):
    """Hidden until there is something to say; `details_asked` when its second button is pressed."""

    details_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_error = True
        self._mark = QLabel()
        self._mark.setFixedHeight(LINE_PX)
        self.text = Words(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setMinimumHeight(LINE_PX)
        self.details = Button("", theme, height_px=LINE_PX)
        self.details.clicked.connect(self.details_asked)
        self._close = Button("", theme, Look.QUIET, "close", height_px=LINE_PX)
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.details, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def refuse(self, error: StudioError) -> None:
        """Say why something could not be done."""
        self.say(str(error), is_error=True)
        self._mark.setToolTip(error.code)

    def say(self, text: str, *, is_error: bool = False, details: str = "") -> None:
        """Say something, with a second button if it has a name."""
        t = self._theme.tokens
        self._is_error = is_error
        self.text.setText(text)
        name, color = ("error", t.error) if is_error else ("info", t.hint)
        self._mark.setPixmap(pixmap(name, color, 16, self.devicePixelRatioF()))
        self._mark.setToolTip("")
        self.details.setText(details)
        self.details.setVisible(bool(details))
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with a line of the message's color beneath."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, self.height() - 2, self.width(), 2, t.error if self._is_error else t.hint)
        painter.end()
