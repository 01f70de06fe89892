"""The ground of the canvas: a plain color with a grid of dots that thins out with distance."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from studio.gui.canvas.look import pen
from studio.gui.shared.theme import Tokens

SPACING = 32.0
LEAST_PX = 22.0
"""The least distance between dots on the screen."""


def paint_grid(painter: QPainter, tokens: Tokens, exposed: QRectF, scale: float) -> None:
    """Paint the part of the ground that is exposed, in scene coordinates."""
    painter.fillRect(exposed, tokens.canvas)
    spacing = SPACING
    while spacing * scale < LEAST_PX:
        spacing *= 2
    columns = range(floor(exposed.left() / spacing), ceil(exposed.right() / spacing) + 1)
    rows = range(floor(exposed.top() / spacing), ceil(exposed.bottom() / spacing) + 1)
    dot = pen(tokens.grid, 2.0)
    dot.setCosmetic(True)
    painter.setPen(dot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawPoints([QPointF(column * spacing, row * spacing) for row in rows for column in columns])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
