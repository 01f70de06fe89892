"""Judging what the studio says of a mistake: is the right node blamed, is the right edit offered, does it mend?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity
from studio.document.document import Document
from tests.mistakes.reading import Mistake

FIRST = 3
NAMED = 3
"""A merge where it came to light, and both ends that could be changed."""


@dataclass(frozen=True)
class Verdict:
    """What was said, and whether it was right.

    `blamed` says that the node at fault is the culprit, `named` that the culprit is among those that are named, three
    at most; `offered` that the right edit is among the first three, `mended` that nothing but hints is left after it.
    """

    mistake: Mistake
    code: str
    said_of: tuple[str, ...]
    labels: tuple[str, ...]
    blamed: bool
    named: bool
    offered: bool
    mended: bool

    @property
    def coded(self) -> bool:
        """Whether the code is one that is expected."""
        return self.code in self.mistake.codes


def judge(mistake: Mistake) -> Verdict:
    """Draw the mistake, and look at what is said first."""
    document = mistake.document()
    analysis = Analysis(document)
    problem = next(iter(analysis.problems), None)
    if problem is None:
        return Verdict(mistake, "", (), (), blamed=False, named=False, offered=False, mended=False)
    said_of = tuple(document.root.nodes[id_].name for id_ in problem.nodes)
    fixes = problem.fixes
    right = next((fix for fix in fixes[:FIRST] if fix.label.startswith(mistake.fixes)), None)
    culprits = set(mistake.culprits)
    blamed = not culprits if problem.node is None else said_of[0] in culprits
    named = blamed or not culprits.isdisjoint(said_of[:NAMED])
    mended = False
    if right is not None:
        document.apply(right.make(document))
        mended = is_in_order(analysis, problem)
    labels = tuple(fix.label for fix in fixes)
    return Verdict(mistake, problem.code, said_of, labels, blamed, named, right is not None, mended)


def is_in_order(analysis: Analysis, mended: Problem) -> bool:
    """Whether nothing is left but hints, and not the one that was mended."""
    return all(problem.severity is Severity.HINT and problem.code != mended.code for problem in analysis.problems)


def table(verdicts: Sequence[Verdict]) -> str:
    """The figures by topic and in all, and what was not right."""
    topics = sorted({verdict.mistake.topic for verdict in verdicts})
    rows = [(topic, [each for each in verdicts if each.mistake.topic == topic]) for topic in topics]
    lines = [f"{'':<14}{'mistakes':>9}{'code':>7}{'blamed':>8}{'named':>7}{'offered':>9}{'mended':>8}"]
    for topic, found in (*rows, ("all", list(verdicts))):
        counts = [
            sum(each) for each in zip(*((v.coded, v.blamed, v.named, v.offered, v.mended) for v in found), strict=True)
        ]
        code, blamed, named, offered, mended = counts
        lines.append(f"{topic:<14}{len(found):>9}{code:>7}{blamed:>8}{named:>7}{offered:>9}{mended:>8}")
    total = len(verdicts)
    lines.append(
        f"\nright node {sum(v.named for v in verdicts) / total:.1%} "
        f"(blamed first {sum(v.blamed for v in verdicts) / total:.1%}), "
        f"right fix among the first three {sum(v.offered for v in verdicts) / total:.1%}, "
        f"valid after it {sum(v.mended for v in verdicts) / total:.1%}"
    )
    lines.extend(
        _complaint(each) for each in verdicts if not (each.coded and each.named and each.offered and each.mended)
    )
    return "\n".join(lines)


def _complaint(verdict: Verdict) -> str:
    mistake = verdict.mistake
    return (
        f"\n{mistake.name}: {verdict.code or 'nothing'} on {', '.join(verdict.said_of) or 'nobody'}; "
        f"expected {'/'.join(mistake.codes)} on {'/'.join(mistake.culprits) or 'nobody'}, "
        f"“{' or '.join(mistake.fixes)}”; offered: {' | '.join(verdict.labels) or 'nothing'}"
        + ("" if verdict.mended or not verdict.offered else " (and it does not mend)")
    )


def said(document: Document) -> list[str]:
    """Everything above a hint that is said of a drawing."""
    return [
        f"{problem.code}: {problem.text}"
        for problem in Analysis(document).problems
        if problem.severity is not Severity.HINT
    ]
