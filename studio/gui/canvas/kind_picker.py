"""The quick-add field: type a few letters, choose a kind with the arrow keys, Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.catalog.declaration import Kind
from studio.gui.canvas.face import icon_name
from studio.gui.canvas.look import RADIUS, pen
from studio.gui.shared import icons
from studio.gui.shared.kind_search import found
from studio.gui.shared.theme import Theme

WIDTH = 264
ROW_HEIGHT = 28
ROWS = 8
MOVING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class KindPicker(QFrame):
    """A small panel over the canvas. It hides itself when a kind is picked, on Esc, and when the focus goes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = parent
        self._kinds: Sequence[Kind] = ()
        self._picked: Callable[[str], object] = _nothing
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("Type a layer, such as conv"))
        self._field.setAccessibleName(self.tr("Layer to add"))
        self._field.setClearButtonEnabled(False)
        self._field.installEventFilter(self)
        self._field.textChanged.connect(self._search)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Layers that fit"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.setIconSize(QSize(16, 16))
        self._list.itemClicked.connect(self._pick)
        self._empty = QLabel(self.tr("No layer of this name fits here."), self)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setMargin(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        for widget in (self._field, self._list, self._empty):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self.hide()

    @property
    def field(self) -> QLineEdit:
        """Where the user types."""
        return self._field

    @property
    def titles(self) -> list[str]:
        """The kinds that are offered now, as they stand in the list."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def ask(self, near: QPoint, kinds: Sequence[Kind], picked: Callable[[str], object]) -> None:
        """Offer `kinds` at a place in the parent; `picked` gets the name of the one that was chosen."""
        self._kinds, self._picked = kinds, picked
        self._color()
        self._field.clear()
        self._search("")
        self._settle(near)
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _color(self) -> None:
        """Mark the chosen row softly, so that its icon keeps its family's color."""
        t, colors = self._theme.tokens, self.palette()
        colors.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        colors.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self._list.setPalette(colors)

    def _settle(self, near: QPoint) -> None:
        """Stand near the pointer, wholly inside the parent."""
        rows = min(max(len(self._kinds), 1), ROWS)
        self._list.setFixedHeight(rows * ROW_HEIGHT + 4)
        self.adjustSize()
        room = self._over.size() - self.size()
        x = min(max(near.x() - 16, 8), max(room.width() - 8, 8))
        y = min(max(near.y() - 24, 8), max(room.height() - 8, 8))
        self.move(x, y)

    def _search(self, typed: str) -> None:
        self._list.clear()
        tokens = self._theme.tokens
        for kind in found(self._kinds, typed):
            item = QListWidgetItem(icons.icon(icon_name(kind), tokens.families[kind.family]), kind.title)
            item.setData(Qt.ItemDataRole.UserRole, kind.name)
            item.setToolTip(kind.summary)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self._list.addItem(item)
        there = self._list.count() > 0
        self._list.setVisible(there)
        self._empty.setVisible(not there)
        if there:
            self._list.setCurrentRow(0)

    def _pick(self) -> None:
        if self._list.currentRow() < 0:  # nothing fits what was typed
            return
        kind, picked = str(self._list.currentItem().data(Qt.ItemDataRole.UserRole)), self._picked
        self._leave()
        picked(kind)

    def _leave(self) -> None:
        self._picked = _nothing
        self.hide()
        self._over.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys walk the list while the field has the focus, Enter picks; Esc, Tab and a lost focus leave."""
        if event.type() == QEvent.Type.FocusOut and watched is self._field and self.isVisible():
            self._picked = _nothing
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in MOVING_KEYS:
                self._list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # a field would hand it on to the canvas
                self._pick()
                return True
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self._leave()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel's surface."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(t.strong_line))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1).toRectF(), RADIUS, RADIUS)
        painter.end()


def _nothing(kind: str) -> None:
    """Nobody asks."""
