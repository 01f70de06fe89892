"""What the rules of the kinds refuse: shapes that do not fit, settings that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import mending
from studio.analysis.checks import scaling
from studio.analysis.culprits import culprit, wire_of
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import ShapeError
from studio.document.graph import NodeId


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What the node's rule has against what arrives, told of the node that is to blame for it."""
    failure = record.failure
    if scaling.meets_text(record):
        return  # whatever the rule says of shapes: it is told where the text comes in
    if isinstance(failure, ShapeError):
        wire = wire_of(record, failure)
        blamed = culprit(record, failure, drawing, looked)
        yield Problem(
            failure.code,
            Severity.ERROR,
            failure.text,
            blamed.node,
            failure.port,
            wire.slot if wire else failure.slot,
            blamed.param,
            end=record.id if blamed.node != record.id else None,
            also=blamed.also,
            mending=drawing.later(record, lambda: mending.fixes_for(record, failure, drawing)),
        )
    elif failure is not None and record.kind is not None:
        yield Problem(
            "kind.rule",
            Severity.ERROR,
            f"The studio's own rule for {record.kind.title} failed on these settings ({failure}). "
            "This is a bug of the studio: please report it with the project. Other settings may help meanwhile.",
            record.id,
        )
