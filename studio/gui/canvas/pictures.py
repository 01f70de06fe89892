"""Pictures of cards as they were painted last, so that panning and dragging need not paint them anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from studio.document.graph import NodeId

BUDGET_BYTES = 48 * 2**20
BYTES_PER_PIXEL = 4


class Pictures:
    """A picture for each node at most; the ones not used for longest go when they are too many."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget = budget_bytes
        self._size = 0
        self._kept: OrderedDict[NodeId, tuple[object, QPixmap]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, node: NodeId, stamp: object, make: Callable[[], QPixmap]) -> QPixmap:
        """The node's picture if it was made for an equal `stamp`, else a new one."""
        kept = self._kept.get(node)
        if kept is not None and kept[0] == stamp:
            self._kept.move_to_end(node)
            return kept[1]
        self.drop(node)
        made = make()
        self._kept[node] = (stamp, made)
        self._size += _bytes(made)
        while self._size > self._budget and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))
        return made

    def drop(self, node: NodeId) -> None:
        """Forget a node's picture, if there is one."""
        kept = self._kept.pop(node, None)
        if kept is not None:
            self._size -= _bytes(kept[1])


def blank(width: float, height: float, ratio: float) -> QPixmap:
    """A transparent picture of a size in logical pixels."""
    made = QPixmap(max(round(width * ratio), 1), max(round(height * ratio), 1))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


def stamp_at(painter: QPainter, picture: QPixmap, x: float, y: float) -> None:
    """Draw a picture with its corner at (x, y) of the painter's item, on whole pixels: it stays sharp."""
    transform, ratio = painter.worldTransform(), picture.devicePixelRatio()
    corner = transform.map(QPointF(x, y))
    left, top = round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio
    painter.setWorldTransform(QTransform.fromTranslate(left, top))
    painter.drawPixmap(0, 0, picture)
    painter.setWorldTransform(transform)


def _bytes(picture: QPixmap) -> int:
    return picture.width() * picture.height() * BYTES_PER_PIXEL
