"""A quick, bounded look at a folder of images, texts or sounds: its classes, its parts, its masks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.data.files import FileFault, FilesLook, FileSort
from studio.data.table import ColumnLook

PARTS = {"train": "train", "validation": "validation", "val": "validation", "test": "test"}
"""The names of folders that say which part the files below them belong to."""


@dataclass(frozen=True, slots=True)
class ClassLook:
    """The files of one class: how many in each part ("" where there are no parts)."""

    name: str
    counts: tuple[tuple[str, int], ...]

    @property
    def files(self) -> int:
        """How many there are in all parts."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the table that a folder is; "" where a column is not there or has nothing in it."""

    file: str
    label: str = ""
    part: str = ""
    mask: str = ""


@dataclass(frozen=True, slots=True)
class FolderLook:
    """A folder as a table: one row a file, ordered by path; the columns are `file`, `class`, `part` and `mask`.

    Only those columns are there that tell something. `samples` are the first few rows of each class, `masks` is the
    folder with the masks ("" if there is none), `ignored` are names of other files, the first few. `sorts` tells how
    many files of each sort there are, `folders` names the folders inside that have images somewhere below them, the
    first of many. `is_whole` is false where the look ended early.
    """

    path: Path
    holds: FileSort
    files: int
    columns: tuple[ColumnLook, ...]
    classes: tuple[ClassLook, ...]
    looked: FilesLook
    samples: tuple[FileRow, ...] = ()
    masks: str = ""
    ignored: tuple[str, ...] = ()
    faults: tuple[FileFault, ...] = ()
    is_whole: bool = True
    sorts: tuple[tuple[FileSort, int], ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """As many as files."""
        return self.files
