"""The configuration of a saved model as plain JSON: a `.json` file, or one member of a `.keras` file."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path

from studio.core.errors import FileRefused
from studio.core.files import read_limited
from studio.project.plain import MAX_BYTES, Plain, parse

MEMBER = "config.json"
MAX_MEMBERS = 10_000
MAX_FILE_BYTES = 64 * 1024**3
ZIP_START = b"PK"
HDF5_START = b"\x89HDF"
SAVE_AGAIN = "Save it again from Keras 3 with model.save(“NAME.keras”) or model.to_json()."


def read_model(path: Path) -> Plain:
    """What Keras wrote about a model. Raises FileRefused; at most 50 MB are read, and no weights."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        reason = f"{path.name} cannot be read: {error.strerror or error}."
        raise FileRefused("file.read", reason, "Choose a file that is there.") from error
    if start.startswith(HDF5_START):
        text = f"{path.name} is an HDF5 file, the format of Keras 2. Only .keras and .json files are opened."
        raise FileRefused("import.hdf5", text, SAVE_AGAIN)
    content = _member(path) if start.startswith(ZIP_START) else read_limited(path, MAX_BYTES)
    return parse(content, path.name)


def _member(path: Path) -> bytes:
    """The configuration inside of an archive; nothing else in it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _refused(path, "import.members", f"holds more than {MAX_MEMBERS:,} files")
            found = [member for member in members if member.filename == MEMBER]
            if len(found) != 1:
                number = "no" if not found else "more than one"
                raise _refused(path, "import.config", f"holds {number} {MEMBER}, so it is no model that Keras 3 saved")
            return _read(path, archive, found[0])
    except (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        text = f"{path.name} cannot be read as a .keras file: {str(error).rstrip('.') or type(error).__name__}."
        raise FileRefused("import.archive", text, SAVE_AGAIN) from error


def _read(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise _refused(path, "import.encrypted", "is protected by a password")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(path, "import.link", f"holds a link in place of {MEMBER}")
    if member.file_size > MAX_BYTES:
        raise _refused(path, "import.large", f"holds a {MEMBER} of more than {MAX_BYTES:,} bytes")
    with archive.open(member) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _refused(path, "import.large", f"holds a {MEMBER} that is larger than it says")
    return content


def _refused(path: Path, code: str, what: str) -> FileRefused:
    return FileRefused(code, f"{path.name} {what}.", SAVE_AGAIN)
