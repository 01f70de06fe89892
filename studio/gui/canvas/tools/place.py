"""Place: a kind is dragged onto the canvas from outside; a ghost shows where, a wire under it takes it in."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.registry import KINDS, starting_params
from studio.core.values import Params
from studio.document.changes import Edit
from studio.document.graph import Edge, NodeId
from studio.gui.canvas import adding
from studio.gui.canvas.face import Face, icon_name
from studio.gui.canvas.geometry import CARD_WIDTH, Body, Point, body, snapped_point
from studio.gui.canvas.headline import headline
from studio.gui.canvas.hits import WireHit, wire_at
from studio.gui.canvas.overlays import GhostItem
from studio.gui.canvas.tools.gesture import Board

OPACITY, OVER_WIRE = 0.85, 0.5
"""The ghost lets the marked wire through."""


class Place:
    """The ghost of a card under the pointer, until it is dropped or carried away."""

    def __init__(self, board: Board, kind: str) -> None:
        self._board = board
        self._kind = KINDS[kind]
        params = starting_params(kind)
        self._body = _body(kind, params)
        self._ghost = GhostItem(board.drawing, self._body, _face(kind, params))
        self._wire: Edge | None = None
        board.drawing.scene.addItem(self._ghost)

    def move(self, point: Point) -> None:
        """Show the card around `point`, and mark the wire that would take it in."""
        corner = self._corner(point)
        self._ghost.setPos(*corner)
        found = wire_at(self._board.drawing, point) if adding.can_insert(self._kind) else None
        self._mark(found.edge if isinstance(found, WireHit) else None)
        self._ghost.setOpacity(OVER_WIRE if self._wire else OPACITY)

    def finish(self, point: Point) -> NodeId:
        """Add the node, or put it into the marked wire; return its id."""
        self.move(point)
        wire = self._wire
        self.cancel()
        edit, node = self._edit(wire, point)
        self._board.do(edit)
        self._board.take_focus(node)
        return node

    def cancel(self) -> None:
        """Take the ghost away."""
        self._mark(None)
        self._board.drawing.scene.removeItem(self._ghost)

    def _edit(self, wire: Edge | None, point: Point) -> tuple[Edit, NodeId]:
        document = self._board.document
        if wire is not None:
            return adding.inserted(document, wire, self._kind.name)
        return adding.added(document, self._kind.name, self._corner(point))

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


def _body(kind: str, params: Params) -> Body:
    declared = KINDS[kind]
    return body(declared.inputs, declared.outputs(declared.settings(params)))


def _face(kind: str, params: Params) -> Face:
    declared = KINDS[kind]
    line = headline(declared, declared.settings(params))
    return Face(declared.name, "", line, "", icon_name(declared), declared.family)
