"""The first examples of an archive's arrays as pictures, rows or a line; read on other threads, a bounded part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from studio.data.archive import ArrayLook
from studio.data.array_head import first_items

MOST = 48
LEAST_SIDE = 4
LONGEST = 600
DARK = 63
"""Bytes that reach no further (8 × 8 digits from 0 to 16, masks) would hardly be seen as they are."""
MOST_ROWS = 100
MOST_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures with the words under them."""

    images: tuple[QImage, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as texts below the names of their columns."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def holds_rows(look: ArrayLook) -> bool:
    """Whether items can be read in a row of a table."""
    return len(look.shape) in (1, 2)


def table(path: Path, looks: Sequence[ArrayLook]) -> Table:
    """The first items of several arrays side by side, as many as all of them have. Any thread.

    Items of more than MOST_COLUMNS values stand in one cell, with the first of them.
    """
    names: list[str] = []
    columns: list[list[str]] = []
    for look in looks:
        items = first_items(path, look.name, MOST_ROWS)
        if items is None:
            continue
        cells = [[_cell(value) for value in np.atleast_1d(item)[: MOST_COLUMNS + 1].tolist()] for item in items]
        if len(cells[0]) > MOST_COLUMNS:
            names.append(look.name)
            columns.append([" ".join((*row[:MOST_COLUMNS], "…")) for row in cells])
        else:
            names += [look.name] if len(look.shape) == 1 else [f"{look.name}[{at}]" for at in range(len(cells[0]))]
            columns += map(list, zip(*cells, strict=True))
    return Table(tuple(names), tuple(zip(*columns, strict=False)))


def holds_pictures(look: ArrayLook) -> bool:
    """Whether each item looks like a picture: rows, columns, and 1, 3 or 4 channels, or squares of numbers."""
    if look.dtype[0] not in "uifb" or len(look.shape) not in (3, 4):
        return False
    height, width, *channels = look.shape[1:]
    if min(height, width) < LEAST_SIDE:
        return False
    return channels[0] in (1, 3, 4) if channels else height == width or look.dtype == "uint8"


def holds_series(look: ArrayLook) -> bool:
    """Whether each item is numbers over steps, rather than a row of a table or a text of word numbers."""
    if look.dtype[0] not in "uif" or len(look.shape) not in (2, 3) or look.shape[1] < LEAST_SIDE:
        return False
    return len(look.shape) == 3 or (look.dtype[0] == "f" and look.shape[1] > MOST_COLUMNS)


def pictures(path: Path, look: ArrayLook, labels: str | None) -> Pictures:
    """The first items as pictures; `labels` is the array with a word for each, if there is one. Any thread."""
    items = first_items(path, look.name, MOST)
    if items is None:
        return Pictures((), ())
    names = first_items(path, labels, len(items)) if labels else None
    words = [str(name) for name in names.tolist()] if names is not None and len(names) == len(items) else None
    return Pictures(
        tuple(_image(item) for item in _bytes(items)), tuple(words or (str(at + 1) for at in range(len(items))))
    )


def series(path: Path, look: ArrayLook) -> tuple[float, ...]:
    """The first item as a line: its first column over the steps. Any thread."""
    items = first_items(path, look.name, 1)
    if items is None:
        return ()
    first = items[0] if items.ndim == 2 else items[0, :, 0]
    return tuple(float(value) for value in np.nan_to_num(first[:LONGEST].astype(np.float64)))


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _bytes(items: NDArray[Any]) -> NDArray[np.uint8]:
    """The values from dark to bright: bytes that reach far as they are, everything else from smallest to largest."""
    if items.dtype == np.uint8 and items.max() > DARK:
        return items
    values = np.nan_to_num(items.astype(np.float32))
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)


def _image(item: NDArray[np.uint8]) -> QImage:
    height, width = item.shape[:2]
    channels = item.shape[2] if item.ndim == 3 else 1
    forms = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}
    whole = np.ascontiguousarray(item)
    return QImage(whole.tobytes(), width, height, width * channels, forms[channels]).copy()
