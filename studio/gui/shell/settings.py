"""What the window remembers between starts: its theme, its size, where its docks are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

LAYOUT_VERSION = 1
"""Raised when docks or bars come, go or are renamed: an older layout is then forgotten, not misread."""
GEOMETRY = "window/geometry"
STATE = "window/state"
THEME = "theme"


class Settings:
    """The user's settings in an INI file; one that cannot be read is like an empty one."""

    def __init__(self, path: Path) -> None:
        self._stored = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """The name of the chosen theme; empty if none was."""
        return str(self._stored.value(THEME, ""))

    def set_theme(self, name: str) -> None:
        """Remember a theme."""
        self._stored.setValue(THEME, name)

    def restore_size(self, window: QMainWindow) -> None:
        """Give a window the place and the size that it had last, if there were any."""
        geometry = self._bytes(GEOMETRY)
        if not geometry.isEmpty():
            window.restoreGeometry(geometry)

    def restore_docks(self, window: QMainWindow) -> bool:
        """Put a window's docks to where they were last; False if this version has not had them."""
        state = self._bytes(STATE)
        return not state.isEmpty() and window.restoreState(state, LAYOUT_VERSION)

    def keep_layout(self, window: QMainWindow) -> None:
        """Remember a window's size and docks."""
        self._stored.setValue(GEOMETRY, window.saveGeometry())
        self._stored.setValue(STATE, window.saveState(LAYOUT_VERSION))
        self._stored.sync()

    def _bytes(self, key: str) -> QByteArray:
        value = self._stored.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
