"""What the columns or arrays that a look found could mean to a model: features, in plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import assert_never

from studio.data.archive import ArchiveLook, ArrayLook
from studio.data.look import Look
from studio.data.table import ColumnKind, ColumnLook, TableLook

MAX_CLASSES = 100
FEW_NUMBERS = 20
"""Up to so many different whole numbers in the column to be predicted are taken for classes."""

TARGET_NAMES = ("label", "labels", "target", "targets", "class", "classes", "y", "y_train", "species", "category")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A feature that a data set could have. `encoding` is one of `none`, `scale`, `standardize`, `category`.

    `columns` are those of a table, or the one array of an archive. `shape` is that of one example, `classes` the
    values of a category in the order of their numbers. `is_target` says that it looks like what is to be predicted.
    `span` are the smallest and the largest raw number, where the look says.
    """

    name: str
    columns: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    encoding: str = "none"
    scale: float = 1.0
    classes: tuple[str, ...] = ()
    is_target: bool = False
    span: tuple[float, float] | None = None


def suggested(look: Look) -> tuple[Suggestion, ...]:
    """The features that a look suggests, targets last. Columns with missing or mixed cells are not suggested."""
    match look:
        case TableLook():
            found = _of_table(look)
        case ArchiveLook():
            found = _of_archive(look)
        case _:
            assert_never(look)
    return tuple(sorted(found, key=lambda suggestion: suggestion.is_target))


def _of_table(look: TableLook) -> list[Suggestion]:
    usable = [column for column in look.columns if not column.missing]
    target = _target([column.name for column in usable if not _is_prose(column)])
    found: list[Suggestion] = []
    numbers: list[ColumnLook] = []
    for column in usable:
        is_target = column.name == target and len(usable) > 1
        classes = _classes(column, is_target)
        if classes:
            found.append(Suggestion(column.name, (column.name,), (), "int64", "category", 1.0, classes, is_target))
        elif column.kind in (ColumnKind.WHOLE, ColumnKind.NUMBER):
            if is_target:
                span = _span([column])
                found.append(Suggestion(column.name, (column.name,), (1,), "float32", is_target=True, span=span))
            else:
                numbers.append(column)
        elif _is_prose(column):
            found.append(Suggestion(column.name, (column.name,), (), "string"))
    if numbers:
        names = tuple(column.name for column in numbers)
        name = names[0] if len(names) == 1 else _free("numbers", {column.name for column in look.columns})
        found.insert(0, Suggestion(name, names, (len(names),), "float32", "standardize", span=_span(numbers)))
    return found


def _span(looks: Sequence[ColumnLook | ArrayLook]) -> tuple[float, float] | None:
    """The smallest and the largest number of them all; None where one has none, or none that is finite."""
    ends = [(look.minimum, look.maximum) for look in looks]
    lows = [low for low, _ in ends if low is not None and isfinite(low)]
    highs = [high for _, high in ends if high is not None and isfinite(high)]
    return (float(min(lows)), float(max(highs))) if len(lows) == len(highs) == len(ends) else None


def _is_prose(column: ColumnLook) -> bool:
    """Whether a column holds text with too many different values for classes."""
    return column.kind is ColumnKind.TEXT and (column.distinct is None or len(column.distinct) > MAX_CLASSES)


def _classes(column: ColumnLook, is_target: bool) -> tuple[str, ...]:
    """The classes of a column that looks like a category."""
    if column.distinct is None or len(column.distinct) < 2:
        return ()
    if column.kind is ColumnKind.TEXT and len(column.distinct) <= MAX_CLASSES:
        return column.distinct
    if column.kind is ColumnKind.WHOLE and is_target and len(column.distinct) <= FEW_NUMBERS:
        return column.distinct
    return ()


def _of_archive(look: ArchiveLook) -> list[Suggestion]:
    usable = [array for array in look.arrays if array.name not in look.mismatched]
    labels = [array.name for array in usable if len(array.shape) <= 2]
    target = _target(labels) if len(usable) > 1 else None
    found = (_of_array(array, array.name == target) for array in usable)
    return [suggestion for suggestion in found if suggestion is not None]


def _of_array(array: ArrayLook, is_target: bool) -> Suggestion | None:
    shape = array.shape[1:]
    kind = array.dtype.rstrip("0123456789")
    if array.distinct is not None and 2 <= len(array.distinct) <= MAX_CLASSES and (is_target or kind != "uint"):
        return Suggestion(array.name, (array.name,), (), "int64", "category", 1.0, array.distinct, is_target)
    if kind in ("float", "bool"):
        return Suggestion(array.name, (array.name,), shape or (1,), "float32", is_target=is_target, span=_span([array]))
    if kind == "uint" and array.maximum is not None:
        peak = 255.0 if array.dtype == "uint8" and array.maximum > 127 else array.maximum
        scale = 1 / peak if peak > 1 else 1.0
        image = (*shape, 1) if len(shape) == 2 else shape or (1,)
        encoding = "scale" if peak > 1 else "none"
        return Suggestion(
            array.name, (array.name,), image, "float32", encoding, scale, is_target=is_target, span=_span([array])
        )
    if kind == "int":
        if shape:
            return Suggestion(array.name, (array.name,), shape, "int32", is_target=is_target, span=_span([array]))
        return Suggestion(array.name, (array.name,), (1,), "float32", is_target=is_target, span=_span([array]))
    return None


def _target(names: list[str]) -> str | None:
    """The name that says that it is to be predicted, or else the last one."""
    return next((name for name in names if name.lower() in TARGET_NAMES), names[-1] if names else None)


def _free(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
