"""Everything that is to be said of measured data, errors first."""

from __future__ import annotations

from collections.abc import Mapping

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity, severity_rank
from studio.document.document import Document
from studio.session.findings.classes import class_findings
from studio.session.findings.columns import column_findings
from studio.session.findings.examples import example_findings
from studio.session.findings.subject import Looked, spans


def errors(looked: Looked, document: Document) -> tuple[Problem, ...]:
    """What of it keeps the model from training, together with what the drawing is to blame for with such numbers."""
    measured = spans(looked, document)
    drawn = _drawn(document, measured) if measured else ()
    return tuple(each for each in (*findings(looked, document), *drawn) if each.severity is Severity.ERROR)


def findings(looked: Looked, document: Document) -> tuple[Problem, ...]:
    """The problems that follow from what was measured, for the drawing as it is now.

    What was measured of a feature that is another one now, or of a node that reads something else, is passed over.
    """
    found = (
        *example_findings(looked, document),
        *class_findings(looked, document),
        *column_findings(looked, document),
    )
    return tuple(sorted(found, key=severity_rank))


def _drawn(document: Document, measured: Mapping[str, tuple[float, float]]) -> tuple[Problem, ...]:
    """What analysis says only of such numbers."""
    seen = Analysis(document)
    try:
        before = {(each.code, each.node) for each in seen.problems}
        seen.measure(measured)
        return tuple(each for each in seen.problems if (each.code, each.node) not in before)
    finally:
        seen.close()
