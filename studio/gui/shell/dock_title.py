"""The title of a dock: its name and a way to close it; the menu View brings it back."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

HEIGHT_PX = 24


class DockTitle(QWidget):
    """Stands in for the style's title bar, on the grid of the rest."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        close = Button("", theme, Look.QUIET, "close", height_px=HEIGHT_PX)
        close.setToolTip(self.tr("Close (the menu View brings it back)"))
        close.setAccessibleName(self.tr("Close {panel}").format(panel=dock.windowTitle()))
        close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 0)
        row.addWidget(Words(dock.windowTitle(), bold=True), 1)
        row.addWidget(close)
