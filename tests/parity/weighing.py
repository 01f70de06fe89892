"""Whether the evidence for a difference on purpose holds: Keras accepts the case, and the real call does otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.declaration import ShapeError
from tests.parity.comparing import ask_studio
from tests.parity.exemption import Exemption
from tests.parity.oracle import ask
from tests.parity.real import filled, really


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the three said to a piece of evidence."""

    reason: str
    studio: str
    keras: str
    real: str
    holds: bool


def weigh(entry: Exemption) -> Weighed:
    """Put the evidence of an entry to the studio, to Keras's symbolic answer, and to a real call."""
    assert entry.evidence is not None
    ours, theirs, real = ask_studio(entry.evidence), ask(entry.evidence), really(entry.evidence)
    promised = tuple(filled(output) for output in theirs.outputs)
    holds = theirs.refusal is None and promised != real
    if isinstance(ours, ShapeError):
        holds = holds and (ours.code, ours.param) == (entry.code, entry.param)
        studio = ours.text
    else:
        holds = holds and tuple(filled(output) for output in ours.outputs) == real
        studio = str(ours.outputs)
    return Weighed(entry.reason, studio, str(theirs.outputs), str(real), holds)
