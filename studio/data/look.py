"""What a quick look at data finds, and the look itself: columns of a table, arrays of an archive, files of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from studio.core.errors import DataRefused
from studio.data.archive import ArchiveLook, look_at_npy, look_at_npz
from studio.data.csv_table import look_at_csv
from studio.data.folder import FolderLook
from studio.data.folder_look import look_at_folder
from studio.data.frames import look_at_excel, look_at_parquet
from studio.data.json_lines import look_at_json
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableLook

Look: TypeAlias = TableLook | ArchiveLook | FolderLook

TEXT_TABLES = frozenset({".csv", ".tsv", ".txt"})
JSON_LINES = frozenset({".jsonl", ".ndjson"})
PARQUET = frozenset({".parquet"})
WORKBOOKS = frozenset({".xlsx", ".xlsm"})
ARCHIVES = frozenset({".npz"})
ARRAYS = frozenset({".npy"})


def look_at(path: Path, *, options: LookOptions = AS_FOUND) -> Look:
    """Look at a file or a folder, whichever its name says; `options` overrule what would be found.

    Bounded in rows, bytes and time, so that a file may be of any size. Raises DataRefused.
    """
    if path.is_dir():
        return look_at_folder(path, options)
    suffix = path.suffix.lower()
    if suffix in TEXT_TABLES:
        return look_at_csv(path, options)
    if suffix in JSON_LINES:
        return look_at_json(path)
    if suffix in PARQUET:
        return look_at_parquet(path)
    if suffix in WORKBOOKS:
        return look_at_excel(path, options)
    if suffix in ARCHIVES:
        return look_at_npz(path)
    if suffix in ARRAYS:
        return look_at_npy(path)
    raise DataRefused(
        "data.kind",
        f"{path.name} is no kind of file that can be read here.",
        "Choose a table (.csv, .tsv, .txt, .jsonl, .parquet, .xlsx), NumPy arrays (.npz, .npy), or a folder of images, "
        "texts or sounds.",
    )
