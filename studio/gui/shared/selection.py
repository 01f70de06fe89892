"""What is selected, shared by the canvas, the inspector, the problems and the code view: ids, never objects."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.signal import Signal
from studio.document.graph import Edge, NodeId


class Selection:
    """The selected nodes and edges.

    `changed` is emitted when they change; `revealed` asks whoever shows nodes to bring one into view.
    """

    def __init__(self) -> None:
        self.changed: Signal[Selection] = Signal()
        self.revealed: Signal[NodeId] = Signal()
        self._nodes: frozenset[NodeId] = frozenset()
        self._edges: frozenset[Edge] = frozenset()

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

    def reveal(self, node: NodeId) -> None:
        """Select a node and bring it into view."""
        self.select([node])
        self.revealed.emit(node)
