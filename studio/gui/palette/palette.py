"""The palette: the project's own blocks, and every kind by family; found by typing, added or dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.catalog.declaration import Family
from studio.document.changes import Edit
from studio.document.graph import GraphId
from studio.gui.shared.icons import icon
from studio.gui.shared.kind_search import KIND_MIME, found
from studio.gui.shared.line import Line
from studio.gui.shared.offers import KIND_OFFERS, Offer, block_offers, block_tip
from studio.gui.shared.theme import Theme, Tokens
from studio.session.session import Session

OFFER_ROLE = Qt.ItemDataRole.UserRole
SMALLEST_PX = 184
OPEN_AT_FIRST = (Family.BLOCK, Family.INPUT, Family.CORE)
ROW_PX = 24


class KindTree(QTreeWidget):
    """Families and what stands in them; a kind or a block can be dragged."""

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
        if item is None or not item.data(0, OFFER_ROLE):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        drag.setPixmap(item.icon(0).pixmap(self.iconSize()))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)

    def mimeTypes(self) -> list[str]:
        """What is dragged: the id of an offer."""
        return [KIND_MIME]

    def mimeData(self, items: object) -> QMimeData:
        """The id of what is dragged."""
        data = QMimeData()
        assert isinstance(items, (list, tuple))
        for item in items:
            name = item.data(0, OFFER_ROLE)
            if name:
                data.setData(KIND_MIME, name.encode())
        return data


class Palette(QWidget):
    """`chosen` carries the id of a kind or a block that is to be added."""

    chosen = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
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
        self._items: dict[str, QTreeWidgetItem] = {}
        self._offers: dict[str, Offer] = {}
        self._graphs: dict[GraphId, str] = {}
        self._fill()
        self._show_blocks()
        self._paint(theme.tokens)
        theme.changed.connect(self._paint)
        session.document.settled.connect(self._follow)
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
        """Stop following the theme and the document."""
        self._session.document.settled.disconnect(self._follow)
        self._theme.changed.disconnect(self._paint)

    def _fill(self) -> None:
        self._family(Family.BLOCK).setHidden(True)
        for offer in KIND_OFFERS:
            self._add(offer, _plain_tip(offer))

    def _family(self, family: Family) -> QTreeWidgetItem:
        """The row of a family."""
        if family not in self._families:
            item = QTreeWidgetItem(self.tree, [self.tr("Your blocks") if family is Family.BLOCK else str(family)])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.setToolTip(0, item.text(0))
            item.setSizeHint(0, QSize(0, ROW_PX))
            item.setExpanded(family in OPEN_AT_FIRST)
            self._families[family] = item
        return self._families[family]

    def _add(self, offer: Offer, tip: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self._family(offer.family), [offer.name])
        item.setData(0, OFFER_ROLE, offer.id)
        item.setSizeHint(0, QSize(0, ROW_PX))
        item.setToolTip(0, tip)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
        self._items[offer.id], self._offers[offer.id] = item, offer
        return item

    def _follow(self, edit: Edit) -> None:
        """Show the blocks as they are now."""
        if self._block_tips() != self._graphs:
            self._show_blocks()

    def _block_tips(self) -> dict[GraphId, str]:
        return {each.block: block_tip(self._session, each.block) for each in block_offers(self._session) if each.block}

    def _show_blocks(self) -> None:
        row = self._family(Family.BLOCK)
        row.takeChildren()
        for id_ in [id_ for id_, offer in self._offers.items() if offer.block is not None]:
            del self._items[id_], self._offers[id_]
        self._graphs = self._block_tips()
        picture = icon("block", self._theme.tokens.families[Family.BLOCK])
        for offer in block_offers(self._session):
            self._add(offer, self._graphs[offer.block or ""]).setIcon(0, picture)
        row.setHidden(not self._graphs)
        row.setExpanded(True)
        if self.search.text().strip():
            self._filter(self.search.text())

    def _paint(self, t: Tokens) -> None:
        self.tree.paint_with(t)
        for family, item in self._families.items():
            item.setIcon(0, icon(family.name.lower(), t.families[family]))
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        for id_, item in self._items.items():
            offer = self._offers[id_]
            item.setIcon(0, icon(offer.icon, t.families[offer.family]))

    def _filter(self, text: str) -> None:
        offers = found(self._offers.values(), text)
        shown = {offer.id for offer in offers}
        for id_, item in self._items.items():
            item.setHidden(id_ not in shown)
        filled = {offer.family for offer in offers}
        for family, item in self._families.items():
            item.setHidden(family not in filled)
            item.setExpanded(bool(text.strip()) or family in OPEN_AT_FIRST)
        if offers and text.strip():
            self.tree.setCurrentItem(self._items[offers[0].id])
        else:
            self.tree.clearSelection()
            self.tree.setCurrentIndex(QModelIndex())

    def _choose(self, item: QTreeWidgetItem) -> None:
        name = item.data(0, OFFER_ROLE)
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


def _plain_tip(offer: Offer) -> str:
    kind = offer.kind
    return f"{kind.title}: {kind.summary}" + (f"\n{kind.path}" if kind.path else "")
