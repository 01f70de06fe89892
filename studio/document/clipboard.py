"""Copy and paste: a piece of a drawing as a value, and the edit that puts it back with fresh ids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from studio.core.ids import new_id
from studio.document.changes import EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.edits import free_name
from studio.document.graph import ROOT, Edge, GraphId, Node, NodeId


@dataclass(frozen=True, slots=True)
class Fragment:
    """Nodes and the wires among them; `shares` names nodes of the fragment."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def copied(document: Document, nodes: Collection[NodeId], graph: GraphId = ROOT) -> Fragment:
    """The named nodes and the wires among them. A call of a layer outside becomes a layer of its own."""
    drawing = document.graphs[graph]
    nodes = frozenset(nodes)
    chosen = [node for node in drawing.nodes.values() if node.id in nodes]
    whole = [
        node
        if node.shares is None or node.shares in nodes
        else replace(node, shares=None, params=drawing.nodes[node.shares].params)
        for node in chosen
    ]
    edges = [edge for node in chosen for edge in drawing.incoming(node.id) if edge.source in nodes]
    return Fragment(tuple(whole), tuple(edges))


def paste(
    document: Document, fragment: Fragment, dx: float, dy: float, graph: GraphId = ROOT, label: str = "Paste"
) -> tuple[Edit, tuple[NodeId, ...]]:
    """The edit that adds a fragment, moved by (dx, dy) px, under fresh ids and free names; and the new ids."""
    fresh = {node.id: new_id() for node in fragment.nodes}
    taken = {node.name for node in document.graphs[graph].nodes.values()}
    changes: list[NodeChange | EdgeChange] = []
    for node in fragment.nodes:
        name = free_name(node.name, taken)
        taken.add(name)
        shares = fresh.get(node.shares, node.shares) if node.shares else None
        moved = replace(node, id=fresh[node.id], name=name, shares=shares, x=node.x + dx, y=node.y + dy)
        changes.append(NodeChange(graph, None, moved))
    changes.extend(
        EdgeChange(graph, None, replace(edge, source=fresh[edge.source], target=fresh[edge.target]))
        for edge in fragment.edges
    )
    return Edit(label, tuple(changes)), tuple(fresh.values())
