"""Buttons in the studio's own look: filled, outlined or quiet, with an icon that takes the theme's colors."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio.gui.shared.icons import pixmap
from studio.gui.shared.theme import Theme, Tokens, mixed

RADIUS_PX = 6.0
ICON_PX = 16
GAP_PX = 8
SIDE_PX = 12
SHORTEST_PX = 96


class Look(Enum):
    """How much a button asks for."""

    FILLED = "filled"
    """The one thing to do here."""
    OUTLINED = "outlined"
    QUIET = "quiet"
    """No surface of its own until the mouse is over it, or it is switched on."""


class Button(QPushButton):
    """A push button that paints itself with tokens. `icon_name` is a drawing of the studio's; either may be empty.

    One that `shrinks` shortens its text where there is little room; `side_px` is left free beside icon and text.
    """

    def __init__(
        self,
        text: str,
        theme: Theme,
        look: Look = Look.OUTLINED,
        icon_name: str = "",
        parent: QWidget | None = None,
        *,
        height_px: int = 28,
        side_px: int = SIDE_PX,
        shrinks: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._look = look
        self._icon_name = icon_name
        self._height_px = height_px
        self._side_px = side_px
        self._shrinks = shrinks
        if shrinks:
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._tint: QColor | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if look is Look.FILLED:
            font = self.font()
            font.setWeight(QFont.Weight.DemiBold)
            self.setFont(font)

    def set_icon_name(self, name: str) -> None:
        """Show another drawing."""
        if name != self._icon_name:
            self._icon_name = name
            self.updateGeometry()
            self.update()

    def set_tint(self, color: QColor | None) -> None:
        """Draw the icon in a color that means something; None is the text's."""
        self._tint = color
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as icon and text need."""
        text = self.fontMetrics().horizontalAdvance(self.text())
        icon = ICON_PX if self._icon_name else 0
        gap = GAP_PX if text and icon else 0
        side = self._side_px if text else (self._height_px - ICON_PX) // 2
        return QSize(text + icon + gap + 2 * side, self._height_px)

    def minimumSizeHint(self) -> QSize:
        """The same, unless its text may be shortened; its tooltip then has all of it."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), SHORTEST_PX), hint.height()) if self._shrinks else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, the icon and the text."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface, line, text = self._colors(t)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(line) if line is not None else Qt.PenStyle.NoPen)
        painter.setBrush(surface if surface is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, RADIUS_PX, RADIUS_PX)
        if self.hasFocus():
            painter.setPen(QPen(t.text if self._look is Look.FILLED else t.accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS_PX - 1, RADIUS_PX - 1)
        self._paint_content(painter, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again where the font or the style has changed."""
        super().changeEvent(event)
        self.updateGeometry()

    def _paint_content(self, painter: QPainter, color: QColor) -> None:
        icon = ICON_PX if self._icon_name else 0
        gap = GAP_PX if self.text() and icon else 0
        text = self.text()
        if self._shrinks:
            room = self.width() - icon - gap - 2 * self._side_px
            if self.fontMetrics().horizontalAdvance(text) > room:
                text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        words = self.fontMetrics().horizontalAdvance(text)
        left = (self.width() - words - icon - gap) // 2
        if icon:
            tint = self._tint if self._tint is not None and self.isEnabled() else color
            picture = pixmap(self._icon_name, tint, ICON_PX, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - ICON_PX) // 2, picture)
        painter.setPen(color)
        place = QRect(left + icon + gap, 0, words + 2, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _colors(self, t: Tokens) -> tuple[QColor | None, QColor | None, QColor]:
        """The surface, its outline and the text."""
        hovered, pressed = self.underMouse() and self.isEnabled(), self.isDown()
        match self._look:
            case Look.FILLED if not self.isEnabled():
                return t.sunken, t.line, t.disabled
            case Look.FILLED:
                surface = t.accent
                if hovered or pressed:
                    surface = mixed(t.text if t.dark else t.shadow, t.accent, 0.22 if pressed else 0.12)
                return surface, None, t.on_accent
            case Look.OUTLINED:
                surface = t.accent_soft if hovered or pressed or self.isChecked() else t.raised
                line = t.accent if self.isChecked() else t.strong_line if self.isEnabled() else t.line
                return surface, line, t.text if self.isEnabled() else t.disabled
            case Look.QUIET:
                on = hovered or pressed or self.isChecked()
                return t.accent_soft if on else None, None, t.text if self.isEnabled() else t.disabled
