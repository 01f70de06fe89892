"""What the rules of the kinds refuse: shapes that do not fit, settings that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import mending
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import ShapeError


def check(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """What the node's rule has against what arrives."""
    failure = record.failure
    if isinstance(failure, ShapeError):
        wire = mending.wire_of(record, failure)
        yield Problem(
            failure.code,
            Severity.ERROR,
            failure.text,
            record.id,
            failure.port,
            wire.slot if wire else failure.slot,
            failure.param,
            fixes=mending.fixes_for(record, failure, drawing),
        )
    elif failure is not None and record.kind is not None:
        yield Problem(
            "kind.rule",
            Severity.ERROR,
            f"The studio's own rule for {record.kind.title} failed on these settings ({failure}). "
            "This is a bug of the studio: please report it with the project. Other settings may help meanwhile.",
            record.id,
        )
