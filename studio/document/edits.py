"""What a person does to a drawing, as edits: pure functions from a document to an `Edit`; nothing is applied here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace

from studio.core.ids import new_id
from studio.core.values import MAX_NAME, Params, Value
from studio.document.changes import (
    Change,
    DataChange,
    EdgeChange,
    Edit,
    FrameChange,
    NodeChange,
    TrainingChange,
)
from studio.document.data_choice import DataChoice
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Frame, Graph, GraphId, Node, NodeId
from studio.document.training_choice import TrainingChoice


def name_stem(kind: str) -> str:
    """The name Keras would give: `Conv2D` → `conv2d`, `MaxPooling2D` → `max_pooling2d`, `ops.add` → `add`."""
    kind = kind.removeprefix("ops.")
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{2})|(?<=[A-Z0-9])(?=[A-Z][a-z])", "_", kind).lower()


def unique_name(graph: Graph, stem: str) -> str:
    """`stem`, or `stem_2`, `stem_3`, …: the first that no node of the graph has."""
    return free_name(stem, {node.name for node in graph.nodes.values()})


def free_name(stem: str, taken: Collection[str]) -> str:
    """`stem`, or `stem_2`, `stem_3`, …: the first that is not taken; cut where it would become too long."""
    if stem not in taken:
        return stem
    base = re.sub(r"_\d+$", "", stem)
    endings = (f"_{number}" for number in itertools.count(2))
    names = (base[: MAX_NAME - len(ending)] + ending for ending in endings)
    return next(name for name in names if name not in taken)


def new_node(
    document: Document,
    kind: str,
    x: float,
    y: float,
    params: Params | None = None,
    *,
    name: str | None = None,
    graph: GraphId = ROOT,
) -> Node:
    """A node with a fresh id and a free name, not yet in the document."""
    free = unique_name(document.graphs[graph], name or name_stem(kind))
    return Node(new_id(), kind, free, dict(params or {}), x=x, y=y)


def add_node(node: Node, graph: GraphId = ROOT) -> Edit:
    """Put a new node onto the canvas."""
    return Edit(f"Add {node.name}", (NodeChange(graph, None, node),))


def remove(document: Document, nodes: Collection[NodeId], edges: Iterable[Edge] = (), graph: GraphId = ROOT) -> Edit:
    """Remove nodes with all their wires, and further wires. A layer that others share moves to the first of them."""
    drawing = document.graphs[graph]
    nodes = dict.fromkeys(nodes)
    doomed = dict.fromkeys(edges)
    for node in nodes:
        doomed.update(dict.fromkeys(drawing.incoming(node)))
        doomed.update(dict.fromkeys(drawing.outgoing(node)))
    changes: list[Change] = [EdgeChange(graph, edge, None) for edge in doomed]
    changes += _hand_over_layers(drawing, nodes, graph)
    changes += [NodeChange(graph, drawing.nodes[node], None) for node in nodes]
    names = [drawing.nodes[node].name for node in nodes]
    what = names[0] if len(names) == 1 else f"{len(names)} nodes" if names else _wires(len(doomed))
    return Edit(f"Delete {what}", tuple(changes))


def connect(
    document: Document,
    source: NodeId,
    source_port: str,
    target: NodeId,
    target_port: str,
    slot: int = 0,
    graph: GraphId = ROOT,
) -> Edit:
    """Draw a wire; one that already arrives at that slot is replaced. No changes if it is there already."""
    drawing = document.graphs[graph]
    edge = Edge(source, source_port, target, target_port, slot)
    old = drawing.edge_at(*edge.end)
    if old == edge:
        return Edit("Connect", ())
    label = f"Connect {drawing.nodes[source].name} to {drawing.nodes[target].name}"
    removed: tuple[Change, ...] = (EdgeChange(graph, old, None),) if old else ()
    return Edit(label, (*removed, EdgeChange(graph, None, edge)))


def next_slot(graph: Graph, node: NodeId, port: str) -> int:
    """The slot after the last wire of a list port."""
    return max((edge.slot for edge in graph.incoming(node) if edge.target_port == port), default=-1) + 1


def insert_on_edge(
    document: Document, edge: Edge, node: Node, input_port: str, output_port: str, graph: GraphId = ROOT
) -> Edit:
    """Put a new node into a wire: source → node → target."""
    changes = (
        NodeChange(graph, None, node),
        EdgeChange(graph, edge, None),
        EdgeChange(graph, None, Edge(edge.source, edge.source_port, node.id, input_port)),
        EdgeChange(graph, None, replace(edge, source=node.id, source_port=output_port)),
    )
    return Edit(f"Insert {node.name}", changes)


def set_params(
    document: Document,
    node: NodeId,
    values: Mapping[str, Value],
    *,
    unset: Collection[str] = (),
    graph: GraphId = ROOT,
    merge_key: Hashable = None,
) -> Edit:
    """Set params of a node's layer, and put those in `unset` back to Keras's default. A shared layer has one set."""
    nodes = document.graphs[graph].nodes
    before = nodes[nodes[node].shares or node]
    params = {**before.params, **values}
    for name in unset:
        params.pop(name, None)
    names = ", ".join([*values, *unset])
    return _changed(before, replace(before, params=params), f"Set {names} of {before.name}", graph, merge_key)


def set_call(document: Document, node: NodeId, values: Mapping[str, Value], graph: GraphId = ROOT) -> Edit:
    """Set constant call arguments of a node; None takes one away."""
    before = document.graphs[graph].nodes[node]
    call = {name: value for name, value in {**before.call, **values}.items() if value is not None}
    return _changed(before, replace(before, call=call), f"Set {', '.join(values)} of {before.name}", graph)


def rename(document: Document, node: NodeId, name: str, graph: GraphId = ROOT) -> Edit:
    """Give a node another name."""
    before = document.graphs[graph].nodes[node]
    return _changed(before, replace(before, name=name), f"Rename {before.name} to {name}", graph)


def move(
    document: Document,
    positions: Mapping[NodeId, tuple[float, float]],
    graph: GraphId = ROOT,
    merge_key: Hashable = None,
) -> Edit:
    """Put nodes at scene positions (px)."""
    nodes = document.graphs[graph].nodes
    changes = tuple(
        NodeChange(graph, nodes[id_], replace(nodes[id_], x=x, y=y))
        for id_, (x, y) in positions.items()
        if (nodes[id_].x, nodes[id_].y) != (x, y)
    )
    what = nodes[next(iter(positions))].name if len(positions) == 1 else f"{len(positions)} nodes"
    return Edit(f"Move {what}", changes, merge_key)


def share(document: Document, node: NodeId, owner: NodeId | None, graph: GraphId = ROOT) -> Edit:
    """Let `node` call the layer of `owner` again, or, with None, have a layer of its own with the same params.

    Nodes that called the layer of `node` so far keep it among themselves.
    """
    drawing = document.graphs[graph]
    nodes = drawing.nodes
    before = nodes[node]
    if owner is None:
        params = nodes[before.shares].params if before.shares else before.params
        return _changed(before, replace(before, shares=None, params=params), f"Unshare {before.name}", graph)
    top = nodes[owner].shares or owner
    label = f"Share {nodes[top].name} with {before.name}"
    if top in (node, before.shares):
        return Edit(label, ())
    after = replace(before, shares=top, kind=nodes[top].kind, graph=nodes[top].graph, params={})
    return Edit(label, (*_hand_over_layers(drawing, [node], graph), NodeChange(graph, before, after)))


def put_frame(document: Document, frame: Frame, graph: GraphId = ROOT, merge_key: Hashable = None) -> Edit:
    """Add a frame or note, or change the one with the same id."""
    before = document.graphs[graph].frames.get(frame.id)
    label = f"{'Change' if before else 'Add'} {'note' if frame.text else 'frame'}"
    return Edit(label, () if before == frame else (FrameChange(graph, before, frame),), merge_key)


def remove_frame(document: Document, frame: str, graph: GraphId = ROOT) -> Edit:
    """Remove a frame or note; what stands in it stays."""
    return Edit("Delete frame", (FrameChange(graph, document.graphs[graph].frames[frame], None),))


def set_data(document: Document, data: DataChoice, label: str = "Choose data") -> Edit:
    """Choose data."""
    return Edit(label, (DataChange(document.data, data),) if data != document.data else ())


def set_training(document: Document, training: TrainingChoice, merge_key: Hashable = None) -> Edit:
    """Choose how to train."""
    same = training == document.training
    return Edit("Change training", () if same else (TrainingChange(document.training, training),), merge_key)


def combined(label: str, edits: Iterable[Edit]) -> Edit:
    """Several edits, each made for the state that the one before leaves, as one step."""
    return Edit(label, tuple(change for edit in edits for change in edit.changes))


def _changed(before: Node, after: Node, label: str, graph: GraphId, merge_key: Hashable = None) -> Edit:
    return Edit(label, () if before == after else (NodeChange(graph, before, after),), merge_key)


def _hand_over_layers(graph: Graph, doomed: Collection[NodeId], graph_id: GraphId) -> list[Change]:
    changes: list[Change] = []
    heirs: dict[NodeId, NodeId] = {}
    for node in graph.nodes.values():
        owner = node.shares
        if owner is None or owner not in doomed or node.id in doomed:
            continue
        if owner in heirs:
            after = replace(node, shares=heirs[owner])
        else:
            heirs[owner] = node.id
            after = replace(node, shares=None, params=graph.nodes[owner].params)
        changes.append(NodeChange(graph_id, node, after))
    return changes


def _wires(count: int) -> str:
    return "wire" if count == 1 else f"{count} wires"
