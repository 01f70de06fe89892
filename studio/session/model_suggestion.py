"""A model from the data: a starting drawing for whatever the features of a project are."""

from __future__ import annotations

from collections.abc import Sequence

from studio.data.archive import ArchiveLook
from studio.data.folder import FolderLook
from studio.data.keras_sets import find_keras_set
from studio.data.look import Look
from studio.data.table import TableLook
from studio.document.changes import Edit
from studio.document.data_choice import DataChoice, Feature, KerasSource
from studio.document.document import Document
from studio.document.encoded import rows
from studio.session import suggested_branches as branches
from studio.session.sketch import Sketch, Stream
from studio.session.suggested_branches import Capacity, capacity, is_ids, numbers, recurrent, vector
from studio.session.suggested_heads import ending, finish
from studio.session.suggested_planes import plane
from studio.session.suggested_roles import Roles, roles

LABEL = "Suggest a model"
DROPPED = 0.2


def suggest_model(document: Document, *, examples: int | None = None, targets: Sequence[str] = ()) -> Edit:
    """One step that draws a model for the data, in the place of what is drawn.

    `examples` is how many there are, where somebody has counted; layers are larger where there are more. `targets`
    names what is to be predicted; else bound Outputs, or the features themselves, say it. Raises DataRefused where
    nobody can tell what is to be predicted from what.
    """
    parts = roles(document, targets)
    sketch = Sketch(document.data)
    try:
        _draw(_Model(sketch, parts, capacity(examples)))
        return sketch.drawn(document, LABEL)
    finally:
        sketch.close()


def counted(data: DataChoice, look: Look | None) -> int | None:
    """How many examples there are, as far as a look, or the list of Keras's data sets, says it."""
    match look, data.source:
        case None, KerasSource(name):
            each = find_keras_set(name)
            return each.train if each is not None else None
        case TableLook(), _:
            return max(look.rows, look.estimated_rows)
        case FolderLook(), _:
            return look.rows
        case ArchiveLook(), _:
            return look.examples
        case _:
            return None


class _Model:
    """What was read of each feature so far; what several targets are told from is made once."""

    def __init__(self, sketch: Sketch, parts: Roles, size: Capacity) -> None:
        self.sketch = sketch
        self.parts = parts
        self.size = size
        self._read: dict[str, Stream] = {}
        self._vectors: dict[str, Stream] = {}
        lengths = [places[0] for places in (ending(each).places for each in parts.targets) if len(places) == 1]
        self._text_steps = lengths[0] if lengths else None
        self._moves = all(ending(each).places == () and bool(each.classes) for each in parts.targets)

    def read(self, feature: Feature) -> Stream:
        """A feature as numbers."""
        if feature.name not in self._read:
            self._read[feature.name] = numbers(self.sketch, feature, self.size, self._text_steps)
        return self._read[feature.name]

    def vector(self, feature: Feature) -> Stream:
        """A feature as one vector for each example. Images alike are read by the same layers."""
        if feature.name not in self._vectors:
            twin = self.twin(feature)
            if twin is None:
                made = vector(self.sketch, feature, self.read(feature), self.size, moves=self._moves)
            else:
                made = self.sketch.add_again(self.read(twin), self.vector(twin), self.read(feature))
            self._vectors[feature.name] = made
        return self._vectors[feature.name]

    def twin(self, feature: Feature) -> Feature | None:
        """The first of the inputs that is an image as this one is, if that is another."""
        alike = (each for each in self.parts.inputs if branches.are_alike(each, feature))
        first = next(alike, feature) if branches.is_image(feature, self.read(feature)) else feature
        return first if first is not feature else None

    def joined(self, streams: Sequence[Stream]) -> Stream:
        """Several streams side by side."""
        return self.sketch.add("Concatenate", *streams) if len(streams) > 1 else streams[0]


def _draw(model: _Model) -> None:
    trunks: dict[tuple[object, ...], Stream] = {}
    for target in model.parts.targets:
        places = ending(target).places
        aligned = _aligned(model, target)
        key = (*places, *(feature.name for feature in aligned)) if aligned else ()
        if key not in trunks:
            trunks[key] = _trunk(model, places, aligned)
        finish(model.sketch, target, trunks[key])


def _aligned(model: _Model, target: Feature) -> tuple[Feature, ...]:
    """The inputs that have something for each place of a target: its steps, or images for its pixels."""
    places = ending(target).places
    inputs = model.parts.inputs
    if len(places) == 1:
        return tuple(
            each
            for each in inputs
            if rows(each) == rows(target) and model.read(each).rank == 2 and model.read(each).shape[:1] == places
        )
    if len(places) == 2:
        return tuple(each for each in inputs if branches.is_image(each, model.read(each)))
    return ()


def _trunk(model: _Model, places: tuple[int, ...], aligned: tuple[Feature, ...]) -> Stream:
    others = [each for each in model.parts.inputs if each not in aligned]
    if not aligned:
        return _whole(model)
    if len(places) == 1:
        return _along(model, places[0], aligned, others)
    images = [model.read(each) for each in aligned]
    beside = [model.vector(each) for each in others]
    height, width = places
    return plane(model.sketch, images, beside, (height, width), model.size.filters)


def _whole(model: _Model) -> Stream:
    """One vector for each example, from all inputs."""
    inputs = model.parts.inputs
    vectors = [model.vector(each) for each in inputs]
    if len(inputs) == 2 and model.twin(inputs[1]) is not None:
        apart = model.sketch.add("Subtract", *vectors)
        vectors.append(model.sketch.add("Multiply", apart, apart))
    stream = model.joined(vectors)
    learned = len(inputs) == 1 and model.read(inputs[0]).rank > 1
    if not learned:
        stream = model.sketch.add("Dense", stream, units=model.size.units, activation="relu")
        if len(inputs) == 1 or all(model.read(each).rank <= 1 for each in inputs):
            stream = model.sketch.add("Dense", stream, units=model.size.units // 2, activation="relu")
    return model.sketch.add("Dropout", stream, rate=DROPPED)


def _along(model: _Model, length: int, aligned: Sequence[Feature], others: Sequence[Feature]) -> Stream:
    """One vector for each step."""
    sketch, units = model.sketch, model.size.units // 2
    asked = [each for each in model.parts.inputs if is_ids(each)]
    if len(asked) == 2 == len(model.parts.inputs) and asked[1] in aligned:
        return _answering(model, asked[0], asked[1])
    repeated = [sketch.add("RepeatVector", model.vector(each), n=length) for each in others]
    stream = model.joined([*(model.read(each) for each in aligned), *repeated])
    kind, params = recurrent(units, both_ways=True, every_step=True)
    return sketch.add("Dropout", sketch.add(kind, stream, **params), rate=DROPPED)


def _answering(model: _Model, question: Feature, answer: Feature) -> Stream:
    """One reader whose last state is where a writer begins, which sees the answer only as far as it is written."""
    units = model.size.units
    reader = model.sketch.add("LSTM", model.read(question), units=units, return_state=True)
    states = tuple(model.sketch.leaving(reader.node, port) for port in ("state_h", "state_c"))
    return model.sketch.add_started("LSTM", model.read(answer), states, units=units, return_sequences=True)
