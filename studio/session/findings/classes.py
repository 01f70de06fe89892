"""Targets: classes that are rare, or that training never sees, and labels that the loss does not mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from studio.analysis.agreement import ONE_HOT, SPARSE
from studio.analysis.problem import Fix, Problem, Severity
from studio.catalog.forms import Role
from studio.catalog.registry import recipe
from studio.core.wording import listed, plural
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import Encoding, Split, SplitBy
from studio.document.document import Document
from studio.document.encoded import CLASSES
from studio.session.findings.subject import (
    PART_WORDS,
    Looked,
    Subject,
    about,
    change,
    is_split_as_measured,
    rows_text,
    subjects,
)

TIMES_AS_RARE = 5.0
FEWEST = 20
MOST_CLASSES = 200
ENOUGH = 5
"""With fewer examples, dealing a class out evenly does not bring it into every part."""
SHOWN = 3


def class_findings(looked: Looked, document: Document) -> Iterator[Problem]:
    """What there is to say of each target's labels."""
    for subject in subjects(looked, document):
        if not subject.is_target:
            continue
        if is_split_as_measured(looked, document):
            yield from _unseen(subject, document)
        yield from _imbalance(subject, looked, document)
        yield from _labels(subject, looked)
        yield from _mask(subject)


def _unseen(subject: Subject, document: Document) -> Iterator[Problem]:
    known = _counts(subject, "train")
    if not known or len(known) > MOST_CLASSES or not _is_class(subject):
        return
    for part in ("validation", "test"):
        unseen = {value: count for value, count in _counts(subject, part).items() if value not in known}
        if not unseen:
            continue
        names = [f"“{_name(subject, value)}” ({plural(count, 'example')})" for value, count in unseen.items()]
        one = len(unseen) == 1
        shown = names if len(names) <= SHOWN else [*names[:SHOWN], f"{len(names) - SHOWN} more"]
        yield about(
            subject,
            "examples.unseen",
            Severity.WARNING,
            f"The {PART_WORDS[part]} part has {plural(len(unseen), 'class', 'classes')} of “{subject.feature.name}” "
            f"that no training example has: {listed(shown)}. The model cannot learn {'it' if one else 'them'}, and is "
            "judged by it. Give each class its share in every part.",
            *_evenly(subject, document, min(unseen.values())),
        )


def _evenly(subject: Subject, document: Document, fewest: int) -> Iterator[Fix]:
    data = document.data
    windowed = any(feature.window is not None for feature in data.features)
    if data.split.by is not SplitBy.RANDOM or windowed or len(subject.feature.columns) != 1 or fewest < ENOUGH:
        return
    column = subject.feature.columns[0]
    split = replace(data.split, by=SplitBy.STRATIFIED, column=column)
    yield splitting(split, f"Give each “{column}” its share in every part")


def _imbalance(subject: Subject, looked: Looked, document: Document) -> Iterator[Problem]:
    counts = _counts(subject, "train")
    total = sum(counts.values())
    is_one_each = subject.feature.shape in ((), (1,)) or subject.feature.encoding is Encoding.ONE_HOT
    if not 2 <= len(counts) <= MOST_CLASSES or total < FEWEST or not is_one_each or not _is_class(subject):
        return
    rare, common = min(counts, key=lambda value: counts[value]), max(counts, key=lambda value: counts[value])
    times = counts[common] / counts[rare]
    if times < TIMES_AS_RARE or document.training.balanced:
        return
    can = len(looked.data.targets) == 1 and subject.feature.encoding in CLASSES
    guess, usual = f"{counts[common] / total:.0%}", _name(subject, common)
    yield about(
        subject,
        "examples.imbalance",
        Severity.WARNING,
        f"“{usual}” comes {times:,.0f} times as often as “{_name(subject, rare)}” in the training part "
        f"({counts[common]:,} and {counts[rare]:,} of {total:,} examples): a model that always says “{usual}” is right "
        f"in {guess} of them. "
        f"{'Let rare classes count for more.' if can else 'Look at more than the accuracy.'}",
        *([_balancing()] if can else []),
    )


def _balancing() -> Fix:
    def make(document: Document) -> Edit:
        edit = edits.set_training(document, replace(document.training, balanced=True))
        return replace(edit, label="Balance the classes")

    return Fix("Balance the classes", make)


def _labels(subject: Subject, looked: Looked) -> Iterator[Problem]:
    named = recipe(Role.LOSS, subject.node.params.get("loss"))
    loss = named[0].name if named is not None else ""
    if loss in SPARSE and subject.feature.encoding is Encoding.NONE:
        yield from _below_zero(subject)
    if loss in ONE_HOT and subject.feature.encoding is Encoding.NONE:
        yield from _not_one_hot(subject, looked)


def _below_zero(subject: Subject) -> Iterator[Problem]:
    lowest = min(
        (column.smallest for report in subject.reports.values() for column in report.columns if column.smallest),
        default=0.0,
    )
    if lowest >= 0:
        return
    values = {value for part in subject.reports for value in _counts(subject, part)}
    classes = tuple(sorted(values, key=int)) if values else ()
    fix = change(subject, f"Encode “{subject.feature.name}” as a category", encoding=Encoding.CATEGORY, classes=classes)
    yield about(
        subject,
        "examples.labels",
        Severity.ERROR,
        f"The labels of “{subject.feature.name}” go down to {lowest:g}, but {subject.node.params['loss']} takes them "
        "for the numbers of classes, which begin with 0. Encode them as a category.",
        *([fix] if classes else []),
    )


def _not_one_hot(subject: Subject, looked: Looked) -> Iterator[Problem]:
    odd = [(part, report) for part, report in subject.reports.items() if report.odd]
    if not odd:
        return
    part, report = odd[0]
    yield about(
        subject,
        "examples.labels",
        Severity.ERROR,
        f"“{subject.feature.name}” is not one-hot in {rows_text(looked, part, report.rows, report.odd)}, as it is "
        f"elsewhere, but {subject.node.params['loss']} wants a single 1 among zeros. Mend these labels.",
    )


def _mask(subject: Subject) -> Iterator[Problem]:
    """Pixels of masks that are the number of no class."""
    if subject.feature.encoding is not Encoding.MASK:
        return
    ends = [column.largest for report in subject.reports.values() for column in report.columns if column.largest]
    largest, classes = int(max(ends, default=0)), subject.feature.classes
    if not classes or largest < len(classes):
        return
    found = {value for part in subject.reports for value in _counts(subject, part)}
    names = tuple(sorted(found, key=int))
    fix = change(subject, f"Tell {len(names)} classes apart", classes=names)
    yield about(
        subject,
        "examples.mask",
        Severity.ERROR,
        f"The masks of “{subject.feature.name}” have pixels up to {largest}, but there are "
        f"{plural(len(classes), 'class', 'classes')}, for 0 to {len(classes) - 1}. Name a class for each value.",
        *([fix] if names else []),
    )


def splitting(split: Split, label: str) -> Fix:
    """A fix that splits the examples in another way."""
    return Fix(label, lambda document: edits.set_data(document, replace(document.data, split=split), label))


def _is_class(subject: Subject) -> bool:
    loss = recipe(Role.LOSS, subject.node.params.get("loss"))
    return subject.feature.encoding in CLASSES or (loss is not None and loss[0].name in SPARSE | ONE_HOT)


def _counts(subject: Subject, part: str) -> Mapping[str, int]:
    report = subject.reports.get(part)
    return report.counts or {} if report is not None else {}


def _name(subject: Subject, value: str) -> str:
    """The class of a number, as the data calls it."""
    classes = subject.feature.classes
    return classes[int(value)] if value.isdecimal() and int(value) < len(classes) else value
