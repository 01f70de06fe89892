"""A panel that finds by typing: a field, and below it a list that the arrow keys walk while the field has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

RADIUS_PX = 8.0
MARGIN_PX = 8
MOVING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
LEAVING_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
ID = Qt.ItemDataRole.UserRole


class Row(NamedTuple):
    """Something that can be found."""

    id: str
    text: str
    tip: str
    icon: QIcon | None = None


class SearchPanel(QFrame):
    """Floats over its parent; goes when something is picked, on Esc and Tab, and when the focus goes.

    `field` is where one types, `list` what is found; `empty` says that nothing is.
    """

    def __init__(self, theme: Theme, parent: QWidget, width: int, row_height: int) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = parent
        self._row_height = row_height
        self._before: QWidget | None = None
        self._find: Callable[[str], list[Row]] = _nothing
        self._picked: Callable[[str], object] | None = None
        self.field = QLineEdit()
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.itemClicked.connect(self._pick)
        self.empty = Words(muted=True)
        self.empty.setMargin(MARGIN_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        column.setSpacing(4)
        for widget in (self.field, self.list, self.empty):
            column.addWidget(widget)
        self.setFixedWidth(width)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is offered now, as it stands in the list."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def come(self, find: Callable[[str], list[Row]], picked: Callable[[str], object], rows: int) -> None:
        """Come up, empty, with room for so many rows; `picked` gets the id of the row that was chosen."""
        self._find, self._picked = find, picked
        self._before = self.window().focusWidget()
        self._color()
        self.field.clear()
        self._fill("")
        self.list.setFixedHeight(rows * self._row_height + 4)
        self.adjustSize()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def settle(self, corner: QPoint) -> None:
        """Stand at a place in the parent, wholly inside."""
        room = self._over.size() - self.size()
        x = min(max(corner.x(), MARGIN_PX), max(room.width() - MARGIN_PX, MARGIN_PX))
        y = min(max(corner.y(), MARGIN_PX), max(room.height() - MARGIN_PX, MARGIN_PX))
        self.move(x, y)

    def _color(self) -> None:
        """Mark the chosen row softly, so that its icon keeps its color."""
        t, colors = self._theme.tokens, self.palette()
        colors.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        colors.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.list.setPalette(colors)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for row in self._find(typed):
            item = QListWidgetItem(row.text)
            if row.icon is not None:
                item.setIcon(row.icon)
            item.setData(ID, row.id)
            item.setToolTip(row.tip)
            item.setSizeHint(QSize(0, self._row_height))
            self.list.addItem(item)
        there = self.list.count() > 0
        self.list.setVisible(there)
        self.empty.setVisible(not there)
        if there:
            self.list.setCurrentRow(0)

    def _pick(self) -> None:
        item, picked = self.list.currentItem(), self._picked
        if item is None or picked is None:  # nothing fits what was typed
            return
        found = str(item.data(ID))
        self._leave()
        picked(found)

    def _leave(self) -> None:
        self._picked = None
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys walk the list while the field has the focus, Enter picks; Esc, Tab and a lost focus leave."""
        if event.type() == QEvent.Type.FocusOut and watched is self.field and self.isVisible():
            self._picked = None
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in MOVING_KEYS:
                self.list.keyPressEvent(event)
                return True
            if event.key() in ENTER_KEYS:  # a field would hand it on to what is below the panel
                self._pick()
                return True
            if event.key() in LEAVING_KEYS:
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


def _nothing(typed: str) -> list[Row]:
    """Nobody asks."""
    return []
