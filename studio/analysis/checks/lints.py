"""What a Keras expert would say of a model that runs: which checks look at which kinds of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from studio.analysis.checks import (
    adapting,
    amounts,
    ids,
    images,
    leaks,
    masking,
    merging,
    metrics,
    ordering,
    recurrence,
    scaling,
    stacking,
)
from studio.analysis.culprits import RECURRENT
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import Family, never
from studio.catalog.registry import KINDS
from studio.document.graph import NodeId

Lint: TypeAlias = Callable[[NodeRecord, Drawing, set[NodeId]], Iterator[Problem]]

_ELEMENTWISE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
_ADAPTING = tuple(name for name, kind in KINDS.items() if kind.adapts is not never)
_EVERYWHERE: dict[str, tuple[Lint, ...]] = {
    **dict.fromkeys(_ADAPTING, (adapting.check,)),
    **dict.fromkeys(("TimeDistributed", "SpectralNormalization"), (adapting.inside,)),
    **dict.fromkeys((name for name, kind in KINDS.items() if kind.family is Family.OPERATION), (amounts.empty,)),
    "Dense": (stacking.linear, amounts.flattened),
    "Softmax": (stacking.twice,),
    "Activation": (stacking.twice,),
    **dict.fromkeys(images.RANGED, (images.ranged,)),
    "AugMix": (images.ranged, images.mixed),
    "RandomCrop": (images.cropped,),
    "RandomShear": (images.sheared,),
    "Embedding": (ids.check,),
    "Concatenate": (merging.batches,),
    "GlobalAveragePooling1D": (masking.check,),
    **dict.fromkeys(_ELEMENTWISE, (merging.stretched,)),
    **dict.fromkeys(sorted(RECURRENT), (recurrence.check, masking.check)),
}
_OF_THE_MODEL: dict[str, tuple[Lint, ...]] = {
    "Input": (scaling.check, ordering.check),
    "Output": (stacking.after_the_last, stacking.saturating, masking.check, leaks.check, metrics.check, ordering.check),
}

LINTS: Mapping[str, tuple[Lint, ...]] = MappingProxyType(_EVERYWHERE)
"""The checks by the kind of node that they start from; each adds the further nodes that it reads to the set."""
LINTED = frozenset((*_EVERYWHERE, *_OF_THE_MODEL, "BatchNormalization"))
"""The kinds of which there may be something to say."""
_QUICK: dict[str, Callable[[NodeRecord, Drawing], bool]] = {
    "BatchNormalization": lambda record, drawing: stacking.wasted_bias(record, drawing) is not None,
    "Concatenate": merging.is_along_batch,
    **dict.fromkeys(_ELEMENTWISE, merging.is_uneven),
}
MODEL_LINTS: Mapping[str, tuple[Lint, ...]] = MappingProxyType(_OF_THE_MODEL)
"""Those that start where data enter and leave, which is nowhere inside a block."""


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What an expert would say of a node that computes something."""
    name = record.node.kind
    if name == "BatchNormalization":
        source = stacking.wasted_bias(record, drawing)
        if source is not None:
            drawing.biased[record.id] = source.id
    lints = LINTS.get(name, ())
    if drawing.is_model and name in MODEL_LINTS:
        lints = MODEL_LINTS[name]
    for lint in lints:
        found: set[NodeId] = set()
        yield from lint(record, drawing, found)
        looked |= found


def is_remarkable(record: NodeRecord, drawing: Drawing) -> bool:
    """Whether there may be something to say of a node: a quick answer, since every node of a model is asked."""
    name = record.node.kind
    if name not in LINTED or record.arguments is None or record.failure is not None:
        return False
    quick = _QUICK.get(name)
    return quick is None or quick(record, drawing)
