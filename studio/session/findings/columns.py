"""Columns: one value only, no number at all, sizes apart, or the answer itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.analysis.problem import Fix, Problem, Severity
from studio.catalog.custom import NAME as CUSTOM
from studio.core.wording import listed
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import Encoding, Missing
from studio.document.document import Document
from studio.document.encoded import FLOATS
from studio.document.graph import NodeId
from studio.protocol.messages import ColumnReport
from studio.session.findings.subject import Looked, Subject, about, change, rows_text, subjects

APART = 1000.0
"""From this ratio of deviations on, the small columns hardly count in the first epochs."""
SHOWN = 5
SPREAD = frozenset({Encoding.ONE_HOT, Encoding.DATE})
"""Encodings that make several numbers of a column: one of them may be constant where the column is not."""
NORMALIZING = frozenset({"Normalization", "BatchNormalization", "LayerNormalization", "UnitNormalization"})
HOW = {
    "equal": "is the same as",
    "linear": "goes exactly with",
    "one to one": "has one value for each class of",
}


def column_findings(looked: Looked, document: Document) -> Iterator[Problem]:
    """What there is to say of the columns of each feature."""
    there = subjects(looked, document)
    for subject in there:
        yield from _not_finite(subject, looked, document)
        yield from _constant(subject, document)
        if not subject.is_target:
            yield from _scales(subject, document)
    yield from _leaks(there, looked, document)


def _not_finite(subject: Subject, looked: Looked, document: Document) -> Iterator[Problem]:
    """NaN and infinity: the first batch with one makes the loss, and then every weight, NaN."""
    found = [
        (part, column)
        for part, report in subject.reports.items()
        for column in report.columns
        if column.nans or column.infinities
    ]
    if not found:
        return
    names = list(dict.fromkeys(subject.column(column.at) for _, column in found))
    part, first = found[0]
    nans = sum(column.nans for _, column in found)
    infinities = sum(column.infinities for _, column in found)
    what = "no number" if not infinities else "an infinite number" if not nans else "no number, or an infinite one,"
    where = rows_text(looked, part, first.rows, first.nans + first.infinities)
    custom = any(node.kind == CUSTOM for node in document.root.nodes.values())
    more = " (and in others)" if len(found) > 1 else ""
    yield about(
        subject,
        "examples.not_finite",
        Severity.WARNING if custom else Severity.ERROR,
        f"{_said(names)} {'has' if len(names) == 1 else 'have'} {what} in {where}{more}: the loss becomes NaN there, "
        f"and nothing is learned any more. {'Leave these out, or fill the gaps.' if nans else 'Mend these cells.'}",
        *(_filling(subject) if nans and not infinities else ()),
    )


def _filling(subject: Subject) -> Iterator[Fix]:
    name = subject.feature.name
    if subject.feature.missing is not Missing.DROP:
        yield change(subject, f"Leave out rows without “{name}”", missing=Missing.DROP)
    if not subject.is_target and subject.feature.dtype in FLOATS:
        yield change(subject, f"Fill “{name}” with the mean of the training examples", missing=Missing.FILL)


def _constant(subject: Subject, document: Document) -> Iterator[Problem]:
    report = subject.reports.get("train")
    if report is None or not subject.has_columns or report.in_files or subject.feature.encoding in SPREAD:
        return
    columns = subject.feature.columns
    values = [*_only_values(report.columns, len(columns)).items()]
    if report.counts is not None and len(report.counts) == 1 and not values:
        values = [(-1, next(iter(report.counts)))]
    if not values:
        return
    names = [subject.column(at) for at, _ in values]
    if subject.is_target:
        text = f"{_said(names)} is {_shown(subject, values[0][1])} in every training example: there is nothing to learn"
        yield about(subject, "examples.constant", Severity.WARNING, f"{text}. Choose another target, or other data.")
        return
    one = len(names) == 1
    yield about(
        subject,
        "examples.constant",
        Severity.HINT,
        f"{_said(names)} {'has' if one else 'have'} one and the same value in every training example"
        f"{f', {_shown(subject, values[0][1])}' if one else ''}: no model learns anything from "
        f"{'it' if one else 'them'}. Take {'it' if one else 'them'} out.",
        *_taking_out(subject, [at for at, _ in values], document),
    )


def _only_values(columns: Sequence[ColumnReport], count: int) -> dict[int, str]:
    """The places with one value only, and that value; flags for missing cells are none of them."""
    return {
        column.at: f"{column.smallest:g}"
        for column in columns
        if column.at < count and column.smallest is not None and column.smallest == column.largest and not column.nans
    }


def _shown(subject: Subject, value: str) -> str:
    classes = subject.feature.classes
    return f"“{classes[int(value)]}”" if classes and value.isdecimal() and int(value) < len(classes) else f"“{value}”"


def _scales(subject: Subject, document: Document) -> Iterator[Problem]:
    report = subject.reports.get("train")
    if report is None or subject.feature.encoding is not Encoding.NONE or not subject.has_columns:
        return
    count = len(subject.feature.columns)
    takers = {document.root.nodes[edge.target].kind for edge in document.root.outgoing(subject.node.id)}
    if takers & NORMALIZING:
        return
    spread = [(column.deviation, column.at) for column in report.columns if column.deviation and column.at < count]
    if len(spread) < 2 or max(spread)[0] < APART * min(spread)[0]:
        return
    wide, narrow = (subject.column(each[1]) for each in (max(spread), min(spread)))
    yield about(
        subject,
        "examples.scales",
        Severity.WARNING,
        f"In “{subject.feature.name}”, “{wide}” varies by {max(spread)[0]:.3g}, “{narrow}” by {min(spread)[0]:.3g}: "
        "what is small hardly counts beside what is large. Standardize the columns.",
        change(subject, f"Standardize “{subject.feature.name}”", encoding=Encoding.STANDARDIZE),
    )


def _leaks(there: Sequence[Subject], looked: Looked, document: Document) -> Iterator[Problem]:
    inputs = {subject.key: subject for subject in there if not subject.is_target}
    targets = {subject.key: subject for subject in there if subject.is_target}
    for tie in looked.measured.ties:
        subject, target = inputs.get(tie.key), targets.get(tie.target)
        if subject is None or target is None:
            continue
        column = subject.column(tie.at)
        if set(subject.feature.columns) & set(target.feature.columns):
            continue  # the drawing says so already
        if subject.feature.missing is Missing.FLAG and tie.at >= len(subject.feature.columns):
            continue  # it says whether a cell is missing
        yield about(
            subject,
            "examples.leak",
            Severity.WARNING,
            f"“{column}” {HOW[tie.how]} “{target.feature.name}”, which is to be predicted: the model only has to hand "
            "it on, and is of no use where the answer is not known yet. Take it out of the inputs.",
            *_taking_out(subject, [tie.at], document),
            also=(target.node.id,),
        )


def _taking_out(subject: Subject, places: Sequence[int], document: Document) -> Iterator[Fix]:
    columns = subject.feature.columns
    left = tuple(column for at, column in enumerate(columns) if at not in places)
    if subject.has_columns and left and len(left) < len(columns):
        gone = _said([column for column in columns if column not in left])
        yield change(subject, f"Take {gone} out of “{subject.feature.name}”", columns=left, shape=(len(left),))
    elif _can_go(document, subject.node.id):
        yield _without(subject.node.id, subject.node.name)


def _without(node: NodeId, name: str) -> Fix:
    """Delete an Input, as long as the layers behind it have others."""
    label = f"Delete {name}"

    def make(document: Document) -> Edit:
        return edits.remove(document, (node,)) if _can_go(document, node) else Edit(label, ())

    return Fix(label, make)


def _can_go(document: Document, node: NodeId) -> bool:
    """Whether at least two more wires arrive wherever a node leads to."""
    if node not in document.root.nodes:
        return False
    wires = document.root.outgoing(node)
    return all(
        sum(each.target_port == wire.target_port for each in document.root.incoming(wire.target)) > 2 for wire in wires
    )


def _said(names: Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names[:SHOWN]]
    return listed(shown if len(names) <= SHOWN else [*shown, f"{len(names) - SHOWN:,} more"])
