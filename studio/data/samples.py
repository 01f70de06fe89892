"""The data sets that ship with the studio, as their index lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studio.core.paths import resources_dir


@dataclass(frozen=True, slots=True)
class Sample:
    """A data set that ships with the studio; `file` lies in `resources/samples`, where README.md has the citation.

    `icon` is the drawing that says what kind of data it is."""

    name: str
    title: str
    summary: str
    file: str
    examples: int
    licence: str
    source: str
    icon: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return samples_dir() / self.file


def samples_dir() -> Path:
    """The folder of the samples and their index."""
    return resources_dir() / "samples"


@cache
def samples() -> tuple[Sample, ...]:
    """Every sample, in the order of the index."""
    index = tomllib.loads((samples_dir() / "index.toml").read_text(encoding="utf-8"))
    return tuple(Sample(**entry) for entry in index["sample"])


def find_sample(name: str) -> Sample | None:
    """The sample of this name, if there is one."""
    return next((sample for sample in samples() if sample.name == name), None)
