"""What a look says of files that the cells of a table, or the names in a folder, lead to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileSort(StrEnum):
    """What files hold, told from their suffixes."""

    IMAGES = "images"
    TEXTS = "texts"
    SOUNDS = "sounds"


SUFFIXES = {
    FileSort.IMAGES: frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif"}),
    FileSort.TEXTS: frozenset({".txt"}),
    FileSort.SOUNDS: frozenset({".wav"}),
}
"""Those that TensorFlow's own readers read, in lower case."""


@dataclass(frozen=True, slots=True)
class FileFault:
    """Something wrong with one file: `name` is its path below the folder, with `/`; `text` a sentence with the name."""

    code: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class FilesLook:
    """What the headers of some files say: of `looked` files, spread evenly over all of them.

    Images: `sizes` are (height, width), `channels` 1, 3 or 4. Sounds: `lengths` are in samples, `rates` in samples a
    second, and `channels` as many as there are. Each stands with how often it was found, the most frequent first.
    `values` are the different values of the pixels of some small masks.
    """

    sort: FileSort
    looked: int
    sizes: tuple[tuple[tuple[int, int], int], ...] = ()
    channels: tuple[tuple[int, int], ...] = ()
    lengths: tuple[tuple[int, int], ...] = ()
    rates: tuple[tuple[int, int], ...] = ()
    values: tuple[int, ...] = ()
    faults: tuple[FileFault, ...] = ()


def sort_of(suffix: str) -> FileSort | None:
    """What a file with this suffix holds; None if it is none of those that are read here."""
    return next((sort for sort, suffixes in SUFFIXES.items() if suffix.lower() in suffixes), None)
