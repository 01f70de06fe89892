"""Problems as values: what is wrong, where, in one sentence, and the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import ROOT, GraphId, NodeId


class Severity(StrEnum):
    """Errors keep a model from training; warnings and hints do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a problem, made when it is asked for; `label` says what it does and the shape that results."""

    label: str
    make: Callable[[Document], Edit] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in the model.

    `code` is stable and documented. `node` is None where no single node is at fault; `port` and `slot` name the wire's
    end, where there is one, `param` the setting. `text` is a sentence with the actual shapes. The best fix is first.
    """

    code: str
    severity: Severity
    text: str
    node: NodeId | None = None
    port: str | None = None
    slot: int = 0
    param: str | None = None
    graph: GraphId = ROOT
    fixes: tuple[Fix, ...] = ()


SEVERITIES = {severity: at for at, severity in enumerate(Severity)}


def severity_rank(problem: Problem) -> int:
    """For sorting: errors first, hints last."""
    return SEVERITIES[problem.severity]
