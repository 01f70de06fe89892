"""Copy and paste: a piece of a drawing as a value, and the edit that puts it back with fresh ids, also elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from studio.core.ids import new_id
from studio.document.block_edits import check_not_inside
from studio.document.blocks import innermost_first
from studio.document.changes import Change, EdgeChange, Edit, FrameChange, GraphChange, NodeChange
from studio.document.document import Document
from studio.document.edits import free_name
from studio.document.graph import ROOT, Edge, Frame, Graph, GraphId, Node, NodeId


@dataclass(frozen=True, slots=True)
class CopiedBlock:
    """What was inside a block when one of its nodes was copied."""

    id: GraphId
    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """Nodes and the wires among them; `shares` names nodes of the fragment.

    `blocks` are all that the nodes call, directly or by way of others, by their ids.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    blocks: tuple[CopiedBlock, ...] = ()


def copied(document: Document, nodes: Collection[NodeId], graph: GraphId = ROOT) -> Fragment:
    """The named nodes, the wires among them, and their blocks. A call of a layer outside becomes a layer of its own."""
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
    called = {id_ for node in chosen if node.graph is not None for id_ in innermost_first(document.graphs, node.graph)}
    return Fragment(tuple(whole), tuple(edges), tuple(_block(document.graphs[id_]) for id_ in sorted(called)))


def paste(
    document: Document, fragment: Fragment, dx: float, dy: float, graph: GraphId = ROOT, label: str = "Paste"
) -> tuple[Edit, tuple[NodeId, ...]]:
    """The edit that adds a fragment, moved by (dx, dy) px, under fresh ids and free names; and the new ids.

    A block of the fragment that the document has, whatever its name and wherever its nodes stand, is used again; every
    other one comes along, under another id and name where its own is taken. Raises EditRefused where a block would
    stand inside of itself.
    """
    coming = _Coming(document, {block.id: block for block in fragment.blocks})
    for block in fragment.blocks:
        coming.bring(block)
    for block_id in coming.found:
        check_not_inside(document, block_id, graph)
    fresh = {node.id: new_id() for node in fragment.nodes}
    taken = {node.name for node in document.graphs[graph].nodes.values()}
    changes = coming.changes
    for node in fragment.nodes:
        name = free_name(node.name, taken)
        taken.add(name)
        shares = fresh.get(node.shares, node.shares) if node.shares else None
        moved = replace(node, id=fresh[node.id], name=name, shares=shares, x=node.x + dx, y=node.y + dy)
        changes.append(NodeChange(graph, None, coming.calling(moved)))
    changes.extend(
        EdgeChange(graph, None, replace(edge, source=fresh[edge.source], target=fresh[edge.target]))
        for edge in fragment.edges
    )
    return Edit(label, tuple(changes)), tuple(fresh.values())


class _Coming:
    """The blocks of a fragment on their way into a document: `changes` bring those that it does not have."""

    def __init__(self, document: Document, blocks: Mapping[GraphId, CopiedBlock]) -> None:
        self.changes: list[Change] = []
        self.found: list[GraphId] = []
        self._blocks = blocks
        self._there = {id_: graph for id_, graph in document.graphs.items() if id_ != ROOT}
        self._names = {graph.name for graph in self._there.values()}
        self._taken = set(document.graphs)
        self._ids: dict[GraphId, GraphId] = {}

    def calling(self, node: Node) -> Node:
        """A node of the fragment that calls its block under the id that it has in the document."""
        return node if node.graph is None else replace(node, graph=self._ids.get(node.graph, node.graph))

    def bring(self, block: CopiedBlock) -> None:
        """Find a block in the document or make it there, after those that it calls."""
        stack = [(block, False)]
        begun: set[GraphId] = set()
        while stack:
            each, is_ready = stack.pop()
            if each.id in self._ids:
                continue
            if is_ready:
                self._ids[each.id] = self._settled(each)
            elif each.id not in begun:
                begun.add(each.id)
                inner = [self._blocks[node.graph] for node in each.nodes if node.graph and node.graph in self._blocks]
                stack += [(each, True), *((one, False) for one in inner)]

    def _settled(self, block: CopiedBlock) -> GraphId:
        nodes = [self.calling(node) for node in block.nodes]
        same = [id_ for id_, graph in self._there.items() if _says_the_same(graph, nodes, block.edges)]
        if same:
            self.found.append(block.id if block.id in same else same[0])
            return self.found[-1]
        id_ = new_id() if block.id in self._taken else block.id
        name = free_name(block.name, self._names)
        self._taken.add(id_)
        self._names.add(name)
        self.changes.append(GraphChange(id_, None, name))
        self.changes += [NodeChange(id_, None, node) for node in nodes]
        self.changes += [EdgeChange(id_, None, edge) for edge in block.edges]
        self.changes += [FrameChange(id_, None, frame) for frame in block.frames]
        return id_


def _block(graph: Graph) -> CopiedBlock:
    return CopiedBlock(
        graph.id, graph.name, tuple(graph.nodes.values()), tuple(graph.edges), tuple(graph.frames.values())
    )


def _says_the_same(graph: Graph, nodes: Sequence[Node], edges: Sequence[Edge]) -> bool:
    """Whether a graph has these very nodes, wherever they stand, in this order, and these wires."""
    if len(graph.nodes) != len(nodes) or graph.edge_count != len(edges):
        return False
    pairs = zip(graph.nodes.values(), nodes, strict=True)
    alike = all(replace(one, x=0.0, y=0.0) == replace(other, x=0.0, y=0.0) for one, other in pairs)
    return alike and all(graph.has_edge(edge) for edge in edges)
