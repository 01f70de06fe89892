"""Made data as the bytes of files: tables, archives of arrays, images and sounds, the same on every machine."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rows = Iterable[Sequence[object]]


def csv_file(header: Sequence[str], rows: Rows) -> bytes:
    """A table as CSV, in UTF-8, with column names in the first line."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue().encode()


def npz_file(arrays: dict[str, NDArray[np.generic]]) -> bytes:
    """Named arrays as a compressed NumPy archive."""
    import numpy as np

    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def png_file(pixels: NDArray[np.uint8]) -> bytes:
    """An image (height, width) in gray or (height, width, 3) in RGB as PNG.

    Nothing is compressed, so that the bytes do not depend on the version of zlib. https://www.w3.org/TR/png/
    """
    height, width = pixels.shape[:2]
    color = 0 if pixels.ndim == 2 else 2
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def wav_file(samples: NDArray[np.int16], rate: int) -> bytes:
    """A sound with one channel, 16 bits a sample, as WAV."""
    content = samples.astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
