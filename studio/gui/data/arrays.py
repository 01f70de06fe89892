"""The first examples of an archive's arrays as pictures or as a line; read on other threads, a bounded part."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures with the words under them."""

    images: tuple[QImage, ...]
    words: tuple[str, ...]


def holds_pictures(look: ArrayLook) -> bool:
    """Whether each item looks like a picture: rows, columns, and 1, 3 or 4 channels, or squares of numbers."""
    if look.dtype[0] not in "uifb" or len(look.shape) not in (3, 4):
        return False
    height, width, *channels = look.shape[1:]
    if min(height, width) < LEAST_SIDE:
        return False
    return channels[0] in (1, 3, 4) if channels else height == width or look.dtype == "uint8"


def holds_series(look: ArrayLook) -> bool:
    """Whether each item is a row of numbers."""
    return look.dtype[0] in "uif" and len(look.shape) in (2, 3) and look.shape[1] >= LEAST_SIDE


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


def _bytes(items: NDArray[Any]) -> NDArray[np.uint8]:
    """The values from dark to bright: bytes as they are, everything else from the smallest to the largest."""
    if items.dtype == np.uint8:
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
