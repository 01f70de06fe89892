"""Examples as a whole: parts without any, copies in two parts, files that cannot be read, and their size in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from studio.analysis.fixes import keep_on_disk
from studio.analysis.problem import Fix, Problem, Severity
from studio.core.wording import bytes_text, listed, plural
from studio.document.data_choice import (
    CsvSource,
    Encoding,
    ExcelSource,
    JsonSource,
    ParquetSource,
    SampleSource,
    Split,
    SplitBy,
)
from studio.document.document import Document
from studio.document.keeping import used_features, why_in_memory
from studio.protocol.messages import BadFile, CopiesReport
from studio.session.findings.classes import splitting
from studio.session.findings.subject import (
    PART_WORDS,
    Looked,
    Subject,
    about,
    change,
    is_split_as_measured,
    knows_rows,
    subjects,
)

TABLES = (CsvSource, JsonSource, ParquetSource, ExcelSource, SampleSource)
MANY = 0.01
"""From this share of a part on, copies make its score say too much."""
GROUPS = 30
"""A column with fewer values than that does not divide examples into parts of about the size that was asked for."""
SHARE = 0.5
"""What examples may take of the memory that is free: training makes copies of them."""
SHOWN = 5
STRANGE_PIXEL = "pixel of the mask"
"""What the program says of a pixel that is none of the values of a mask."""


def example_findings(looked: Looked, document: Document) -> Iterator[Problem]:
    """What there is to say of the examples as a whole."""
    if looked.chosen.source != document.data.source:
        return
    if is_split_as_measured(looked, document):
        yield from _empty(looked, document)
        yield from _copied(looked, document)
    there = subjects(looked, document)
    yield from _files(looked, there)
    yield from _memory(looked, there, document)


def _empty(looked: Looked, document: Document) -> Iterator[Problem]:
    examples = looked.measured.examples
    empty = [PART_WORDS.get(part, part) for part, count in examples.items() if not count]
    if not empty:
        return
    total = sum(examples.values())
    windows = any(feature.window is not None for feature in looked.chosen.features)
    many = "s" if len(empty) > 1 else ""
    why = "an example needs all the rows of its windows in one part" if windows else f"there are {total:,} in all"
    less = "Hold out less" if total > 1 or windows else "Bring more data"
    yield Problem(
        "examples.empty",
        Severity.ERROR,
        f"No example is left for the {listed(empty)} part{many}: {why}. {less}, or split in another way.",
        mending=lambda: tuple(_resplit(document, total, windows)),
    )


def _resplit(document: Document, total: int, windows: bool) -> Iterator[Fix]:
    split = document.data.split
    if windows and split.by is SplitBy.RANDOM:
        yield splitting(replace(split, by=SplitBy.TIME), "Split by time")
    usual = replace(split, validation=Split().validation, test=0.0)
    if split.by is not SplitBy.COLUMN and total > 1 and usual != split and not windows:
        yield splitting(usual, f"Hold out {usual.validation:.0%} for validation only")


def _copied(looked: Looked, document: Document) -> Iterator[Problem]:
    """Examples that come in two parts; those of training first, since what is learnt is what spoils a score."""
    there = looked.measured.copies
    reports = [each for each in there if each.other == "train"] or there
    if not reports:
        return
    sizes = looked.measured.examples
    shares = [f"{each.count:,} of the {sizes[each.part]:,} {PART_WORDS[each.part]} examples" for each in reports]
    is_many = any(each.count >= MANY * sizes[each.part] for each in reports)
    one = sum(each.count for each in reports) == 1
    yield Problem(
        "examples.copies",
        Severity.WARNING if is_many else Severity.HINT,
        f"{listed(shares)} {'is' if one else 'are'} in the {PART_WORDS[reports[0].other]} part as well, input and "
        f"target ({_pairs(reports, looked)}): what was learnt by heart counts as understood. Take the copies out of "
        "the data, or keep them in one part.",
        mending=lambda: tuple(_together(looked, document)),
    )


def _pairs(reports: Sequence[CopiesReport], looked: Looked) -> str:
    """Which examples are alike: rows where these are known, else places in their parts."""
    known = all(knows_rows(looked, part) for each in reports for part in (each.part, each.other))
    pairs = [pair for each in reports for pair in each.rows][:SHOWN]
    said = "; ".join(f"{row + 1:,} and {twin + 1:,}" for row, twin in pairs)
    return f"rows {said}" if known else f"places in the parts: {said}"


def _together(looked: Looked, document: Document) -> Iterator[Fix]:
    """Split by a column with many values: copies have the same one."""
    split, source = document.data.split, document.data.source
    windowed = any(feature.window is not None for feature in document.data.features)
    if split.by not in (SplitBy.RANDOM, SplitBy.STRATIFIED) or windowed or not isinstance(source, TABLES):
        return
    found = [each for subject in subjects(looked, document) if not subject.is_target for each in _values(subject)]
    count, column = max(found, default=(0, ""))
    if count >= GROUPS:
        grouped = replace(split, by=SplitBy.GROUP, column=column)
        yield splitting(grouped, f"Keep rows with the same “{column}” in one part")


def _values(subject: Subject) -> Iterator[tuple[int, str]]:
    """How many values each column of a feature has in training."""
    report = subject.reports.get("train")
    if report is None or not subject.has_columns or report.in_files:
        return
    columns = subject.feature.columns
    if report.counts is not None and len(columns) == 1:
        yield len(report.counts), columns[0]
    elif subject.feature.encoding not in (Encoding.CATEGORY, Encoding.ONE_HOT, Encoding.DATE, Encoding.TEXT_FILE):
        yield from (
            (column.distinct, subject.column(column.at)) for column in report.columns if column.at < len(columns)
        )


def _files(looked: Looked, there: Sequence[Subject]) -> Iterator[Problem]:
    bad = looked.measured.bad_files
    masks = [each for each in bad if STRANGE_PIXEL in each.reason]
    others = [each for each in bad if STRANGE_PIXEL not in each.reason]
    subject = next((each for each in there if any(report.in_files for report in each.reports.values())), None)
    for code, found, count, what, advice in (
        ("examples.unreadable", others, looked.measured.failures - len(masks), "cannot be read", "Mend"),
        ("examples.mask", masks, len(masks), "has a pixel that stands for no class", "Name a class for it, mend"),
    ):
        if not found:
            continue
        shown = [f"{file_name(each)} ({each.reason.rstrip('.')})" for each in found[:SHOWN]]
        more = [f"{count - SHOWN:,} more"] if count > SHOWN else []
        it = "it" if count == 1 else "them"
        text = f"{plural(count, 'file')} {what if count == 1 else what.replace('has', 'have')}: "
        text += f"{listed([*shown, *more])}. Training ends at the first. {advice} {it}, or take {it} out of the data."
        if subject is None:
            yield Problem(code, Severity.ERROR, text)
        else:
            yield about(subject, code, Severity.ERROR, text)


def file_name(file: BadFile) -> str:
    """A file as it is told: with the folder that it lies in."""
    return "/".join(PurePath(file.file).parts[-2:])


def _memory(looked: Looked, there: Sequence[Subject], document: Document) -> Iterator[Problem]:
    size = sum(report.size_bytes for report in looked.measured.values)
    free = looked.measured.free_bytes
    if size <= SHARE * (size + free) or document.data.on_disk != looked.chosen.on_disk:
        return
    wide = [subject for subject in there if subject.feature.dtype == "float64"]
    can_keep = can_be_kept(document)
    yield Problem(
        "examples.memory",
        Severity.WARNING,
        f"The examples take {bytes_text(size)} of memory, and {bytes_text(free)} are left: training needs room for "
        f"copies of them, and may end without a word. {less_memory(document)}",
        mending=lambda: (
            *((keep_on_disk(True),) if can_keep else ()),
            *(change(subject, f"Take “{subject.feature.name}” as float32", dtype="float32") for subject in wide),
        ),
    )


def less_memory(document: Document) -> str:
    """What to do about data that takes too much memory."""
    kept = "Keep the table on disk, take" if can_be_kept(document) else "Take"
    return f"{kept} fewer columns or rows, or images from a folder, which are read batch by batch."


def can_be_kept(document: Document) -> bool:
    """Whether the data is a table in memory that could be kept on disk."""
    return not document.data.on_disk and not why_in_memory(document.data, used_features(document))
