"""The features in the Build place: a short list, from which they are dragged onto the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.document.changes import Edit
from studio.gui.data.facts import shape_text, values_text
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.feature_drag import FEATURE_MIME, Dragged, packed
from studio.gui.shared.icons import icon
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session import feature_edits
from studio.session.session import Session

ROW_PX = 24
MOST_ROWS = 6


class _Draggable(QListWidget):
    """A list of names; what is dragged are features."""

    def mimeTypes(self) -> list[str]:
        """What is dragged: names."""
        return [FEATURE_MIME]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """The names of the dragged features."""
        return packed(Dragged(tuple(item.text() for item in items)))

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry only the icon: the canvas draws where the card would go."""
        items = sorted(self.selectedItems(), key=self.row)
        if not items:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData(items))
        drag.setPixmap(items[0].icon().pixmap(self.iconSize()))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)


class FeatureList(QWidget):
    """Follows the data of a session; Enter adds an Input. `data_asked` says to go to the Data place."""

    data_asked = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.list = _Draggable()
        self.list.setAccessibleName(self.tr("Features of the data"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setIconSize(QSize(16, 16))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._add)
        self.open = Button("", theme, Look.QUIET, "data", height_px=ROW_PX)
        self.open.setToolTip(self.tr("Show the data (Ctrl+2)"))
        self.open.setAccessibleName(self.tr("Show the data"))
        self.open.clicked.connect(self.data_asked)
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Data"), bold=True), 1)
        head.addWidget(self.open)
        self.none = Button(self.tr("Choose data…"), theme, height_px=ROW_PX)
        self.none.clicked.connect(self.data_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 0, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.none, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.list)
        session.document.changed.connect(self._follow)
        theme.changed.connect(self._paint)
        self._paint(theme.tokens)
        self.refresh()

    def refresh(self) -> None:
        """Show the features that there are now."""
        features = self._session.document.data.features
        chosen = {item.text() for item in self.list.selectedItems()}
        self.list.clear()
        for feature in features:
            item = QListWidgetItem(icon("tag", self._theme.tokens.accent), feature.name, self.list)
            item.setSizeHint(QSize(0, ROW_PX))
            item.setSelected(feature.name in chosen)
            users = [node.name for node in feature_edits.users(self._session.document, feature.name)]
            used = f"\nIn the drawing: {', '.join(users)}" if users else "\nDrag it onto the canvas"
            item.setToolTip(f"{values_text(feature)} · {shape_text(feature)}{used}")
        self.list.setVisible(bool(features))
        self.none.setVisible(not features)
        self.list.setFixedHeight(ROW_PX * min(len(features), MOST_ROWS) + 4)

    def release(self) -> None:
        """Let go of session and theme."""
        self._session.document.changed.disconnect(self._follow)
        self._theme.changed.disconnect(self._paint)

    def _add(self, item: QListWidgetItem) -> None:
        """Draw an Input of a feature where there is room."""
        edit, _ = feature_edits.add_nodes(self._session.document, None, (item.text(),), (), as_output=False)
        self._session.do(edit)

    def _follow(self, edit: Edit) -> None:
        self.refresh()

    def _paint(self, t: Tokens) -> None:
        own = QPalette()
        own.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.list.setPalette(own)
        for row in range(self.list.count()):
            self.list.item(row).setIcon(icon("tag", t.accent))
