"""From the pieces of a document to the lines of a project file; the counterpart of `reading`.

Keys are sorted, what a node does not set is left out, and every param, wire and choice stands on a line of its own, so
that a change of one is a change of one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import assert_never

from studio.core.values import Inner, Params, Value
from studio.document.data_choice import CsvSource, DataChoice, Feature, NpzSource, SampleSource, Source
from studio.document.document import Document
from studio.document.graph import Edge, Frame, Graph, Node
from studio.document.training_choice import TrainingChoice
from studio.project.plain import Plain

INDENT = "  "
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True)


class Lines(dict[str, Plain]):
    """An object that is written with at least one line for each field."""


class Rows(list[Plain]):
    """A list that is written with at least one line for each item."""


def text_of(value: Plain, indent: str = "") -> str:
    """The JSON text of `value`: Lines and Rows over several lines, everything else on one."""
    if isinstance(value, Lines) and value:
        return _block(
            "{}", (f"{_ENCODER.encode(k)}: {text_of(value[k], indent + INDENT)}" for k in sorted(value)), indent
        )
    if isinstance(value, Rows) and value:
        return _block("[]", (text_of(item, indent + INDENT) for item in value), indent)
    return _ENCODER.encode(value)


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


def _graph(graph: Graph) -> Lines:
    fields = piece_fields(graph.nodes.values(), graph.edges)
    return Lines(fields, name=graph.name, frames=Rows(frame_fields(frame) for frame in graph.frames.values()))


def _block(brackets: str, lines: Iterator[str], indent: str) -> str:
    inner = f",\n{indent}{INDENT}".join(lines)
    return f"{brackets[0]}\n{indent}{INDENT}{inner}\n{indent}{brackets[1]}"


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


def data_fields(data: DataChoice) -> Lines:
    """What a project file says of a data choice."""
    return Lines(
        source=None if data.source is None else _source(data.source),
        features=Rows(_feature(feature) for feature in data.features),
        split=Lines(validation=float(data.split.validation), test=float(data.split.test), seed=data.split.seed),
    )


def _source(source: Source) -> Lines:
    match source:
        case SampleSource(name):
            return Lines(kind="sample", name=name)
        case CsvSource(path, delimiter):
            return Lines(kind="csv", path=path, delimiter=delimiter)
        case NpzSource(path):
            return Lines(kind="npz", path=path)
        case _:
            assert_never(source)


def _feature(feature: Feature) -> Lines:
    span = {} if feature.span is None else {"span": [float(end) for end in feature.span]}
    return Lines(
        **span,
        name=feature.name,
        columns=list(feature.columns),
        shape=list(feature.shape),
        dtype=feature.dtype,
        encoding=feature.encoding.value,
        scale=float(feature.scale),
        classes=list(feature.classes),
    )


def training_fields(training: TrainingChoice) -> Lines:
    """What a project file says of a training choice."""
    return Lines(
        epochs=training.epochs,
        batch_size=training.batch_size,
        optimizer=_inner(training.optimizer),
        seed=training.seed,
        shuffle=training.shuffle,
        callbacks=Rows(_inner(callback) for callback in training.callbacks),
    )
