"""`batches()`: examples whose files are read while the model works, by way of `tf.data`."""

from __future__ import annotations

from collections.abc import Iterator

from studio.document.data_choice import Encoding, Feature, Missing
from studio.document.encoded import encoded_dtype
from studio.program.bound import Bound, Data
from studio.program.layout import INDENT, Expression, Group, Item, Line, call, lines
from studio.program.literals import literal, text
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
    """Return the pixels of an image file with one channel, without mixing any."""
    content = tf.io.read_file(path)
    pixels = tf.io.decode_image(content, 1, expand_animations=False)
    return tf.cast(tf.reshape(resize(pixels, shape[:2], "nearest"), shape), "int64")
'''
NUMBERED = '''\
def numbered(pixels, values):
    """Return the pixels of a mask as class numbers: the places of their values."""
    matches = tf.equal(pixels[..., None], values)
    message = f"A pixel of the mask is none of {values}."
    tf.debugging.assert_equal(tf.reduce_any(matches, -1), True, message)
    return tf.argmax(tf.cast(matches, "int8"), -1)
'''
READ_TEXT = '''\
def read_text(path):
    """Return the text of a file in UTF-8, with line ends of one kind."""
    content = tf.io.read_file(path)
    known = tf.strings.unicode_transcode(content, "UTF-8", "UTF-8")
    tf.debugging.assert_equal(content == known, True, "It is no text in UTF-8.")
    content = tf.strings.regex_replace(content, "^\\ufeff", "")
    return tf.strings.regex_replace(content, "\\r\\n?", "\\n")
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
            paths = f"{name}[{text(bound.key)}].flat" if len(bounds) > 1 else f"{name}.flat"
            paths = f"filter(None, {paths})" if _may_miss(bound.feature) else paths
            yield f"{INDENT * 3}for path in {paths}:", bound.node
            yield f"{INDENT * 4}try:", bound.node
            yield from lines(_call(bound.feature, "path"), INDENT * 5, node=bound.node)
            yield f"{INDENT * 4}except tf.errors.OpError as reason:", bound.node
            yield f'{INDENT * 5}message = f"{{os.fsdecode(path)}}: {{reason.message}}"', bound.node
            yield f"{INDENT * 5}raise ValueError(message) from error", bound.node
    yield f"{INDENT * 2}raise", None


def _reading(bound: Bound, path: str) -> Group:
    """What reads the file of a feature, or the files of its window."""
    feature = bound.feature
    if feature.window is None or feature.window.length == 1:
        return _one(feature, path)
    function = _one(feature, "path")
    each = Group("lambda path: " + function.head, function.items, function.tail)
    return Group("tf.map_fn(", (Item(each), Item(path), Item(_dtype(feature), "fn_output_signature=")))


def _one(feature: Feature, path: str) -> Group:
    """What reads one file, as the model takes it."""
    factor = scaling(feature.scale) if feature.encoding is Encoding.IMAGE else ""
    called = _call(feature, "path" if _may_miss(feature) else path)
    called = Group(called.head, called.items, called.tail + factor)
    if not _may_miss(feature):
        return called
    function = Group("lambda path: " + called.head, called.items, called.tail)
    return Group("or_zeros(", (Item(path), Item(_shape(feature)), Item(_dtype(feature)), Item(function)))


def _call(feature: Feature, path: str) -> Group:
    """The call of the function that reads a file."""
    shape = _shape(feature)
    match feature.encoding:
        case Encoding.TEXT_FILE:
            return call("read_text", path)
        case Encoding.SOUND:
            return call("read_sound", path, shape)
        case Encoding.MASK:
            pixels = call("read_mask", path, shape, feature.fit.value)
            values = _values(feature)
            return call("numbered", pixels, literal(values)) if values else pixels
        case _:
            return call("read_image", path, shape, feature.fit.value)


def _values(feature: Feature) -> tuple[int, ...]:
    """The values of a mask's pixels in the order of their class numbers; none where they are those numbers."""
    if not all(each.isdecimal() and each.isascii() and len(each) < 4 for each in feature.classes):
        return ()
    values = tuple(map(int, feature.classes))
    return () if values == tuple(range(len(values))) else values


def _may_miss(feature: Feature) -> bool:
    return feature.missing in (Missing.FILL, Missing.FLAG)


def _dtype(feature: Feature) -> str:
    return text(encoded_dtype(feature))


def _shape(feature: Feature) -> Expression:
    """The shape of what one file gives."""
    steps = 1 if feature.window is None else feature.window.length
    return literal(feature.shape if steps == 1 else feature.shape[1:])
