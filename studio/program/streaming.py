"""`batches()`: examples whose files are read while the model works, by way of `tf.data`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from studio.document.data_choice import Encoding, Feature, Fit, Missing
from studio.program.bound import Bound, Data
from studio.program.layout import INDENT, Group, Item, Line, lines
from studio.program.literals import text
from studio.program.scaling import scaling

BATCHES = '''\
def batches(inputs, targets, shuffles=False):
    """Return batches whose files are read meanwhile, in an order that SEED repeats."""
    examples = tf.data.Dataset.from_tensor_slices((inputs, targets))
    if shuffles:
        examples = examples.shuffle(len(examples), seed=SEED)
    examples = examples.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return examples.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
'''
READ_IMAGE = '''\
def read_image(path, shape, resize):
    """Return the pixels of an image file."""
    content = tf.io.read_file(path)
    pixels = tf.io.decode_image(content, shape[-1], expand_animations=False)
    return tf.ensure_shape(resize(pixels, shape[:2], "bilinear"), shape)
'''
READ_MASK = '''\
def read_mask(path, shape, resize):
    """Return the pixels of an image file with one channel as class numbers."""
    content = tf.io.read_file(path)
    pixels = tf.io.decode_image(content, 1, expand_animations=False)
    return tf.cast(tf.reshape(resize(pixels, shape[:2], "nearest"), shape), "int64")
'''
READ_SOUND = '''\
def read_sound(path, shape):
    """Return the samples of a WAV file, cut or filled with zeros."""
    channels = shape[1] if len(shape) > 1 else 1
    sound, _ = tf.audio.decode_wav(tf.io.read_file(path), channels, shape[0])
    return tf.reshape(sound, shape)
'''
STRETCH = '''\
def stretch(pixels, size, method):
    """Return an image brought to a size, whatever its proportions."""
    return tf.image.resize(pixels, size, method)
'''
LETTERBOX = '''\
def letterbox(pixels, size, method):
    """Return an image as large as fits into a size, with black beside it."""
    return tf.image.resize_with_pad(pixels, *size, method)
'''
CROP = '''\
def crop(pixels, size, method):
    """Return the middle of an image as small as covers a size."""
    sides = tf.cast(tf.shape(pixels)[:2], "float32")
    factor = tf.reduce_max(size / sides)
    covering = tf.maximum(tf.cast(tf.round(sides * factor), "int32"), size)
    pixels = tf.image.resize(pixels, covering, method)
    return tf.image.resize_with_crop_or_pad(pixels, *size)
'''
OR_ZEROS = '''\
def or_zeros(path, shape, dtype, read):
    """Return what is read of a file, or zeros where there is none."""
    return tf.cond(path == b"", lambda: tf.zeros(shape, dtype), lambda: read(path))
'''


def read(data: Data) -> Iterator[Line]:
    """The function that reads the files of one example."""
    yield "def read(inputs, targets):", None
    yield f'{INDENT}"""Return an example with its files read."""', None
    for name, bounds in (("inputs", data.inputs), ("targets", data.targets)):
        streamed = [bound for bound in bounds if bound.is_streamed]
        if streamed and len(bounds) == 1:
            yield from lines(_reading(streamed[0], name), INDENT, f"{name} = ", node=streamed[0].node)
        elif streamed:
            yield f"{INDENT}{name} = dict({name})", None
            for bound in streamed:
                place = f"{name}[{text(bound.key)}]"
                yield from lines(_reading(bound, place), INDENT, f"{place} = ", node=bound.node)
    yield f"{INDENT}return inputs, targets", None


def naming_files(data: Data) -> Iterator[Line]:
    """The context in which a file that cannot be read is named."""
    yield "@contextlib.contextmanager", None
    yield "def naming_files(data):", None
    yield f'{INDENT}"""Raise ValueError with the name of the file, where one cannot be read."""', None
    yield f"{INDENT}try:", None
    yield f"{INDENT * 2}yield", None
    yield f"{INDENT}except tf.errors.OpError as error:", None
    yield f"{INDENT * 2}for inputs, targets in data.values():", None
    for name, bounds in (("inputs", data.inputs), ("targets", data.targets)):
        for bound in bounds:
            if not bound.is_streamed:
                continue
            place = f"{name}[{text(bound.key)}]" if len(bounds) > 1 else name
            yield f"{INDENT * 3}for path in {place}.flat:", bound.node
            yield f"{INDENT * 4}try:", bound.node
            yield from lines(_reading(bound, "path", one=True), INDENT * 5, node=bound.node)
            yield f"{INDENT * 4}except tf.errors.OpError as reason:", bound.node
            yield f'{INDENT * 5}message = f"{{os.fsdecode(path)}}: {{reason.message}}"', bound.node
            yield f"{INDENT * 5}raise ValueError(message) from error", bound.node
    yield f"{INDENT * 2}raise", None


def _reading(bound: Bound, path: str, one: bool = False) -> Group:
    """What reads the file of a feature, or the files of its window; of one file if `one`."""
    feature = bound.feature
    steps = 1 if feature.window is None or one else feature.window.length
    several = feature.window is not None and steps > 1
    factor = scaling(feature.scale) if feature.encoding is Encoding.IMAGE and not one else ""
    called = _call(feature, "path" if several else path, factor)
    if not several:
        return called
    signature = text("int64" if feature.encoding is Encoding.MASK else "float32")
    return Group(
        "tf.map_fn(",
        (
            Item(Group("lambda path: " + called.head, called.items, called.tail)),
            Item(path),
            Item(signature, "fn_output_signature="),
        ),
    )


def _call(feature: Feature, path: str, factor: str) -> Group:
    may_miss = feature.missing in (Missing.FILL, Missing.FLAG)
    shape = one_shape(feature)
    written = Group("(", tuple(Item(repr(axis)) for axis in shape), lone_comma=True)
    place = "path" if may_miss else path
    match feature.encoding:
        case Encoding.SOUND:
            called = Group("read_sound(", (Item(place), Item(written)))
        case Encoding.MASK:
            called = Group("read_mask(", (Item(place), Item(written), Item(_fitting(feature.fit))))
        case _:
            called = Group("read_image(", (Item(place), Item(written), Item(_fitting(feature.fit))), ")" + factor)
    if not may_miss:
        return called
    dtype = text("int64" if feature.encoding is Encoding.MASK else "float32")
    function = Group("lambda path: " + called.head, called.items, called.tail)
    return Group("or_zeros(", (Item(path), Item(written), Item(dtype), Item(function)))


def one_shape(feature: Feature) -> tuple[int | None, ...]:
    """The shape of what one file gives."""
    if feature.window is not None and feature.window.length > 1:
        return feature.shape[1:]
    return feature.shape


def _fitting(fit: Fit) -> str:
    match fit:
        case Fit.STRETCH:
            return "stretch"
        case Fit.LETTERBOX:
            return "letterbox"
        case Fit.CROP:
            return "crop"
        case _:
            assert_never(fit)
