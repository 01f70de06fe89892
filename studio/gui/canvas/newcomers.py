"""Where a layer or a block goes that is added without a drag: at a place, behind the selected card, in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF

from studio.core.errors import EditRefused
from studio.document.changes import Edit
from studio.document.graph import NodeId
from studio.gui.canvas import adding
from studio.gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Point, Side
from studio.gui.shared.offers import Offer, fitting_offers, offer

if TYPE_CHECKING:
    from studio.gui.canvas.canvas import Canvas

BESIDE_PX = 48.0
"""How far behind the selected card the layers are offered."""


class Newcomers:
    """Adds what is offered to the drawing that is shown."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def add(self, wanted: Offer | str, at: QPointF | None) -> NodeId:
        """Add what is offered, or has that id, around `at`; without it, behind the selected node, or in the middle."""
        canvas = self._canvas
        found = offer(canvas.session, wanted) if isinstance(wanted, str) else wanted
        if found is None:
            raise EditRefused("kind.gone", f"There is no “{wanted}” to add.", "Choose another one in the palette.")
        node = canvas.selection.node
        if at is not None:
            made = self._alone(found, Point(at.x(), at.y()))
        elif node is not None and node in canvas.drawing.nodes and self._fits_after(node, found):
            made = self._after(node, found)
        else:
            made = self._alone(found, adding.room_at(canvas.drawing.graph, canvas.visible_box().center))
        edit, fresh = made
        canvas.do(edit)
        canvas.take_focus(fresh)
        return fresh

    def ask(self, pos: QPoint | None) -> None:
        """Ask for a layer by name; it is put at `pos` in the view, or as `add` does without a place."""
        canvas = self._canvas
        offers = fitting_offers(canvas.session, canvas.drawing.where.graph)
        if pos is not None:
            place = canvas.mapToScene(pos)
            canvas.ask_kind(pos, offers, lambda wanted: self.add(wanted, place))
            return
        node = canvas.selection.node
        item = canvas.drawing.nodes.get(node) if node else None
        beside = canvas.on_screen(Point(item.box.right + BESIDE_PX, item.box.y)) if item else None
        canvas.ask_kind(beside or canvas.viewport().rect().center(), offers, lambda wanted: self.add(wanted, None))

    def _alone(self, wanted: Offer, middle: Point) -> tuple[Edit, NodeId]:
        corner = Point(middle.x - CARD_WIDTH / 2, middle.y - CARD_HEIGHT / 2)
        return adding.added(self._canvas.document, wanted, corner)

    def _fits_after(self, node: NodeId, wanted: Offer) -> bool:
        canvas = self._canvas
        outputs = canvas.session.analysis.ports(node, canvas.drawing.where)[1]
        return bool(outputs) and bool(wanted.kind.inputs)

    def _after(self, node: NodeId, wanted: Offer) -> tuple[Edit, NodeId]:
        canvas = self._canvas
        port = canvas.session.analysis.ports(node, canvas.drawing.where)[1][0].name
        end = canvas.drawing.nodes[node].end(Side.OUT, port)
        at = adding.room_after(canvas.drawing.graph, Point(end.x + adding.GAP, end.y))
        return adding.added_after(canvas.document, wanted, node, port, at)
