"""Labels: foreign text is always shown as plain text, and muted words follow the theme."""

from __future__ import annotations

from collections.abc import Callable

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
        self._color: Callable[[], QColor] | None = None
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

    def set_color(self, color: Callable[[], QColor] | None) -> None:
        """Write in a color of the theme, asked for again when the theme changes; None is the ordinary one."""
        self._color = color
        self._paint()

    def _paint(self) -> None:
        color = self._color() if self._color is not None else None
        if color is None and self._muted:
            color = QGuiApplication.palette().placeholderText().color()
        if color is None:
            if self.testAttribute(Qt.WidgetAttribute.WA_SetPalette):
                self.setPalette(QPalette())
        elif self.palette().color(self.foregroundRole()) != color:
            own = QPalette()
            own.setColor(self.foregroundRole(), color)
            self.setPalette(own)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application's palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()
