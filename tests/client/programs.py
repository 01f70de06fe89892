"""Programs for engines in tests: small ones that train, go on for ever, or fail."""

from __future__ import annotations

from pathlib import Path

TEXT = (Path(__file__).parents[1] / "engine" / "programs" / "two_branch.py").read_text()
EPOCHS, STEPS = 3, 20


def endless() -> str:
    """The same, with more epochs than any test waits for."""
    return TEXT.replace("EPOCHS = 3", "EPOCHS = 1_000_000")


def failing() -> tuple[str, int]:
    """The same with a layer that does not fit, and the number of its line."""
    wrong = '    answer = keras.layers.Conv2D(2, 3, name="answer")(both)'
    lines = TEXT.splitlines()
    index = next(number for number, line in enumerate(lines) if line.startswith("    answer = "))
    lines[index] = wrong
    return "\n".join(lines), index + 1


def folder(parent: Path, text: str = TEXT) -> Path:
    """A new run folder with nothing but the program."""
    path = parent / f"run-{len(list(parent.glob('run-*')))}"
    path.mkdir()
    (path / "program.py").write_text(text)
    return path
