"""The first items of an array in a NumPy archive (.npz) or file (.npy), of a bounded size; never unpickles."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

MAX_BYTES = 16 * 1024 * 1024


def first_items(path: Path, name: str, count: int) -> NDArray[Any] | None:
    """The first `count` items along the first axis, or fewer where they are large; None where they cannot be had.

    Any thread. Arrays in Fortran's order are left out, since their first items lie all over the file.
    """
    try:
        with _opened(path, name) as file:
            return _read(file, count)
    except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return None


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    if path.suffix.lower() == ".npy":
        with path.open("rb") as file:
            yield file
    else:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            with archive.open(f"{name}.npy" if f"{name}.npy" in names else name) as member:
                yield member


def _read(file: IO[bytes], count: int) -> NDArray[Any] | None:
    version = npy.read_magic(file)
    shape, is_fortran, dtype = (npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0)(file)
    if is_fortran or dtype.hasobject or dtype.itemsize == 0 or not shape:
        return None
    item_bytes = int(np.prod(shape[1:], dtype=object)) * dtype.itemsize
    count = min(count, shape[0], MAX_BYTES // max(1, item_bytes))
    if count < 1 or item_bytes < 1:
        return None
    values = np.frombuffer(file.read(count * item_bytes), dtype)
    return values.reshape(count, *shape[1:])
