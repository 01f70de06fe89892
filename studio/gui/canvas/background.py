"""The ground of the canvas: a plain color with a grid of dots that thins out with distance."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.gui.canvas.look import pen
from studio.gui.shared.theme import Tokens

SPACING = 32.0
DOT_PX = 2.0
LEAST_PX = 22.0
"""The least distance between dots on the screen."""


def paint_grid(painter: QPainter, tokens: Tokens, exposed: QRectF, scale: float) -> None:
    """Paint the part of the ground that is exposed, in scene coordinates."""
    painter.fillRect(exposed, tokens.canvas)
    spacing = SPACING
    while spacing * scale < LEAST_PX:
        spacing *= 2
    left, right = floor(exposed.left() / spacing) * spacing, ceil(exposed.right() / spacing) * spacing
    rows = range(floor(exposed.top() / spacing), ceil(exposed.bottom() / spacing) + 1)
    dots = pen(tokens.grid, DOT_PX)
    dots.setCosmetic(True)
    dots.setCapStyle(Qt.PenCapStyle.FlatCap)
    dots.setDashPattern([1.0, spacing * scale / DOT_PX - 1.0])  # a line of dashes is faster than as many points
    painter.setPen(dots)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines([QLineF(left, row * spacing, right, row * spacing) for row in rows])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
