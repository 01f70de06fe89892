"""The far view: every card a colored rectangle and every wire a line or some, painted in a few calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.gui.canvas.look import Look, mixed, pen

SMOOTH_LINES = 600
"""More lines than this are drawn without smoothing, which takes ten times as long."""


@dataclass(frozen=True, slots=True)
class FarView:
    """What is to be painted: cards by color, wires, and which cards are selected or in error."""

    cards: list[tuple[QColor, list[QRectF]]]
    wires: list[QLineF]
    selected: list[QRectF]
    errors: list[QRectF]


class FarItem(QGraphicsItem):
    """Paints a FarView, which is made anew when it is painted first after `forget`."""

    def __init__(self, look: Callable[[], Look], make: Callable[[], FarView]) -> None:
        super().__init__()
        self._look = look
        self._make = make
        self._view: FarView | None = None
        self._bounds = QRectF()
        self.setVisible(False)

    def forget(self, bounds: QRectF | None = None) -> None:
        """Look at the drawing again; `bounds` is where it lies, if that has changed."""
        if bounds is not None and bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._view = None
        self.update()

    def boundingRect(self) -> QRectF:
        """Where the drawing lies."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint everything in a few calls."""
        view = self._view or self._make()
        self._view = view
        look = self._look()
        t = look.tokens
        wire = pen(t.wire, 1.0)
        wire.setCosmetic(True)
        painter.setPen(wire)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(view.wires) <= SMOOTH_LINES)
        painter.drawLines(view.wires)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, cards in view.cards:
            painter.setBrush(mixed(color, t.raised, 0.75))
            painter.drawRects(cards)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._outline(painter, t.error, view.errors, crossed=True)
        self._outline(painter, t.accent, view.selected)

    def _outline(self, painter: QPainter, color: QColor, cards: list[QRectF], *, crossed: bool = False) -> None:
        line = pen(color, 2.0)
        line.setCosmetic(True)
        painter.setPen(line)
        painter.drawRects(cards)
        if crossed:
            painter.drawLines([QLineF(card.topLeft(), card.bottomRight()) for card in cards])
