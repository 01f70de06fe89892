"""What a difference from Keras that is meant looks like."""

from __future__ import annotations

from dataclasses import dataclass

from tests.parity.drawing import Case


@dataclass(frozen=True, slots=True)
class Exemption:
    """A difference that is meant: the kinds, the code and param of the studio's refusal, why, and the evidence.

    Where the studio gives another answer instead of a refusal, there is no code; `is_dtype` says that the answers
    differ in the dtype and in nothing else.
    """

    kinds: frozenset[str]
    code: str
    reason: str
    evidence: Case | None
    param: str | None = None
    is_dtype: bool = False
