"""The camera: which part of the canvas is seen, and how large."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.geometry import CARDS_FROM, MAX_SCALE, MIN_SCALE, Box, Point

STEP = 1.2
"""How much one notch of the wheel, or one press of a zoom key, enlarges."""
NOTCH = 120.0
MARGIN_PX = 48.0
READABLE = 0.6
"""The scale below which text on cards is guessed rather than read."""


class Camera:
    """Moves what a view shows; `zoomed` gets every new scale."""

    def __init__(self, view: QGraphicsView, drawing: Drawing, zoomed: Callable[[float], object]) -> None:
        self._view = view
        self._drawing = drawing
        self._zoomed = zoomed

    @property
    def scale(self) -> float:
        """Screen pixels for each scene pixel."""
        return self._drawing.scale

    def point(self, at: QPoint | QPointF) -> Point:
        """The place on the canvas at a place in the view."""
        place = self._view.viewportTransform().inverted()[0].map(QPointF(at))
        return Point(place.x(), place.y())

    def seen(self) -> Box:
        """What can be seen of the canvas."""
        area = self._view.viewportTransform().inverted()[0].mapRect(QRectF(self._view.viewport().rect()))
        return Box(area.x(), area.y(), area.width(), area.height())

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show everything at `scale`; the point at `at` in the view, or the middle, stays where it is."""
        view, scale = self._view, min(max(scale, MIN_SCALE), MAX_SCALE)
        fixed = at if at is not None else view.viewport().rect().toRectF().center()
        before = view.viewportTransform().inverted()[0].map(fixed)
        self._drawing.set_scale(scale)
        view.resetTransform()
        view.scale(scale, scale)
        self.scroll((fixed - view.viewportTransform().map(before)).toPoint())
        self._zoomed(scale)

    def zoom(self, steps: float, at: QPointF | None = None) -> None:
        """Show everything some steps larger, or, below zero, smaller."""
        self.zoom_to(self.scale * STEP**steps, at)

    def scroll(self, step: QPoint) -> None:
        """Move what is shown by screen pixels."""
        horizontal, vertical = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        horizontal.setValue(horizontal.value() - step.x())
        vertical.setValue(vertical.value() - step.y())

    def fit(self) -> None:
        """Show the whole drawing, not larger than life."""
        self._fit(MIN_SCALE)

    def show_start(self) -> None:
        """Show the whole drawing, or as much of its beginning as can be read."""
        self._fit(READABLE)

    def reveal(self, box: Box) -> None:
        """Bring a card into view, large enough to be read."""
        if self.scale < CARDS_FROM:
            self.zoom_to(1.0)
        if not self.seen().holds(box.grown(16.0)):
            self._view.centerOn(*box.center)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom to the pointer with a wheel; scroll with two fingers (Ctrl: zoom), Shift with a wheel: sideways."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        fingers = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if fingers and not control:
            self.scroll(pixels)
        elif sideways:
            self.scroll(QPoint(angle.y() or angle.x(), 0))
        elif angle.y():
            self.zoom(angle.y() / NOTCH, event.position())

    def _fit(self, smallest: float) -> None:
        bounds = self._drawing.bounds
        if bounds is None:
            self.zoom_to(1.0)
            self._view.centerOn(0.0, 0.0)
            return
        viewport = self._view.viewport()
        width, height = viewport.width() - 2 * MARGIN_PX, viewport.height() - 2 * MARGIN_PX
        scale = min(max(width, 1.0) / max(bounds.width, 1.0), max(height, 1.0) / max(bounds.height, 1.0), 1.0)
        self.zoom_to(max(scale, smallest))
        middle = min(bounds.center.x, bounds.x + width / (2 * self.scale))
        self._view.centerOn(middle, self._level(bounds, height / (2 * self.scale)))

    def _level(self, bounds: Box, half: float) -> float:
        """The height of the middle: the drawing's, or, where it is too high for the view, near its first card."""
        cards = [item.box for item in self._drawing.nodes.values()]
        if bounds.height <= 2 * half or not cards:
            return bounds.center.y
        first = min(cards, key=lambda box: (box.x, box.y)).center.y
        return min(max(first, bounds.y + half), bounds.bottom - half)
