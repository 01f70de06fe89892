"""Inputs: are pixels and numbers brought to a size that networks learn from, and does text reach what can read it?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from studio.analysis import fixes
from studio.analysis.adapters import adapted
from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE, REARRANGING
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import gives, takers
from studio.catalog.declaration import Family
from studio.catalog.registry import KINDS
from studio.core.tensors import TensorSpec
from studio.core.values import Params
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import SCALING, encoded_span
from studio.document.graph import NodeId

LARGE = 10.0
"""Numbers beyond this make training start far from where it can learn."""
PIXELS = 255.0
LEARNING = frozenset({Family.CORE, Family.CONVOLUTION, Family.RECURRENT, Family.ATTENTION})
NOT_LEARNING = frozenset({"Embedding", "ReversibleEmbedding", "Masking", "Identity", "Lambda"})
WORDS, STEPS = 1000, 50
"""How many words, and how many of a text, a TextVectorization that is offered tells apart."""


def _passing() -> frozenset[str]:
    """Kinds that hand numbers on about as large as they came."""
    still = {name for name, kind in KINDS.items() if kind.family is Family.MERGING and name != "Dot"}
    moved = {
        name for name in KINDS if name.startswith(("Random", "Resizing", "CenterCrop", "ZeroPadding", "MaxPooling"))
    }
    return frozenset(still | moved) | ELEMENTWISE | REARRANGING


PASSING = _passing()


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What there is to say of the numbers that come in at an Input."""
    spec = gives(record)
    if spec is not None and spec.dtype == "string":
        yield from _text(record, drawing, looked)
        return
    feature = drawing.data.feature(record.node.params.get("feature"))
    if feature is None:
        return
    ends = encoded_span(feature)
    if ends is None or max(abs(ends[0]), abs(ends[1])) <= LARGE:
        return
    learner = next((taker for taker in takers(record, PASSING, drawing, looked) if _learns(taker)), None)
    if learner is not None:
        yield _large(record, learner, feature, ends, drawing)


def meets_text(record: NodeRecord) -> bool:
    """Whether text arrives at a node that computes with numbers."""
    if (record.kind is not None and record.kind.takes_text) or record.node.kind == "Output":
        return False
    for argument in record.arguments or ():
        specs = (argument,) if isinstance(argument, TensorSpec) else argument or ()
        if any(spec.dtype == "string" for spec in specs):
            return True
    return False


def _learns(record: NodeRecord) -> bool:
    return record.kind is not None and record.kind.family in LEARNING and record.kind.name not in NOT_LEARNING


def _large(
    record: NodeRecord, learner: NodeRecord, feature: Feature, ends: tuple[float, float], drawing: Drawing
) -> Problem:
    low, high = (f"{end:,.4g}" for end in ends)
    image = len(feature.shape) == 3 and ends[0] >= 0
    what = f"Pixels from {low} to {high}" if image else f"Numbers from {low} to {high}"
    return Problem(
        "data.pixels" if image else "data.unscaled",
        Severity.WARNING,
        f"{what} of “{feature.name}” reach {learner.node.name} as they are; weights begin near 0 and expect numbers "
        f"around 1, so training is slow or fails. {'Rescale them to 0 … 1.' if image else 'Standardize them.'}",
        record.id,
        also=(learner.id,),
        mending=drawing.later(record, lambda: _smaller(record, feature, ends, image)),
    )


def _smaller(record: NodeRecord, feature: Feature, ends: tuple[float, float], image: bool) -> Iterator[Fix]:
    spec = gives(record)
    if spec is None:
        return
    largest = max(abs(ends[0]), abs(ends[1]))
    peak = PIXELS if image and PIXELS / 2 < largest <= PIXELS else largest
    if image:
        is_scaled = feature.encoding in SCALING
        scale = 1 / peak * (feature.scale if is_scaled else 1.0)
        encoding = feature.encoding if is_scaled else Encoding.SCALE
        yield fixes.encode(feature, encoding, f"Scale “{feature.name}” by 1/{peak:g}", record, scale)
        yield fixes.insert_after(record, "Rescaling", {"scale": 1 / peak}, spec)
    else:
        yield fixes.encode(feature, Encoding.STANDARDIZE, f"Standardize “{feature.name}”", record)
        yield fixes.insert_after(record, "BatchNormalization", {}, spec)


def _text(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Text that reaches a layer that computes with numbers."""
    for taker in takers(record, {"Identity", "Reshape", "Flatten"}, drawing, looked):
        if taker.kind is None or not meets_text(taker):
            continue
        yield Problem(
            "dtype.text",
            Severity.ERROR,
            f"{taker.kind.title} computes with numbers, but text arrives. "
            "Put a TextVectorization or a StringLookup between, or encode the feature as a category.",
            taker.id,
            also=(record.id,),
            mending=drawing.later(record, partial(_as_numbers, record, taker, drawing)),
        )


def _as_numbers(record: NodeRecord, taker: NodeRecord, drawing: Drawing) -> Iterator[Fix]:
    feature = drawing.data.feature(record.node.params.get("feature"))
    if feature is not None and feature.classes:
        yield fixes.encode(feature, Encoding.ONE_HOT, f"Encode “{feature.name}” as one-hot vectors", record)
    params: Params = {"max_tokens": WORDS, "output_mode": "multi_hot", "pad_to_max_tokens": True}
    if taker.node.kind == "Embedding" and taker.settings is not None:
        params = {"max_tokens": taker.settings.whole("input_dim"), "output_sequence_length": STEPS}
    spec = gives(record)
    out = adapted(spec, "TextVectorization", params) if spec is not None else None
    if out is not None:
        yield fixes.insert_after(record, out.kind, out.params, out.out)
