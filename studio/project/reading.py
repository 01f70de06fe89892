"""From plain JSON to the pieces of a document; the counterpart of `writing`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from studio.core.errors import EditRefused
from studio.core.values import Inner, Params, Value, check_value
from studio.document.changes import Change, DataChange, EdgeChange, FrameChange, GraphChange, NodeChange, TrainingChange
from studio.document.clipboard import CopiedBlock
from studio.document.document import MAX_EDGES, MAX_NODES, Document
from studio.document.graph import ROOT, Edge, Frame, GraphId, Node
from studio.document.training_choice import TrainingChoice
from studio.project.choices import read_data
from studio.project.fields import (
    Fields,
    a_list,
    a_name,
    a_pair,
    a_switch,
    a_text,
    a_whole,
    an_object,
    optional,
)
from studio.project.plain import Misfit, Plain, shown


def read_changes(fields: Fields, document: Document) -> list[Change]:
    """The changes that make the empty `document` what the fields `graphs`, `data` and `training` say."""
    graphs = fields.take("graphs", an_object)
    changes: list[Change] = []
    try:
        _check_counts(graphs)
        if ROOT not in graphs:
            raise Misfit("file.missing", f"the graph “{ROOT}” is missing.")
        for id_, plain in graphs.items():
            changes += _graph(id_, plain)
    except Misfit as misfit:
        raise misfit.inside("graphs") from misfit
    data = fields.maybe("data", read_data, document.data)
    training = fields.maybe("training", read_training, document.training)
    return [*changes, DataChange(document.data, data), TrainingChange(document.training, training)]


def read_pieces(fields: Fields) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The fields `nodes` and `edges` of a graph or fragment: wires end at its nodes, layers are shared among them."""
    nodes: tuple[Node, ...] = fields.maybe("nodes", a_list(read_node), ())
    edges: tuple[Edge, ...] = fields.maybe("edges", a_list(read_edge), ())
    by_id: dict[str, Node] = {}
    for node in nodes:
        if node.id in by_id:
            raise Misfit("file.id", f"two nodes have the id “{shown(node.id)}”.").inside("nodes")
        by_id[node.id] = node
    for node in nodes:
        try:
            _check_shares(node, by_id)
        except Misfit as misfit:
            raise misfit.inside("shares").inside(shown(node.name or node.id)).inside("nodes") from misfit
    _check_edges(edges, by_id)
    return nodes, edges


def read_blocks(fields: Fields) -> tuple[CopiedBlock, ...]:
    """The field `graphs` of a fragment, by their ids."""
    graphs: Mapping[str, Plain] = fields.maybe("graphs", an_object, {})
    try:
        _check_counts(graphs)
        if ROOT in graphs:
            raise Misfit("file.id", f"a block cannot be called “{ROOT}”.")
        return tuple(_read_graph(id_, graphs[id_]) for id_ in sorted(graphs))
    except Misfit as misfit:
        raise misfit.inside("graphs") from misfit


def _graph(id_: GraphId, plain: Plain) -> list[Change]:
    graph = _read_graph(id_, plain)
    return [
        GraphChange(id_, "" if id_ == ROOT else None, graph.name),
        *(NodeChange(id_, None, node) for node in graph.nodes),
        *(EdgeChange(id_, None, edge) for edge in graph.edges),
        *(FrameChange(id_, None, frame) for frame in graph.frames),
    ]


def _read_graph(id_: GraphId, plain: Plain) -> CopiedBlock:
    try:
        fields = Fields(plain)
        name = fields.maybe("name", a_name, "")
        nodes, edges = read_pieces(fields)
        frames: tuple[Frame, ...] = fields.maybe("frames", a_list(read_frame), ())
        fields.close()
        if len({frame.id for frame in frames}) < len(frames):
            raise Misfit("file.id", "two frames have the same id.").inside("frames")
    except Misfit as misfit:
        raise misfit.inside(shown(id_)) from misfit
    return CopiedBlock(id_, name, nodes, edges, frames)


def _check_counts(graphs: Mapping[str, Plain]) -> None:
    for what, limit in (("nodes", MAX_NODES), ("edges", MAX_EDGES)):
        parts = [graph.get(what) for graph in graphs.values() if isinstance(graph, dict)]
        count = sum(len(part) for part in parts if isinstance(part, list))
        if count > limit:
            raise Misfit("file.large", f"there are {count:,} {what}; at most {limit:,} are allowed.")


def _check_shares(node: Node, nodes: Mapping[str, Node]) -> None:
    owner = node.shares
    if owner is None:
        return
    if owner not in nodes:
        raise Misfit("file.shares", f"there is no node “{shown(owner)}”.")
    if nodes[owner].shares is not None:
        raise Misfit("file.shares", "it must name the node that has the layer; this one shares another's itself.")


def _check_edges(edges: Collection[Edge], nodes: Mapping[str, Node]) -> None:
    ends: set[tuple[str, str, int]] = set()
    for index, edge in enumerate(edges):
        text = None
        if edge.source not in nodes:
            text = f"there is no node “{shown(edge.source)}”."
        elif edge.target not in nodes:
            text = f"there is no node “{shown(edge.target)}”."
        elif edge.slot < 0:
            text = f"the slot {edge.slot} is below 0."
        elif edge.end in ends:
            text = f"a wire arrives at {shown(edge.target)}, {shown(edge.target_port)}, slot {edge.slot} already."
        if text is not None:
            raise Misfit("file.edge", text).inside(str(index + 1)).inside("edges")
        ends.add(edge.end)


def read_node(plain: Plain) -> Node:
    """A node, of what a project file says of it; fields that nobody knows are kept."""
    fields = Fields(plain)
    id_ = fields.take("id", a_name)
    x, y = fields.maybe("position", a_pair, (0.0, 0.0))
    node = Node(
        id=id_,
        kind=fields.take("kind", a_name),
        name=fields.take("name", a_name),
        params=fields.maybe("params", _params, {}),
        call=fields.maybe("call", _params, {}),
        x=x,
        y=y,
        shares=fields.maybe("shares", optional(a_name), None),
        graph=fields.maybe("graph", optional(a_name), None),
    )
    return replace(node, kept=fields.rest) if fields.rest else node


def read_edge(plain: Plain) -> Edge:
    """A wire, of what a project file says of it."""
    fields = Fields(plain)
    edge = Edge(
        source=fields.take("source", a_name),
        source_port=fields.take("source_port", a_name),
        target=fields.take("target", a_name),
        target_port=fields.take("target_port", a_name),
        slot=fields.maybe("slot", a_whole, 0),
    )
    fields.close()
    return edge


def read_frame(plain: Plain) -> Frame:
    """A frame or note, of what a project file says of it."""
    fields = Fields(plain)
    x, y = fields.maybe("position", a_pair, (0.0, 0.0))
    width, height = fields.maybe("size", a_pair, (320.0, 160.0))
    frame = Frame(
        id=fields.take("id", a_name),
        title=fields.maybe("title", a_name, ""),
        text=fields.maybe("text", a_text, ""),
        x=x,
        y=y,
        width=width,
        height=height,
        hue=fields.maybe("hue", a_whole, 0),
    )
    fields.close()
    return frame


def _params(plain: Plain) -> Params:
    params: dict[str, Value] = {}
    for name, item in an_object(plain).items():
        try:
            params[name] = _value(item)
            check_value(params[name])
        except EditRefused as error:
            raise Misfit("file.value", error.text).inside(shown(name)) from error
        except Misfit as misfit:
            raise misfit.inside(shown(name)) from misfit
    return params


def _value(plain: Plain) -> Value:
    if isinstance(plain, list):
        return a_list(_value)(plain)
    if isinstance(plain, dict):
        return _lines(plain) if plain.keys() == {"lines"} else _inner(plain)
    scalar: Value = plain
    return scalar


def _lines(plain: Plain) -> str:
    return "\n".join(Fields(plain).take("lines", a_list(a_text)))


def _inner(plain: Plain) -> Inner:
    fields = Fields(plain)
    inner = Inner(fields.take("kind", a_name), fields.maybe("params", _params, {}))
    fields.close()
    return inner


def read_training(plain: Plain) -> TrainingChoice:
    """A training choice, of what a project file says of it."""
    fields = Fields(plain)
    default = TrainingChoice()
    training = TrainingChoice(
        epochs=fields.maybe("epochs", a_whole, default.epochs),
        batch_size=fields.maybe("batch_size", a_whole, default.batch_size),
        optimizer=fields.maybe("optimizer", _inner, default.optimizer),
        seed=fields.maybe("seed", a_whole, default.seed),
        shuffle=fields.maybe("shuffle", a_switch, default.shuffle),
        callbacks=fields.maybe("callbacks", a_list(_inner), ()),
        balanced=fields.maybe("balanced", a_switch, default.balanced),
    )
    fields.close()
    return training
