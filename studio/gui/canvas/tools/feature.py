"""Features are dragged onto the canvas: Inputs on its left, Outputs on its right, or bound to the card there."""

from __future__ import annotations

from studio.catalog.registry import KINDS
from studio.core.wording import count_text
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import Feature
from studio.document.encoded import encoded_shape
from studio.document.graph import Node
from studio.gui.canvas.face import Face, icon_name
from studio.gui.canvas.geometry import CARD_WIDTH, Point, body, snapped_point
from studio.gui.canvas.hits import NodeHit, SocketHit, hit
from studio.gui.canvas.overlays import GhostItem
from studio.gui.canvas.tools.gesture import Board
from studio.session.data_setup import bound_input
from studio.session.feature_edits import add_nodes

OPACITY, OVER_CARD = 0.85, 0.4
INPUT, OUTPUT = "Input", "Output"


class PlaceFeatures:
    """The ghost of an Input or an Output under the pointer. `to_output` (Shift) makes it an Output anywhere."""

    def __init__(self, board: Board, features: tuple[Feature, ...]) -> None:
        self._board = board
        self._features = features
        self.to_output = False
        self._ghosts = {kind: self._ghost(kind) for kind in (INPUT, OUTPUT)}
        self._height = body(KINDS[INPUT].inputs, KINDS[INPUT].outputs(KINDS[INPUT].settings({}))).height
        for ghost in self._ghosts.values():
            ghost.hide()
            board.drawing.scene.addItem(ghost)

    def move(self, point: Point) -> None:
        """Show around `point` what would be made there."""
        kind = self._kind(point)
        opacity = OPACITY if self._bindable(point) is None else OVER_CARD
        for name, ghost in self._ghosts.items():
            ghost.setVisible(name == kind)
            ghost.setPos(*self._corner(point))
            ghost.setOpacity(opacity)

    def finish(self, point: Point) -> None:
        """Make the nodes, or bind the one that is there."""
        there = self._bindable(point)
        self.cancel()
        if there is not None:
            self._board.do(self._binding(there))
            self._board.take_focus(there.id)
            return
        corner = self._corner(point)
        names = tuple(feature.name for feature in self._features)
        edit, nodes = add_nodes(
            self._board.document,
            None,
            names,
            (),
            as_output=self._kind(point) == OUTPUT,
            at=(corner.x, corner.y),
        )
        self._board.do(edit)
        self._board.take_focus(nodes[0].id)

    def cancel(self) -> None:
        """Take the ghost away."""
        for ghost in self._ghosts.values():
            self._board.drawing.scene.removeItem(ghost)

    def _kind(self, point: Point) -> str:
        seen = self._board.visible_box()
        return OUTPUT if self.to_output or point.x > seen.center.x else INPUT

    def _bindable(self, point: Point) -> Node | None:
        """The Input or Output under the pointer, which one feature can be bound to."""
        found = hit(self._board.drawing, point)
        if not isinstance(found, (NodeHit, SocketHit)) or len(self._features) != 1:
            return None
        node = self._board.document.root.nodes.get(found.node)
        return node if node is not None and node.kind in (INPUT, OUTPUT) else None

    def _binding(self, node: Node) -> Edit:
        name = self._features[0].name
        if node.kind == INPUT:
            return bound_input(self._board.document, node.id, name)
        return edits.set_params(self._board.document, node.id, {"target": name})

    def _corner(self, point: Point) -> Point:
        return snapped_point(Point(point.x - CARD_WIDTH / 2, point.y - self._height / 2))

    def _ghost(self, kind: str) -> GhostItem:
        declared = KINDS[kind]
        first, more = self._features[0], len(self._features) - 1
        title = first.name + (f" and {more} more" if more else "")
        shape = " × ".join("?" if size is None else count_text(size) for size in encoded_shape(first))
        face = Face(title, kind, "", shape if kind == INPUT else "", icon_name(declared), declared.family)
        return GhostItem(self._board.drawing, body(declared.inputs, declared.outputs(declared.settings({}))), face)
