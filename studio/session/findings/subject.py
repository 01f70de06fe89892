"""A feature of the drawing with what was measured of it, as long as both are about the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from studio.analysis.problem import Fix, Problem, Severity
from studio.core.errors import EditRefused
from studio.core.wording import listed
from studio.document.changes import Edit
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, Missing, SplitBy
from studio.document.document import Document
from studio.document.encoded import FLOATS
from studio.document.graph import Node, NodeId
from studio.program.bound import Bound, Data
from studio.protocol.messages import Measured, ValuesReport
from studio.session.feature_edits import put_feature

PART_WORDS = {"train": "training", "validation": "validation", "test": "test"}
MOST_ROWS = 3
RAW = {Encoding.STANDARDIZE, Encoding.MIN_MAX}
"""Encodings after which one bad cell is in every example; they are measured without."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was measured of the data that was `chosen`; `data` is what the program read, which may be less encoded."""

    chosen: DataChoice
    data: Data
    measured: Measured


@dataclass(frozen=True, slots=True)
class Subject:
    """A feature, the node that is bound to it, and what was measured of it by part; `loaded` is how it was read."""

    feature: Feature
    loaded: Feature
    node: Node
    is_target: bool
    key: str
    reports: Mapping[str, ValuesReport]

    @property
    def has_columns(self) -> bool:
        """Whether each of its numbers is a column of a table."""
        return self.feature.window is None and self.feature.shape in ((), (1,), (len(self.feature.columns),))

    def column(self, at: int) -> str:
        """What a place along the last axis is called; −1 is all of it."""
        columns = self.feature.columns
        if self.has_columns and len(columns) > 1 and 0 <= at < len(columns):
            return columns[at]
        return columns[0] if len(columns) == 1 and self.has_columns else self.feature.name


def raw_choice(chosen: DataChoice) -> DataChoice:
    """The same data with numbers as they stand there where training statistics would change them."""
    return replace(chosen, features=tuple(map(_raw, chosen.features)))


def subjects(looked: Looked, document: Document) -> tuple[Subject, ...]:
    """The features that are still those that were measured, in the order of the program: inputs, then targets."""
    if looked.chosen.source != document.data.source:
        return ()
    data = looked.data
    return tuple(
        found
        for is_target, bounds in ((False, data.inputs), (True, data.targets))
        for bound in bounds
        if (found := _subject(looked, document, bound, bounds, is_target)) is not None
    )


def is_split_as_measured(looked: Looked, document: Document) -> bool:
    """Whether the examples are still in the parts in which they were."""
    now, then = document.data, looked.chosen
    return (now.source, now.split, now.stride) == (then.source, then.split, then.stride)


def spans(looked: Looked, document: Document) -> dict[str, tuple[float, float]]:
    """The smallest and the largest raw number of each feature of which numbers were measured."""
    found: dict[str, tuple[float, float]] = {}
    for subject in subjects(looked, document):
        ends = _ends(subject)
        if ends is not None:
            found[subject.feature.name] = ends
    return found


def rows_text(looked: Looked, part: str, rows: Sequence[int], count: int) -> str:
    """Where examples are: `row 5, 17 and 80 of the data`, or their places in the part where rows are not known."""
    shown = [f"{row + 1:,}" for row in rows[:MOST_ROWS]]
    more = f" and {count - len(shown):,} more" if count > len(shown) else ""
    said = f"{', '.join(shown)}{more}" if more else listed(shown)
    many = "s" if count > 1 else ""
    if knows_rows(looked, part):
        return f"row{many} {said} of the data"
    return f"example{many} {said} of the {PART_WORDS.get(part, part)} part"


def knows_rows(looked: Looked, part: str) -> bool:
    """Whether rows that were measured are those that stand in the file, in its order."""
    choice = looked.chosen
    dropped = any(feature.missing is Missing.DROP for feature in choice.features)
    windowed = any(feature.window is not None for feature in choice.features)
    moved = choice.split.by is SplitBy.TIME and bool(choice.split.column)
    moved = moved or (choice.split.by is SplitBy.GROUP and windowed)
    apart = part == "test" and isinstance(choice.source, CsvSource) and bool(choice.source.test_path)
    return looked.measured.has_rows and not (dropped or moved or apart)


def about(
    subject: Subject, code: str, severity: Severity, text: str, *fixes: Fix, also: tuple[NodeId, ...] = ()
) -> Problem:
    """A problem of a feature, at the node that is bound to it."""
    param = "target" if subject.is_target else "feature"
    return Problem(code, severity, text, subject.node.id, param=param, also=also, mending=partial(tuple, fixes))


def change(subject: Subject, label: str, **values: object) -> Fix:
    """A fix that changes a feature; nodes that are bound to it follow."""
    before = subject.feature
    after = replace(before, **values)  # type: ignore[arg-type]  # the caller names fields of Feature

    def make(document: Document) -> Edit:
        if before not in document.data.features:
            return Edit(label, ())
        try:
            return put_feature(document, after, before.name, label)
        except (EditRefused, KeyError):
            return Edit(label, ())

    return Fix(label, make)


def _subject(
    looked: Looked, document: Document, bound: Bound, bounds: Sequence[Bound], is_target: bool
) -> Subject | None:
    feature = looked.chosen.feature(bound.feature.name)
    node = document.root.nodes.get(bound.node or "")
    if feature is None or node is None or document.data.feature(feature.name) != feature:
        return None
    if node.params.get("target" if is_target else "feature") != feature.name:
        return None
    key = bound.key if len(bounds) > 1 else ""
    mine = (each for each in looked.measured.values if (each.key, each.is_target) == (key, is_target))
    return Subject(feature, bound.feature, node, is_target, key, {each.part: each for each in mine})


def _ends(subject: Subject) -> tuple[float, float] | None:
    loaded = subject.loaded
    if loaded.encoding not in (Encoding.NONE, Encoding.SCALE, Encoding.IMAGE) or not loaded.scale:
        return None
    factor = 1.0 if loaded.encoding is Encoding.NONE else loaded.scale
    ends = [end / factor for low, high in _extremes(subject) for end in (low, high)]
    return (min(ends), max(ends)) if ends else None


def _extremes(subject: Subject) -> Iterator[tuple[float, float]]:
    flagged = len(subject.feature.columns) if subject.feature.missing is Missing.FLAG and subject.has_columns else None
    for report in subject.reports.values():
        for column in report.columns:
            is_flag = flagged is not None and column.at >= flagged
            if column.smallest is not None and column.largest is not None and not is_flag:
                yield column.smallest, column.largest


def _raw(feature: Feature) -> Feature:
    if feature.encoding not in RAW:
        return feature
    dtype = feature.dtype if feature.dtype in FLOATS else "float64"
    return replace(feature, encoding=Encoding.NONE, dtype=dtype)
