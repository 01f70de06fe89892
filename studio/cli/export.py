"""`layer-studio export`: a project's Python as a file."""

from __future__ import annotations

from pathlib import Path

from studio.session.export import export_script
from studio.session.session import Session


def export(project: Path, output: Path, *, epochs: int | None) -> int:
    """Write the script and the sample data it reads; say which files were written."""
    for file in export_script(Session.open(project), output, epochs=epochs):
        print(file)
    return 0
