"""The quick-add field: type a few letters, choose a kind with the arrow keys, Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from studio.gui.shared import icons
from studio.gui.shared.kind_search import found
from studio.gui.shared.offers import Offer
from studio.gui.shared.search_panel import Row, SearchPanel
from studio.gui.shared.theme import Theme

WIDTH_PX, ROW_PX, ROWS = 264, 28, 8
LEFT_PX, ABOVE_PX = 16, 24
"""How far the panel begins before and above the place that it is asked for."""


class KindPicker(SearchPanel):
    """Offers kinds and blocks near the pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, WIDTH_PX, ROW_PX)
        self.field.setPlaceholderText(self.tr("Type a layer, such as conv"))
        self.field.setAccessibleName(self.tr("Layer to add"))
        self.list.setAccessibleName(self.tr("Layers that fit"))
        self.empty.setText(self.tr("No layer of this name fits here."))

    def ask(self, near: QPoint, offers: Sequence[Offer], picked: Callable[[Offer], object]) -> None:
        """Offer something at a place in the parent; `picked` gets what was chosen."""
        families = self._theme.tokens.families
        by_id = {each.id: each for each in offers}

        def find(typed: str) -> list[Row]:
            return [
                Row(each.id, each.name, each.kind.summary, icons.icon(each.icon, families[each.family]))
                for each in found(offers, typed)
            ]

        self.come(find, lambda id_: picked(by_id[id_]), min(max(len(offers), 1), ROWS))
        self.settle(QPoint(near.x() - LEFT_PX, near.y() - ABOVE_PX))
