"""The matrix of which class was taken for which: a row for each true class, a column for each chosen one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.wording import count_text, plural
from studio.gui.shared.theme import Theme, Tokens, mixed
from studio.session.results import Confusion

LARGEST_PX, SMALLEST_PX = 44, 3
LABEL_PX, GAP_PX, TITLE_PX = 112, 8, 20
NUMBER_PX = 22
"""Cells smaller than this have no numbers in them."""
STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


def pair_text(confusion: Confusion, true: int, chosen: int) -> str:
    """One cell in a sentence."""
    count, all_ = int(confusion.counts[true, chosen]), int(confusion.counts[true].sum())
    share = f"{count_text(count)} of {count_text(all_)}" + (f" ({count / all_:.0%})" if all_ else "")
    if true == chosen:
        return f"{confusion.classes[true]}: told right {share}"
    return f"{confusion.classes[true]} taken for {confusion.classes[chosen]}: {share}"


class Matrix(QWidget):
    """Draws a confusion. `pointed` carries the sentence of the cell under the mouse, or that the arrow keys chose."""

    pointed = Signal(str)

    def __init__(self, confusion: Confusion, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confusion = confusion
        self._theme = theme
        self._cell: tuple[int, int] | None = None
        sums = confusion.counts.sum(axis=1, keepdims=True)
        self._shares = confusion.counts / np.maximum(sums, 1)
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(name) for name in confusion.classes), default=0)
        self._label_px = min(LABEL_PX, longest + 2)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Which class was taken for which"))
        self.setAccessibleDescription(
            f"{plural(confusion.right, 'example')} of {count_text(confusion.total)} told right. Arrow keys read cells."
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell that is pointed at: the true class, and the one it was taken for."""
        return self._cell

    def place_of(self, true: int, chosen: int) -> QRectF:
        """Where a cell is drawn."""
        origin, side = self._origin(), self._side()
        return QRectF(origin.x() + chosen * side, origin.y() + true * side, side, side)

    def sizeHint(self) -> QSize:
        """As large as the cells want to be."""
        count, edge = len(self._confusion.classes), self._label_px + GAP_PX + TITLE_PX
        side = min(max(LARGEST_PX * count, 160), 560)
        return QSize(edge + side + 1, edge + side + 1)

    def minimumSizeHint(self) -> QSize:
        """Cells that can still be told apart."""
        edge = self._label_px + GAP_PX + TITLE_PX
        least = max(len(self._confusion.classes) * SMALLEST_PX, 120)
        return QSize(edge + least, edge + least)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, cells and what is pointed at."""
        painter = QPainter(self)
        t = self._theme.tokens
        side, count = self._side(), len(self._confusion.classes)
        painter.fillRect(self.place_of(0, 0).united(self.place_of(count - 1, count - 1)), t.raised)
        for true, chosen in np.argwhere(self._confusion.counts > 0):
            self._paint_cell(painter, t, int(true), int(chosen), side)
        self._paint_grid(painter, t, side, count)
        self._paint_names(painter, t, side, count)
        if self._cell is not None:
            painter.setPen(QPen(t.text, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.place_of(*self._cell))
        if self.hasFocus():
            painter.setPen(QPen(t.accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                self.place_of(0, 0).united(self.place_of(count - 1, count - 1)).adjusted(-2, -2, 2, 2),
            )
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the cell below."""
        origin, side = self._origin(), self._side()
        column = int((event.position().x() - origin.x()) // side)
        row = int((event.position().y() - origin.y()) // side)
        count = len(self._confusion.classes)
        self._point_at((row, column) if 0 <= row < count and 0 <= column < count else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell."""
        step = STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        row, column = self._cell or (0, 0)
        last = len(self._confusion.classes) - 1
        if self._cell is not None:
            row, column = min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)
        self._point_at((row, column))

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self.pointed.emit("" if cell is None else pair_text(self._confusion, *cell))
        self.update()

    def _origin(self) -> QPointF:
        edge = TITLE_PX + self._label_px + GAP_PX
        return QPointF(edge, edge)

    def _side(self) -> float:
        origin = self._origin()
        room = min(self.width() - origin.x() - 2, self.height() - origin.y() - 2)
        side = min(LARGEST_PX, room / len(self._confusion.classes))
        return float(int(side)) if side >= 2 * SMALLEST_PX else max(side, 1.0)

    def _paint_cell(self, painter: QPainter, t: Tokens, true: int, chosen: int, side: float) -> None:
        place = self.place_of(true, chosen)
        share = float(self._shares[true, chosen])
        color = mixed(t.accent if true == chosen else t.error, t.raised, 0.15 + 0.75 * share)
        painter.fillRect(place, color)
        if side >= NUMBER_PX:
            painter.setPen(_readable(color, t))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _short(int(self._confusion.counts[true, chosen])))

    def _paint_grid(self, painter: QPainter, t: Tokens, side: float, count: int) -> None:
        painter.setPen(QPen(t.line, 1.0))
        origin, length = self._origin(), side * count
        lines = range(count + 1) if side >= 2 * SMALLEST_PX else (0, count)
        for at in lines:
            painter.drawLine(origin + QPointF(at * side, 0), origin + QPointF(at * side, length))
            painter.drawLine(origin + QPointF(0, at * side), origin + QPointF(length, at * side))

    def _paint_names(self, painter: QPainter, t: Tokens, side: float, count: int) -> None:
        metrics, origin = self.fontMetrics(), self._origin()
        every = max(1, -(-metrics.height() // max(1, int(side))))
        length = side * count
        painter.setPen(t.muted)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(origin.x(), 0, max(length, 160), TITLE_PX), left, self.tr("taken for"))
        painter.save()
        painter.translate(0, origin.y() + length)
        painter.rotate(-90)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, max(length, 160), TITLE_PX), right if length >= 160 else left, self.tr("true"))
        painter.restore()
        painter.setPen(t.text)
        for at in range(0, count, every):
            name = metrics.elidedText(self._confusion.classes[at], Qt.TextElideMode.ElideRight, self._label_px)
            middle = (at + 0.5) * side
            height = metrics.height()
            painter.drawText(QRectF(TITLE_PX, origin.y() + middle - height / 2, self._label_px, height), right, name)
            painter.save()
            painter.translate(origin.x() + middle - height / 2, origin.y() - GAP_PX)
            painter.rotate(-90)
            painter.drawText(QRectF(0, 0, self._label_px, height), left, name)
            painter.restore()


def _short(count: int) -> str:
    """A count for a small cell: `36`, `1.2k`."""
    if count < 1000:
        return str(count)
    return (
        f"{count / 1000:.1f}k" if count < 9950 else f"{count / 1000:.0f}k" if count < 999_500 else f"{count / 1e6:.0f}M"
    )


def _readable(ground: QColor, t: Tokens) -> QColor:
    """Of black-or-white-like colors of the theme, the one that is read better on a ground."""
    return max((t.text, t.surface, t.on_accent), key=lambda color: _contrast(color, ground))


def _contrast(first: QColor, second: QColor) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
