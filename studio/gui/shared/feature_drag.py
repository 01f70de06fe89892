"""The form in which features and columns are dragged, and what they are dropped as."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import QMimeData

FEATURE_MIME = "application/x-layer-features"
"""What is dragged out of a list of data: names of features and of columns that are in none, as JSON."""


@dataclass(frozen=True, slots=True)
class Dragged:
    """Names of features, and of columns that are to become features."""

    features: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.features or self.columns)


def packed(dragged: Dragged) -> QMimeData:
    """What a drag carries."""
    data = QMimeData()
    data.setData(FEATURE_MIME, json.dumps([dragged.features, dragged.columns]).encode())
    return data


def unpacked(data: QMimeData) -> Dragged:
    """What a drag carries; nothing where it comes from elsewhere, or is not to be understood."""
    try:
        stored = json.loads(bytes(data.data(FEATURE_MIME).data()))
        features, columns = stored
    except (ValueError, TypeError, RecursionError):
        return Dragged()
    if not isinstance(features, list) or not isinstance(columns, list):
        return Dragged()
    if not all(isinstance(name, str) for name in (*features, *columns)):
        return Dragged()
    return Dragged(tuple(features), tuple(columns))
