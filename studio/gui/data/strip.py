"""What the drawing takes from the data and what it is to predict, as cards; features are dropped on either side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.document.graph import Node
from studio.gui.shared.buttons import Button
from studio.gui.shared.feature_drag import FEATURE_MIME, unpacked
from studio.gui.shared.flow import Flow
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

RADIUS_PX = 8.0
CARD_PX = 24
LEAST_PX = 72


class Side(QWidget):
    """The Inputs or the Outputs. `dropped` carries what was dropped, `node_asked` the id of a node."""

    dropped = Signal(object)
    node_asked = Signal(object)

    def __init__(self, title: str, hint: str, icon: str, param: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._param = param
        self._over = False
        self._shown: list[tuple[str, str, str]] = []
        self.cards: dict[str, Button] = {}
        self.setAcceptDrops(True)
        self.setMinimumHeight(LEAST_PX)
        self._hint = Words(hint, muted=True, wrap=True)
        self._holder = QWidget()
        self._flow = Flow(self._holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(Words(title, bold=True))
        column.addWidget(self._hint)
        column.addWidget(self._holder)
        column.addStretch(1)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Show a card for each node, with the feature that it is bound to."""
        wanted = [(node.id, node.name, str(node.params.get(self._param) or "")) for node in nodes]
        if wanted != self._shown:
            self._shown = wanted
            self._fill()
        self._hint.setVisible(not wanted)
        self._holder.setVisible(bool(wanted))

    def _fill(self) -> None:
        for card in self.cards.values():
            card.hide()
            card.deleteLater()
        while self._flow.takeAt(0) is not None:
            pass
        self.cards = {}
        for id_, name, bound in self._shown:
            text = f"{name} · {bound}" if bound and bound != name else name
            card = Button(
                text if bound else f"{name} · {self.tr('no feature')}",
                self._theme,
                icon_name=self._icon,
                height_px=CARD_PX,
                shrinks=True,
            )
            card.setToolTip(self.tr("Show {name} in the drawing").format(name=name))
            card.clicked.connect(lambda checked=False, id_=id_: self.node_asked.emit(id_))
            self.cards[id_] = card
            self._flow.addWidget(card)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take features and columns."""
        if event.mimeData().hasFormat(FEATURE_MIME):
            self._over = True
            self.update()
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped."""
        self._over = False
        self.update()
        dragged = unpacked(event.mimeData())
        if dragged:
            event.acceptProposedAction()
            self.dropped.emit(dragged)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground: outlined with the accent while something is over it."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.SolidLine if self._shown or self._over else Qt.PenStyle.DashLine
        painter.setPen(QPen(t.accent if self._over else t.line, 2.0 if self._over else 1.0, style))
        painter.setBrush(t.accent_soft if self._over else t.raised if self._shown else t.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
        painter.end()


class Strip(QWidget):
    """Inputs on the left, Outputs on the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inputs = Side(self.tr("Inputs"), self.tr("Drop what the model gets."), "input", "feature", theme)
        self.outputs = Side(self.tr("Outputs"), self.tr("Drop what it is to predict."), "output", "target", theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.inputs, 1)
        row.addWidget(self.outputs, 1)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Show the Inputs and the Outputs among these."""
        self.inputs.show_nodes([node for node in nodes if node.kind == "Input"])
        self.outputs.show_nodes([node for node in nodes if node.kind == "Output"])
