"""A process that edits and saves a project of 1,000 nodes again and again until it is killed."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from studio.document import edits
from studio.document.document import Document
from studio.document.graph import Node
from studio.project.format import save

NODES = 1000


def drawn() -> Document:
    """A chain of 1,000 Dense layers."""
    document = Document()
    ids = [f"n{index:04d}" for index in range(NODES)]
    for index, id_ in enumerate(ids):
        fresh = Node(id_, "Dense", f"dense_{index}", {"units": 64, "activation": "relu"}, x=index * 220.0)
        document.apply(edits.add_node(fresh))
    for source, target in itertools.pairwise(ids):
        document.apply(edits.connect(document, source, "output", target, "input"))
    return document


def save_for_ever(path: Path) -> None:
    """Save, say so once, then change a param of every save and go on."""
    document = drawn()
    save(document, path)
    print("saving", flush=True)
    version = 0
    while True:
        version += 1
        document.apply(edits.set_params(document, "n0500", {"units": version}))
        save(document, path)


if __name__ == "__main__":
    save_for_ever(Path(sys.argv[1]))
