"""What a person does to blocks, as edits: make one of nodes, put another instance, dissolve one, rename, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from studio.core.errors import EditRefused
from studio.core.ids import new_id
from studio.document.blocks import BLOCK_KIND, INPUT_KIND, OUTPUT_KIND, callers, entries, exits, innermost_first
from studio.document.changes import Change, EdgeChange, Edit, FrameChange, GraphChange, NodeChange
from studio.document.document import Document
from studio.document.edits import free_name, name_stem, unique_name
from studio.document.graph import ROOT, Edge, Graph, GraphId, Node, NodeId

COLUMN_PX = 240.0
ROW_PX = 96.0

PortsOf: TypeAlias = Callable[[NodeId], tuple[Sequence[str], Sequence[str]]]
"""The names of a node's input ports that need a wire, and of its output ports."""


def make_block(
    document: Document, nodes: Collection[NodeId], name: str, ports_of: PortsOf, graph: GraphId = ROOT
) -> tuple[Edit, NodeId]:
    """Put nodes into a new block in their place; the edit, and the id of the block's node. Raises EditRefused.

    Inputs and Outputs stay where they are. Wires across become ports, one for each tensor; where there are none, what
    is not wired yet does.
    """
    drawing = document.graphs[graph]
    inside = [
        node for node in drawing.nodes.values() if node.id in nodes and node.kind not in (INPUT_KIND, OUTPUT_KIND)
    ]
    _check_can_be_block(drawing, inside)
    making = _Making(drawing, inside, new_id(), new_id())
    making.take_in()
    making.wire(ports_of)
    corner = replace(
        inside[0],
        id=making.node,
        kind=BLOCK_KIND,
        name=unique_name(drawing, name_stem(name) or "block"),
        params={},
        call={},
        x=min(node.x for node in inside),
        y=min(node.y for node in inside),
        shares=None,
        graph=making.block,
        kept={},
    )
    changes = (*making.gone, GraphChange(making.block, None, name), *making.come, NodeChange(graph, None, corner))
    return Edit(f"Make block {name}", (*changes, *making.wired)), making.node


def new_instance(document: Document, block: GraphId, x: float, y: float, graph: GraphId = ROOT) -> Node:
    """A node that calls an instance of its own of a block, not yet in the document. Raises EditRefused inside of it."""
    check_not_inside(document, block, graph)
    name = unique_name(document.graphs[graph], name_stem(document.graphs[block].name) or "block")
    return Node(new_id(), BLOCK_KIND, name, x=x, y=y, graph=block)


def check_not_inside(document: Document, block: GraphId, graph: GraphId) -> None:
    """Raise EditRefused if `graph` is the inside of a block, or is somewhere inside of it."""
    if document.graphs[graph].id in innermost_first(document.graphs, block):
        raise EditRefused(
            "block.cycle",
            f"“{document.graphs[block].name}” cannot be used inside of itself.",
            "Leave the block to use it again, or put a copy of what is in it here.",
        )


def dissolve(
    document: Document, node: NodeId, freezable: Callable[[Node], bool], graph: GraphId = ROOT
) -> tuple[Edit, tuple[NodeId, ...]]:
    """Put what is in a block in the place of its node; the edit, and the ids of what was inside. Raises EditRefused.

    The block goes if nothing else calls it, else a copy is put in place. What was in a block that is not trainable is
    not trainable either, as far as it is `freezable`.
    """
    drawing = document.graphs[graph]
    block = drawing.nodes[node]
    again = next((each for each in drawing.nodes.values() if each.shares == node), None)
    if block.graph is None:
        raise EditRefused("block.none", f"{block.name} is no block.", "Select a block.")
    if block.shares is not None or again is not None:
        other = again or drawing.nodes[block.shares or node]
        raise EditRefused(
            "block.shared",
            f"{block.name} and {other.name} call the same instance.",
            "Give each its own first: Unshare.",
        )
    inside = document.graphs[block.graph]
    is_last = len(callers(document.graphs, inside.id)) == 1
    put = _placed(drawing, inside, block, freezable, keeps_ids=is_last)
    gone: list[Change] = [EdgeChange(graph, edge, None) for edge in _touching(drawing, [node])]
    gone.append(NodeChange(graph, block, None))
    if is_last:
        gone += _emptied(inside)
    come: list[Change] = [NodeChange(graph, None, each) for each in put.values()]
    come += [EdgeChange(graph, None, edge) for edge in _through(drawing, inside, node, put)]
    return Edit(f"Dissolve {block.name}", (*gone, *come)), tuple(each.id for each in put.values())


def rename_block(document: Document, block: GraphId, name: str) -> Edit:
    """Give a block another name; its nodes keep theirs."""
    before = document.graphs[block].name
    return Edit(f"Rename block to {name}", (GraphChange(block, before, name),) if name != before else ())


def delete_block(document: Document, block: GraphId) -> Edit:
    """Delete a block that nothing calls, with what is in it. Raises EditRefused."""
    drawing = document.graphs[block]
    used = callers(document.graphs, block)
    if used:
        name = document.graphs[used[0].graph].nodes[used[0].node].name
        raise EditRefused(
            "block.used", f"{name} stands for the block “{drawing.name}”.", "Delete or dissolve it first."
        )
    return Edit(f"Delete block {drawing.name}", tuple(_emptied(drawing)))


class _Making:
    """A block on its way: what goes where it was, what comes in the block, and the wires to it."""

    def __init__(self, drawing: Graph, inside: list[Node], block: GraphId, node: NodeId) -> None:
        self.block = block
        self.node = node
        self.gone: list[Change] = []
        self.come: list[Change] = []
        self.wired: list[Change] = []
        self._drawing = drawing
        self._inside = inside
        self._ids = {each.id for each in inside}
        self._taken = {each.name for each in inside}

    def take_in(self) -> None:
        """Move the nodes, with the wires among them."""
        touching = _touching(self._drawing, self._ids)
        among = [edge for edge in touching if edge.source in self._ids and edge.target in self._ids]
        self.gone += [EdgeChange(self._drawing.id, edge, None) for edge in touching]
        self.gone += [NodeChange(self._drawing.id, each, None) for each in self._inside]
        self.come += [NodeChange(self.block, None, each) for each in self._inside]
        self.come += [EdgeChange(self.block, None, edge) for edge in among]

    def wire(self, ports_of: PortsOf) -> None:
        """Make an Input for each tensor that comes in, and an Output for each that goes out."""
        touching = _touching(self._drawing, self._ids)
        entering: dict[tuple[NodeId, str], list[Edge]] = {}
        leaving: dict[tuple[NodeId, str], list[Edge]] = {}
        for edge in touching:
            if edge.source not in self._ids:
                entering.setdefault((edge.source, edge.source_port), []).append(edge)
            elif edge.target not in self._ids:
                leaving.setdefault((edge.source, edge.source_port), []).append(edge)
        ends = [
            _Entry(self._drawing.nodes[source].name, (source, port), [edge.end for edge in edges])
            for (source, port), edges in entering.items()
        ] or [
            _Entry("input", None, [(each.id, port, 0)])
            for each in self._inside
            for port in ports_of(each.id)[0]
            if self._drawing.edge_at(each.id, port) is None
        ]
        self._make_inputs(ends)
        unwired = [each.id for each in self._inside if not self._drawing.outgoing(each.id)]
        self._make_outputs(leaving or {(id_, port): [] for id_ in unwired for port in ports_of(id_)[1][:1]})

    def _make_inputs(self, ends: list[_Entry]) -> None:
        left = min(node.x for node in self._inside) - COLUMN_PX
        top = min(node.y for node in self._inside)
        made: list[Change] = []
        for at, entry in enumerate(ends):
            node = Node(new_id(), INPUT_KIND, self._name(entry.name), x=left, y=top + at * ROW_PX)
            made.append(NodeChange(self.block, None, node))
            for target, port, slot in entry.arrivals:
                self.come.append(EdgeChange(self.block, None, Edge(node.id, "output", target, port, slot)))
            if entry.source is not None:
                wire = Edge(*entry.source, self.node, node.id)
                self.wired.append(EdgeChange(self._drawing.id, None, wire))
        self.come[:0] = made

    def _make_outputs(self, ends: Mapping[tuple[NodeId, str], list[Edge]]) -> None:
        right = max(node.x for node in self._inside) + COLUMN_PX
        top = min(node.y for node in self._inside)
        for at, ((source, port), edges) in enumerate(ends.items()):
            stem = "output" if len(ends) == 1 else f"{self._drawing.nodes[source].name}_output"
            node = Node(new_id(), OUTPUT_KIND, self._name(stem), x=right, y=top + at * ROW_PX)
            self.come.append(NodeChange(self.block, None, node))
            self.come.append(EdgeChange(self.block, None, Edge(source, port, node.id, "input")))
            for edge in edges:
                wire = replace(edge, source=self.node, source_port=node.id)
                self.wired.append(EdgeChange(self._drawing.id, None, wire))

    def _name(self, stem: str) -> str:
        name = free_name(stem, self._taken)
        self._taken.add(name)
        return name


class _Entry:
    """What will come in by one Input: its name, the tensor outside if there is one, and where it arrives inside."""

    def __init__(self, name: str, source: tuple[NodeId, str] | None, arrivals: list[tuple[NodeId, str, int]]) -> None:
        self.name = name
        self.source = source
        self.arrivals = arrivals


def _check_can_be_block(drawing: Graph, inside: list[Node]) -> None:
    """Raise EditRefused if these nodes cannot be moved into a block."""
    if not inside:
        raise EditRefused("block.empty", "There is nothing to make a block of.", "Select some layers first.")
    ids = {node.id for node in inside}
    for node in drawing.nodes.values():
        if node.shares is not None and (node.id in ids) != (node.shares in ids):
            other = drawing.nodes[node.shares].name
            raise EditRefused(
                "block.shares",
                f"{node.name} calls the layer of {other} again, and only one of them is selected.",
                "Select both or neither.",
            )
    between = _downstream(drawing, ids) & _upstream(drawing, ids)
    if between:
        name = drawing.nodes[min(between, key=list(drawing.nodes).index)].name
        raise EditRefused(
            "block.around",
            f"{name} stands between the selected nodes, so the block would feed itself.",
            "Select it too.",
        )


def _downstream(drawing: Graph, ids: Collection[NodeId]) -> set[NodeId]:
    return _reached(ids, lambda id_: [edge.target for edge in drawing.outgoing(id_)])


def _upstream(drawing: Graph, ids: Collection[NodeId]) -> set[NodeId]:
    return _reached(ids, lambda id_: [edge.source for edge in drawing.incoming(id_)])


def _reached(ids: Collection[NodeId], near: Callable[[NodeId], Iterable[NodeId]]) -> set[NodeId]:
    """The nodes outside of `ids` to which steps lead from them."""
    found: set[NodeId] = set()
    waiting = [other for id_ in ids for other in near(id_)]
    while waiting:
        id_ = waiting.pop()
        if id_ not in found and id_ not in ids:
            found.add(id_)
            waiting += near(id_)
    return found


def _touching(drawing: Graph, ids: Collection[NodeId]) -> list[Edge]:
    """Every wire that arrives at or leaves one of the nodes, in the order of the drawing."""
    return [edge for edge in drawing.edges if edge.source in ids or edge.target in ids]


def _emptied(graph: Graph) -> list[Change]:
    """The changes that take a block away with all that is in it."""
    return [
        *(EdgeChange(graph.id, edge, None) for edge in graph.edges),
        *(NodeChange(graph.id, node, None) for node in graph.nodes.values()),
        *(FrameChange(graph.id, frame, None) for frame in graph.frames.values()),
        GraphChange(graph.id, graph.name, None),
    ]


def _placed(
    drawing: Graph, inside: Graph, block: Node, freezable: Callable[[Node], bool], *, keeps_ids: bool
) -> dict[NodeId, Node]:
    """The nodes of a block as they stand in its place, by the ids that they have inside."""
    moved = [node for node in inside.nodes.values() if node.kind not in (INPUT_KIND, OUTPUT_KIND)]
    left, top = min((node.x for node in moved), default=0.0), min((node.y for node in moved), default=0.0)
    ids = {node.id: node.id if keeps_ids and node.id not in drawing.nodes else new_id() for node in moved}
    taken = {node.name for node in drawing.nodes.values() if node.id != block.id}
    is_frozen = block.params.get("trainable") is False
    put = {}
    for node in moved:
        name = free_name(node.name, taken)
        taken.add(name)
        params = (
            {**node.params, "trainable": False} if is_frozen and not node.shares and freezable(node) else node.params
        )
        shares = ids[node.shares] if node.shares is not None else None
        x, y = node.x - left + block.x, node.y - top + block.y
        put[node.id] = replace(node, id=ids[node.id], name=name, params=params, shares=shares, x=x, y=y)
    return put


def _through(drawing: Graph, inside: Graph, block: NodeId, put: Mapping[NodeId, Node]) -> list[Edge]:
    """The wires of what was in a block: those among it, and those that went through its ports."""
    arriving = {edge.target_port: (edge.source, edge.source_port) for edge in drawing.incoming(block)}
    inputs = {node.id for node in entries(inside)}
    outputs = {node.id for node in exits(inside)}
    origin: dict[NodeId, tuple[NodeId, str] | None] = {}

    def source_of(edge: Edge) -> tuple[NodeId, str] | None:
        return arriving.get(edge.source) if edge.source in inputs else (put[edge.source].id, edge.source_port)

    found: list[Edge] = []
    for edge in inside.edges:
        source = source_of(edge)
        if edge.target in outputs:
            origin[edge.target] = source
        elif source is not None:
            found.append(replace(edge, source=source[0], source_port=source[1], target=put[edge.target].id))
    for edge in drawing.outgoing(block):
        source = origin.get(edge.source_port)
        if source is not None and edge.target != block:
            found.append(replace(edge, source=source[0], source_port=source[1]))
    return found
