"""Layers for images that do something else than one would think: in training, when saved, with these pixels."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from studio.analysis import fixes
from studio.analysis.checks.scaling import PASSING
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards, first, gives
from studio.catalog.registry import KINDS
from studio.core.tensors import shape_text
from studio.document.encoded import encoded_span
from studio.document.graph import NodeId

SETTLING = frozenset({"CenterCrop", "Resizing"})
"""Layers that give images of one size, whatever arrives."""
RANGED = tuple(name for name, kind in KINDS.items() if "value_range" in kind.declared)
DEEP = 50
OFF = 4.0
"""So many times narrower than the pixels that a layer expects are those that it cannot mean."""
CUT = 1.5
"""So many times wider than expected are those of which it cuts off too much."""


def cropped(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """RandomCrop crops in training only, so that other sizes arrive behind it in validation and prediction.

    Source: keras.layers.RandomCrop.transform_images, which gives images back as they are unless it is training.
    """
    came, gone = first(record), gives(record)
    if came is None or gone is None or came.shape == gone.shape or record.settings is None:
        return
    leaving = drawing.graph.outgoing(record.id)
    looked.update(edge.target for edge in leaving)
    if not leaving or all(drawing.record(edge.target).node.kind in SETTLING for edge in leaving):
        return
    size = {name: record.settings[name] for name in ("height", "width", "data_format")}
    params = {name: value for name, value in size.items() if value is not None}
    yield Problem(
        "image.crop",
        Severity.WARNING,
        f"{record.node.name} crops in training only. In validation and prediction Keras (RandomCrop) hands on whole "
        f"images, {shape_text(came.shape)}, and what follows was made for {shape_text(gone.shape)}. "
        "Put a CenterCrop of the same size behind it.",
        record.id,
        mending=drawing.later(record, lambda: (fixes.insert_after(record, "CenterCrop", params, gone),)),
    )


def sheared(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """RandomShear with one number as a factor is saved as (-number, number), which its constructor then refuses.

    Source: keras.layers.RandomShear._set_factor_with_name and get_config.
    """
    if record.settings is None:
        return
    values = {name: record.settings[name] for name in ("x_factor", "y_factor")}
    single = {name: (0.0, value) for name, value in values.items() if isinstance(value, (int, float)) and value}
    if single:
        shown = " and ".join(f"{name}={values[name]!r}" for name in single)
        yield Problem(
            "image.saved",
            Severity.WARNING,
            f"A model with {record.node.name} can be saved, but not opened again: Keras (RandomShear) writes {shown} "
            "as a pair that begins below 0, and refuses to read it. Give a pair (from, to).",
            record.id,
            param=next(iter(single)),
            mending=drawing.later(record, lambda: (fixes.set_own(record, single),)),
        )


def mixed(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """AugMix draws its means in Python, which happens when the step of training is traced and not again.

    Source: keras.layers.AugMix.get_random_transformation.
    """
    if record.settings is None or (spec := gives(record)) is None:
        return
    kept = {name: record.node.params[name] for name in ("value_range", "data_format") if name in record.node.params}
    yield Problem(
        "image.drawn",
        Severity.HINT,
        f"{record.node.name} draws what it does to images once, when training starts, and does the same to every "
        "batch: Keras (AugMix) draws in Python, outside of the traced step. RandAugment draws anew for each batch.",
        record.id,
        mending=drawing.later(record, lambda: (fixes.replace_kind(record, "RandAugment", kept, spec),)),
    )


def ranged(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """The value_range of a layer is far from the pixels that reach it."""
    found = _pixels(record, drawing, looked)
    wanted = record.settings["value_range"] if record.settings is not None else None
    if found is None or not isinstance(wanted, tuple):
        return
    source, low, high = found
    ends = [end for end in wanted if isinstance(end, (int, float))]
    expected, width = max(ends) - min(ends), high - low
    if width > expected * CUT:
        harm = "so most of them are cut off or mean nothing to it"
    elif 0 < width < expected / OFF:
        harm = "so what is a small change to it is far too much for them"
    else:
        return
    yield Problem(
        "image.range",
        Severity.WARNING,
        f"{record.node.name} takes pixels to lie between {min(ends):g} and {max(ends):g}, its value_range, but those "
        f"of {source.node.name} lie between {low:g} and {high:g}, {harm}. Set value_range to what arrives.",
        record.id,
        param="value_range",
        also=(source.id,),
        mending=drawing.later(record, lambda: _set_range(record, low, high)),
    )


def _set_range(record: NodeRecord, low: float, high: float) -> tuple[Fix, ...]:
    ends = (min(0, floor(low + 1e-6)), max(1, ceil(high - 1e-6)))
    return (fixes.set_own(record, {"value_range": ends}),)


def _pixels(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> tuple[NodeRecord, float, float] | None:
    """The Input that images come from, and the least and largest number that reaches the node."""
    scale, offset = 1.0, 0.0
    for source in backwards(record, drawing, looked, DEEP):
        kind, settings = source.node.kind, source.settings
        if kind == "Input":
            feature = drawing.data.feature(source.node.params.get("feature"))
            ends = encoded_span(feature) if feature is not None else None
            if ends is None:
                return None
            low, high = sorted(scale * end + offset for end in ends)
            return source, low, high
        if kind == "Rescaling" and settings is not None:
            times, plus = settings["scale"], settings["offset"]
            if not isinstance(times, (int, float)) or not isinstance(plus, (int, float)):
                return None
            scale, offset = scale * times, offset + scale * plus
        elif kind not in PASSING:
            return None
    return None
