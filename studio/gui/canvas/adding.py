"""New nodes as edits, of a kind or another use of a block: alone, behind or before a port, into a wire."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.declaration import Kind
from studio.catalog.registry import starting_values
from studio.document import edits
from studio.document.block_edits import new_instance
from studio.document.changes import Change, EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Graph, Node, NodeId
from studio.gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Body, Box, Point, Side, body, snapped, snapped_point
from studio.gui.shared.offers import Offer

GAP = 72.0
STEP = 24.0
ROW = 112.0


def fresh(document: Document, offer: Offer, corner: Point) -> Node:
    """A new node, able to work at once, with its corner on the grid. Raises EditRefused for a block inside itself."""
    place = snapped_point(corner)
    if offer.block is not None:
        return new_instance(document, offer.block, place.x, place.y)
    return edits.new_node(document, offer.kind.name, place.x, place.y, starting_values(offer.kind))


def outline(kind: Kind, node: Node) -> Body:
    """The card that a new node will have."""
    return body(kind.inputs, kind.outputs(kind.settings(node.params, node.call)))


def added(document: Document, offer: Offer, corner: Point) -> tuple[Edit, NodeId]:
    """Add a node that nothing is wired to."""
    node = fresh(document, offer, free_place(document.root, corner))
    return edits.add_node(node), node.id


def added_after(document: Document, offer: Offer, source: NodeId, port: str, end: Point) -> tuple[Edit, NodeId]:
    """Add a node whose first input gets a wire from `port`, with that input at `end`."""
    declared = offer.kind
    node = fresh(document, offer, end)
    socket = outline(declared, node).end(Side.IN, declared.inputs[0].name) if declared.inputs else Point(0, 0)
    corner = free_place(document.root, snapped_point(Point(end.x - socket.x, end.y - socket.y)))
    node = replace(node, x=corner.x, y=corner.y)
    changes: tuple[Change, ...] = (NodeChange(ROOT, None, node),)
    if declared.inputs:
        changes += (EdgeChange(ROOT, None, Edge(source, port, node.id, declared.inputs[0].name)),)
    return Edit(f"Add {node.name}", changes), node.id


def added_before(
    document: Document, offer: Offer, target: NodeId, port: str, slot: int, end: Point
) -> tuple[Edit, NodeId]:
    """Add a node whose first output is wired to a port's slot (a wire there goes), with that output at `end`."""
    declared = offer.kind
    node = fresh(document, offer, end)
    outputs = declared.outputs(declared.settings(node.params))
    name = outputs[0].name if outputs else ""
    socket = outline(declared, node).end(Side.OUT, name)
    corner = free_place(document.root, snapped_point(Point(end.x - socket.x, end.y - socket.y)))
    node = replace(node, x=corner.x, y=corner.y)
    changes: list[Change] = [NodeChange(ROOT, None, node)]
    if outputs:
        old = document.root.edge_at(target, port, slot)
        changes += [EdgeChange(ROOT, old, None)] if old else []
        changes.append(EdgeChange(ROOT, None, Edge(node.id, name, target, port, slot)))
    return Edit(f"Add {node.name}", tuple(changes)), node.id


def can_insert(kind: Kind) -> bool:
    """Whether a node of this kind can be put into a wire: it takes something and gives something."""
    return bool(kind.inputs) and has_output(kind)


def has_output(kind: Kind) -> bool:
    """Whether a new node of this kind gives something."""
    return bool(kind.outputs(kind.settings(starting_values(kind))))


def inserted(document: Document, edge: Edge, offer: Offer) -> tuple[Edit, NodeId]:
    """Put a new node into a wire, and move what comes after to the right where there is no room."""
    graph = document.root
    declared = offer.kind
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    push = max(snapped(source.x + 2 * CARD_WIDTH + 2 * GAP - target.x), 0.0) if target.x > source.x else 0.0
    x = (source.x + target.x + push) / 2
    node = fresh(document, offer, Point(x, (source.y + target.y) / 2))
    output = declared.outputs(declared.settings(node.params))[0].name
    insert = edits.insert_on_edge(document, edge, node, declared.inputs[0].name, output)
    moving = _behind(graph, edge.target, source.x) if push else ()
    shifted = {id_: (graph.nodes[id_].x + push, graph.nodes[id_].y) for id_ in moving}
    moves = edits.move(document, shifted).changes if shifted else ()
    return Edit(insert.label, (*moves, *insert.changes)), node.id


def free_place(graph: Graph, corner: Point) -> Point:
    """The crossing of the grid at `corner`, or the next one down and to the right where no card has its corner."""
    corner = snapped_point(corner)
    taken = {(node.x, node.y) for node in graph.nodes.values()}
    while tuple(corner) in taken:
        corner = Point(corner.x + STEP, corner.y + STEP)
    return corner


def room_after(graph: Graph, end: Point) -> Point:
    """Where a card's main port finds room: at `end`, or in the next row below where a card stands there already."""
    middle = room_at(graph, Point(end.x + CARD_WIDTH / 2, end.y))
    return Point(end.x, middle.y)


def room_at(graph: Graph, middle: Point) -> Point:
    """Where the middle of a card finds room: there, or in the next row below where a card stands there already."""
    boxes = [Box(node.x, node.y, CARD_WIDTH, CARD_HEIGHT) for node in graph.nodes.values()]
    left, top = middle.x - CARD_WIDTH / 2, middle.y - CARD_HEIGHT / 2
    while any(box.meets(Box(left, top, CARD_WIDTH, CARD_HEIGHT)) for box in boxes):
        top += ROW
    return Point(middle.x, top + CARD_HEIGHT / 2)


def _behind(graph: Graph, start: NodeId, x: float) -> list[NodeId]:
    """`start` and what is wired behind it, as far as it stands to the right of `x`."""
    found, waiting = {start: None}, [start]
    while waiting:
        for edge in graph.outgoing(waiting.pop()):
            if edge.target not in found and graph.nodes[edge.target].x > x:
                found[edge.target] = None
                waiting.append(edge.target)
    return list(found)
