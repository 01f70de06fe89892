"""Labels: foreign text is always shown as plain text, and muted words follow the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.gui.shared.theme import mono_font


class Words(QLabel):
    """A label of plain text. `points` are added to the interface font's size; `muted` words stand back."""

    def __init__(
        self,
        text: str = "",
        *,
        points: float = 0,
        bold: bool = False,
        muted: bool = False,
        mono: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._muted = muted
        self._color: QColor | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        font = self.font()
        if mono:
            font = mono_font(font.pointSizeF())
        font.setPointSizeF(font.pointSizeF() + points)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        self.setText(text)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # in a button, too
        self._paint()

    def set_color(self, color: QColor | None) -> None:
        """Write in a color of the theme; None is the ordinary one."""
        self._color = color
        self._paint()

    def _paint(self) -> None:
        from_theme = self.palette().placeholderText().color() if self._muted else None
        color = self._color or from_theme
        if color is not None and self.palette().color(self.foregroundRole()) != color:
            own = self.palette()
            own.setColor(self.foregroundRole(), color)
            self.setPalette(own)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application's palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.setPalette(QGuiApplication.palette())
            self._paint()
