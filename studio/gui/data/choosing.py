"""The dialogs in which a person chooses a file or a folder of data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

TABLES = "*.csv *.tsv *.txt *.jsonl *.ndjson *.parquet *.xlsx *.xlsm *.npz *.npy"


def chosen_file(parent: QWidget, start: Path) -> Path | None:
    """Ask for a file, beginning in a folder; None where a person thinks better of it."""
    kinds = f"{parent.tr('Tables and arrays')} ({TABLES})"
    name, _ = QFileDialog.getOpenFileName(parent, parent.tr("Open data"), str(start), kinds)
    return Path(name) if name else None


def chosen_folder(parent: QWidget, start: Path) -> Path | None:
    """Ask for a folder, beginning in another; None where a person thinks better of it."""
    name = QFileDialog.getExistingDirectory(parent, parent.tr("Open a folder of data"), str(start))
    return Path(name) if name else None
