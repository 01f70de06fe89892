"""The projects that were open lately, the newest first, remembered between starts."""

from __future__ import annotations

import json
from pathlib import Path

from studio.core.errors import FileRefused
from studio.core.files import read_limited, write_atomic

MOST = 10
MAX_BYTES = 256 * 1024


class Recent:
    """A list of paths in the file `path`, read when asked for, so that two windows see each other's projects.

    A list that cannot be read is an empty one: it is a convenience, and never in the way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def paths(self) -> tuple[Path, ...]:
        """The projects that were opened or saved last, without those that are gone."""
        return tuple(path for path in self._stored() if path.is_file())

    def add(self, project: Path) -> None:
        """Put a project first. Raises FileRefused if the list cannot be written."""
        project = project.absolute()
        self._write([project, *(path for path in self._stored() if path != project)][:MOST])

    def clear(self) -> None:
        """Forget all of them. Raises FileRefused if the list cannot be written."""
        self._write([])

    def _write(self, paths: list[Path]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(self._path, json.dumps([str(path) for path in paths], indent=1).encode())

    def _stored(self) -> list[Path]:
        if not self._path.exists():
            return []
        try:
            stored = json.loads(read_limited(self._path, MAX_BYTES))
        except (FileRefused, ValueError, RecursionError):
            return []
        if not isinstance(stored, list):
            return []
        return [Path(text) for text in stored if isinstance(text, str) and text and "\0" not in text]
