"""The projects that ship with the studio, described by what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.paths import resources_dir
from studio.core.wording import plural
from studio.document.data_choice import SampleSource
from studio.document.document import Document
from studio.project import format as project_format
from studio.session.source_names import called


@dataclass(frozen=True, slots=True)
class Example:
    """A project to begin with: its file, a title and a line about it."""

    path: Path
    title: str
    summary: str


def examples(folder: Path | None = None) -> tuple[Example, ...]:
    """The examples in `folder`, or those of the studio; one that cannot be read is left out."""
    folder = folder or resources_dir().parent / "examples"
    found = []
    for path in sorted(folder.glob("*.layers")):
        try:
            document = project_format.load(path)
        except StudioError:
            continue
        found.append(Example(path, path.stem.replace("_", " ").capitalize(), _summary(document)))
    return tuple(found)


def _summary(document: Document) -> str:
    return f"{plural(len(document.root.nodes), 'node')}, learns from {_source(document)}"


def _source(document: Document) -> str:
    source = document.data.source
    if isinstance(source, SampleSource):
        return f"the sample “{source.name}”"
    return called(source) or "nothing yet"
