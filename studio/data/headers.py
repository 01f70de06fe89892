"""What the headers of images and sounds say, and whether texts are texts: never more than a bounded part of a file."""

from __future__ import annotations

import os
import time
import warnings
import wave
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.data.files import FileFault, FilesLook, FileSort

MAX_FILES = 200
MAX_SECONDS = 1.0
MAX_FAULTS = 20
MAX_PIXELS = 50_000_000
MAX_MASKS = 8
MAX_MASK_PIXELS = 4_000_000
MAX_TEXT_BYTES = 64 * 1024
KINDS = ("PNG", "JPEG", "BMP", "GIF")
CHANNELS = {"1": 1, "L": 1, "I;16": 1, "I": 1, "P": 3, "LA": 4, "RGB": 3, "RGBA": 4, "CMYK": 3, "YCbCr": 3}
"""The channels that TensorFlow decodes, by Pillow's name of the mode."""
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1b")


class Unreadable(Exception):
    """What is wrong with a file; `code` and the end of a sentence that begins with the file's name."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


@dataclass(slots=True)
class _Gathered:
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    rates: Counter[int] = field(default_factory=Counter)
    faults: list[FileFault] = field(default_factory=list)


def lies_in(base: Path, name: str) -> bool:
    """Whether a name leads to a file below the folder `base`, also where links are on the way."""
    if not name or "\0" in name or os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
        return False
    path = base / name
    try:
        return path.is_file() and path.resolve().is_relative_to(base.resolve())
    except OSError:
        return False


def spread(names: Sequence[str], most: int = MAX_FILES) -> list[str]:
    """At most so many of the names, evenly spread over all of them."""
    if len(names) <= most:
        return list(names)
    return [names[at * len(names) // most] for at in range(most)]


def look_at_files(base: Path, names: Sequence[str], sort: FileSort, *, are_masks: bool = False) -> FilesLook:
    """Look at the headers of at most MAX_FILES files, for at most MAX_SECONDS; what is wrong stands in `faults`."""
    found = _Gathered()
    looked = 0
    until = time.monotonic() + MAX_SECONDS
    for name in spread(names):
        if time.monotonic() > until:
            break
        looked += 1
        try:
            _look(base / name, sort, found)
        except Unreadable as unreadable:
            if len(found.faults) < MAX_FAULTS:
                found.faults.append(FileFault(unreadable.code, name, f"{name} {unreadable.said}."))
    values = _values(base, spread(names, MAX_MASKS)) if are_masks else ()
    return FilesLook(
        sort,
        looked,
        tuple(found.sizes.most_common()),
        tuple(found.channels.most_common()),
        tuple(found.lengths.most_common()),
        tuple(found.rates.most_common()),
        values,
        tuple(found.faults),
    )


def image_header(path: Path) -> tuple[int, int, int]:
    """Height, width and channels of an image, from its header. Raises Unreadable."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=KINDS) as image:
                width, height = image.size
                mode = image.mode
    except Image.DecompressionBombError:
        raise Unreadable("file.pixels", f"has more than {MAX_PIXELS:,} pixels") from None
    except UnidentifiedImageError:
        raise Unreadable("file.image", f"is no image that can be read ({', '.join(KINDS)})") from None
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError) as error:
        raise Unreadable("file.image", f"cannot be read: {_reason(error)}") from error
    if width * height > MAX_PIXELS:
        said = f"has {width:,} × {height:,} pixels, which are more than {MAX_PIXELS:,}"
        raise Unreadable("file.pixels", said)
    if not width or not height:
        raise Unreadable("file.image", "has no pixels")
    return height, width, CHANNELS.get(mode, 3)


def sound_header(path: Path) -> tuple[int, int, int]:
    """Samples, channels and samples a second of a WAV file, from its header. Raises Unreadable."""
    try:
        with wave.open(str(path), "rb") as sound:
            length, channels, rate, width = (
                sound.getnframes(),
                sound.getnchannels(),
                sound.getframerate(),
                sound.getsampwidth(),
            )
    except (wave.Error, EOFError, RuntimeError) as error:  # the last one where a chunk ends behind the file
        raise Unreadable("file.sound", f"is no WAV file with PCM samples: {_reason(error)}") from error
    except (OSError, ValueError) as error:
        raise Unreadable("file.sound", f"cannot be read: {_reason(error)}") from error
    if width != 2:
        raise Unreadable("file.bits", f"has samples of {8 * width} bits; only 16 bits can be read")
    if not length or not rate:
        raise Unreadable("file.sound", "has no samples")
    if path.stat().st_size < length * channels * width:
        raise Unreadable("file.sound", f"ends before its {length:,} samples do")
    return length, channels, rate


def check_text(path: Path) -> None:
    """Raise Unreadable if the beginning of a file is no text in UTF-8."""
    try:
        with path.open("rb") as file:
            start = file.read(MAX_TEXT_BYTES)
    except OSError as error:
        raise Unreadable("file.text", f"cannot be read: {_reason(error)}") from error
    if CONTROLS.intersection(start):
        raise Unreadable("file.binary", "holds bytes that no text has")
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3 or len(start) < MAX_TEXT_BYTES:
            line = start.count(b"\n", 0, error.start) + 1
            raise Unreadable("file.encoding", f"is not UTF-8 text in line {line}") from None


def _look(path: Path, sort: FileSort, found: _Gathered) -> None:
    match sort:
        case FileSort.IMAGES:
            height, width, channels = image_header(path)
            found.sizes[height, width] += 1
            found.channels[channels] += 1
        case FileSort.SOUNDS:
            length, channels, rate = sound_header(path)
            found.lengths[length] += 1
            found.channels[channels] += 1
            found.rates[rate] += 1
        case FileSort.TEXTS:
            check_text(path)


def _values(base: Path, names: Sequence[str]) -> tuple[int, ...]:
    """The different values of the pixels of some masks that are not too large to be decoded here."""
    from PIL import Image

    found: set[int] = set()
    for name in names:
        try:
            height, width, channels = image_header(base / name)
            if height * width <= MAX_MASK_PIXELS and channels == 1:
                with Image.open(base / name, formats=KINDS) as image:
                    found.update(image.convert("L").tobytes())
        except (Unreadable, OSError, SyntaxError, ValueError):
            continue  # what is wrong with a file stands in the faults, or shows when all are decoded
    return tuple(sorted(found))


def _reason(error: Exception) -> str:
    said = (isinstance(error, OSError) and error.strerror) or str(error).partition("\n")[0]
    return said.partition("/")[0].strip(" '\"")[:200] or "it ends too early"
