"""Finding kinds and blocks by a few typed letters, and the form in which one is dragged."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_letters

from studio.document.edits import name_stem
from studio.gui.shared.offers import Offer

KIND_MIME = "application/x-layer-kind"
"""What is dragged from the palette: the id of an offer, as UTF-8."""

SAID = {
    "dense": ("fc", "fullyconnected", "linear", "perceptron"),
    "bidirectional": ("bilstm", "bigru", "birnn"),
    "multiheadattention": ("selfattention", "transformer"),
    "concatenate": ("join",),
    "maxpooling2d": ("downsample",),
    "batchnormalization": ("batchnorm",),
    "layernormalization": ("layernorm",),
}
"""What people call a kind beside its name."""
SHORTEST_IN_SUMMARY = 4


def found(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """The offers that `typed` means, the likeliest first: names that begin so, then words in them, then any part.

    What a kind's summary says comes last.
    """
    wanted = _letters(typed)
    if not wanted:
        return list(offers)
    ranked = [(rank, at, each) for at, each in enumerate(offers) if (rank := _rank(each, wanted)) is not None]
    return [each for _, _, each in sorted(ranked, key=lambda each: (each[0], len(each[2].name), each[1]))]


def _rank(offer: Offer, wanted: str) -> int | None:
    """How well it fits, 0 best: its name, a word in it, its initials (`bn`, `gap2d`), what people say, any part."""
    kind, name = offer.kind, _letters(offer.name)
    words = name_stem(offer.name).replace(" ", "_").split("_")
    if name.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in words) or any(said.startswith(wanted) for said in SAID.get(name, ())):
        return 1
    if _initials(words).startswith(wanted):
        return 2
    if wanted in name or wanted in _letters(kind.title):
        return 3
    if kind.family.value.lower().startswith(wanted):
        return 4
    return 5 if len(wanted) >= SHORTEST_IN_SUMMARY and wanted in _letters(kind.summary) else None


def _initials(words: list[str]) -> str:
    """`global_average_pooling2d` → `gap2d`."""
    return "".join(word[0] + word.lstrip(ascii_letters) for word in words)


def _letters(text: str) -> str:
    return "".join(text.lower().split())
