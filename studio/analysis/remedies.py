"""What mends a problem and is no edit: a place to go to, or a decision that only a person can make."""

from __future__ import annotations

from enum import StrEnum

from studio.analysis.problem import Problem


class Remedy(StrEnum):
    """Where a problem is mended; the value is what a button says."""

    DATA = "Choose the data"
    TRUST = "Show the code and decide"
    ASK_AGAIN = "Ask again"
    FILES = "Show every file"


REMEDIES = {
    "data.missing": Remedy.DATA,
    "custom.untrusted": Remedy.TRUST,
    "custom.raised": Remedy.ASK_AGAIN,
    "examples.unreadable": Remedy.FILES,
    "examples.mask": Remedy.FILES,
}


def remedy(problem: Problem) -> Remedy | None:
    """What mends a problem beside its fixes, if anything does."""
    return REMEDIES.get(problem.code)
