"""`layer-studio import`: a model that Keras saved as a project."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.core.errors import FileRefused
from studio.session.importing import imported


def import_model(model: Path, output: Path) -> int:
    """Write the project; say on standard error what of the model could not be kept."""
    session, notes = imported(model)
    if output.exists():
        raise FileRefused("import.exists", f"{output} is there already.", "Choose another name, or move it away.")
    session.save(output)
    for note in notes:
        print(note, file=sys.stderr)
    print(session.path)
    return 0
