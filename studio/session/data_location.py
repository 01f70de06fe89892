"""Where a project's data is: whether it is still there, still the same, and whether this user ever had it read.

A project says nothing about what may be read: one from somewhere else could otherwise name any file of the user's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from studio.core.errors import DataRefused, FileRefused
from studio.core.files import read_limited, write_atomic
from studio.core.paths import resources_dir, settings_dir
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

FILE = "read_data.json"
MAX_BYTES = 4 * 1024 * 1024
MOST_PATHS = 2000
TEST_PATH = "test_path"


class Reason(StrEnum):
    """Why there is a question about the data."""

    MISSING = "missing"
    """Nothing is where the project says."""
    STRANGE = "strange"
    """It is there, but the user never had it read."""
    CHANGED = "changed"
    """It is there, but is not what was looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked before the data is read; `path` is the place that the question is about."""

    reason: Reason
    path: Path
    text: str
    advice: str

    def refusal(self) -> DataRefused:
        """The same as an error, for whoever cannot ask."""
        return DataRefused(f"data.{self.reason}", self.text, self.advice)


def users_read_paths() -> ReadPaths:
    """What the user has had read, from the user's settings."""
    return ReadPaths(settings_dir() / FILE, free=(resources_dir(), resources_dir().parent / "examples"))


class ReadPaths:
    """The paths that the user has had read on this machine. Kept in the file `path`; without one, in this object.

    What lies below the folders in `free` came with the studio. A file that cannot be read knows no path.
    """

    def __init__(self, path: Path | None = None, free: tuple[Path, ...] = ()) -> None:
        self._path = path
        self._free = free
        self._known = self._stored()

    def has(self, path: Path) -> bool:
        """Whether this path was read before, or came with the studio."""
        return str(path) in self._known or any(_real(path).is_relative_to(folder) for folder in self._free)

    def add(self, paths: tuple[Path, ...]) -> None:
        """The user wants these read, now and from now on. Where that cannot be kept, it holds for this session."""
        fresh = [str(path) for path in paths if not self.has(path)]
        if not fresh:
            return
        self._known = dict.fromkeys([*self._stored(), *self._known, *fresh])
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._path, json.dumps({"read": list(self._known)[-MOST_PATHS:]}, indent=1).encode())
        except FileRefused:
            return  # a full disk must not stand between the user and the data

    def _stored(self) -> dict[str, None]:
        if self._path is None or not self._path.exists():
            return {}
        try:
            stored = json.loads(read_limited(self._path, MAX_BYTES))
        except (FileRefused, ValueError, RecursionError):
            return {}
        listed = stored.get("read") if isinstance(stored, dict) else None
        return dict.fromkeys(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else {}


def paths_of(source: Source | None, base: Path | None) -> tuple[Path, ...]:
    """Where the files of a source are, absolute; `base` is the project's folder. None for what has no path."""
    match source:
        case None | SampleSource() | KerasSource():
            return ()
        case CsvSource(path=path, test_path=second):
            return tuple(_absolute(each, base) for each in (path, second) if each)
        case JsonSource() | ParquetSource() | ExcelSource() | NpzSource() | FolderSource():
            return (_absolute(source.path, base),)
        case _:
            assert_never(source)


def question(data: DataChoice, base: Path | None, read: ReadPaths) -> Question | None:
    """What is to be asked before the data is read for the first time; None if nothing. Reads nothing of it."""
    paths = paths_of(data.source, base)
    for path in paths:
        if not _is_there(path):
            what = "folder" if isinstance(data.source, FolderSource) else "file"
            return Question(
                Reason.MISSING,
                path,
                f"The data is not at {path} any more. Where is it now?",
                f"Choose the {what}; the features stay as they are.",
            )
    strange = next((path for path in paths if not read.has(path)), None)
    if strange is not None:
        return Question(
            Reason.STRANGE,
            strange,
            f"This project reads {strange}, which was never read here before.",
            "Read it if you know where the project comes from.",
        )
    return None


def changed(data: DataChoice, base: Path | None, fingerprint: str) -> Question | None:
    """Whether the files, which have this fingerprint now, are others than those that the features were chosen for."""
    paths = paths_of(data.source, base)
    if not paths or not data.fingerprint or not fingerprint or fingerprint == data.fingerprint:
        return None
    return Question(
        Reason.CHANGED,
        paths[0],
        f"{paths[0].name} is not the same data as when its features were chosen.",
        "Check the features, then keep it; or choose where the data is now.",
    )


def moved(data: DataChoice, path: Path, base: Path | None, lost: Path) -> DataChoice:
    """The same choice with its files at another place; `lost` is the one that `path` stands for now."""
    source = data.source
    kept = shown_path(path, base)
    if isinstance(source, CsvSource) and source.test_path and _absolute(source.test_path, base) == lost:
        return replace(data, source=replace(source, test_path=kept))
    if source is None or isinstance(source, (SampleSource, KerasSource)):
        return data
    return replace(data, source=replace(source, path=kept))


def shown_path(path: Path, base: Path | None) -> str:
    """A path as a project keeps it: relative to its folder where it lies below that."""
    path = path.expanduser().absolute()
    return path.relative_to(base).as_posix() if base is not None and path.is_relative_to(base) else str(path)


def _absolute(path: str, base: Path | None) -> Path:
    return ((base or Path.cwd()) / Path(path).expanduser()).absolute()


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
