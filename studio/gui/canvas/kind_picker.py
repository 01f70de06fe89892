"""The quick-add field: type a few letters, choose a kind with the arrow keys, Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from studio.catalog.declaration import Kind
from studio.gui.canvas.face import icon_name
from studio.gui.shared import icons
from studio.gui.shared.kind_search import found
from studio.gui.shared.search_panel import Row, SearchPanel
from studio.gui.shared.theme import Theme

WIDTH_PX, ROW_PX, ROWS = 264, 28, 8
LEFT_PX, ABOVE_PX = 16, 24
"""How far the panel begins before and above the place that it is asked for."""


class KindPicker(SearchPanel):
    """Offers kinds near the pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, WIDTH_PX, ROW_PX)
        self.field.setPlaceholderText(self.tr("Type a layer, such as conv"))
        self.field.setAccessibleName(self.tr("Layer to add"))
        self.list.setAccessibleName(self.tr("Layers that fit"))
        self.empty.setText(self.tr("No layer of this name fits here."))

    def ask(self, near: QPoint, kinds: Sequence[Kind], picked: Callable[[str], object]) -> None:
        """Offer `kinds` at a place in the parent; `picked` gets the name of the one that was chosen."""
        families = self._theme.tokens.families

        def find(typed: str) -> list[Row]:
            return [
                Row(kind.name, kind.name, kind.summary, icons.icon(icon_name(kind), families[kind.family]))
                for kind in found(kinds, typed)
            ]

        self.come(find, picked, min(max(len(kinds), 1), ROWS))
        self.settle(QPoint(near.x() - LEFT_PX, near.y() - ABOVE_PX))
