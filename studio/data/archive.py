"""A quick, bounded look at a NumPy archive: its arrays, their shapes and ranges. Never unpickles anything."""

from __future__ import annotations

import math
import stat
import struct
import tokenize
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from studio.core.errors import DataRefused
from studio.core.wording import bytes_text
from studio.data.table import BINS, MAX_FREQUENT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_MEMBERS = 1000
MAX_DIRECTORY_BYTES = 1_000_000
MAX_DECLARED_BYTES = 64 * 1024**3
MAX_RATIO = 200
RATIO_MATTERS_BYTES = 64 * 1024**2
MAX_LOOKED_BYTES = 32 * 1024**2
MAX_DISTINCT = 1000
RANGE_BLOCK = 500_000

LOCAL_HEADER_BYTES = 30
MEMBER = b"PK\x03\x04"
END_OF_DIRECTORY = b"PK\x05\x06"
END_BYTES = 22 + 65535


@dataclass(frozen=True, slots=True)
class ArrayLook:
    """One array. `shape` begins with the axis of the examples; `dtype` is NumPy's name.

    `minimum` and `maximum` are those of the first MAX_LOOKED_BYTES (`is_whole`: that is all of it), None for texts.
    `distinct` are the different values of a vector of integers, booleans or texts as texts, in order; None if more
    than MAX_DISTINCT. `frequent` are up to MAX_FREQUENT of them with their counts, the most frequent first. Where an
    example is one number, `histogram` counts them in BINS equal bins from the smallest to the largest.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float | None = None
    maximum: float | None = None
    distinct: tuple[str, ...] | None = None
    is_whole: bool = True
    frequent: tuple[tuple[str, int], ...] = ()
    histogram: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveLook:
    """The arrays of an archive in their order, and the number of examples: the first axis that most of them have."""

    path: Path
    arrays: tuple[ArrayLook, ...]
    examples: int
    mismatched: tuple[str, ...]
    """The arrays with another first axis."""


def look_at_npz(path: Path) -> ArchiveLook:
    """Look at a NumPy archive. Raises DataRefused for what is none, or could do harm if it were read."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(path, members)
            arrays = tuple(_look(path, archive, member) for member in members)
    except (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise DataRefused(
            "npz.read",
            f"{path.name} cannot be read as a NumPy archive: {_reason(error)}.",
            "Write it again with numpy.savez or numpy.savez_compressed.",
        ) from error
    lengths = Counter(array.shape[0] for array in arrays if array.shape)
    examples = lengths.most_common(1)[0][0] if lengths else 0
    mismatched = tuple(array.name for array in arrays if array.shape[:1] != (examples,))
    return ArchiveLook(path, arrays, examples, mismatched)


def look_at_npy(path: Path) -> ArchiveLook:
    """Look at a NumPy file, as an archive of one array that is called as the file is. Raises DataRefused."""
    try:
        with path.open("rb") as file:
            array = _looked(path, path.stem, file, path.stat().st_size)
    except (OSError, EOFError, ValueError, struct.error) as error:
        raise DataRefused(
            "npz.read", f"{path.name} cannot be read as a NumPy array: {_reason(error)}.", "Write it with numpy.save."
        ) from error
    if not array.shape:
        raise DataRefused(
            "npz.scalar", f"{path.name} holds a single number.", "Save an array with an example in each row."
        )
    return ArchiveLook(path, (array,), array.shape[0], ())


def _check_directory(path: Path) -> None:
    """Refuse an archive whose table of contents alone is too large to be read."""
    with path.open("rb") as file:
        start = file.read(len(MEMBER))
        size = file.seek(0, 2)
        file.seek(max(0, size - END_BYTES))
        tail = file.read()
    at = tail.rfind(END_OF_DIRECTORY)
    if at < 0 and start == MEMBER:
        raise _refused(path, "npz.short", "ends in the middle of an array")
    if at < 0 or len(tail) < at + 22:
        raise DataRefused("npz.kind", f"{path.name} is no NumPy archive.", "Choose a file that numpy.savez wrote.")
    count, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MAX_MEMBERS or directory_bytes > MAX_DIRECTORY_BYTES:
        raise _refused(path, "npz.members", f"holds more than {MAX_MEMBERS:,} arrays")


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what no honest archive has, before anything in it is read."""
    if not members:
        raise DataRefused("npz.empty", f"{path.name} holds no arrays.", "Choose an archive with examples in it.")
    if len(members) > MAX_MEMBERS:
        raise _refused(path, "npz.members", f"holds more than {MAX_MEMBERS:,} arrays")
    names = Counter(member.filename for member in members)
    names.update(member.filename.removesuffix(".npy") for member in members if member.filename.endswith(".npy"))
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise _refused(path, "npz.duplicate", f"holds “{twice[:60]}” twice")
    total = 0
    for member in members:
        name = member.filename[:60]
        total += member.file_size
        if member.flag_bits & 1:
            raise _refused(path, "npz.encrypted", f"holds “{name}” behind a password")
        if stat.S_ISLNK(member.external_attr >> 16) or name.startswith("/") or ".." in member.filename.split("/"):
            raise _refused(path, "npz.name", f"holds “{name}”, which is no name of an array")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(path, "npz.compression", f"holds “{name}”, compressed in a way that NumPy does not use")
        if member.file_size > max(RATIO_MATTERS_BYTES, MAX_RATIO * member.compress_size):
            raise _refused(path, "npz.ratio", f"holds “{name}”, which would grow more than {MAX_RATIO}-fold")
    if total > MAX_DECLARED_BYTES:
        raise _refused(path, "npz.large", f"would fill {bytes_text(total)} of memory")
    _check_overlaps(path, members)


def _check_overlaps(path: Path, members: list[zipfile.ZipInfo]) -> None:
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise _refused(path, "npz.overlap", f"holds “{member.filename[:60]}” in the same place as another array")
        end = member.header_offset + LOCAL_HEADER_BYTES + len(member.orig_filename.encode()) + member.compress_size
    if end > path.stat().st_size:
        raise _refused(path, "npz.short", "ends in the middle of an array")


def _look(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> ArrayLook:
    with archive.open(member) as file:
        return _looked(path, member.filename.removesuffix(".npy"), file, member.file_size)


def _looked(path: Path, name: str, file: IO[bytes], size: int) -> ArrayLook:
    """Look at an array that is all that is in a file of so many bytes."""
    import numpy as np

    shape, is_fortran, dtype = _header(path, name, file)
    if dtype.hasobject:
        raise DataRefused(
            "npz.object",
            f"The array “{name[:60]}” in {path.name} holds Python objects; loading them can run code.",
            "Save it as numbers or texts: array.astype(float) or array.astype(str).",
        )
    if dtype.names is not None:
        raise DataRefused(
            "npz.record",
            f"The array “{name[:60]}” in {path.name} has several fields in each element.",
            "Save each field as an array of its own.",
        )
    declared = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if declared != size - file.tell():
        raise _refused(path, "npz.short", f"holds less or more of “{name[:60]}” than its shape {shape} says")
    is_whole = declared <= MAX_LOOKED_BYTES
    if dtype.itemsize == 0 or (is_fortran and not is_whole):
        return ArrayLook(name, shape, dtype.name, is_whole=is_whole)
    take = min(declared, MAX_LOOKED_BYTES) // dtype.itemsize
    values = np.frombuffer(file.read(take * dtype.itemsize), dtype)
    minimum, maximum = _range(values)
    counted = _counted(values) if len(shape) == 1 and is_whole else None
    distinct = None if counted is None else tuple(value for value, _ in counted)
    frequent = sorted(counted or (), key=lambda pair: -pair[1])[:MAX_FREQUENT]
    bins = _histogram(values, minimum, maximum) if shape and math.prod(shape[1:]) == 1 else ()
    return ArrayLook(name, shape, dtype.name, minimum, maximum, distinct, is_whole, tuple(frequent), bins)


def _header(path: Path, name: str, file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    try:
        if version == (1, 0):
            return npy.read_array_header_1_0(file)
        if version == (2, 0):
            return npy.read_array_header_2_0(file)
    except (TypeError, tokenize.TokenError) as error:
        raise ValueError(f"the header of “{name[:60]}” is broken") from error
    raise _refused(path, "npz.version", f"holds “{name[:60]}” in version {version[0]}.{version[1]} of NumPy's format")


def _range(values: NDArray[Any]) -> tuple[float | None, float | None]:
    """The smallest and the largest finite number; None for texts and dates, and where there is none."""
    if values.dtype.kind not in "buif":
        return None, None
    ends: list[float] = []
    for finite in _finite_blocks(values):
        ends += [float(finite.min()), float(finite.max())] if finite.size else []
    return (min(ends), max(ends)) if ends else (None, None)


def _finite_blocks(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The finite numbers, some at a time: a copy of all at once would be as large again."""
    import numpy as np

    for start in range(0, len(values), RANGE_BLOCK):
        block = values[start : start + RANGE_BLOCK]
        yield block[np.isfinite(block)] if block.dtype.kind == "f" else block


def _counted(values: NDArray[Any]) -> tuple[tuple[str, int], ...] | None:
    """The different values as texts, in order, with how often each is there."""
    import numpy as np

    if values.dtype.kind not in "buiUS":
        return None
    different, counts = np.unique(values, return_counts=True)
    if len(different) > MAX_DISTINCT:
        return None
    return tuple(zip(map(str, different.astype(str).tolist()), counts.tolist(), strict=True))


def _histogram(values: NDArray[Any], minimum: float | None, maximum: float | None) -> tuple[int, ...]:
    """How many finite numbers lie in each of BINS equal bins between the two."""
    import numpy as np

    if minimum is None or maximum is None:
        return ()
    width = maximum - minimum
    is_wide = bool(width) and math.isfinite(width) and math.isfinite(BINS / width)
    counts = np.zeros(BINS, np.int64)
    for finite in _finite_blocks(values):
        if is_wide:
            counts += np.histogram(finite.astype(np.float64), BINS, (minimum, maximum))[0]
        else:
            counts[0] += finite.size
    return tuple(counts.tolist())


def _refused(path: Path, code: str, what: str) -> DataRefused:
    return DataRefused(code, f"{path.name} {what}.", "Write it again with numpy.savez or numpy.savez_compressed.")


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error).partition("\n")[0][:200] or "it ends too early"
