"""What a node does with a Keras mask that comes to it: makes one, passes it on, uses it, or drops it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from studio.core.tensors import TensorSpec

USING = frozenset(
    {
        "Softmax", "GlobalAveragePooling1D", "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
        "RNN", "Bidirectional", "TimeDistributed", "MultiHeadAttention", "Attention", "AdditiveAttention",
        "GroupedQueryAttention", "BatchNormalization", "Output",
    }
)  # fmt: skip
"""Kinds whose call takes the mask (the classes of keras.layers whose `call` has such an argument); an Output's loss
leaves out what is masked (keras.src.trainers.compile_utils)."""


class MaskRole(StrEnum):
    """What a node does with a mask, in words that follow its name."""

    MAKES = "makes a mask"
    PASSES_ON = "passes the mask on"
    USES = "uses the mask"
    USES_AND_PASSES_ON = "uses the mask and passes it on"
    DROPS = "drops the mask"


def mask_role(
    kind: str, arriving: Iterable[TensorSpec | None], leaving: Iterable[TensorSpec | None]
) -> MaskRole | None:
    """What a node of this kind does with masks; None where there is none, or where it is not known what leaves."""
    comes = any(spec is not None and spec.masked for spec in arriving)
    goes = False
    for spec in leaving:
        if spec is None:
            return None
        goes = goes or bool(spec.masked)
    if not comes:
        return MaskRole.MAKES if goes else None
    if kind in USING:
        return MaskRole.USES_AND_PASSES_ON if goes else MaskRole.USES
    return MaskRole.PASSES_ON if goes else MaskRole.DROPS
