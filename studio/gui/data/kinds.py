"""What a feature can be taken for, and the encodings that each of these has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from studio.data.archive import ArchiveLook
from studio.data.files import FileSort
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.table import NUMBERS, ColumnKind, ColumnLook, TableLook
from studio.document.data_choice import Encoding, Feature
from studio.gui.data.facts import column_of


class Meaning(StrEnum):
    """What the values of a feature mean."""

    NUMBER = "numbers"
    CLASS = "classes"
    DATE = "dates"
    TEXT = "text"
    IMAGE = "images"
    MASK = "masks"
    TEXT_FILE = "text files"
    SOUND = "sounds"


WORDS: Mapping[Meaning, str] = {meaning: meaning.value.capitalize() for meaning in Meaning}
ENCODINGS_OF: Mapping[Meaning, list[Encoding]] = {
    Meaning.NUMBER: [Encoding.STANDARDIZE, Encoding.MIN_MAX, Encoding.SCALE, Encoding.NONE],
    Meaning.CLASS: [Encoding.CATEGORY, Encoding.ONE_HOT],
    Meaning.DATE: [Encoding.DATE],
    Meaning.TEXT: [Encoding.NONE],
    Meaning.IMAGE: [Encoding.IMAGE],
    Meaning.MASK: [Encoding.MASK],
    Meaning.TEXT_FILE: [Encoding.TEXT_FILE],
    Meaning.SOUND: [Encoding.SOUND],
}
"""The first one is what a change to that meaning begins with."""


def meaning_of(feature: Feature) -> Meaning:
    """What a feature is taken for now."""
    match feature.encoding:
        case Encoding.NONE:
            return Meaning.TEXT if feature.dtype == "string" else Meaning.NUMBER
        case Encoding.SCALE | Encoding.STANDARDIZE | Encoding.MIN_MAX:
            return Meaning.NUMBER
        case Encoding.CATEGORY | Encoding.ONE_HOT:
            return Meaning.CLASS
        case Encoding.DATE:
            return Meaning.DATE
        case Encoding.IMAGE:
            return Meaning.IMAGE
        case Encoding.MASK:
            return Meaning.MASK
        case Encoding.TEXT_FILE:
            return Meaning.TEXT_FILE
        case Encoding.SOUND:
            return Meaning.SOUND
        case _:
            assert_never(feature.encoding)


def meanings(look: Look | None, columns: tuple[str, ...]) -> list[Meaning]:
    """What some columns can be tried as; whether they fit shows when it is chosen."""
    match look:
        case None:
            return []
        case ArchiveLook():
            return [Meaning.NUMBER, Meaning.CLASS]
        case TableLook() | FolderLook():
            found = [column for name in columns if (column := column_of(look, name)) is not None]
            return _of_columns(found)
        case _:
            assert_never(look)


def _of_columns(columns: list[ColumnLook]) -> list[Meaning]:
    tried = [Meaning.NUMBER, Meaning.CLASS]
    if any(column.kind not in NUMBERS for column in columns):
        tried.append(Meaning.DATE)
        if len(columns) == 1:
            tried.append(Meaning.TEXT)
    if len(columns) == 1 and columns[0].kind is ColumnKind.FILE and columns[0].files is not None:
        match columns[0].files.sort:
            case FileSort.IMAGES:
                tried += [Meaning.IMAGE, Meaning.MASK]
            case FileSort.TEXTS:
                tried.append(Meaning.TEXT_FILE)
            case FileSort.SOUNDS:
                tried.append(Meaning.SOUND)
    return tried
