"""A model that Keras saved as a new project: drawn, laid out, and not saved yet."""

from __future__ import annotations

from pathlib import Path

from studio.analysis.layout import layout
from studio.project.keras_import.importing import SUFFIXES as SUFFIXES
from studio.project.keras_import.importing import import_model
from studio.session.session import Session


def imported(path: Path) -> tuple[Session, tuple[str, ...]]:
    """A session with the model of a `.keras` or `.json` file, and what could not be kept, one sentence each.

    Raises FileRefused; nothing of the file is run.
    """
    found = import_model(path)
    document = found.document
    for graph in document.graphs:
        edit = layout(document, graph=graph)
        if edit.changes:
            document.apply(edit)
    session = Session(document)
    session.history.mark_unsaved()
    return session, found.notes
