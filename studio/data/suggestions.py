"""What the columns or arrays that a look found could mean to a model: features, in plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from studio.core.errors import DataRefused
from studio.data.archive import ArchiveLook, ArrayLook
from studio.data.encodings import MAX_CLASSES, Suggestion, encoded_as, is_prose, span_of, usual_encoding
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.table import NUMBERS, ColumnKind, ColumnLook, TableLook

FEW_NUMBERS = 20
"""Up to so many different whole numbers in the column to be predicted are taken for classes."""
FEW_CLASSES = 20
"""Up to so many classes of what is not to be predicted become one number each."""

TARGET_NAMES = ("label", "labels", "target", "targets", "class", "classes", "y", "y_train", "species", "category")
KEY_NAMES = ("id", "index", "key", "uuid", "row")


def suggested(look: Look) -> tuple[Suggestion, ...]:
    """The features that a look suggests, targets last. Columns of mixed cells and such that count rows are left out."""
    match look:
        case TableLook():
            found = _of_table(look)
        case ArchiveLook():
            found = _of_archive(look)
        case FolderLook():
            found = list(_of_folder(look))
        case _:
            assert_never(look)
    return tuple(sorted(found, key=lambda suggestion: suggestion.is_target))


def _of_table(look: TableLook) -> list[Suggestion]:
    usable = [
        column
        for column in look.columns
        if column.kind not in (ColumnKind.MIXED, ColumnKind.EMPTY) and not _is_key(column, look.rows)
    ]
    target = _target([column.name for column in usable if _can_be_predicted(column)])
    found: list[Suggestion] = []
    numbers: list[str] = []
    for column in usable:
        is_target = column.name == target and len(usable) > 1
        if column.kind in NUMBERS and not is_target:
            numbers.append(column.name)
            continue
        encoding = _predicted_as(column) if is_target else _taken_as(column)
        suggestion = _encoded(look, column.name, (column.name,), encoding)
        if suggestion is not None:
            found.append(_as_target(suggestion) if is_target else suggestion)
    if numbers:
        taken = {column.name for column in look.columns}
        name = numbers[0] if len(numbers) == 1 else _free("numbers", taken)
        suggestion = _encoded(look, name, tuple(numbers), "standardize")
        found[:0] = [suggestion] if suggestion is not None else []
    return found


def _encoded(look: TableLook | FolderLook, name: str, columns: tuple[str, ...], encoding: str) -> Suggestion | None:
    """The feature that columns become; None where they cannot."""
    try:
        return encoded_as(look, name, columns, encoding)
    except DataRefused:
        return None


def _as_target(suggestion: Suggestion) -> Suggestion:
    """A feature to be predicted: an example without it teaches nothing, so that it is dropped."""
    classes = tuple(value for value in suggestion.classes if value)
    missing = "drop" if suggestion.missing == "fill" else suggestion.missing
    return replace(suggestion, is_target=True, classes=classes, missing=missing)


def _can_be_predicted(column: ColumnLook) -> bool:
    return column.kind in NUMBERS or (column.kind is ColumnKind.TEXT and not is_prose(column))


def _predicted_as(column: ColumnLook) -> str:
    few = column.distinct is not None and 2 <= len(column.distinct) <= FEW_NUMBERS
    if column.kind is ColumnKind.NUMBER or (column.kind is ColumnKind.WHOLE and not few):
        return "none"
    return "category"


def _taken_as(column: ColumnLook) -> str:
    usual = usual_encoding(column)
    is_short = column.distinct is not None and len(column.distinct) <= FEW_CLASSES
    return "one_hot" if usual == "category" and is_short else usual


def _is_key(column: ColumnLook, rows: int) -> bool:
    """Whether a column only counts or names the rows, so that a model would learn them by heart."""
    name = column.name.lower()
    is_called = name in KEY_NAMES or name.endswith(("_id", " id"))
    is_one_each = column.distinct is None or len(column.distinct) == rows
    return is_called and is_one_each and column.kind in (ColumnKind.WHOLE, ColumnKind.TEXT)


def _of_folder(look: FolderLook) -> Iterator[Suggestion]:
    by_name = {column.name: column for column in look.columns}
    encoding = usual_encoding(by_name["file"])
    called = {"image": "image", "text_file": "text", "sound": "sound"}[encoding]
    files = _encoded(look, called, ("file",), encoding)
    if files is not None:
        yield files
    target, encoding = ("mask", "mask") if "mask" in by_name else ("class", "category")
    found = _encoded(look, target, (target,), encoding) if target in by_name else None
    if found is not None:
        yield _as_target(found)


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
        return Suggestion(
            array.name, (array.name,), shape or (1,), "float32", is_target=is_target, span=span_of([array])
        )
    if kind == "uint" and array.maximum is not None:
        peak = 255.0 if array.dtype == "uint8" and array.maximum > 127 else array.maximum
        scale = 1 / peak if peak > 1 else 1.0
        image = (*shape, 1) if len(shape) == 2 else shape or (1,)
        encoding = "scale" if peak > 1 else "none"
        return Suggestion(
            array.name, (array.name,), image, "float32", encoding, scale, is_target=is_target, span=span_of([array])
        )
    if kind == "int":
        if shape:
            return Suggestion(array.name, (array.name,), shape, "int32", is_target=is_target, span=span_of([array]))
        return Suggestion(array.name, (array.name,), (1,), "float32", is_target=is_target, span=span_of([array]))
    return None


def _target(names: list[str]) -> str | None:
    """The name that says that it is to be predicted, or else the last one."""
    return next((name for name in names if name.lower() in TARGET_NAMES), names[-1] if names else None)


def _free(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
