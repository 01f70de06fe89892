"""The bar at the top: the project's name, undo and redo, the places, and the big Train button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words

PLACES = {"build": "build", "data": "data", "training": "chart"}
TOOLS = {"undo": "undo", "redo": "redo"}
CHECK = "check-data"
HEIGHT_PX = 32
TRAIN_WIDTH_PX = 128


class Title(Words):
    """A line that ends in … where there is no room for all of it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write what there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class TopBar(QWidget):
    """Buttons for actions that are passed in; says what it is told."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._theme = theme
        self._running = False
        self.title = Title(points=1, bold=True)
        self.title.setMinimumWidth(48)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.train = Button(self.tr("Train"), theme, Look.FILLED, "train", height_px=HEIGHT_PX)
        self.train.setMinimumWidth(TRAIN_WIDTH_PX)
        self.train.clicked.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        for name, icon in PLACES.items():
            row.addWidget(self._button(name, icon, actions[name].text()))
        row.addStretch(1)
        for name, icon in TOOLS.items():
            row.addWidget(self._button(name, icon, ""))
        row.addSpacing(12)
        row.addWidget(self._button(CHECK, "check", self.tr("Check data")))
        row.addWidget(self.train)
        theme.changed.connect(self._repaint)

    def show_project(self, title: str, *, modified: bool) -> None:
        """Show the name of the project, with a dot while it has unsaved changes."""
        self.title.setText(f"{title} •" if modified else title)
        self.title.setToolTip(f"{title}\n{self.tr('Unsaved changes')}" if modified else title)

    def show_running(self, running: bool, text: str) -> None:
        """Show what the big button does now: Train, or Stop while a run goes on."""
        self._running = running
        action = self._actions["stop" if running else "train"]
        self.train.setText(text)
        self.train.set_icon_name("stop" if running else "train")
        self.train.setEnabled(action.isEnabled())
        self.train.setToolTip(action.toolTip())

    def _press(self) -> None:
        self._actions["stop" if self._running else "train"].trigger()

    def _button(self, name: str, icon: str, text: str) -> Button:
        """A quiet button that is what its action is."""
        action = self._actions[name]
        button = Button(text, self._theme, Look.QUIET, icon, height_px=HEIGHT_PX)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setObjectName(f"{name}-button")
        button.setCheckable(action.isCheckable())
        button.clicked.connect(action.trigger)

        def follow() -> None:
            button.setEnabled(action.isEnabled())
            button.setChecked(action.isChecked())
            button.setToolTip(action.toolTip())
            button.setAccessibleName(action.text())

        action.changed.connect(follow)
        follow()
        return button

    def _repaint(self, t: Tokens) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar with a line beneath."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.raised)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
