"""Pens, brushes and fonts of the canvas, made from the theme's tokens once for each theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from studio.analysis.problem import Severity
from studio.catalog.declaration import Family
from studio.gui.canvas.geometry import CARD_WIDTH
from studio.gui.shared import icons
from studio.gui.shared.theme import Tokens, mono_font

RADIUS = 8.0
STRIPE = 4.0


def pen(color: QColor, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen with round ends."""
    return QPen(color, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def faded(color: QColor, alpha: float) -> QColor:
    """The color, let through."""
    made = QColor(color)
    made.setAlphaF(alpha)
    return made


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of `color` on `ground`, opaque."""
    return QColor(
        round(color.red() * share + ground.red() * (1 - share)),
        round(color.green() * share + ground.green() * (1 - share)),
        round(color.blue() * share + ground.blue() * (1 - share)),
    )


class Look:
    """What painters paint with under one theme, in the interface's font."""

    def __init__(self, tokens: Tokens, font: QFont) -> None:
        self.tokens = tokens
        self.name_font = _sized(font, 13, QFont.Weight.Medium)
        self.far_font = _sized(font, 22, QFont.Weight.Medium)
        self.invitation_font = _sized(font, 16, QFont.Weight.Medium)
        self.small_font = _sized(font, 11)
        self.note_font = _sized(font, 12)
        self.port_font = _sized(font, 10)
        self.mono_font = _sized(mono_font(9), 11)
        self.mono_font.setWordSpacing(-2.5)
        self.wire_font = _sized(mono_font(9), 10)
        self.border = mixed(tokens.strong_line, tokens.raised, 0.45)
        self.shade = faded(tokens.shadow, 0.35 if tokens.dark else 0.07)

    def family(self, family: Family | None) -> QColor:
        """A family's color; grey for what is not known."""
        return self.tokens.families[family] if family is not None else self.tokens.strong_line

    def severity(self, severity: Severity) -> QColor:
        """The color of a problem."""
        match severity:
            case Severity.ERROR:
                return self.tokens.error
            case Severity.WARNING:
                return self.tokens.warning
            case Severity.HINT:
                return self.tokens.hint


def draw_icon(painter: QPainter, name: str, color: QColor, area: QRectF, scale: float) -> None:
    """Draw an icon sharply at the painter's scale."""
    device = painter.device()
    wanted = scale * (device.devicePixelRatio() if device is not None else 1.0)
    ratio = next((step for step in (1.0, 1.5, 2.0, 3.0, 4.0) if step >= wanted), 6.0)
    picture = icons.pixmap(name, color, round(area.width()), ratio)
    painter.drawPixmap(area, picture, QRectF(picture.rect()))


@lru_cache(maxsize=4096)
def elided(text: str, font: QFont, width: float) -> str:
    """`text`, its end cut off so that it fits."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=4096)
def wrapped(text: str, font: QFont, width: float) -> str:
    """`text` on one line, or broken once, after an underscore where there is one, the rest elided."""
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) <= width:
        return text
    cut = len(text) - 1
    while cut > 1 and metrics.horizontalAdvance(text[:cut]) > width:
        cut -= 1
    at = text.rfind("_", cut // 3, cut) + 1 or cut
    return f"{text[:at]}\n{metrics.elidedText(text[at:], Qt.TextElideMode.ElideRight, width)}"


@lru_cache(maxsize=4096)
def text_width(text: str, font: QFont) -> float:
    """How wide a text is."""
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=256)
def outline_path(height: float, grown: float = 0.0, lowered: float = 0.0) -> QPainterPath:
    """The outline of a card, `grown` on every side and `lowered`, as a shadow is."""
    path = QPainterPath()
    area = QRectF(-grown, lowered - grown, CARD_WIDTH + 2 * grown, height + 2 * grown)
    path.addRoundedRect(area, RADIUS + grown, RADIUS + grown)
    return path


@lru_cache(maxsize=256)
def stripe_path(height: float) -> QPainterPath:
    """The stripe along a card's left side, within its rounded corners."""
    stripe = QPainterPath()
    stripe.addRect(QRectF(0, 0, STRIPE, height))
    return outline_path(height).intersected(stripe)


def _sized(font: QFont, size_px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    made = QFont(font)
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
