"""Changes as plain JSON, for the recovery journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, assert_never

from studio.document.changes import (
    Change,
    DataChange,
    EdgeChange,
    FrameChange,
    GraphChange,
    NodeChange,
    TrainingChange,
)
from studio.project.choices import data_fields, read_data
from studio.project.fields import Fields, a_name, optional
from studio.project.plain import Misfit, Plain, shown
from studio.project.reading import read_edge, read_frame, read_node, read_training
from studio.project.writing import edge_fields, frame_fields, node_fields, training_fields

T = TypeVar("T")


def change_fields(change: Change) -> dict[str, Plain]:
    """What the journal says of a change."""
    match change:
        case NodeChange(graph, before, after):
            return _fields("node", graph, before and node_fields(before), after and node_fields(after))
        case EdgeChange(graph, before, after):
            return _fields("edge", graph, before and edge_fields(before), after and edge_fields(after))
        case FrameChange(graph, before, after):
            return _fields("frame", graph, before and frame_fields(before), after and frame_fields(after))
        case GraphChange(graph, before, after):
            return _fields("graph", graph, before, after)
        case DataChange(before, after):
            return _fields("data", None, data_fields(before), data_fields(after))
        case TrainingChange(before, after):
            return _fields("training", None, training_fields(before), training_fields(after))
        case _:
            assert_never(change)


def read_change(plain: Plain) -> Change:
    """The change that `change_fields` wrote. Raises Misfit."""
    fields = Fields(plain)
    what = fields.take("of", a_name)
    change: Change
    match what:
        case "node":
            change = NodeChange(fields.take("graph", a_name), *_both(fields, optional(read_node)))
        case "edge":
            change = EdgeChange(fields.take("graph", a_name), *_both(fields, optional(read_edge)))
        case "frame":
            change = FrameChange(fields.take("graph", a_name), *_both(fields, optional(read_frame)))
        case "graph":
            change = GraphChange(fields.take("graph", a_name), *_both(fields, optional(a_name)))
        case "data":
            change = DataChange(*_both(fields, read_data))
        case "training":
            change = TrainingChange(*_both(fields, read_training))
        case _:
            raise Misfit("file.word", f"“{shown(what)}” is nothing that changes.")
    fields.close()
    return change


def _fields(what: str, graph: str | None, before: Plain, after: Plain) -> dict[str, Plain]:
    fields = {"of": what, "before": before, "after": after}
    return fields if graph is None else {**fields, "graph": graph}


def _both(fields: Fields, read: Callable[[Plain], T]) -> tuple[T, T]:
    return fields.take("before", read), fields.take("after", read)
