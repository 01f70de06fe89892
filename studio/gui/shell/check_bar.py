"""How far the check of the data is, with a button that ends it; hidden while none goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.wording import rows_text
from studio.gui.shared.buttons import Button
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.gui.training.progress import ProgressBar

if TYPE_CHECKING:  # it would bring the engine's client along before the window is seen
    from studio.session.preflight import Preflight

BAR_PX = 6


class CheckBar(QWidget):
    """Says what it is told; `stop_asked` when the button is pressed."""

    stop_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = Words()
        self.bar = ProgressBar(self.tr("Check of the data"), BAR_PX, theme)
        self.cancel = Button(self.tr("Cancel"), theme, height_px=24)
        self.cancel.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.text)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_check(self, check: Preflight) -> None:
        """Show how many rows were read, then how many examples were looked at; nothing where no check goes on."""
        done, total = (check.done, check.total) if check.total else (check.rows_read, check.rows_expected or 0)
        if check.is_stopping:
            self.text.setText(self.tr("Stopping the check…"))
        elif check.total:
            self.text.setText(
                self.tr("Checking the data: {done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
            )
        elif check.rows_read:
            read = rows_text(check.rows_read, check.rows_expected)
            self.text.setText(self.tr("Loading the data: {rows}").format(rows=read))
        else:
            self.text.setText(self.tr("Loading the data…"))
        self.bar.show_fraction(min(1.0, done / total) if total else 0.0)
        self.cancel.setEnabled(not check.is_stopping)
        self.setVisible(check.is_running)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with a line beneath."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
