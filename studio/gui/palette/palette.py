"""The palette: every kind by family, found by typing, added by a double-click or dragged onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.catalog.declaration import Family, Kind
from studio.catalog.registry import KINDS
from studio.gui.shared.icons import icon
from studio.gui.shared.kind_search import KIND_MIME, found
from studio.gui.shared.line import Line
from studio.gui.shared.theme import Theme, Tokens

KIND_ROLE = Qt.ItemDataRole.UserRole
SMALLEST_PX = 184
OPEN_AT_FIRST = (Family.INPUT, Family.CORE)
ROW_PX = 24


class KindTree(QTreeWidget):
    """Families and their kinds; a kind can be dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(16)
        self.setIconSize(QSize(16, 16))
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.setAccessibleName(self.tr("Layers"))

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme: no ground of its own, a soft mark on which icons keep their colors."""
        own = QPalette()
        own.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.setPalette(own)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry only the icon: the canvas draws where the card would go."""
        item = self.currentItem()
        if item is None or not item.data(0, KIND_ROLE):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        drag.setPixmap(item.icon(0).pixmap(self.iconSize()))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)

    def mimeTypes(self) -> list[str]:
        """What is dragged: the name of a kind."""
        return [KIND_MIME]

    def mimeData(self, items: object) -> QMimeData:
        """The name of the dragged kind."""
        data = QMimeData()
        assert isinstance(items, (list, tuple))
        for item in items:
            name = item.data(0, KIND_ROLE)
            if name:
                data.setData(KIND_MIME, name.encode())
        return data


class Palette(QWidget):
    """`chosen` carries the name of a kind that is to be added."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.search = Line()
        self.search.setPlaceholderText(self.tr("Find a layer"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Find a layer"))
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.tree = KindTree()
        self.tree.itemActivated.connect(self._choose)
        self._families: dict[Family, QTreeWidgetItem] = {}
        self._kinds: dict[str, QTreeWidgetItem] = {}
        self._fill()
        self._paint(theme.tokens)
        theme.changed.connect(self._paint)
        self.setMinimumWidth(SMALLEST_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)

    def put_below(self, panel: QWidget) -> None:
        """Put a panel under the tree, in its own height."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(panel)

    def release(self) -> None:
        """Stop following the theme."""
        self._theme.changed.disconnect(self._paint)

    def _fill(self) -> None:
        for kind in KINDS.values():
            if kind.family not in self._families:
                family = QTreeWidgetItem(self.tree, [str(kind.family)])
                family.setFlags(Qt.ItemFlag.ItemIsEnabled)
                family.setSizeHint(0, QSize(0, ROW_PX))
                family.setExpanded(kind.family in OPEN_AT_FIRST)
                self._families[kind.family] = family
            item = QTreeWidgetItem(self._families[kind.family], [kind.name])
            item.setData(0, KIND_ROLE, kind.name)
            item.setSizeHint(0, QSize(0, ROW_PX))
            item.setToolTip(0, _plain_tip(kind))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
            self._kinds[kind.name] = item

    def _paint(self, t: Tokens) -> None:
        self.tree.paint_with(t)
        for family, item in self._families.items():
            item.setIcon(0, icon(family.name.lower(), t.families[family]))
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        for name, item in self._kinds.items():
            family = KINDS[name].family
            item.setIcon(0, icon(_icon_name(KINDS[name]), t.families[family]))

    def _filter(self, text: str) -> None:
        names = [kind.name for kind in found(KINDS.values(), text)]
        for name, item in self._kinds.items():
            item.setHidden(name not in names)
        for family, item in self._families.items():
            item.setHidden(not any(KINDS[name].family is family for name in names))
            item.setExpanded(bool(text.strip()) or family in OPEN_AT_FIRST)
        best = names[0] if names and text.strip() else None
        if best is None:
            self.tree.clearSelection()
            self.tree.setCurrentIndex(QModelIndex())
        else:
            self.tree.setCurrentItem(self._kinds[best])

    def _choose(self, item: QTreeWidgetItem) -> None:
        name = item.data(0, KIND_ROLE)
        if name:
            self.chosen.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go into the list with the arrow keys; Enter adds what is found first, Esc clears."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self.tree.setFocus()
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    current = self.tree.currentItem()
                    if current is not None:
                        self._choose(current)
                    return True
                case Qt.Key.Key_Escape if self.search.text():
                    self.search.clear()
                    return True
        return False


def _icon_name(kind: Kind) -> str:
    return {"Input": "input", "Output": "output"}.get(kind.name, kind.family.name.lower())


def _plain_tip(kind: Kind) -> str:
    return f"{kind.title}: {kind.summary}" + (f"\n{kind.path}" if kind.path else "")
