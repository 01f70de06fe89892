"""Embeddings: do whole numbers arrive, and is there a row for each of them?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from studio.analysis import fixes
from studio.analysis.binding import INPUT_KIND
from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE, REARRANGING
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards, first
from studio.catalog.declaration import Family
from studio.catalog.registry import KINDS
from studio.core.tensors import TensorSpec
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import CLASS_NUMBERS, FLOATS, RESCALING
from studio.document.graph import NodeId

FAR = 12
FRACTIONS = {
    Encoding.SCALE: "scaled numbers",
    Encoding.STANDARDIZE: "standardized numbers",
    Encoding.MIN_MAX: "numbers between 0 and 1",
    Encoding.ONE_HOT: "one-hot vectors",
    Encoding.IMAGE: "pixels",
    Encoding.SOUND: "a wave",
}
COUNTS = {
    "TextVectorization": "max_tokens",
    "StringLookup": "max_tokens",
    "IntegerLookup": "max_tokens",
    "Hashing": "num_bins",
}
"""Kinds that give ids below a param of theirs."""


COMPUTING = frozenset(
    name
    for name, kind in KINDS.items()
    if kind.family in (Family.CORE, Family.CONVOLUTION, Family.RECURRENT, Family.ATTENTION, Family.NORMALIZATION)
) - {"Identity", "Masking", "Custom", "Lambda"}
"""Kinds that give numbers with a fraction."""


class Ids(NamedTuple):
    """What is known of the ids that arrive: the smallest, the largest, and how the sentence begins that says so."""

    lowest: int
    highest: int
    told: str


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What there is to say of the ids that arrive at an Embedding."""
    if record.settings is None:
        return
    origin = None
    for origin in backwards(record, drawing, looked, FAR):
        if origin.node.kind not in ELEMENTWISE and origin.node.kind not in REARRANGING:
            break
    if origin is None:
        return
    feature = _feature(origin, drawing)
    if feature is not None and _is_scaled(feature):
        yield _scaled(record, origin, feature, drawing)
        return
    if origin.node.kind in COMPUTING and first(record) is not None:
        yield _computed(record, origin, drawing)
        return
    ids = _ids(origin, feature)
    rows = record.settings.whole("input_dim")
    if ids is not None and ids.lowest < 0:
        yield Problem(
            "embedding.range",
            Severity.ERROR,
            f"{ids.told} from {ids.lowest:,} to {ids.highest:,}; an Embedding looks up rows 0 to {rows - 1:,}. "
            "Count the ids from 0.",
            record.id,
            param="input_dim",
            also=(origin.id,),
        )
    elif ids is not None and ids.highest >= rows:
        yield Problem(
            "embedding.range",
            Severity.ERROR,
            f"{ids.told} up to {ids.highest:,}, but input_dim={rows:,} makes rows 0 to {rows - 1:,} only: "
            "TensorFlow stops at the first id beyond. Set input_dim to the largest id + 1.",
            record.id,
            param="input_dim",
            also=(origin.id,),
            mending=drawing.later(record, lambda: (fixes.set_own(record, {"input_dim": ids.highest + 1}),)),
        )


def _computed(record: NodeRecord, origin: NodeRecord, drawing: Drawing) -> Problem:
    return Problem(
        "embedding.ids",
        Severity.WARNING,
        f"An Embedding looks up rows by whole numbers, but {origin.node.name} gives fractions; Keras cuts off what is "
        "after the point, so most of them become row 0. Take this Embedding out, or feed it ids.",
        record.id,
        also=(origin.id,),
        mending=drawing.later(record, lambda: fixes.taken_out(drawing, record)),
    )


def _feature(origin: NodeRecord, drawing: Drawing) -> Feature | None:
    return drawing.data.feature(origin.node.params.get("feature")) if origin.node.kind == INPUT_KIND else None


def _is_scaled(feature: Feature) -> bool:
    if feature.encoding is Encoding.NONE:
        return feature.dtype in FLOATS
    return feature.encoding not in CLASS_NUMBERS and feature.encoding is not Encoding.TEXT_FILE


def _ids(origin: NodeRecord, feature: Feature | None) -> Ids | None:
    if feature is not None:
        if feature.encoding in CLASS_NUMBERS:
            return Ids(0, len(feature.classes) - 1, f"“{feature.name}” has classes")
        if feature.span is not None:
            return Ids(int(feature.span[0]), int(feature.span[1]), f"“{feature.name}” has ids")
        return None
    name = COUNTS.get(origin.node.kind)
    count = origin.settings.values.get(name) if name is not None and origin.settings is not None else None
    if isinstance(count, int) and not isinstance(count, bool):
        return Ids(0, count - 1, f"{origin.node.name} gives ids")
    return None


def _scaled(record: NodeRecord, origin: NodeRecord, feature: Feature, drawing: Drawing) -> Problem:
    what = FRACTIONS.get(feature.encoding, "numbers with a fraction")
    return Problem(
        "embedding.ids",
        Severity.WARNING,
        f"An Embedding looks up rows by whole numbers, but “{feature.name}” gives {what}; Keras cuts off what is after "
        "the point, so most of them become row 0. Feed it ids, or take a Dense in its place.",
        record.id,
        also=(origin.id,),
        mending=drawing.later(record, lambda: _as_ids(record, origin, feature, drawing)),
    )


def _as_ids(record: NodeRecord, origin: NodeRecord, feature: Feature, drawing: Drawing) -> Iterator[Fix]:
    if feature.classes:
        yield fixes.encode(feature, Encoding.CATEGORY, f"Encode “{feature.name}” as a category", origin)
    elif feature.encoding in RESCALING and feature.dtype not in FLOATS:
        yield fixes.encode(feature, Encoding.NONE, f"Take “{feature.name}” as it is", origin)
    units = record.settings.whole("output_dim") if record.settings is not None else 1
    arrives = record.arguments[0] if record.arguments else None
    if isinstance(arrives, TensorSpec) and arrives.rank >= 2 and len(drawing.inference.layer(record)) == 1:
        out = TensorSpec((*arrives.shape[:-1], units))
        yield fixes.replace_kind(record, "Dense", {"units": units, "activation": "relu"}, out)
