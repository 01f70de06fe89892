"""A slim progress bar in the theme's colors."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.gui.shared.theme import Theme


class ProgressBar(QWidget):
    """How much of something is done, from 0 to 1; `height_px` thick."""

    def __init__(self, name: str, height_px: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._height_px = height_px
        self._fraction = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def fraction(self) -> float:
        """How much is done."""
        return self._fraction

    def show_fraction(self, fraction: float) -> None:
        """Draw this much as done."""
        self._fraction = min(1.0, max(0.0, fraction))
        self.setToolTip(f"{self.accessibleName()}: {self._fraction:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(160, self._height_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove and the done part."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._height_px / 2
        groove = QRectF(0, 0, self.width(), self._height_px)
        painter.setPen(QPen(t.line, 1.0))
        painter.setBrush(t.sunken)
        painter.drawRoundedRect(groove.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._fraction > 0:
            painter.setBrush(t.accent)
            painter.drawRoundedRect(
                QRectF(0, 0, max(self._height_px, groove.width() * self._fraction), self._height_px), radius, radius
            )
