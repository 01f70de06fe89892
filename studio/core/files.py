"""The one way in which the studio writes files, and the bounded way in which it reads them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from studio.core.errors import FileRefused


def write_atomic(path: Path, content: bytes, *, keep_backup: bool = False) -> None:
    """Replace `path` by `content` so that a crash at any moment leaves the old or the new file, whole.

    Writes a temporary file in the same folder (fresh, with the old file's mode; a symlink's target is replaced, not
    the link), syncs it, renames it, syncs the folder. With `keep_backup`, the previous version stays as `NAME.bak`.
    Raises FileRefused with the file's name and the reason; the old file is then as it was.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            os.fchmod(descriptor, mode)
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if keep_backup and target.exists():
            _keep_backup(target)
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FileRefused(
            "file.write",
            f"{target.name} could not be written: {error.strerror or error}.",
            f"The previous version is untouched. Check the folder {target.parent}, or save somewhere else.",
        ) from error


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """Read a file of at most `limit_bytes`. Raises FileRefused if it is missing, unreadable, no file or larger."""
    try:
        if path.exists() and not path.is_file():
            raise FileRefused("file.kind", f"{path.name} is a folder or a device, not a file.", "Choose a file.")
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise FileRefused(
            "file.read",
            f"{path} could not be read: {error.strerror or error}.",
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
    """Make renames and new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_backup(target: Path) -> None:
    """Give the current version a second name; `NAME.bak` is replaced in one step."""
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.bak")
    try:
        os.link(target, fresh)
    except OSError:  # a file system without hard links
        fresh.write_bytes(target.read_bytes())
    os.replace(fresh, target.with_name(target.name + ".bak"))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
