"""Files of any size are looked at in a bounded part: the rest of each here is a hole that fills terabytes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from studio.core.errors import DataRefused
from studio.data.archive import ArchiveLook
from studio.data.csv_table import MAX_ROWS
from studio.data.fingerprint import fingerprint
from studio.data.folder import FolderLook
from studio.data.look import Look, look_at
from studio.data.table import TableLook
from tests.data.bad_files import png_header, sound

TERABYTE = 10**12
MOST_BYTES = 50_000_000
"""So much may the window's memory grow."""


def grown(path: Path, start: bytes, size: int = TERABYTE) -> None:
    """A file that begins so; a hole follows, which reads as NUL bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)


def measured(path: Path) -> tuple[Look | DataRefused, int]:
    """What a look says, and how much memory it took at most."""
    tracemalloc.start()
    try:
        try:
            found: Look | DataRefused = look_at(path)
        except DataRefused as refused:
            found = refused
        return found, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("huge.csv", b"size,kind\n" + b"1.25,cat\n" * 2 * MAX_ROWS),
        ("huge.jsonl", b'{"size": 1.25, "kind": "cat"}\n' * 2 * MAX_ROWS),
    ],
)
def test_only_the_first_rows_of_a_huge_table_are_read(tmp_path: Path, name: str, rows: bytes) -> None:
    grown(tmp_path / name, rows)
    look, peak = measured(tmp_path / name)
    assert isinstance(look, TableLook), look  # the hole would be refused as what is no text
    assert not look.is_whole
    assert 0 < look.rows <= MAX_ROWS
    assert look.estimated_rows > 10**10
    assert peak < MOST_BYTES


@pytest.mark.parametrize("name", ["line.csv", "line.jsonl"])
def test_a_line_without_end_is_given_up(tmp_path: Path, name: str) -> None:
    grown(tmp_path / name, b'{"a": 1}\n' if name.endswith("l") else b"a,b\n1,2\n")
    refused, peak = measured(tmp_path / name)
    assert isinstance(refused, DataRefused)
    assert refused.code in ("csv.line", "json.line")
    assert peak < MOST_BYTES


@pytest.mark.parametrize("shape", [(TERABYTE // 4,), (TERABYTE // 4000, 1000)])
def test_only_the_first_numbers_of_a_huge_array_are_read(tmp_path: Path, shape: tuple[int, ...]) -> None:
    path = tmp_path / "x.npy"
    with path.open("wb") as file:
        npy.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        file.write(np.array([-1, 2], "<f4").tobytes())
        file.truncate(file.tell() - 8 + TERABYTE)
    look, peak = measured(path)
    assert isinstance(look, ArchiveLook), look
    (array,) = look.arrays
    assert (array.shape, array.minimum, array.maximum, array.is_whole) == (shape, -1, 2, False)
    assert peak < MOST_BYTES


def beginning_of_a_sound(path: Path) -> bytes:
    sound(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("1.png", lambda path: png_header(40, 30)),
        ("1.wav", beginning_of_a_sound),
        ("1.txt", lambda path: b"thank you\n" * 100_000),
    ],
)
def test_only_the_beginning_of_a_huge_file_in_a_folder_is_read(
    tmp_path: Path, name: str, start: Callable[[Path], bytes]
) -> None:
    grown(tmp_path / "folder" / name, start(tmp_path / name))
    look, peak = measured(tmp_path / "folder")
    assert isinstance(look, FolderLook), look
    assert (look.rows, look.faults) == (1, ())
    assert peak < MOST_BYTES


def test_a_huge_file_has_a_fingerprint_that_its_size_is_part_of(tmp_path: Path) -> None:
    grown(tmp_path / "a.csv", b"a,b\n")
    grown(tmp_path / "b.csv", b"a,b\n", TERABYTE + 1)
    assert fingerprint(tmp_path / "a.csv") != fingerprint(tmp_path / "b.csv") != ""
