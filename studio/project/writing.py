"""From the pieces of a document to the lines of a project file; the counterpart of `reading`.

Keys are sorted, what a node does not set is left out, and every param, wire and choice stands on a line of its own, so
that a change of one is a change of one line.
"""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.values import Inner, Params, Value
from studio.document.clipboard import CopiedBlock
from studio.document.document import Document
from studio.document.graph import Edge, Frame, Graph, Node
from studio.document.training_choice import TrainingChoice
from studio.project.choices import data_fields
from studio.project.lines import Lines, Rows
from studio.project.plain import Plain


def document_fields(document: Document) -> Lines:
    """What a project file says of a document."""
    return Lines(
        graphs=Lines({id_: _graph(graph) for id_, graph in document.graphs.items()}),
        data=data_fields(document.data),
        training=training_fields(document.training),
    )


def piece_fields(nodes: Iterable[Node], edges: Iterable[Edge]) -> Lines:
    """The fields of a graph or fragment that `reading.read_pieces` reads."""
    return Lines(nodes=Rows(node_fields(node) for node in nodes), edges=Rows(edge_fields(edge) for edge in edges))


def block_fields(block: CopiedBlock) -> Lines:
    """What the clipboard says of a block: what a project file says."""
    return _graph_fields(block.name, block.nodes, block.edges, block.frames)


def _graph(graph: Graph) -> Lines:
    return _graph_fields(graph.name, graph.nodes.values(), graph.edges, graph.frames.values())


def _graph_fields(name: str, nodes: Iterable[Node], edges: Iterable[Edge], frames: Iterable[Frame]) -> Lines:
    return Lines(piece_fields(nodes, edges), name=name, frames=Rows(frame_fields(frame) for frame in frames))


def node_fields(node: Node) -> Lines:
    """What a project file says of a node."""
    fields = Lines(node.kept)
    fields.update(id=node.id, kind=node.kind, name=node.name, position=[float(node.x), float(node.y)])
    if node.params:
        fields["params"] = _params(node.params)
    if node.call:
        fields["call"] = _params(node.call)
    if node.shares is not None:
        fields["shares"] = node.shares
    if node.graph is not None:
        fields["graph"] = node.graph
    return fields


def edge_fields(edge: Edge) -> dict[str, Plain]:
    """What a project file says of a wire."""
    fields: dict[str, Plain] = {
        "source": edge.source,
        "source_port": edge.source_port,
        "target": edge.target,
        "target_port": edge.target_port,
    }
    return {**fields, "slot": edge.slot} if edge.slot else fields


def frame_fields(frame: Frame) -> Lines:
    """What a project file says of a frame or note."""
    return Lines(
        id=frame.id,
        title=frame.title,
        text=frame.text,
        position=[float(frame.x), float(frame.y)],
        size=[float(frame.width), float(frame.height)],
        hue=frame.hue,
    )


def _params(params: Params) -> Lines:
    return Lines({name: _param(value) for name, value in params.items()})


def _param(value: Value) -> Plain:
    """A param's value; a text of several lines stands there line by line, so that a change of one is one line."""
    return Lines(lines=Rows(value.split("\n"))) if isinstance(value, str) and "\n" in value else _value(value)


def _value(value: Value) -> Plain:
    match value:
        case tuple():
            return [_value(item) for item in value]
        case Inner():
            return _inner(value)
        case _:
            return value


def _inner(inner: Inner) -> dict[str, Plain]:
    if not inner.params:
        return {"kind": inner.kind}
    return {"kind": inner.kind, "params": {name: _value(value) for name, value in inner.params.items()}}


def training_fields(training: TrainingChoice) -> Lines:
    """What a project file says of a training choice."""
    return Lines(
        epochs=training.epochs,
        batch_size=training.batch_size,
        optimizer=_inner(training.optimizer),
        seed=training.seed,
        shuffle=training.shuffle,
        callbacks=Rows(_inner(callback) for callback in training.callbacks),
        **({"balanced": True} if training.balanced else {}),
    )
