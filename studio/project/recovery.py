"""The recovery journal: every edit on disk within moments, so that a crash costs at most the last second.

A journal belongs to one open document of one process, and its file is locked while that process lives. It begins with
the whole project and the places of what was removed from it, then has one record for each applied edit: kind, length,
checksum, content. Reading takes the good prefix of a damaged one. Recovery makes a new document and touches no project
file.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from studio.core.errors import EditRefused, FileRefused
from studio.core.files import read_limited
from studio.core.ids import new_id
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import GraphPlaces
from studio.project.change_records import change_fields, read_change
from studio.project.fields import Fields, a_list, a_text, optional
from studio.project.format import decode, encode
from studio.project.plain import MAX_BYTES, Misfit, Plain, parse

ENDING = ".journal"
UNFINISHED = ".begun"
SYNC_AFTER_S = 2.0
COMPACT_BYTES = 20_000_000
"""When a journal grows larger, it is begun anew with the present state."""

_FRAME: Final = struct.Struct(">4sII")
_BASE, _STATE, _PLACES, _EDIT = _KINDS = b"LSJb", b"LSJs", b"LSJp", b"LSJe"
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Base:
    """The project file that a document was opened from or last saved to: its absolute path and content's SHA-256."""

    path: str | None = None
    sha256: str | None = None

    @classmethod
    def of(cls, path: Path) -> Base:
        """The base of a document that was just loaded from or saved to `path`. Raises FileRefused."""
        return cls(str(path.absolute()), hashlib.sha256(read_limited(path, MAX_BYTES)).hexdigest())

    def is_unchanged(self) -> bool:
        """Whether the file still has the content that the journal began with."""
        if self.path is None:
            return False
        try:
            return Base.of(Path(self.path)) == self
        except FileRefused:
            return False


@dataclass(frozen=True, slots=True)
class Recoverable:
    """The journal of a process that ended without closing it, and when it was last written (seconds since 1970)."""

    journal: Path
    base: Base
    written: float

    def recover(self) -> Recovered:
        """A new document as it was at the last readable record. Raises FileRefused if not even the first one is."""
        document: Document | None = None
        edits, whole = 0, True
        try:
            for kind, content in _records(self.journal):
                if kind == _STATE:
                    document = decode(content, self.journal.name)
                elif kind == _PLACES and document is not None:
                    document.remember(_read_places(content, self.journal.name))
                elif kind == _EDIT and document is not None:
                    document.apply(_read_edit(content, self.journal.name))
                    edits += 1
        except (FileRefused, EditRefused):
            if document is None:
                raise
            whole = False
        if document is None:
            raise _damaged(self.journal)
        return Recovered(document, edits, whole)

    def discard(self) -> None:
        """Delete the journal; it is no error if it is gone."""
        with contextlib.suppress(OSError):
            self.journal.unlink()


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovered document, the number of edits made again, and whether the journal was undamaged to its end."""

    document: Document
    edits: int
    whole: bool


class Journal:
    """Writes down what happens to `document` in a file of its own in `folder`, begun with the first edit.

    Connect `append` to the document's `changed`. Every record is with the operating system when `append` returns (a
    killed process loses nothing) and on the disk 2 s later (a power cut costs that much). Trouble with the disk is
    logged and ends the journal; it never disturbs the edit. Call from one thread.
    """

    def __init__(self, document: Document, folder: Path, base: Base) -> None:
        self._document = document
        self._folder = folder
        self._base = base
        self._begin_with = (encode(document), document.places)
        self._file: int | None = None
        self._size = 0
        self._ended = False
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()  # the timer's thread syncs
        self.path = folder / f"{os.getpid()}-{new_id()}{ENDING}"

    def append(self, edit: Edit) -> None:
        """Write down an edit that was just applied."""
        if self._ended:
            return
        try:
            if self._file is None:
                self._begin()
            assert self._file is not None
            if self._size > COMPACT_BYTES:
                self._begin_with = (encode(self._document), self._document.places)
                self._begin()
            else:
                content = _ENCODER.encode([change_fields(change) for change in edit.changes]).encode()
                self._size += _write(self._file, _EDIT, content)
        except OSError as error:
            _log.warning("The recovery journal ends here: %s", error)
            self.close(delete=False)
            return
        self._sync_later()

    def sync(self) -> None:
        """Put what was appended onto the disk."""
        with self._lock:
            if self._file is not None:
                try:
                    os.fsync(self._file)
                except OSError as error:
                    _log.warning("The recovery journal could not be synced: %s", error)

    def close(self, *, delete: bool) -> None:
        """End the journal: with `delete` after a good save or when its edits are not wanted, else for recovery."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        self.sync()
        self._let_go()
        if delete:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _begin(self) -> None:
        """Begin a file with the base, the whole project and its places; it replaces the one so far in one step."""
        unfinished = self.path.with_suffix(UNFINISHED)
        state, places = self._begin_with
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(fresh, fcntl.LOCK_EX)
            _write(fresh, _BASE, _ENCODER.encode({"path": self._base.path, "sha256": self._base.sha256}).encode())
            _write(fresh, _STATE, state)
            _write(fresh, _PLACES, _ENCODER.encode([each._asdict() for each in places]).encode())
            unfinished.replace(self.path)
        except OSError:
            os.close(fresh)
            unfinished.unlink(missing_ok=True)
            raise
        self._let_go()
        self._file = fresh
        self._size = 0

    def _sync_later(self) -> None:
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(SYNC_AFTER_S, self.sync)
            self._timer.daemon = True
            self._timer.start()

    def _let_go(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def find_recoverable(folder: Path) -> list[Recoverable]:
    """Journals that a process left without closing them, the latest first.

    Never raises: what cannot be read is skipped. What a process left before it had begun is cleared away.
    """
    found = []
    for path in _files(folder, UNFINISHED):
        with contextlib.suppress(OSError):
            if _is_abandoned(path):
                path.unlink()
    for path in _files(folder, ENDING):
        with contextlib.suppress(OSError, FileRefused, Misfit):
            if _is_abandoned(path):
                kind, content = next(_records(path), (b"", b""))
                if kind == _BASE:
                    found.append(Recoverable(path, _read_base(content, path.name), path.stat().st_mtime))
    return sorted(found, key=lambda each: each.written, reverse=True)


def _files(folder: Path, ending: str) -> list[Path]:
    try:
        return sorted(folder.glob(f"*{ending}"))
    except OSError:
        return []


def _write(descriptor: int, kind: bytes, content: bytes) -> int:
    """Append a record; return its size."""
    record = _FRAME.pack(kind, len(content), zlib.crc32(content)) + content
    left = memoryview(record)
    while left:
        left = left[os.write(descriptor, left) :]
    return len(record)


def _records(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each record. Raises FileRefused at the first that is not whole."""
    try:
        with path.open("rb") as file:
            while head := file.read(_FRAME.size):
                if len(head) < _FRAME.size:
                    raise _damaged(path)
                kind, length, checksum = _FRAME.unpack(head)
                content = file.read(length) if length <= MAX_BYTES else b""
                if (
                    kind not in (_BASE, _STATE, _PLACES, _EDIT)
                    or len(content) < length
                    or zlib.crc32(content) != checksum
                ):
                    raise _damaged(path)
                yield kind, content
    except OSError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> FileRefused:
    return FileRefused(
        "journal.damaged",
        f"The recovery journal {path.name} is damaged.",
        "What can be read of it is recovered; for the rest, open the project itself.",
    )


def _read_base(content: bytes, name: str) -> Base:
    fields = Fields(parse(content, name))
    return Base(fields.take("path", optional(a_text)), fields.take("sha256", optional(a_text)))


def _read_places(content: bytes, name: str) -> tuple[GraphPlaces, ...]:
    try:
        return a_list(_a_graphs_places)(parse(content, name))
    except Misfit as misfit:
        raise misfit.refusal(name) from misfit


def _a_graphs_places(plain: Plain) -> GraphPlaces:
    fields = Fields(plain)
    ids = a_list(a_text)
    return GraphPlaces(fields.take("graph", a_text), fields.take("nodes", ids), fields.take("frames", ids))


def _read_edit(content: bytes, name: str) -> Edit:
    try:
        return Edit("Recover", a_list(read_change)(parse(content, name)))
    except Misfit as misfit:
        raise misfit.refusal(name) from misfit


def _is_abandoned(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
