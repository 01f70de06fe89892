"""Finding kinds by a few typed letters, and the form in which a kind is dragged."""

from __future__ import annotations

from collections.abc import Iterable

from studio.catalog.declaration import Kind
from studio.document.edits import name_stem

KIND_MIME = "application/x-layer-kind"
"""What is dragged from the palette: the name of a kind, as UTF-8."""


def found(kinds: Iterable[Kind], typed: str) -> list[Kind]:
    """The kinds that `typed` means, the likeliest first: names that begin so, then words in them, then any part."""
    wanted = "".join(typed.lower().split())
    if not wanted:
        return list(kinds)
    ranked = [(rank, at, kind) for at, kind in enumerate(kinds) if (rank := _rank(kind, wanted)) is not None]
    return [kind for _, _, kind in sorted(ranked, key=lambda each: (each[0], len(each[2].name), each[1]))]


def _rank(kind: Kind, wanted: str) -> int | None:
    name = kind.name.lower()
    if name.startswith(wanted):
        return 0
    words = name_stem(kind.name).split("_")
    if any(word.startswith(wanted) for word in words):
        return 1
    if "".join(word[0] for word in words).startswith(wanted):
        return 2
    if wanted in name or wanted in kind.title.lower().replace(" ", ""):
        return 3
    return 4 if kind.family.value.lower().startswith(wanted) else None
