"""Pan: the canvas follows the hand (middle button, or space and the left one)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint

from studio.gui.canvas.tools.gesture import Pointer


class Pan:
    """Moves the view by as much as the mouse moves."""

    def __init__(self, pointer: Pointer, scroll: Callable[[QPoint], None]) -> None:
        self._last = pointer.view
        self._traveled = QPoint()
        self._scroll = scroll

    def move(self, pointer: Pointer) -> None:
        """Follow the hand."""
        step = pointer.view - self._last
        self._last = pointer.view
        self._traveled += step
        self._scroll(step)

    def finish(self, pointer: Pointer) -> None:
        """Stay here."""
        self.move(pointer)

    def cancel(self) -> None:
        """Go back to where the hand came from."""
        self._scroll(QPoint() - self._traveled)
