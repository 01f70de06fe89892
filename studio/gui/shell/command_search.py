"""Every action by its name: type a few letters, Enter does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.gui.shared.search_panel import Row, SearchPanel
from studio.gui.shared.theme import Theme
from studio.gui.shell.actions import ACTIONS, Action

WIDTH_PX, ROW_PX, ROWS = 440, 32, 9
TOP_PX = 72


def matching(table: Sequence[Action], actions: Mapping[str, QAction], typed: str) -> list[Action]:
    """What is possible now and has every typed word in its name, menu or help; names that begin so come first."""
    words = typed.lower().split()
    ranked = []
    for at, action in enumerate(table):
        name = actions[action.id].text().replace("&&", "&").lower()
        everything = f"{action.menu} {name} {action.help}".lower()
        if actions[action.id].isEnabled() and all(word in everything for word in words):
            whole = " ".join(words)
            ranked.append((not name.startswith(whole), whole not in name, at, action))
    return [action for *_, action in sorted(ranked, key=lambda each: each[:3])]


class CommandSearch(SearchPanel):
    """Offers what can be done now, in the middle of the window."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, WIDTH_PX, ROW_PX)
        self._actions = actions
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Find an action"))
        self.field.setMinimumHeight(ROW_PX)
        self.list.setAccessibleName(self.tr("Actions"))
        self.empty.setText(self.tr("Nothing of this name can be done now."))

    def ask(self) -> None:
        """Come up, empty, and take the focus."""
        self.come(self._found, lambda id_: self._actions[id_].trigger(), ROWS)
        self.settle(QPoint((self._over.width() - self.width()) // 2, TOP_PX))

    def _found(self, typed: str) -> list[Row]:
        return [self._row(action) for action in matching(ACTIONS, self._actions, typed)]

    def _row(self, action: Action) -> Row:
        name = self._actions[action.id].text().replace("&&", "&")
        keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        return Row(action.id, f"{name}   {keys}" if keys else name, action.help)
