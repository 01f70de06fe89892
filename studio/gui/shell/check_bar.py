"""How far the check of the data is, with a button that ends it; hidden while none goes on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.gui.shared.buttons import Button
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.gui.training.progress import ProgressBar

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

    def show_progress(self, running: bool, rows_read: int, done: int, total: int, *, stopping: bool = False) -> None:
        """Show how many rows were read, then how many of how many examples were looked at.

        Nothing where no check goes on.
        """
        if stopping:
            self.text.setText(self.tr("Stopping the check…"))
        elif not total:
            loading = self.tr("Loading the data: {rows} rows").format(rows=f"{rows_read:,}")
            self.text.setText(loading if rows_read else self.tr("Loading the data…"))
        else:
            self.text.setText(
                self.tr("Checking the data: {done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
            )
        self.bar.show_fraction(done / total if total else 0.0)
        self.cancel.setEnabled(not stopping)
        self.setVisible(running)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with a line beneath."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
