"""Names: every node has one, no two the same, and Keras accepts it."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity
from studio.analysis.record import NodeRecord


def check(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """A name that Keras refuses, or that an earlier node has."""
    name, id_ = record.node.name, record.id
    if not name or "/" in name:
        what = f"“{name}” has a “/” in it" if name else "The name is empty"
        yield Problem(
            "name.invalid",
            Severity.ERROR,
            f"{what}; Keras wants names without “/”, and not empty ones. Rename the node.",
            id_,
            mending=drawing.later(record, lambda: (fixes.rename(drawing, record, name.replace("/", "_") or None),)),
        )
    if drawing.names[name] > 1 and next(n.id for n in drawing.graph.nodes.values() if n.name == name) != id_:
        yield Problem(
            "name.duplicate",
            Severity.ERROR,
            f"Another node is called “{name}” already; Keras wants every name once. Rename one of them.",
            id_,
            mending=drawing.later(record, lambda: (fixes.rename(drawing, record, name),)),
        )
