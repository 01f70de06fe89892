"""What a quick look at data finds, and the look itself: columns of a table, arrays of an archive, files of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from studio.core.errors import DataRefused
from studio.data.archive import ArchiveLook, look_at_npz
from studio.data.csv_table import look_at_csv
from studio.data.folder import FolderLook
from studio.data.folder_look import look_at_folder
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableLook

Look: TypeAlias = TableLook | ArchiveLook | FolderLook

TEXT_TABLES = frozenset({".csv", ".tsv", ".txt"})
ARCHIVES = frozenset({".npz"})


def look_at(path: Path, *, options: LookOptions = AS_FOUND) -> Look:
    """Look at a file or a folder, whichever its name says; `options` overrule what would be found.

    Bounded in rows, bytes and time, so that a file may be of any size. Raises DataRefused.
    """
    if path.is_dir():
        return look_at_folder(path, options)
    suffix = path.suffix.lower()
    if suffix in TEXT_TABLES:
        return look_at_csv(path, options)
    if suffix in ARCHIVES:
        return look_at_npz(path)
    raise DataRefused(
        "data.kind",
        f"{path.name} is no kind of file that can be read here.",
        "Choose a table (.csv, .tsv, .txt), a NumPy archive of arrays (.npz), or a folder of images, texts or sounds.",
    )
