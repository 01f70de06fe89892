"""How a suggested model gives each kind of target: how many numbers for each place, and from which layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from studio.core.values import Value
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import CLASS_NUMBERS, CLASSES, encoded_shape, encoded_span
from studio.session.sketch import Sketch, Stream
from studio.session.suggested_branches import LARGE


@dataclass(frozen=True, slots=True)
class Ending:
    """What the last layer gives: `units` numbers for each of `places` (none: one vector for each example)."""

    places: tuple[int, ...]
    units: int
    activation: str | None


def ending(target: Feature) -> Ending:
    """The ending that goes with a target's encoding, and with the loss that goes with that."""
    shape = tuple(size or 1 for size in encoded_shape(target))
    count = len(target.classes)
    if target.encoding is Encoding.ONE_HOT:
        return Ending(shape[:-1], shape[-1], "softmax")
    if target.encoding in CLASS_NUMBERS:
        alone = len(shape) != 2 and shape[-1:] == (1,)
        places = shape[:-1] if alone else shape
        if target.encoding is Encoding.CATEGORY and count == 2:
            return Ending(places, 1, "sigmoid")
        return Ending(places, count, "softmax")
    return Ending(shape[:-1], shape[-1] if shape else 1, None)


def finish(sketch: Sketch, target: Feature, stream: Stream) -> None:
    """The last layer and its Output, behind a vector, or behind as many vectors as the target has places."""
    end = ending(target)
    behind = stream.shape[:-1]
    if behind == end.places or end.places == ():
        last = _last(sketch, target, stream, end)
    else:  # all places from one vector
        flat = sketch.add("Dense", stream, units=prod(end.places) * end.units)
        last = sketch.add("Reshape", flat, target_shape=(*end.places, end.units))
        if end.activation == "softmax":
            last = sketch.add_named(target.name, "Softmax", last)
        elif end.activation is not None:
            last = sketch.add_named(target.name, "Activation", last, activation=end.activation)
    sketch.output(target, _sized(sketch, target, last))


def _sized(sketch: Sketch, target: Feature, stream: Stream) -> Stream:
    """Numbers as large as those of the target, where these are far from 1: a layer alone would learn that for hours."""
    span = encoded_span(target)
    if target.encoding in CLASSES or span is None or max(map(abs, span)) <= LARGE or span[0] == span[1]:
        return stream
    return sketch.add("Rescaling", stream, scale=(span[1] - span[0]) / 2, offset=(span[0] + span[1]) / 2)


def _last(sketch: Sketch, target: Feature, stream: Stream, end: Ending) -> Stream:
    activated: dict[str, Value] = {} if end.activation is None else {"activation": end.activation}
    if len(end.places) == 2:
        return sketch.add_named(target.name, "Conv2D", stream, filters=end.units, kernel_size=1, **activated)
    return sketch.add_named(target.name, "Dense", stream, units=end.units, **activated)
