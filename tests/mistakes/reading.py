"""Reading the file of a mistake.

    A second LSTM behind one that gives only its last step
    topic: sequences
    culprit: first
    code: shape.rank
    fix: Set return_sequences=True on first

    input(100, 6, feature="signal") > first: lstm(16) > second: lstm(16) > dense(1) > output(…)

The first line is the title. `culprit` names the node that is really wrong, or several where each could be changed
with as much right; it is empty where no node is. `code` is what should be said first, `fix` how the label of the right
edit begins; where several are as good, they are separated by ` | `. `edit` lines change the drawing afterwards, for
what the notation cannot write: `rename NODE NAME`, `share NODE OWNER`, `wire SOURCE TARGET PORT SLOT`. What follows the
empty line is the drawing, in the notation of `tests/notation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from studio.document import edits
from studio.document.changes import EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge
from tests.mistakes.data import DATA
from tests.notation import graph, node

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Mistake:
    """One mistake, and what should be said of it."""

    name: str
    title: str
    topic: str
    culprits: tuple[str, ...]
    codes: tuple[str, ...]
    fixes: tuple[str, ...]
    edits: tuple[str, ...]
    drawing: str

    def document(self) -> Document:
        """The drawing with its mistake in it."""
        document = graph(self.drawing)
        document.apply(edits.set_data(document, DATA))
        for line in self.edits:
            document.apply(_edit(document, line.split()))
        return document


def mistakes() -> Iterator[Mistake]:
    """Every mistake, by the name of its file."""
    for path in sorted(CASES.glob("*.txt")):
        yield read(path)


def read(path: Path) -> Mistake:
    """The mistake in a file. Raises ValueError for a line that says nothing of it."""
    head, _, drawing = path.read_text(encoding="utf-8").partition("\n\n")
    title, *lines = head.split("\n")
    said: dict[str, list[str]] = {"topic": [], "culprit": [], "code": [], "fix": [], "edit": []}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or key not in said:
            raise ValueError(f"{path.name}: {line!r} says nothing")
        said[key].append(value.strip())
    culprits, codes, fixes = (tuple(filter(None, said[key][0].split(" | "))) for key in ("culprit", "code", "fix"))
    return Mistake(path.stem, title, said["topic"][0], culprits, codes, fixes, tuple(said["edit"]), drawing)


def _edit(document: Document, words: list[str]) -> Edit:
    match words:
        case ["rename", name, after]:
            return edits.rename(document, node(document, name).id, after)
        case ["share", name, owner]:
            before = node(document, name)
            return Edit("Share", (NodeChange(ROOT, before, replace(before, shares=node(document, owner).id)),))
        case ["wire", source, target, port, slot]:
            wire = Edge(node(document, source).id, "output", node(document, target).id, port, int(slot))
            return Edit("Connect", (EdgeChange(ROOT, None, wire),))
        case _:
            raise ValueError(f"cannot read the edit {' '.join(words)!r}")
