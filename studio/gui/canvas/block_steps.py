"""What is done with blocks on the canvas: look into one, leave it, make one of the selection, dissolve one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.catalog.registry import KINDS
from studio.document.block_edits import dissolve, make_block, rename_block
from studio.document.blocks import Where, inside_of, spelled
from studio.document.edits import free_name
from studio.document.graph import ROOT, Node, NodeId
from studio.gui.canvas.breadcrumb import Breadcrumb

if TYPE_CHECKING:
    from studio.gui.canvas.canvas import Canvas


class BlockSteps:
    """Ways into blocks and out of them, and the edits that make and dissolve them."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._breadcrumb = Breadcrumb(canvas.theme, self.leave, self.rename, canvas)

    @property
    def is_selected(self) -> bool:
        """Whether one block is selected, and nothing else."""
        graph, node = self._canvas.drawing.graph, self._canvas.selection.node
        return node is not None and node in graph.nodes and inside_of(graph, graph.nodes[node]) is not None

    @property
    def is_inside(self) -> bool:
        """Whether the inside of a block is shown."""
        return self._canvas.selection.where.graph != ROOT

    def enter(self, node: NodeId) -> bool:
        """Show what is inside a block; whether the node is one."""
        graph, where = self._canvas.drawing.graph, self._canvas.drawing.where
        block = inside_of(graph, graph.nodes[node]) if node in graph.nodes else None
        if block is None:
            return False
        self._canvas.selection.show(Where(block, (*where.path, node)))
        return True

    def leave(self, levels: int = 1) -> bool:
        """Show what is around the block that is shown, with its node selected; whether there is anything around it."""
        where = self._canvas.drawing.where
        if where.graph == ROOT:
            return False
        graphs = self._canvas.session.document.graphs
        kept = where.path[: max(len(where.path) - levels, 0)]
        node = where.path[len(kept)] if where.path else None
        outer = graphs[ROOT]
        for id_ in kept:
            outer = graphs[inside_of(outer, outer.nodes[id_]) or ROOT]
        self._canvas.selection.show(Where(outer.id, kept))
        if node is not None and node in outer.nodes:
            self._canvas.selection.reveal(node)
        return True

    def rename(self, name: str) -> None:
        """Give the block that is shown another name."""
        canvas = self._canvas
        canvas.session.do(rename_block(canvas.session.document, canvas.drawing.where.graph, name))

    def show_way(self) -> None:
        """Show the way into the block that is shown."""
        graphs, where = self._canvas.session.document.graphs, self._canvas.drawing.where
        if where.graph == ROOT:
            self._breadcrumb.show_way((), "")
            return
        names = [spelled(graphs, Where(ROOT, where.path[:at]), None) for at in range(1, len(where.path))]
        around = [QCoreApplication.translate("Canvas", "Model"), *(name.rpartition(" / ")[2] for name in names)]
        self._breadcrumb.show_way(around, graphs[where.graph].name)

    def make(self) -> None:
        """Make a block of the selected nodes. Raises EditRefused."""
        canvas = self._canvas
        analysis, where = canvas.session.analysis, canvas.drawing.where

        def ports(node: NodeId) -> tuple[list[str], list[str]]:
            inputs, outputs = analysis.ports(node, where)
            return [port.name for port in inputs if not port.optional], [port.name for port in outputs]

        names = {graph.name for graph in canvas.session.document.graphs.values()}
        edit, node = make_block(
            canvas.session.document, canvas.selection.nodes, free_name("Block", names), ports, where.graph
        )
        canvas.session.do(edit)
        canvas.take_focus(node)

    def dissolve(self) -> None:
        """Put what is in the selected block in its place. Raises EditRefused."""
        canvas, node = self._canvas, self._canvas.selection.node
        if node is not None:
            edit, inside = dissolve(canvas.session.document, node, _can_freeze, canvas.drawing.where.graph)
            canvas.session.do(edit)
            canvas.selection.select(inside)


def _can_freeze(node: Node) -> bool:
    """Whether a node's layer can be told not to train."""
    kind = KINDS.get(node.kind)
    return node.graph is not None or (kind is not None and kind.param("trainable") is not None)
