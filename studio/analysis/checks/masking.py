"""Masks: made by Embedding(mask_zero=True) or Masking, and dropped on the way by a layer that knows of none."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.culprits import RECURRENT
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards, first, gives
from studio.core.tensors import TensorSpec
from studio.document.graph import NodeId

FAR = 24
CONSUMING = RECURRENT | {"Attention", "AdditiveAttention", "MultiHeadAttention", "GlobalAveragePooling1D"}
"""Kinds that use a mask up, so that nothing is lost where none leaves them."""


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A mask that was lost before a layer, or before a loss, that would have used it.

    Source: Layer.supports_masking; Keras warns of it once, while it builds the model.
    """
    spec = first(record)
    if spec is None or spec.masked or spec.rank < 3:
        return
    for source in backwards(record, drawing, looked, FAR):
        out = gives(source)
        if out is None or source.node.kind in CONSUMING or source.node.kind == "Masking":
            return
        if any(argument.masked and argument.rank >= 2 for argument in _arguments(source)):
            if out.rank >= 3 and not out.masked:
                yield _lost(source, record, drawing)
            return
        if out.rank < 3:
            return


def _arguments(record: NodeRecord) -> Iterator[TensorSpec]:
    for argument in record.arguments or ():
        if isinstance(argument, TensorSpec):
            yield argument
        else:
            yield from argument or ()


def _lost(dropper: NodeRecord, user: NodeRecord, drawing: Drawing) -> Problem:
    then = "the loss counts" if user.node.kind == "Output" else f"{user.node.name} reads"
    return Problem(
        "mask.lost",
        Severity.WARNING,
        f"{dropper.node.kind} does not hand the mask on, so {then} padding like real steps. "
        "Put it before the mask is made or after it is used, or do without the mask.",
        dropper.id,
        also=(user.id,),
        mending=drawing.later(dropper, lambda: _without(dropper, drawing)),
    )


def _without(dropper: NodeRecord, drawing: Drawing) -> Iterator[Fix]:
    """No mask from the start: honest about what happens now."""
    for source in backwards(dropper, drawing, set(), FAR):
        if source.node.kind == "Embedding":
            yield fixes.fix_params(source, {"mask_zero": False}, f"Set mask_zero=False on {source.node.name}")
            return
        if source.node.kind == "Masking":
            yield from fixes.taken_out(drawing, source)
            return
