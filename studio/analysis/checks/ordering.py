"""Rows in the order of time: are the parts split so that the model is asked about what comes after?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studio.analysis.drawing import Drawing
from studio.analysis.fixes import fix
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import Encoding, Feature, SplitBy
from studio.document.document import Document
from studio.document.graph import NodeId

TIMES = frozenset({"time", "timestamp", "date", "datetime", "day", "month", "year", "t"})
"""Names of columns that say that the rows are in the order of time."""
IN_ORDER = frozenset({SplitBy.TIME, SplitBy.COLUMN})


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What there is to say of the feature of an Input or the target of an Output."""
    split = drawing.data.split
    feature = drawing.data.feature(record.node.params.get("feature", record.node.params.get("target")))
    if feature is None or split.by in IN_ORDER:
        return
    if feature.window is not None:
        yield Problem(
            "data.windows",
            Severity.ERROR,
            f"“{feature.name}” is made of rows that follow each other, but the rows of each part are drawn at random: "
            "no window finds its neighbors. Split the examples by time.",
            record.id,
            mending=drawing.later(record, lambda: (_by_time("", drawing),)),
        )
        return
    time = _time(feature)
    if time is not None:
        yield Problem(
            "data.order",
            Severity.HINT,
            f"“{time}” says that the rows stand in the order of time, but the parts are drawn at random: "
            "the model is tested on moments between those that it learned from. If it is to foretell, split by time.",
            record.id,
            mending=drawing.later(record, lambda: (_by_time(time, drawing),)),
        )


def _time(feature: Feature) -> str | None:
    if feature.encoding is Encoding.DATE:
        return feature.columns[0]
    return next((column for column in feature.columns if column.lower() in TIMES), None)


def _by_time(column: str, drawing: Drawing) -> Fix:
    label = f"Split by time, in the order of “{column}”" if column else "Split by time"

    def make(document: Document) -> Edit:
        data = document.data
        return edits.set_data(document, replace(data, split=replace(data.split, by=SplitBy.TIME, column=column)), label)

    return fix(label, make)
