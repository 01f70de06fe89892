"""What a piece must be so that a document can hold it and a file can keep it; right and wrong is for `analysis`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from studio.core.errors import EditRefused
from studio.core.values import INT64, MAX_NAME, MAX_TEXT, check_text, check_value
from studio.document.data_choice import PATHS, DataChoice
from studio.document.graph import ROOT, Edge, Frame, Graph, GraphId, Node
from studio.document.training_choice import TrainingChoice

MAX_KEPT_DEPTH = 48


def check_node(node: Node) -> None:
    """Raise EditRefused if a node's texts are too long or broken, or a value is none."""
    for text in (node.id, node.name, node.kind):
        check_text(text, MAX_NAME)
    for params in (node.params, node.call):
        for name, value in params.items():
            check_text(name, MAX_NAME)
            check_value(value)
    check_value(node.x)
    check_value(node.y)
    if node.kept:
        _check_kept(node.kept, 0)


def check_edge(edge: Edge) -> None:
    """Raise EditRefused if a port's name is too long or broken, or the slot is no slot."""
    check_text(edge.source_port, MAX_NAME)
    check_text(edge.target_port, MAX_NAME)
    if not 0 <= edge.slot < INT64.stop:
        raise EditRefused("edge.slot", f"A wire cannot arrive at slot {edge.slot}.", "Slots are counted from 0.")


def check_frame(frame: Frame) -> None:
    """Raise EditRefused if a frame's texts are too long or broken, or a number is none."""
    check_text(frame.id, MAX_NAME)
    check_text(frame.title, MAX_NAME)
    check_text(frame.text, MAX_TEXT)
    for number in (frame.x, frame.y, frame.width, frame.height, frame.hue):
        check_value(number)


def check_data(data: DataChoice) -> None:
    """Raise EditRefused if a text of the data choice is too long or broken, or a number is none."""
    if data.source is not None:
        for field in fields(data.source):
            text = getattr(data.source, field.name)
            if isinstance(text, str):
                check_text(text, MAX_TEXT if field.name in PATHS else MAX_NAME)
    check_text(data.fingerprint, MAX_NAME)
    check_value(data.stride)
    for feature in data.features:
        for text in (feature.name, feature.dtype, *feature.columns, *feature.classes):
            check_text(text, MAX_NAME)
        check_value(feature.shape)
        check_value(feature.scale)
        check_value(feature.span)
        if feature.window is not None:
            check_value((feature.window.first, feature.window.length))
    check_value((data.split.validation, data.split.test, data.split.seed))
    check_text(data.split.column, MAX_NAME)


def check_training(training: TrainingChoice) -> None:
    """Raise EditRefused if a number of the training choice is none, or an object in it cannot be kept."""
    for value in (training.epochs, training.batch_size, training.seed, training.optimizer, training.callbacks):
        check_value(value)


def check_shares(node: Node, graph: Graph) -> None:
    """Raise EditRefused if a node shares a layer that is not in its graph or is itself another's."""
    if node.shares is None:
        return
    owner = graph.nodes.get(node.shares)
    if owner is None or owner.shares is not None:
        raise EditRefused(
            "node.shares",
            f"{node.name} would share a layer that {'is not there' if owner is None else f'{owner.name} only shares'}.",
            "Share the layer of the node that has it.",
        )


def check_unshared(gone: Iterable[str], graph: Graph) -> None:
    """Raise EditRefused if a node still shares the layer of one of the nodes that no longer have one."""
    lost = frozenset(gone)
    for node in graph.nodes.values():
        if node.shares in lost:
            raise EditRefused(
                "node.shares",
                f"{node.name} would be left without its layer.",
                "Unshare it first, or let it take the layer over.",
            )


def check_blocks(graphs: Mapping[GraphId, Graph]) -> None:
    """Raise EditRefused if a node stands for a block that is not there, or a block is inside itself."""
    left: dict[GraphId, set[GraphId]] = {}
    for graph in graphs.values():
        for node in graph.nodes.values():
            if node.graph is None:
                continue
            if node.graph not in graphs or node.graph == ROOT:
                raise EditRefused("block.missing", f"{node.name} stands for a block that is not there.", "Remove it.")
            left.setdefault(graph.id, set()).add(node.graph)
    while left:
        leaves = [graph for graph, blocks in left.items() if not blocks & left.keys()]
        if not leaves:
            name = graphs[min(left)].name
            raise EditRefused("block.cycle", f"The block “{name}” would be inside itself.", "Put a copy there.")
        for leaf in leaves:
            del left[leaf]


def _check_kept(value: object, depth: int) -> None:
    """Raise EditRefused unless `value` is what a file can say in a field that this version does not know."""
    if depth > MAX_KEPT_DEPTH:
        raise EditRefused("value.depth", f"A field is nested more than {MAX_KEPT_DEPTH} levels deep.", "Flatten it.")
    match value:
        case Mapping():
            for name, item in value.items():
                check_text(name, MAX_NAME)
                _check_kept(item, depth + 1)
        case list():
            for item in value:
                _check_kept(item, depth + 1)
        case _:
            check_value(value)
