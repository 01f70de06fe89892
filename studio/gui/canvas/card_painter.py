"""How a card looks: only painting, from what it says and where its parts are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from studio.analysis.problem import Severity
from studio.gui.canvas.face import Face
from studio.gui.canvas.geometry import CARD_WIDTH, FOOT, PORT_RADIUS, Body, Detail, Side, Socket
from studio.gui.canvas.look import (
    Look,
    draw_icon,
    elided,
    faded,
    mixed,
    outline_path,
    pen,
    stripe_path,
    text_width,
    wrapped,
)

TEXT_X = 44.0
RIGHT = CARD_WIDTH - 12.0
CHIP = QRectF(13, 12, 24, 24)
MARK = 14.0
FADED = 0.3
STACK_STEP = 4.0


class Fit(Enum):
    """What a card is to the wire that is being drawn."""

    NONE = "none"
    FITS = "fits"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Mood:
    """How a card is being treated: selected, pointed at, focused by the keyboard, wanted by a wire."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False
    fit: Fit = Fit.NONE
    fitting: frozenset[tuple[Side, str, int]] = frozenset()
    """The sockets that take the wire that is being drawn."""
    target: tuple[Side, str, int] | None = None
    """The socket to which the wire's end has jumped."""


def paint_card(painter: QPainter, look: Look, body: Body, face: Face, mood: Mood, detail: Detail, scale: float) -> None:
    """Paint a card with its corner at the origin."""
    if mood.fit is Fit.WRONG:
        painter.setOpacity(FADED)
    _paint_surface(painter, look, body, face, mood)
    if detail is Detail.FULL:
        _paint_title(painter, look, face, scale)
        _paint_details(painter, look, body, face)
    else:
        _paint_name(painter, look, body, face, scale)
    for socket in body.sockets:
        _paint_socket(painter, look, socket, mood, detail)


def _paint_surface(painter: QPainter, look: Look, body: Body, face: Face, mood: Mood) -> None:
    t, height = look.tokens, body.height
    if face.stacked:
        _paint_stack(painter, look, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.shade)
    painter.drawPath(outline_path(height, 1.0, 1.0))
    painter.drawPath(outline_path(height, 0.0, 1.0))
    painter.setBrush(mixed(t.accent, t.raised, 0.07) if mood.fit is Fit.FITS else t.raised)
    painter.drawPath(outline_path(height))
    painter.setBrush(look.family(face.family))
    painter.drawPath(stripe_path(height))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    color, width = _edge(look, face, mood)
    painter.setPen(pen(color, width))
    if mood.selected:  # outside of the border, so that a problem's edge stays visible
        painter.drawPath(outline_path(height, 2.0))
        color, width = _edge(look, face, Mood())
        painter.setPen(pen(color, width))
    painter.drawPath(outline_path(height))
    if mood.focused:
        painter.setPen(pen(faded(t.accent, 0.45), 3.0))
        painter.drawPath(outline_path(height, 5.0))


def _paint_stack(painter: QPainter, look: Look, height: float) -> None:
    """Cards behind the card of a block, which say that there is more in it."""
    painter.setPen(pen(look.border, 1.0))
    painter.setBrush(look.tokens.raised)
    for step in (2 * STACK_STEP, STACK_STEP):
        painter.translate(step, -step)
        painter.drawPath(outline_path(height))
        painter.translate(-step, step)


def _edge(look: Look, face: Face, mood: Mood) -> tuple[QColor, float]:
    t = look.tokens
    if mood.selected or mood.fit is Fit.FITS:
        return t.accent, 2.0
    if face.severity in (Severity.ERROR, Severity.WARNING):
        return look.severity(face.severity), 1.5
    return (t.strong_line, 1.0) if mood.hovered else (look.border, 1.0)


def _paint_chip(painter: QPainter, look: Look, face: Face, chip: QRectF, scale: float) -> None:
    t, family = look.tokens, look.family(face.family)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(family, t.raised, 0.18 if t.dark else 0.13))
    painter.drawRoundedRect(chip, 6, 6)
    inset = chip.width() / 8
    draw_icon(painter, face.icon, family, chip.adjusted(inset, inset, -inset, -inset), scale)


def _paint_name(painter: QPainter, look: Look, body: Body, face: Face, scale: float) -> None:
    """From afar: a large icon and the name alone, on two lines if need be."""
    middle = body.height / 2
    _paint_chip(painter, look, face, QRectF(14, middle - 18, 36, 36), scale)
    right = RIGHT
    for name, color in _marks(look, face)[:1]:
        draw_icon(painter, name, color, QRectF(right - 18, middle - 11, 22, 22), scale)
        right -= 22
    painter.setFont(look.far_font)
    painter.setPen(look.tokens.text)
    area = QRectF(58, middle - 32, right - 58, 64)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWrapAnywhere
    painter.drawText(area, flags, wrapped(face.title, look.far_font, area.width()))


def _paint_title(painter: QPainter, look: Look, face: Face, scale: float) -> None:
    t = look.tokens
    _paint_chip(painter, look, face, CHIP, scale)
    right = RIGHT
    for name, color in _marks(look, face):
        draw_icon(painter, name, color, QRectF(right - MARK + 2, 11, MARK, MARK), scale)
        right -= MARK + 4
    _text(painter, face.title, look.name_font, t.text, QRectF(TEXT_X, 8, right - TEXT_X, 20))


def _marks(look: Look, face: Face) -> list[tuple[str, QColor]]:
    """The small signs in the upper right corner, from the right."""
    marks: list[tuple[str, QColor]] = []
    if face.severity is not None:
        marks.append((face.severity.value, look.severity(face.severity)))
    for name, there in (("shared", face.shared), ("frozen", face.frozen), ("masked", face.masked)):
        if there:
            marks.append((name, look.tokens.muted))
    return marks


def _paint_details(painter: QPainter, look: Look, body: Body, face: Face) -> None:
    t = look.tokens
    line, kind = (face.params, face.kind) if face.params else (face.kind, "")
    _text(painter, line, look.small_font, t.muted, QRectF(TEXT_X, 28, RIGHT - TEXT_X, 16))
    foot = body.height - FOOT + 2
    shape_width = text_width(face.shape, look.mono_font) + 2
    left = max(RIGHT - shape_width, 12.0)
    _text(painter, face.shape, look.mono_font, t.text, QRectF(left, foot, RIGHT - left, 16))
    start = TEXT_X if text_width(kind, look.small_font) <= left - 8 - TEXT_X else 12.0
    _text(painter, kind, look.small_font, t.muted, QRectF(start, foot, left - 8 - start, 16))


def _paint_socket(painter: QPainter, look: Look, socket: Socket, mood: Mood, detail: Detail) -> None:
    t = look.tokens
    key = (socket.side, socket.port, socket.slot)
    center = QPointF(socket.x, socket.y)
    radius = PORT_RADIUS
    color = t.strong_line
    if key in mood.fitting:
        color = t.accent
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(t.accent, 0.25))
        painter.drawEllipse(center, radius + 5, radius + 5)
    if key == mood.target:
        radius += 2.0
    painter.setPen(pen(color, 1.5))
    painter.setBrush(t.raised if socket.hollow else mixed(color, t.raised, 0.75))
    painter.drawEllipse(center, radius, radius)
    if socket.label and detail is Detail.FULL:
        _paint_label(painter, look, socket)


def _paint_label(painter: QPainter, look: Look, socket: Socket) -> None:
    half = CARD_WIDTH / 2
    if socket.side is Side.IN:
        area, flag = QRectF(12, socket.y - 8, half, 16), Qt.AlignmentFlag.AlignLeft
    else:
        area, flag = QRectF(half - 12, socket.y - 8, half, 16), Qt.AlignmentFlag.AlignRight
    _text(painter, socket.label, look.port_font, look.tokens.muted, area, flag)


def _text(
    painter: QPainter,
    text: str,
    font: QFont,
    color: QColor,
    area: QRectF,
    flag: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    if not text or area.width() <= 0:
        return
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(
        area, flag | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided(text, font, area.width())
    )
