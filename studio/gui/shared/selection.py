"""What is shown and what is selected in it, by ids; shared by canvas, inspector, problems and code view."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.signal import Signal
from studio.document.blocks import MODEL, Where
from studio.document.graph import Edge, NodeId


class Selection:
    """The drawing that is shown, and the nodes and edges that are selected in it.

    `changed` is emitted when the selection changes, `shown` before that when it is another drawing's; `revealed` asks
    whoever shows nodes to bring one into view.
    """

    def __init__(self) -> None:
        self.changed: Signal[Selection] = Signal()
        self.shown: Signal[Where] = Signal()
        self.revealed: Signal[NodeId] = Signal()
        self._where = MODEL
        self._nodes: frozenset[NodeId] = frozenset()
        self._edges: frozenset[Edge] = frozenset()

    @property
    def where(self) -> Where:
        """The drawing that is shown: the model, or the inside of a block."""
        return self._where

    @property
    def nodes(self) -> frozenset[NodeId]:
        """The ids of the selected nodes."""
        return self._nodes

    @property
    def edges(self) -> frozenset[Edge]:
        """The selected edges."""
        return self._edges

    @property
    def node(self) -> NodeId | None:
        """The one selected node, or None if there are none or several."""
        return next(iter(self._nodes)) if len(self._nodes) == 1 else None

    def select(self, nodes: Iterable[NodeId] = (), edges: Iterable[Edge] = ()) -> None:
        """Select exactly these."""
        chosen = (frozenset(nodes), frozenset(edges))
        if chosen != (self._nodes, self._edges):
            self._nodes, self._edges = chosen
            self.changed.emit(self)

    def show(self, where: Where) -> None:
        """Show another drawing, in which nothing is selected yet."""
        if where != self._where:
            self._where = where
            selected = self._nodes or self._edges
            self._nodes, self._edges = frozenset(), frozenset()
            self.shown.emit(where)
            if selected:
                self.changed.emit(self)

    def reveal(self, node: NodeId, where: Where | None = None) -> None:
        """Select a node and bring it into view; in the drawing that is shown, or in `where`, which is shown then.

        A block that is shown already stays as it is seen, by whichever call.
        """
        if where is not None and where.graph != self._where.graph:
            self.show(where)
        self.select([node])
        self.revealed.emit(node)
