"""Place: a kind or a block is dragged onto the canvas; a ghost shows where, a wire under it takes it in."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.registry import starting_values
from studio.core.errors import EditRefused
from studio.document.changes import Edit
from studio.document.graph import Edge, NodeId
from studio.gui.canvas import adding
from studio.gui.canvas.face import Face
from studio.gui.canvas.geometry import CARD_WIDTH, Body, Point, body, snapped_point
from studio.gui.canvas.headline import headline
from studio.gui.canvas.hits import WireHit, wire_at
from studio.gui.canvas.overlays import GhostItem
from studio.gui.canvas.tools.gesture import Board
from studio.gui.shared.offers import Offer

OPACITY, OVER_WIRE = 0.85, 0.5
"""The ghost lets the marked wire through."""


class Place:
    """The ghost of a card under the pointer, until it is dropped or carried away."""

    def __init__(self, board: Board, offer: Offer) -> None:
        self._board = board
        self._offer = offer
        self._body = _body(offer)
        self._ghost = GhostItem(board.drawing, self._body, _face(offer))
        self._wire: Edge | None = None
        board.drawing.scene.addItem(self._ghost)

    def move(self, point: Point) -> None:
        """Show the card around `point`, and mark the wire that would take it in."""
        corner = self._corner(point)
        self._ghost.setPos(*corner)
        found = wire_at(self._board.drawing, point) if adding.can_insert(self._offer.kind) else None
        self._mark(found.edge if isinstance(found, WireHit) else None)
        self._ghost.setOpacity(OVER_WIRE if self._wire else OPACITY)

    def finish(self, point: Point) -> None:
        """Add the node, or put it into the marked wire; say why where that cannot be."""
        self.move(point)
        wire = self._wire
        self.cancel()
        try:
            edit, node = self._edit(wire, point)
            self._board.do(edit)
        except EditRefused as refused:
            self._board.say(str(refused), self._board.on_screen(point))
            return
        self._board.take_focus(node)

    def cancel(self) -> None:
        """Take the ghost away."""
        self._mark(None)
        self._board.drawing.scene.removeItem(self._ghost)

    def _edit(self, wire: Edge | None, point: Point) -> tuple[Edit, NodeId]:
        document = self._board.document
        if wire is not None:
            return adding.inserted(document, wire, self._offer)
        return adding.added(document, self._offer, self._corner(point))

    def _corner(self, point: Point) -> Point:
        return snapped_point(Point(point.x - CARD_WIDTH / 2, point.y - self._body.height / 2))

    def _mark(self, edge: Edge | None) -> None:
        if edge == self._wire:
            return
        wires = self._board.drawing.wires
        for wire, marked in ((self._wire, False), (edge, True)):
            if wire is not None and wire in wires:
                wires[wire].set_mood(replace(wires[wire].mood, marked=marked))
        self._wire = edge


def _body(offer: Offer) -> Body:
    kind = offer.kind
    return body(kind.inputs, kind.outputs(kind.settings(starting_values(kind))))


def _face(offer: Offer) -> Face:
    kind = offer.kind
    line = headline(kind, kind.settings(starting_values(kind))) if offer.block is None else ""
    return Face(offer.name, "", line, "", offer.icon, kind.family, stacked=offer.block is not None)
