"""Reading what a data choice is made of: a look at its source as the project says that it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from studio.core.errors import DataRefused
from studio.data.files import FileSort
from studio.data.fingerprint import fingerprint
from studio.data.look import Look, look_at
from studio.data.options import AS_FOUND, LookOptions
from studio.data.samples import find_sample
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    ExcelSource,
    FolderSource,
    JsonSource,
    KerasSource,
    NpzSource,
    ParquetSource,
    SampleSource,
    Source,
)
from studio.session.data_location import paths_of
from studio.session.data_setup import choice_of, sample_choice
from studio.session.fetching import excerpt_of, keras_choice


@dataclass(frozen=True, slots=True)
class Reading:
    """A data choice with the look that it was made from; None where only the engine can look.

    `fingerprint` is that of the files as they are now; "" where there are none of the user's. `excerpt` is what can be
    seen of data that only the engine reads, once it has.
    """

    choice: DataChoice
    look: Look | None
    fingerprint: str = ""
    excerpt: Look | None = None


def read_path(path: Path, base: Path | None, options: LookOptions = AS_FOUND) -> Reading:
    """What a file or a folder of the user's suggests. Raises DataRefused. Reads a bounded part; any thread."""
    look = look_at(path.expanduser().absolute(), options=options)
    choice = choice_of(look, base)
    return Reading(choice, look, choice.fingerprint)


def read_again(data: DataChoice, base: Path | None) -> Reading:
    """Look at what is chosen already. Raises DataRefused. Reads a bounded part; any thread."""
    paths = paths_of(data.source, base)
    found = fingerprint(paths[0]) if paths else ""
    return Reading(data, look_of(data.source, base), found, excerpt_of(data.source))


def read_otherwise(source: Source | None, base: Path | None, options: LookOptions) -> Reading:
    """What the file of a source suggests when it is read as `options` say; a second file for the test part stays.

    Raises DataRefused. Reads a bounded part; any thread.
    """
    reading = read_path(paths_of(source, base)[0], base, options)
    read = reading.choice.source
    if isinstance(source, CsvSource) and isinstance(read, CsvSource) and source.test_path:
        kept = replace(reading.choice, source=replace(read, test_path=source.test_path))
        return replace(reading, choice=kept)
    return reading


def mask_folder(source: FolderSource, base: Path | None, chosen: Path) -> str:
    """The name of a folder with masks below the folder of a source. Raises DataRefused where it lies elsewhere."""
    folder = paths_of(source, base)[0]
    chosen = chosen.expanduser().absolute()
    if chosen == folder or not chosen.is_relative_to(folder):
        raise DataRefused(
            "folder.masks_outside",
            f"The masks are to lie in a folder inside {folder.name}, and {chosen.name} is not inside it.",
            "Put the masks there, or open the folder that holds both the images and the masks.",
        )
    return chosen.relative_to(folder).as_posix()


def read_sample(name: str) -> Reading:
    """What a bundled sample suggests. Raises DataRefused. Any thread."""
    choice = sample_choice(name)
    return Reading(choice, look_of(choice.source, None))


def read_keras(name: str) -> Reading:
    """What one of Keras's own data sets suggests; nothing is downloaded. Raises DataRefused. Any thread."""
    choice = keras_choice(name)
    return Reading(choice, None, excerpt=excerpt_of(choice.source))


def look_of(source: Source | None, base: Path | None) -> Look | None:
    """A look at a source as the project says that it is written; None where only the engine can look.

    `base` is the project's folder. Raises DataRefused. Reads a bounded part; any thread.
    """
    match source:
        case None | KerasSource():
            return None
        case SampleSource(name):
            sample = find_sample(name)
            if sample is None:
                raise DataRefused("data.sample", f"There is no sample called {name}.", "Choose one from the list.")
            return look_at(sample.path)
        case CsvSource() | JsonSource() | ParquetSource() | ExcelSource() | NpzSource() | FolderSource():
            return look_at(paths_of(source, base)[0], options=_options(source))
        case _:
            assert_never(source)


def _options(source: Source) -> LookOptions:
    match source:
        case CsvSource():
            return LookOptions(source.delimiter, source.encoding, source.decimal, source.header)
        case ExcelSource(sheet=sheet):
            return LookOptions(sheet=sheet or None)
        case FolderSource():
            return LookOptions(holds=FileSort(source.holds.value), masks=source.masks)
        case _:
            return AS_FOUND
