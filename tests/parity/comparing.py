"""Puts cases to the studio and to Keras, and tells what they do not agree on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from studio.catalog.declaration import Kind, ShapeError
from studio.catalog.registry import KINDS
from tests.parity.drawing import Case, draw_case
from tests.parity.exemption import Exemption
from tests.parity.oracle import Answer, ask, whether_masked
from tests.parity.stricter import corrected, exemption


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case, and what the two say to it."""

    case: Case
    what: str

    def __str__(self) -> str:
        return f"{self.what}\n  {self.case}"


@dataclass(slots=True)
class Report:
    """What came of many cases: how many Keras accepts, why others may differ, and what may not."""

    cases: int = 0
    accepted: int = 0
    exempted: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def ask_studio(case: Case) -> Answer | ShapeError:
    """What the studio says to a case, in Keras's terms."""
    kind = KINDS[case.kind]
    settings = kind.settings(case.params, case.call)
    try:
        outputs = kind.infer(settings, *case.wired)
    except ShapeError as error:
        return error
    assert len(outputs) == len(kind.outputs(settings)), case
    kind.multiply_adds(settings, *case.wired)
    weights = kind.weights(settings, *case.wired)
    return Answer(
        whether_masked(outputs), tuple((w.name.rpartition("/")[2], w.shape, w.trainable, w.dtype) for w in weights)
    )


def compare(case: Case) -> tuple[bool, Exemption | None, Disagreement | None]:
    """Whether Keras accepts the case, the exemption that applies if any, and what they disagree on if anything."""
    ours, theirs = ask_studio(case), ask(case)
    accepted = theirs.refusal is None
    if isinstance(ours, ShapeError):
        if not accepted:
            return False, None, None
        found = exemption(case, ours)
        what = f"studio refuses ({ours.code}, {ours.param}: {ours.text}), Keras gives {theirs.outputs}"
        return True, found, None if found else Disagreement(case, what)
    if not accepted:
        return False, None, Disagreement(case, f"studio gives {ours.outputs}, Keras refuses ({theirs.refusal})")
    for name, one, other in (("outputs", ours.outputs, theirs.outputs), ("weights", ours.weights, theirs.weights)):
        if one != other:
            found = corrected(case)
            if found is not None and found.is_dtype and _shapes(ours) != _shapes(theirs):
                found = None
            return True, found, None if found else Disagreement(case, f"{name}: studio {one}, Keras {other}")
    return True, None, None


def _shapes(answer: Answer) -> tuple[object, ...]:
    """Everything but the dtypes of what comes out."""
    return (answer.weights, *((output.shape, output.masked) for output in answer.outputs))


def compare_many(kind: Kind, cases: int, seed: str) -> Report:
    """Put so many cases of a kind to both, the same ones for the same seed."""
    rng = random.Random(seed)
    report = Report()
    for _ in range(cases):
        accepted, exempted, disagreement = compare(draw_case(kind, rng))
        report.cases += 1
        report.accepted += accepted
        if exempted is not None:
            report.exempted[exempted.reason] += 1
        if disagreement is not None:
            report.disagreements.append(str(disagreement))
    return report
