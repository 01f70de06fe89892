"""Problems as values: what is wrong, where, in one sentence, and the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from studio.document.blocks import Way, Where
from studio.document.changes import Edit, moved_to
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


def none_known() -> tuple[Fix, ...]:
    """No fixes."""
    return ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in the model.

    `code` is stable and documented. `text` is a sentence with the actual shapes. `node` is where the mistake is, None
    where no single node is at fault; `param` is the setting of that node to look at. `also` are further nodes that it
    is about: the place where it came to light, or the other end where both could be changed. `port` and `slot` name
    the wire's end, where there is one, at the node `end` (None: at `node`). All of them stand in `graph`, to which the
    block nodes of `path` lead.

    `mending` finds the fixes when they are asked for, for the drawing as it is then; they are no part of what makes
    two problems equal.
    """

    code: str
    severity: Severity
    text: str
    node: NodeId | None = None
    port: str | None = None
    slot: int = 0
    param: str | None = None
    graph: GraphId = ROOT
    path: Way = ()
    end: NodeId | None = None
    also: tuple[NodeId, ...] = ()
    mending: Callable[[], tuple[Fix, ...]] = field(default=none_known, compare=False, repr=False)

    @property
    def where(self) -> Where:
        """The drawing in which it is."""
        return Where(self.graph, self.path)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The edits that mend it, the best one first."""
        return self.mending()

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """Every node that it is about, the one at fault first."""
        return self.also if self.node is None else (self.node, *self.also)

    def is_at(self, node: NodeId, port: str, slot: int) -> bool:
        """Whether it is about the wire that ends there."""
        return (self.end or self.node, self.port, self.slot) == (node, port, slot)


def about(problems: Collection[Problem]) -> set[NodeId]:
    """Every node that any of the problems is about."""
    return {node for problem in problems for node in problem.nodes}


def by_node(problems: Iterable[Problem]) -> dict[NodeId, tuple[Problem, ...]]:
    """The problems about each node."""
    found: dict[NodeId, list[Problem]] = {}
    for problem in problems:
        for node in problem.nodes:
            found.setdefault(node, []).append(problem)
    return {node: tuple(about_it) for node, about_it in found.items()}


def relocated(problem: Problem, graph: GraphId) -> Problem:
    """What checks found in a block as if it were the model, with fixes that mend the block."""

    def moved(fix: Fix) -> Fix:
        def make(document: Document) -> Edit:
            if graph not in document.graphs:
                return Edit(fix.label, ())
            return moved_to(fix.make(document.seen_from(graph)), graph)

        return replace(fix, make=make)

    return replace(problem, graph=graph, mending=lambda: tuple(moved(fix) for fix in problem.mending()))


SEVERITIES = {severity: at for at, severity in enumerate(Severity)}


def severity_rank(problem: Problem) -> int:
    """For sorting: errors first, hints last."""
    return SEVERITIES[problem.severity]
