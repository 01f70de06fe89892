"""Suggested models in the hands of the real Keras: they train, and the loss goes down."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.paths import resources_dir
from studio.document import edits
from studio.document.data_choice import (
    DataChoice,
    Encoding,
    Feature,
    FolderSource,
    Holds,
    NpzSource,
    SampleSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.program.writer import write
from studio.session.data_setup import sample_choice
from studio.session.model_suggestion import suggest_model


def few(sample: str) -> DataChoice:
    """A sample of which little is learned: a large part of it is left out."""
    return replace(sample_choice(sample), split=Split(0.0, 0.7))


RAINY = ("visitors", "rain_mm")
CHOICES = {
    "images": few("digits"),
    "masks": few("shapes"),
    "tags": few("tagged"),
    "saved": few("reviews"),
    "mixed": few("tickets"),
    "seq2seq": few("reversed"),
    "pairs": few("pairs"),
    "forecast": DataChoice(
        SampleSource("visitors"),
        (
            Feature("past", RAINY, (14, 2), "float32", Encoding.STANDARDIZE, window=Window(-13, 14)),
            Feature("coming", RAINY, (7, 2), "float32", Encoding.STANDARDIZE, window=Window(1, 7)),
        ),
        Split(0.0, 0.5, by=SplitBy.TIME),
    ),
    "ids": DataChoice(
        NpzSource("ids.npz"),
        (
            Feature("x", ("x",), (6,), "int32"),
            Feature("y", ("y",), (), "int64", Encoding.CATEGORY, classes=("0", "1")),
            Feature("z", ("z",), (2,), "float32", span=(0.0, 1.0)),
        ),
        Split(0.0),
    ),
    "sounds": DataChoice(
        FolderSource("calls", Holds.SOUNDS),
        (
            Feature("sound", ("file",), (4500, 1), "float32", Encoding.SOUND),
            Feature("bird", ("class",), (), "int64", Encoding.CATEGORY, classes=("owl", "wren")),
        ),
        Split(0.0),
    ),
}
TARGETS = {"ids": ("y", "z")}


def make_data(folder: Path) -> None:
    """The files that the choices read, small."""
    for path in (resources_dir() / "samples").glob("*.[cn][sp][vz]"):
        (folder / path.name).write_bytes(path.read_bytes())
    rng = np.random.default_rng(0)
    ids = rng.choice([3, 7, 900, -4], (200, 6))
    y = (ids == 900).any(axis=1)
    np.savez(folder / "ids.npz", x=ids, y=y.astype("int64"), z=np.stack([y, ~y], axis=1).astype("float32"))
    for bird, pitch in (("owl", 0.05), ("wren", 0.4)):
        for number in range(8):
            path = folder / "calls" / bird / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            samples = np.sin(np.arange(4500) * pitch + number) + rng.normal(0, 0.1, 4500)
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes((samples * 12_000).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Keras says of what is suggested for each choice."""
    folder = tmp_path_factory.mktemp("suggested")
    make_data(folder)
    for name, data in CHOICES.items():
        document = Document()
        document.apply(edits.set_data(document, data))
        document.apply(suggest_model(document, examples=1_000, targets=TARGETS.get(name, ())))
        (folder / f"{name}.py").write_text(write(document, base=folder).text, encoding="utf-8")
    said = folder / "said.json"
    ran = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("suggested_child.py")), str(folder), str(said)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    read: dict[str, Any] = json.loads(said.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", CHOICES)
def test_a_suggested_model_learns(name: str, results: dict[str, Any]) -> None:
    losses = results["losses"][name]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


def test_a_suggested_model_of_texts_takes_raw_strings_when_it_is_loaded_again(results: dict[str, Any]) -> None:
    assert results["apart"] < 1e-6
