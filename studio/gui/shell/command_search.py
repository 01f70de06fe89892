"""Every action by its name: type a few letters, Enter does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme
from studio.gui.shell.actions import ACTIONS, Action

WIDTH_PX = 440
ROW_PX = 32
ROWS = 9
RADIUS_PX = 8.0
MOVING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ID = Qt.ItemDataRole.UserRole


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


class CommandSearch(QFrame):
    """A panel over the window. It goes when something was chosen, on Esc, and when the focus goes."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._theme = theme
        self._over = parent
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Find an action"))
        self.field.setMinimumHeight(ROW_PX)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Actions"))
        self.list.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.setFixedSize(WIDTH_PX, ROW_PX * (ROWS + 1) + 32)
        self.hide()

    def ask(self) -> None:
        """Come up, empty, and take the focus."""
        self._before = self._over.focusWidget()
        self.field.clear()
        self._fill("")
        self.move((self._over.width() - self.width()) // 2, 72)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for action in matching(ACTIONS, self._actions, typed):
            name = self._actions[action.id].text().replace("&&", "&")
            keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            item = QListWidgetItem(f"{name}   {keys}" if keys else name)
            item.setData(ID, action.id)
            item.setToolTip(action.help)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self) -> None:
        item = self.list.currentItem()
        self._leave()
        if item is not None:
            self._actions[item.data(ID)].trigger()

    def _leave(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys walk the list while the field has the focus; Esc and a lost focus leave."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in MOVING_KEYS:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                self._leave()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel's surface."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.strong_line))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
        painter.end()
