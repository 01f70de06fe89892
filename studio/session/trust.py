"""Trust in code: which very texts the user has decided to let run, by their SHA-256, in the user's own settings.

A project says nothing about trust: what came with a project could otherwise trust itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from studio.catalog import custom
from studio.core.errors import FileRefused, StudioError
from studio.core.files import read_limited, write_atomic
from studio.core.paths import settings_dir
from studio.core.signal import Signal
from studio.document.document import Document
from studio.document.graph import Node

MAX_BYTES = 4 * 1024 * 1024
FILE = "trusted.json"


class Untrusted(StudioError):
    """Code was not run, since the user has not decided to trust it."""


def fingerprint(text: str) -> str:
    """The SHA-256 of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def source_of(node: Node) -> str | None:
    """The text that a custom node has run in its place; None for every other node, and where it has none."""
    layer, code = node.params.get("layer"), node.params.get("code", "")
    if node.kind != custom.NAME or not isinstance(layer, str) or not isinstance(code, str):
        return None
    return custom.source(layer, code)


def sources(document: Document) -> dict[str, list[str]]:
    """Every text of a project that runs only when it is trusted, with the names of the nodes that have it."""
    found: dict[str, list[str]] = {}
    for graph in document.graphs.values():
        for node in graph.nodes.values():
            text = source_of(node)
            if text is not None:
                found.setdefault(text, []).append(node.name)
    return found


def users_trust() -> Trust:
    """What the user has decided to trust, from the user's settings."""
    return Trust(settings_dir() / FILE)


class Trust:
    """The texts that may run. Kept in the file `path`; without one, for as long as this object lives.

    A file that cannot be read trusts nothing. `changed` is emitted when a text is trusted, or is not any more.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.changed: Signal[Trust] = Signal()
        self._path = path
        self._known = frozenset(self._stored())

    def has(self, text: str) -> bool:
        """Whether this very text is trusted."""
        return fingerprint(text) in self._known

    def add(self, text: str) -> None:
        """Trust a text from now on. Raises FileRefused if that cannot be kept; it is then not trusted."""
        self._keep(self._known.union(self._stored()) | {fingerprint(text)})

    def take_back(self, text: str) -> None:
        """Trust a text no longer. Raises FileRefused if that cannot be kept."""
        self._keep(self._known.union(self._stored()) - {fingerprint(text)})

    def require(self, texts: Iterable[str]) -> None:
        """Raise Untrusted unless all of these texts are trusted."""
        strange = [text for text in texts if not self.has(text)]
        if strange:
            raise Untrusted(
                "custom.untrusted",
                f"The model holds code of a custom layer that you have not decided to trust: {_beginning(strange[0])}",
                "Read it and decide in its node's page, or with “layer-studio trust PROJECT”.",
            )

    def _keep(self, known: frozenset[str]) -> None:
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._path, json.dumps({"sha256": sorted(known)}, indent=1).encode())
        if known != self._known:
            self._known = known
            self.changed.emit(self)

    def _stored(self) -> list[str]:
        if self._path is None or not self._path.exists():
            return []
        try:
            stored = json.loads(read_limited(self._path, MAX_BYTES))
        except (FileRefused, ValueError, RecursionError):
            return []
        listed = stored.get("sha256") if isinstance(stored, dict) else None
        return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _beginning(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    safe = "".join(char if char.isprintable() else " " for char in line)
    return f"“{safe[:60]}…”"
