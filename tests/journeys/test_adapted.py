"""What layers learn before training: from the training examples alone, kept in the saved model, used on raw values."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Feature
from studio.document.training_choice import TrainingChoice
from studio.project import format as project_format
from tests.journeys.test_examples import layer_studio, run_outside
from tests.notation import graph

ROWS = 60
CHILD = """
import json, runpy
import keras

names = runpy.run_path("program.py")
inputs, _ = names["load_data"]()["train"]
model = keras.saving.load_model("model.keras")
raw = {"city": ["Oslo", "never heard of"], "area": [[40.0], [90.0]]}
raw = {name: keras.ops.convert_to_tensor(values) for name, values in raw.items()}
print(json.dumps({
    "cities": sorted({each.decode() for each in inputs["city"].numpy()}),
    "mean": float(inputs["area"].mean()),
    "learned": [str(each) for each in model.get_layer("numbered").get_vocabulary()],
    "learned_mean": float(keras.ops.squeeze(model.get_layer("scaled").mean)),
    "boundaries": model.get_layer("sorted").bin_boundaries,
    "predicted": model.predict(raw, verbose=0).shape,
}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained project over a table of words and numbers, in which every city but two is named once."""
    folder = tmp_path_factory.mktemp("flats")
    rng = random.Random(5)
    cities = [("Oslo", "Rome")[row % 2] if row < ROWS // 2 else f"Town {row}" for row in range(ROWS)]
    rows = "".join(f"{city},{20 + row * 1.5},{rng.random():.3f}\n" for row, city in enumerate(cities))
    (folder / "flats.csv").write_text(f"city,area,rent\n{rows}", encoding="utf-8")
    document = graph("""
        all: concatenate
        city: input(feature="city", dtype="string", shape=()) > numbered: string_lookup > embedding(100, 3) > all
        area: input(1, feature="area") > scaled: normalization > all
        scaled > sorted: discretization(num_bins=3, output_mode="one_hot") > all
        all > rent: dense(1) > output(target="rent", loss="mse")
    """)
    text = Feature("city", ("city",), (), "string")
    numbers = (Feature(name, (name,), (1,)) for name in ("area", "rent"))
    document.apply(edits.set_data(document, DataChoice(CsvSource("flats.csv"), (text, *numbers))))
    document.apply(edits.set_training(document, replace(TrainingChoice(), epochs=2, batch_size=16)))
    path = folder / "flats.layers"
    project_format.save(document, path)
    layer_studio("train", path, "--out", folder / "run")
    return path


@pytest.fixture(scope="module")
def reloaded(project: Path) -> dict[str, Any]:
    """What a process without the studio finds in the saved model."""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", CHILD],
        cwd=project.with_name("run"),
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return found


def test_the_vocabulary_has_every_word_of_the_training_examples_and_no_other(reloaded: dict[str, Any]) -> None:
    assert reloaded["learned"][0] == "[UNK]"
    assert sorted(reloaded["learned"][1:]) == reloaded["cities"]
    assert len(reloaded["cities"]) < ROWS // 2 + 2  # some towns are in the validation examples only


def test_statistics_are_those_of_the_training_examples(reloaded: dict[str, Any]) -> None:
    assert reloaded["learned_mean"] == pytest.approx(reloaded["mean"], rel=1e-6)


def test_a_layer_behind_another_that_learns_sees_what_that_one_gives(reloaded: dict[str, Any]) -> None:
    assert len(reloaded["boundaries"]) == 2
    assert reloaded["boundaries"][0] < 0 < reloaded["boundaries"][1]


def test_the_saved_model_predicts_from_raw_values(reloaded: dict[str, Any]) -> None:
    assert reloaded["predicted"] == [2, 1]


def test_the_script_adapts_as_the_engine_does(project: Path) -> None:
    history = json.loads((project.with_name("run") / "history.json").read_text())

    assert run_outside(project.with_name("run") / "program.py") == history
