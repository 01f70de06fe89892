"""What a quick look at a data file finds, and the look itself: columns of a table, arrays of an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from studio.core.errors import DataRefused
from studio.data.archive import ArchiveLook, look_at_npz
from studio.data.table import TableLook, look_at_csv

Look: TypeAlias = TableLook | ArchiveLook

TABLES = frozenset({".csv", ".tsv", ".txt"})
ARCHIVES = frozenset({".npz"})


def look_at(path: Path) -> Look:
    """Look at a CSV or NPZ file, whichever its name says. Raises DataRefused."""
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return look_at_csv(path)
    if suffix in ARCHIVES:
        return look_at_npz(path)
    raise DataRefused(
        "data.kind",
        f"{path.name} is no kind of file that can be read here.",
        "Choose a table (.csv, .tsv, .txt) or a NumPy archive of arrays (.npz).",
    )
