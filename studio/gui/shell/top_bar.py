"""The bar at the top: the project's name, undo and redo, the places, and the big Train button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from studio.gui.shared.icons import icon
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words

PLACES = ("build", "data", "training")
TOOLS = ("undo", "redo")
ICONS = {"build": "build", "data": "data", "training": "chart", "undo": "undo", "redo": "redo"}


class TopBar(QWidget):
    """Buttons for actions that are passed in; says what it is told."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._theme = theme
        self._running = False
        self._buttons: dict[str, QToolButton] = {}
        self.title = Words(bold=True)
        self.title.setMinimumWidth(48)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.device = Words(muted=True)
        self.train = QPushButton()
        self.train.setMinimumWidth(112)
        self.train.setMinimumHeight(32)
        self.train.setObjectName("big-train")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        for name in TOOLS:
            row.addWidget(self._tool(name))
        row.addSpacing(16)
        for name in PLACES:
            row.addWidget(self._place(name))
        row.addSpacing(16)
        row.addStretch(1)
        row.addWidget(self.device)
        row.addSpacing(8)
        row.addWidget(self.train)
        self.train.clicked.connect(self._press)
        self.show_running(False, "Train")
        self._paint(theme.tokens)
        theme.changed.connect(self._paint)

    def show_project(self, title: str, *, modified: bool) -> None:
        """Show the name of the project, with a dot while it has unsaved changes."""
        self.title.setText(f"{title} •" if modified else title)
        self.title.setToolTip("Unsaved changes" if modified else "")

    def show_running(self, running: bool, text: str) -> None:
        """Show what the big button does now: Train, or Stop while a run goes on."""
        self._running = running
        self.train.setText(text)
        action = self._actions["stop" if running else "train"]
        self.train.setEnabled(action.isEnabled())
        self.train.setToolTip(action.toolTip())
        self._paint_train(self._theme.tokens)

    def _press(self) -> None:
        self._actions["stop" if self._running else "train"].trigger()

    def _tool(self, name: str) -> QToolButton:
        button = self._buttons[name] = QToolButton()
        button.setDefaultAction(self._actions[name])
        button.setAutoRaise(True)
        button.setIconSize(QSize(18, 18))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        return button

    def _place(self, name: str) -> QToolButton:
        button = self._tool(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMinimumHeight(32)
        button.setMinimumWidth(84)
        return button

    def _paint(self, t: Tokens) -> None:
        for name in self._buttons:
            self._actions[name].setIcon(icon(ICONS[name], t.text, 18, t.strong_line))
        self._paint_train(t)
        self.update()

    def _paint_train(self, t: Tokens) -> None:
        palette = self.train.palette()
        back = t.error if self._running else t.accent
        palette.setColor(palette.ColorRole.Button, back)
        palette.setColor(palette.ColorRole.ButtonText, t.on_accent)
        off = palette.ColorGroup.Disabled
        palette.setColor(off, palette.ColorRole.Button, t.sunken)
        palette.setColor(off, palette.ColorRole.ButtonText, t.muted)
        self.train.setPalette(palette)
        self.train.setIcon(icon("stop" if self._running else "train", t.on_accent, 16, t.muted))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar with a line beneath."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
