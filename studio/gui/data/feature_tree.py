"""The list of features with the columns that they are made of, and of the columns that are in none; dragged from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from studio.core.wording import count_text
from studio.document.data_choice import Feature
from studio.gui.data.facts import Facts, made_of, shape_text, values_text
from studio.gui.data.pictures import paint_bars
from studio.gui.shared.feature_drag import FEATURE_MIME, Dragged, packed
from studio.gui.shared.icons import icon
from studio.gui.shared.theme import Theme, Tokens, mono_font

HEADERS = ("Feature", "Values", "Distribution", "Empty", "Shape", "In the drawing")
NAME, VALUES, PICTURE, EMPTY, SHAPE, USED = range(len(HEADERS))
WIDTHS_PX = {VALUES: 168, PICTURE: 104, EMPTY: 56, SHAPE: 88, USED: 112}
ROW_PX, HEADER_PX = 32, 32
FEWEST_ROWS = 3
"""So many are seen however little room there is."""
KEY = Qt.ItemDataRole.UserRole
COUNTS = Qt.ItemDataRole.UserRole + 1
NARROW_PX = 660
UNFOLDED = 12
"""A feature of more columns than this begins folded, so that the next one is in sight."""
"""With less room, the drawing's names go; the detail has them as well."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is selected in the list: features and single columns, by their names."""

    features: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class _Pictures(QStyledItemDelegate):
    """Draws the distribution of a row in its cell."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell, and its bars upon it."""
        super().paint(painter, option, index)
        counts = index.data(COUNTS)
        if counts is not None:
            area = QRectF(option.rect).adjusted(4, 6, -12, -6)
            paint_bars(painter, area, counts[0], self._theme.tokens, apart=counts[1])

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A row's height."""
        return QSize(super().sizeHint(option, index).width(), ROW_PX)


class FeatureTree(QTreeWidget):
    """Features first, then “In no feature”. `chosen` says that another row is selected."""

    chosen = Signal()
    remove_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filling = False
        self._shown: object = None
        self.setColumnCount(len(HEADERS))
        self.setHeaderLabels(HEADERS)
        self.setAccessibleName(self.tr("Features and columns"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(16)
        self.setIconSize(QSize(16, 16))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setItemDelegate(_Pictures(theme, self))
        header = self.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(HEADER_PX)
        self.setMinimumHeight(HEADER_PX + FEWEST_ROWS * ROW_PX)
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(48)
        for column, width in WIDTHS_PX.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.itemSelectionChanged.connect(self._tell)
        self.paint_with(theme.tokens)

    @property
    def selected(self) -> Chosen:
        """What is selected, in the order of the list."""
        keys = [item.data(NAME, KEY) for item in self._rows() if item.isSelected() and item.data(NAME, KEY)]
        return Chosen(
            tuple(name for is_column, name in keys if not is_column),
            tuple(name for is_column, name in keys if is_column),
        )

    def show_features(
        self, features: Sequence[Feature], known: Mapping[str, Facts], used: Mapping[str, Sequence[str]]
    ) -> None:
        """Show features, what is known of columns, and the names of the nodes that use a feature."""
        if (tuple(features), dict(known), dict(used)) == self._shown:
            return
        self._shown = tuple(features), dict(known), dict(used)
        before = self.selected
        parents = [item for item in self._rows() if item.childCount()]
        folded = {item.text(NAME) for item in parents if not item.isExpanded()}
        folded |= {each.name for each in features if len(each.columns) > UNFOLDED} - {i.text(NAME) for i in parents}
        self._filling = True
        self.clear()
        for feature in features:
            self._add_feature(feature, known, used.get(feature.name, ()), folded)
        inside = {column for feature in features for column in feature.columns}
        outside = [each for name, each in known.items() if name not in inside]
        if outside:
            self._add_outside(outside, folded)
        self._filling = False
        self.select(before if before.features or before.columns else Chosen(tuple(f.name for f in features[:1])))
        self._tell()

    def select(self, wanted: Chosen) -> None:
        """Select rows by the names of features and columns; the first row if none is there."""
        self._filling = True
        self.clearSelection()
        found = []
        for item in self._rows():
            is_column, name = item.data(NAME, KEY) or (False, "")
            if name and name in (wanted.columns if is_column else wanted.features):
                found.append(item)
        if not found:
            found = self._rows()[:1]
        for item in found:
            if self.currentItem() is None or item is found[0]:
                self.setCurrentItem(item)
        for item in found:
            item.setSelected(True)
        self._filling = False
        self._tell()

    @property
    def wanted_px(self) -> int:
        """The height at which every row shows."""
        shown = [item for item in self._rows() if (above := item.parent()) is None or above.isExpanded()]
        return HEADER_PX + ROW_PX * len(shown) + 8

    def row(self, name: str, *, column: bool = False) -> QTreeWidgetItem | None:
        """The row of a feature, or of a column."""
        return next((item for item in self._rows() if item.data(NAME, KEY) == (column, name)), None)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = QPalette(self.palette())
        own.setColor(QPalette.ColorRole.Base, t.surface)
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.setPalette(own)
        for item in self._rows():
            self._dress(item)

    def _add_feature(
        self, feature: Feature, known: Mapping[str, Facts], users: Sequence[str], folded: set[str]
    ) -> None:
        texts = [feature.name, values_text(feature), "", "", shape_text(feature), ", ".join(users) or "–"]
        item = QTreeWidgetItem(self, texts)
        item.setData(NAME, KEY, (False, feature.name))
        item.setToolTip(NAME, made_of(feature) or feature.name)
        item.setToolTip(USED, ", ".join(users))
        empty = sum(known[column].missing for column in feature.columns if column in known)
        item.setText(EMPTY, count_text(empty) if empty else "–")
        if len(feature.columns) == 1:
            one = known.get(feature.columns[0])
            if one is not None and one.counts:
                item.setData(PICTURE, COUNTS, (one.counts, one.apart))
        else:
            for column in feature.columns:
                self._add_column(item, known.get(column, Facts(column, "")))
            item.setExpanded(feature.name not in folded)
        self._dress(item)

    def _add_outside(self, outside: Sequence[Facts], folded: set[str]) -> None:
        title = self.tr("In no feature")
        group = QTreeWidgetItem(self, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFirstColumnSpanned(True)
        for each in outside:
            self._add_column(group, each)
        group.setExpanded(title not in folded)
        self._dress(group)

    def _add_column(self, parent: QTreeWidgetItem, known: Facts) -> None:
        item = QTreeWidgetItem(
            parent, [known.name, known.said, "", count_text(known.missing) if known.missing else "–"]
        )
        item.setData(NAME, KEY, (True, known.name))
        item.setToolTip(NAME, known.name)
        item.setToolTip(VALUES, known.said)
        if known.counts:
            item.setData(PICTURE, COUNTS, (known.counts, known.apart))
        self._dress(item)

    def _dress(self, item: QTreeWidgetItem) -> None:
        """Give a row its font and its colors."""
        t = self._theme.tokens
        is_column, name = item.data(NAME, KEY) or (True, "")
        font = item.font(NAME)
        font.setBold(not is_column)
        item.setFont(NAME, font)
        if not name or is_column:
            item.setForeground(NAME, t.text if name else t.muted)
        for column in (VALUES, EMPTY, USED):
            item.setForeground(column, t.muted)
        item.setFont(SHAPE, mono_font(self.font().pointSizeF()))
        if not is_column:
            item.setIcon(NAME, icon("tag", t.accent))

    def _rows(self) -> list[QTreeWidgetItem]:
        rows: list[QTreeWidgetItem] = []
        for at in range(self.topLevelItemCount()):
            top = self.topLevelItem(at)
            if top is not None:
                rows += [top, *filter(None, (top.child(below) for below in range(top.childCount())))]
        return rows

    def _tell(self) -> None:
        if not self._filling:
            self.chosen.emit()

    def mimeTypes(self) -> list[str]:
        """What is dragged: names."""
        return [FEATURE_MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        """The names of the dragged features and columns."""
        keys = [item.data(NAME, KEY) for item in items if item.data(NAME, KEY)]
        features = tuple(name for is_column, name in keys if not is_column)
        return packed(Dragged(features, tuple(name for is_column, name in keys if is_column)))

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry only the icon: where it is dropped draws what would come of it."""
        chosen = self.selected
        if not chosen.features and not chosen.columns:
            return
        drag = QDrag(self)
        drag.setMimeData(packed(Dragged(chosen.features, chosen.columns)))
        drag.setPixmap(icon("tag", self._theme.tokens.accent).pixmap(self.iconSize()))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes a feature away."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Leave the last column out where there is no room for it."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub wants QResizeEvent, which it is
        self.setColumnHidden(USED, self.viewport().width() < NARROW_PX)
