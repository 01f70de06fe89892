"""The rows that an exported script reads of what was looked at, by its own functions."""

from __future__ import annotations

import contextlib
import csv
import gc
import itertools
import json
import math
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas

from studio.data.folder import PARTS
from studio.data.look import Look
from studio.document.data_choice import (
    CsvSource,
    ExcelSource,
    FolderSource,
    JsonSource,
    NpzSource,
    ParquetSource,
    Source,
)
from studio.program import readers
from studio.session.data_setup import source_of

MODULES = (contextlib, csv, gc, itertools, json, math, os, pandas)


def scope(source: Source) -> dict[str, Any]:
    """The functions with which a script reads a source."""
    match source:
        case CsvSource():
            read_number, read_numbers = readers.as_number(source.decimal), readers.as_numbers(source.decimal, "float32")
            texts = (readers.csv_columns(source), read_number, read_numbers, readers.READ_TABLES, readers.READ_TABLE)
        case JsonSource():
            own = (readers.EACH_ONCE, readers.AS_RECORD, readers.AS_TEXT, readers.JSON_COLUMNS, readers.AS_NUMBERS)
            texts = (*own, readers.READ_TABLES, readers.READ_TABLE)
        case ParquetSource():
            texts = (readers.pandas_table(None, "float32"),)
        case ExcelSource(sheet=sheet):
            texts = (readers.pandas_table(sheet, "float32"),)
        case NpzSource(path):
            texts = (readers.READ_ARRAY if path.endswith(".npy") else readers.READ_ARRAYS,)
        case FolderSource(masks=masks):
            texts = (readers.folder(("class", "part")), readers.OWN_FOLDER, readers.WITH_MASKS)
    names: dict[str, Any] = {module.__name__: module for module in MODULES} | {"np": np, "Path": Path, "PARTS": PARTS}
    if isinstance(source, FolderSource):
        names |= {"SUFFIXES": tuple(readers.suffixes(source.holds)), "MASKS": masks}
    for text in (*texts, readers.CHECKED, readers.MISSING):
        exec(text, names)
    return names


def table_read(look: Look, numbers: Collection[str] = ()) -> dict[str, list[Any]]:
    """All that a script reads of what was looked at, as texts but for `numbers`: columns by their names."""
    source = source_of(look, None)
    names = scope(source)
    if isinstance(source, FolderSource):
        table = names["read_folder"](Path(source.path))
        table = names["with_masks"](table) if source.masks else table
    elif isinstance(source, NpzSource):
        table = names["read_arrays"](Path(source.path), [array.name for array in look.arrays])  # type: ignore[union-attr]
    else:
        columns = [column.name for column in look.columns]  # type: ignore[union-attr]
        texts = [name for name in columns if name not in numbers]
        table = names["read_table"](Path(source.path), numbers=numbers, texts=texts, optional=columns)
    return {name: values.tolist() for name, values in table.items()}


def rows_read(look: Look) -> int:
    """How many rows a script reads of what was looked at."""
    (count,) = {len(values) for values in table_read(look).values()}
    return count
