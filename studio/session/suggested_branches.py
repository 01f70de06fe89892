"""How a suggested model reads each kind of feature: small rules from a feature to layers."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod

from studio.core.values import Inner, Value
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import encoded_dtype, encoded_span
from studio.session.sketch import Sketch, Stream
from studio.session.suggested_roles import steps

LARGE = 10.0
"""Numbers beyond this are scaled before a model learns from them."""
MOST_IDS = 50_000
"""Above so many different ids, a vocabulary is learned from the data."""
LONG = 200
"""More steps than a recurrent layer reads well."""
FEW_STEPS = 3
SOUND_FRAMES = 4096
"""From so many samples on, a sound becomes a picture of its pitches."""
SMALLEST_SIDE = 8
MOST_BLOCKS = 5
MOST_FILTERS = 128
MOVED_FROM = 16
"""Images with sides from here on can be moved a little and stay what they are."""
FEW_WORDS = 20
"""Up to so many known texts become one number each."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How large layers are, by how much there is to learn from."""

    units: int
    filters: int
    embedded: int
    words: int
    text_steps: int
    reads_in_order: bool
    """Whether there is enough text to learn from the order of words, not only from which words there are."""


SMALL = Capacity(48, 32, 32, 1_000, 60, reads_in_order=False)
MIDDLE = Capacity(64, 32, 32, 5_000, 100, reads_in_order=False)
GREAT = Capacity(128, 32, 64, 20_000, 200, reads_in_order=True)


def capacity(examples: int | None) -> Capacity:
    """Layers for so many examples; None where nobody has counted them."""
    if examples is None:
        return MIDDLE
    return SMALL if examples < 2_000 else MIDDLE if examples < 20_000 else GREAT


def is_text(feature: Feature) -> bool:
    """Whether a feature comes to the model as text."""
    return encoded_dtype(feature) == "string"


def is_image(feature: Feature, stream: Stream) -> bool:
    """Whether what was read of a feature is an image."""
    return stream.rank == 3 and feature.encoding is not Encoding.SOUND


def are_alike(one: Feature, other: Feature) -> bool:
    """Whether two features are encoded in the same way, to the same shape."""
    return _form(one) == _form(other)


def _form(feature: Feature) -> tuple[object, ...]:
    return feature.shape, feature.dtype, feature.encoding, feature.scale, feature.fit, feature.window


def is_ids(feature: Feature) -> bool:
    """Whether a feature is a row of ids: of words, letters, products."""
    whole = feature.encoding is Encoding.NONE and feature.dtype.startswith(("int", "uint"))
    return len(feature.shape) == 1 and feature.window is None and steps(feature) and feature.shape != (1,) and (
        whole or feature.encoding is Encoding.CATEGORY
    )  # fmt: skip


def numbers(sketch: Sketch, feature: Feature, size: Capacity, text_steps: int | None = None) -> Stream:
    """An Input and what makes numbers of its feature that layers learn from.

    A vector has one axis, a row of steps two, an image three. `text_steps` is how many words a text is cut to.
    """
    if is_text(feature):
        return _text(sketch, feature, sketch.input(feature), size, text_steps or size.text_steps)
    if is_ids(feature):
        return _ids(sketch, feature, sketch.input(feature), size)
    if feature.encoding is Encoding.CATEGORY:
        count = len(feature.classes)
        return _in_line(sketch, feature, _embedded(sketch, sketch.input(feature), count, _code_size(count, size)))
    stream = sketch.input(feature, as_numbers=True)
    if feature.encoding is Encoding.MASK:
        stream = sketch.add("Rescaling", stream, scale=1.0 / max(1, len(feature.classes) - 1))
        return sketch.add("Reshape", stream, target_shape=(*stream.shape, 1)) if stream.rank == 2 else stream
    if stream.rank == 0:
        stream = sketch.add("Reshape", stream, target_shape=(1,))
    return _in_line(sketch, feature, _scaled(sketch, feature, stream))


def vector(sketch: Sketch, feature: Feature, stream: Stream, size: Capacity, *, moves: bool) -> Stream:
    """What was read of a feature as one vector for each example.

    With `moves`, images are moved a little in training, which does not change what they show.
    """
    if stream.rank <= 1:
        return stream
    if stream.rank > 4 or max(stream.shape[:-1]) <= FEW_STEPS:
        return sketch.add("Flatten", stream)
    if stream.rank == 2:
        return _sequence(sketch, feature, stream, size)
    if moves and is_image(feature, stream) and min(stream.shape[:2]) >= MOVED_FROM:
        stream = _moved(sketch, stream)
    return _pooled(sketch, stream, size.filters)


def recurrent(units: int, *, both_ways: bool, every_step: bool) -> tuple[str, dict[str, Value]]:
    """An LSTM, or one that reads forwards and backwards."""
    params: dict[str, Value] = {"units": units, **({"return_sequences": True} if every_step else {})}
    if not both_ways:
        return "LSTM", params
    return "Bidirectional", {"layer": Inner("LSTM", params)}


def _text(sketch: Sketch, feature: Feature, stream: Stream, size: Capacity, length: int) -> Stream:
    if feature.classes and stream.shape == () and len(feature.classes) <= FEW_WORDS:
        tokens = len(feature.classes) + 1
        return sketch.add("StringLookup", stream, max_tokens=tokens, output_mode="one_hot", pad_to_max_tokens=True)
    if stream.rank == 0 and not feature.classes:
        ids = sketch.add("TextVectorization", stream, max_tokens=size.words, output_sequence_length=length)
        return _embedded(sketch, ids, size.words, size.embedded, masks=size.reads_in_order and length <= LONG)
    tokens = len(feature.classes) + 1 if feature.classes else size.words
    ids = sketch.add("StringLookup", stream, max_tokens=tokens)
    return _in_line(sketch, feature, _embedded(sketch, ids, tokens, _code_size(tokens, size)))


def _ids(sketch: Sketch, feature: Feature, stream: Stream, size: Capacity) -> Stream:
    span = (0, len(feature.classes) - 1) if feature.encoding is Encoding.CATEGORY else encoded_span(feature)
    if span is None or span[0] < 0 or span[1] >= MOST_IDS:
        known = sketch.add("IntegerLookup", stream, max_tokens=size.words)
        return _embedded(sketch, known, size.words, _code_size(size.words, size))
    count = int(span[1]) + 1
    padded = feature.encoding is Encoding.NONE and span[0] == 0 and stream.shape[0] <= LONG
    return _embedded(sketch, stream, count, _code_size(count, size), masks=padded)


def _embedded(sketch: Sketch, ids: Stream, count: int, dims: int, *, masks: bool = False) -> Stream:
    if masks:
        return sketch.add("Embedding", ids, input_dim=count, output_dim=dims, mask_zero=True)
    return sketch.add("Embedding", ids, input_dim=count, output_dim=dims)


def _code_size(count: int, size: Capacity) -> int:
    """How many numbers stand for each of so many ids: half as many, within reason."""
    return max(2, min(size.embedded, ceil(count / 2)))


def _scaled(sketch: Sketch, feature: Feature, stream: Stream) -> Stream:
    """Numbers around 1: pixels by their largest, others by what is learned of them."""
    span = encoded_span(feature)
    largest = max(map(abs, span)) if span is not None else None
    if (largest is None and feature.encoding is not Encoding.NONE) or (largest is not None and largest <= LARGE):
        return stream
    if stream.rank < 3:
        return sketch.add("Normalization", stream)
    return stream if largest is None else sketch.add("Rescaling", stream, scale=1.0 / largest)


def _in_line(sketch: Sketch, feature: Feature, stream: Stream) -> Stream:
    """Columns side by side as one vector; steps stay what they are."""
    return stream if stream.rank != 2 or steps(feature) else sketch.add("Flatten", stream)


def _sequence(sketch: Sketch, feature: Feature, stream: Stream, size: Capacity) -> Stream:
    if feature.encoding is Encoding.SOUND:
        return _sound(sketch, stream, size)
    if is_text(feature) and not (size.reads_in_order and stream.shape[0] <= LONG):
        return sketch.add("GlobalMaxPooling1D", stream)  # a mean would be mostly padding
    while stream.shape[0] > LONG:
        stream = sketch.add("Conv1D", stream, filters=size.filters, kernel_size=5, padding="same", activation="relu")
        stream = sketch.add("MaxPooling1D", stream, pool_size=4)
    words = is_text(feature) or is_ids(feature)
    kind, params = recurrent(size.units // 2, both_ways=words, every_step=False)
    return sketch.add(kind, stream, **params)


def _sound(sketch: Sketch, stream: Stream, size: Capacity) -> Stream:
    samples, channels = stream.shape
    if channels == 1 and samples >= SOUND_FRAMES:
        stride = next(stride for stride in (256, 250) if (samples + 1) % stride)  # Keras miscounts frames otherwise
        wave = sketch.add("Reshape", stream, target_shape=(samples,))
        heard = sketch.add("MelSpectrogram", wave, fft_length=1024, sequence_stride=stride, num_mel_bins=64)
        picture = sketch.add("Reshape", heard, target_shape=(*heard.shape, 1))
        return _pooled(sketch, sketch.add("BatchNormalization", picture), size.filters)
    filters, kernel = size.filters, 16
    while stream.shape[0] > 4 * kernel:
        stream = sketch.add("Conv1D", stream, filters=filters, kernel_size=kernel, strides=4, activation="relu")
        filters, kernel = min(2 * filters, MOST_FILTERS), 8
    return _pooled(sketch, stream, filters)


def _moved(sketch: Sketch, image: Stream) -> Stream:
    if image.shape[-1] == 3:  # a photograph stays what it is in a mirror, writing does not
        image = sketch.add("RandomFlip", image, mode="horizontal")
    return sketch.add("RandomTranslation", image, height_factor=0.1, width_factor=0.1)


def _pooled(sketch: Sketch, stream: Stream, filters: int) -> Stream:
    """Convolutions, each side halved as long as it is large, then the mean over all places."""
    axes = stream.rank - 1
    if prod(stream.shape[:-1]) <= FEW_STEPS**2:
        return sketch.add("Flatten", stream)
    for _ in range(MOST_BLOCKS):
        if max(stream.shape[:-1]) < SMALLEST_SIDE:
            break
        pool = tuple(2 if side >= SMALLEST_SIDE else 1 for side in stream.shape[:-1])
        stream = _convolved(sketch, stream, filters)
        stream = sketch.add(f"MaxPooling{axes}D", stream, pool_size=2 if min(pool) == 2 else pool)
        filters = min(2 * filters, MOST_FILTERS)
    return sketch.add(f"GlobalAveragePooling{axes}D", _convolved(sketch, stream, filters))


def _convolved(sketch: Sketch, stream: Stream, filters: int) -> Stream:
    kind = f"Conv{stream.rank - 1}D"
    return sketch.add(kind, stream, filters=filters, kernel_size=3, padding="same", activation="relu")
