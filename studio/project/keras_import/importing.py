"""From a file that Keras saved to a new document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.document.document import Document
from studio.project.keras_import.archive import read_model
from studio.project.keras_import.calls import model_entry
from studio.project.keras_import.compiling import take_over
from studio.project.keras_import.drawing import Drawing
from studio.project.keras_import.objects import saved
from studio.project.plain import Misfit

SUFFIXES = frozenset({".keras", ".json"})


@dataclass(frozen=True, slots=True)
class Imported:
    """A model as a new document, and what of the file could not be kept, one sentence each."""

    document: Document
    notes: tuple[str, ...]


def import_model(path: Path) -> Imported:
    """Open a `.keras` file, or the text of `model.to_json()`, as a drawing. Raises FileRefused; runs nothing of it."""
    plain = read_model(path)
    drawing = Drawing()
    try:
        document = drawing.document(model_entry(saved(plain)))
        if isinstance(plain, dict):
            take_over(document, plain.get("compile_config"), drawing.notes)
    except Misfit as misfit:
        raise misfit.refusal(path.name) from misfit
    return Imported(document, tuple(drawing.notes.texts))
