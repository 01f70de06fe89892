"""The page of keys, made from the table of actions, and what the program is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QScrollArea, QVBoxLayout, QWidget

import studio
from studio.core.paths import settings_dir, state_dir
from studio.gui.shared.words import Words
from studio.gui.shell.actions import ACTIONS, MENUS

CANVAS_KEYS = (
    ("A, Enter", "Add a layer by typing its name; Enter on a block looks inside"),
    ("Double-click", "Add where the mouse is; on a wire, insert there; on a block, look inside"),
    ("Arrow keys", "Move the selected nodes, far with Shift; with nothing selected, go through the drawing"),
    ("Ctrl+arrow keys", "Go through the drawing, along its wires"),
    ("Shift+click, Ctrl+click", "Add to the selection, or take away"),
    ("Alt while dragging", "Place freely, off the grid; let a wire end where it does not fit"),
    ("Wheel", "Zoom to the pointer; with Shift, scroll sideways"),
    ("Middle button, Space and drag", "Move the view"),
    ("F", "Show the whole drawing"),
    ("Esc", "Take back the gesture; select nothing; leave the block"),
    ("Backspace", "Delete the selection; with nothing selected, leave the block"),
)


class KeysDialog(QDialog):
    """Every shortcut, by menu, and the keys of the canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 560)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        at = 0
        for menu in MENUS:
            rows = [(action.shortcut, action.help.rstrip(".")) for action in ACTIONS if action.menu == menu]
            at = self._add(grid, at, menu, [row for row in rows if row[0]])
        self._add(grid, at, self.tr("Canvas"), list(CANVAS_KEYS))
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(_close_button(self))

    def _add(self, grid: QGridLayout, at: int, title: str, rows: list[tuple[str, str]]) -> int:
        if not rows:
            return at
        grid.addWidget(Words(title, bold=True), at, 0, 1, 2)
        for keys, text in rows:
            at += 1
            grid.addWidget(Words(keys, mono=True), at, 0)
            grid.addWidget(Words(text, wrap=True), at, 1)
        grid.setRowMinimumHeight(at + 1, 12)
        return at + 2


class AboutDialog(QDialog):
    """The version, what computes, and where the files are."""

    def __init__(self, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Layer Studio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(480, 240)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(Words(f"Layer Studio {studio.__version__}", points=4, bold=True))
        column.addWidget(Words(studio.__doc__ or "", wrap=True))
        column.addWidget(Words(device or self.tr("The engine is warming up."), muted=True))
        for name, folder in ((self.tr("Settings"), settings_dir()), (self.tr("State"), state_dir())):
            words = Words(f"{name}: {folder}", muted=True, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        column.addStretch(1)
        column.addWidget(_close_button(self))


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    box.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # the style's own look foreign here
    box.rejected.connect(dialog.reject)
    return box
