"""A process that edits with a journal until it is killed; it says the number of each edit once that is applied."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.document import edits
from studio.document.document import Document
from studio.document.graph import Node
from studio.project.recovery import Base, Journal


def edit_for_ever(folder: Path) -> None:
    """Draw a node, then set its units to 1, 2, 3, …"""
    document = Document()
    journal = Journal(document, folder, Base())
    document.changed.connect(journal.append)
    document.apply(edits.add_node(Node("a", "Dense", "a")))
    units = 0
    while True:
        units += 1
        document.apply(edits.set_params(document, "a", {"units": units}))
        print(units, flush=True)


if __name__ == "__main__":
    edit_for_ever(Path(sys.argv[1]))
