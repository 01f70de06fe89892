"""Which shipped files are made by which generator; `python -m studio.data.generated` makes them all again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studio.core.paths import resources_dir
from studio.data.generators import brackets_file
from studio.data.generators_images import houses, outlines, pairs_file, shape_images, shapes_file
from studio.data.generators_points import moons_file, spirals_file
from studio.data.generators_sequences import adding_file, reversed_file, tagged_file
from studio.data.generators_series import visitors_file
from studio.data.generators_sounds import tones
from studio.data.generators_tables import loans_file, rentals_file
from studio.data.generators_texts import letters, reviews_file
from studio.data.samples import samples_dir
from studio.data.tickets import tickets_file


def sample_files() -> dict[str, bytes]:
    """The content of each file of `resources/samples` that is our own, by name."""
    return {
        "tickets.csv": tickets_file(),
        "brackets.npz": brackets_file(),
        "spirals.csv": spirals_file(),
        "moons.csv": moons_file(),
        "loans.csv": loans_file(),
        "rentals.csv": rentals_file(),
        "visitors.csv": visitors_file(),
        "reviews.csv": reviews_file(),
        "adding.npz": adding_file(),
        "reversed.npz": reversed_file(),
        "tagged.npz": tagged_file(),
        "shapes.npz": shapes_file(),
        "pairs.npz": pairs_file(samples_dir() / "digits.npz"),
    }


def example_files() -> dict[str, bytes]:
    """The content of each file of `examples/data`, by its path there."""
    return {
        **_below("shapes", shape_images()),
        **_below("outlines", outlines()),
        **_below("houses", houses()),
        **_below("tones", tones()),
        **_below("letters", {name: text.encode() for name, text in letters().items()}),
    }


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}


if __name__ == "__main__":
    write(samples_dir(), sample_files())
    write(resources_dir().parent / "examples" / "data", example_files())
