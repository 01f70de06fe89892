"""The one way in which the studio writes files, and the bounded way in which it reads them."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from studio.core.errors import FileRefused


def write_atomic(path: Path, content: bytes, *, keep_backup: bool = False) -> None:
    """Replace `path` by `content` so that a crash at any moment leaves the old or the new file, whole.

    Writes a temporary file in the same folder (fresh, with the old file's mode; a symlink's target is replaced, not
    the link), syncs it, renames it, syncs the folder. With `keep_backup`, the previous version stays as `NAME.bak`.
    Raises FileRefused with the file's name and the reason; the old file is then as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_symlink():  # a link to itself has no target
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        temporary = _fresh_name(target.parent)
        try:
            _write_new(temporary, content, target.stat().st_mode & 0o777 if target.exists() else None)
            if keep_backup and target.exists():
                _keep_backup(target)
            os.replace(temporary, target)
        finally:
            _forget(temporary)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise FileRefused(
            "file.write",
            f"{path.name} could not be written: {_reason(error)}.",
            f"The previous version is untouched. Check the folder {path.parent}, or save somewhere else.",
        ) from error
    try:
        sync_folder(target.parent)
    except OSError as error:
        raise FileRefused(
            "file.sync",
            f"{path.name} was written, but the disk did not confirm it: {_reason(error)}.",
            "Save it once more, or somewhere else.",
        ) from error


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """Read a file of at most `limit_bytes`. Raises FileRefused if it is missing, unreadable, no file or larger."""
    try:
        if path.exists() and not path.is_file():
            raise FileRefused("file.kind", f"{path.name} is a folder or a device, not a file.", "Choose a file.")
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except (OSError, ValueError) as error:
        raise FileRefused(
            "file.read",
            f"{path} could not be read: {_reason(error)}.",
            "Check its name and its permissions.",
        ) from error
    if len(content) > limit_bytes:
        raise FileRefused(
            "file.large",
            f"{path.name} is larger than {limit_bytes:,} bytes, the most that is read here.",
            "Choose the right file, or make it smaller.",
        )
    return content


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` survive a power cut, where the file system can do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _write_new(path: Path, content: bytes, mode: int | None) -> None:
    """Write and sync a file that does not exist yet; without `mode`, the user's umask decides."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
    with os.fdopen(descriptor, "wb") as file:
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _keep_backup(target: Path) -> None:
    """Give the current version a second name; `NAME.bak` is replaced in one step."""
    fresh = _fresh_name(target.parent)
    try:
        try:
            os.link(target, fresh)
        except OSError:  # a file system without hard links
            _write_new(fresh, target.read_bytes(), target.stat().st_mode & 0o777)
        os.replace(fresh, target.with_name(target.name + ".bak"))
    finally:  # renaming does nothing where both names are the same file already
        _forget(fresh)


def _fresh_name(folder: Path) -> Path:
    """A name in `folder` that nobody has; short, so that every legal name can be saved."""
    return folder / f".layer-studio-{os.urandom(8).hex()}.tmp"


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _reason(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
