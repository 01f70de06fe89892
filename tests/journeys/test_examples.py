"""The README's promises on the real engine: each example is trained, and its script repeats the run outside."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.analysis.problem import Severity
from studio.runs.folder import RunFolder
from studio.session.engines import Engines
from studio.session.results import Numbers, results_of
from studio.session.session import Session
from studio.session.trust import Trust
from studio.session.verification import Verification

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
WAIT_S = 240
REACHED = {
    "adding_problem": {"mean_absolute_error": 0.06},
    "digit_pairs": {"accuracy": 0.8},
    "digits_mlp": {"accuracy": 0.93},
    "digits_two_branch": {"accuracy": 0.96},
    "houses_two_inputs": {"mean_absolute_error": 0.15},
    "iris_two_targets": {"species_accuracy": 0.85, "petal_width_mean_absolute_error": 0.2},
    "letters_folder": {"accuracy": 0.95},
    "letters_reversed": {"accuracy": 0.95},
    "loans_table": {"auc": 0.94, "accuracy": 0.9},
    "outlines_unet": {"accuracy": 0.97, "mean_io_u": 0.93},
    "rentals_regression": {"mean_absolute_error": 0.4},
    "reviews_text": {"accuracy": 0.92},
    "sequence_bilstm": {"accuracy": 0.9},
    "shapes_folder": {"accuracy": 0.8},
    "spirals_mlp": {"accuracy": 0.92},
    "tickets_text": {"accuracy": 0.95},
    "tones_sounds": {"accuracy": 0.95},
    "visitors_next_week": {"mean_absolute_error": 0.3},
    "visitors_tomorrow": {"mean_absolute_error": 0.27},
    "words_tagging": {"accuracy": 0.95},
}
"""What each example reaches on its validation part, trained to the end with the seed that stands in it: an error of at
most that, anything else of at least that."""
SHOWN = {
    "digit_pairs": ("edges_layer(left)", "edges_layer(right)", "code_layer(flat)", "code_layer(flat_right)"),
    "houses_two_inputs": ("read_image(", '"rooms": rooms[', "inputs=[picture, rooms, district]"),
    "iris_two_targets": ('"species": "sparse_categorical_crossentropy"', '"petal_width": "mean', "loss_weights={"),
    "letters_reversed": ("return_state=True", "initial_state=[reader_state_h, reader_state_c]"),
    "loans_table": ("layers.StringLookup(", "layers.Normalization(", 'optional=("income_k", "job")', ".adapt("),
    "outlines_unet": ("read_mask(", "layers.Conv2DTranspose(", "layers.Concatenate("),
    "rentals_regression": ('optional=("weather", "temperature_c")', "np.isnan(", "standardize("),
    "reviews_text": ('dtype="string"', "layers.TextVectorization(", ".adapt("),
    "shapes_folder": ("layers.RandomFlip(", "tf.data.Dataset"),
    "tones_sounds": ("tf.audio.decode_wav(", "layers.Conv1D("),
    "visitors_next_week": ("sorted_by(", "window(last_weeks, chosen, -20, 21)", "window(next_week, chosen, 1, 7)"),
    "words_tagging": ("mask_zero=True", "return_sequences=True", "layers.TimeDistributed("),
}
"""What an example is there to show, as its script says it."""
FORECASTS = ("visitors_next_week", "visitors_tomorrow")
OUTSIDE = """
import json, runpy, sys
sys.modules["studio"] = None
script = runpy.run_path(sys.argv[1], run_name="__main__")
"""
"""Runs a script where `studio` cannot be imported."""
NAIVE = """
import numpy as np
data = script["load_data"]()

def targets(part):
    inputs, values = data[part]
    if isinstance(values, dict):
        return {f"{name}_": array for name, array in values.items()}
    if values.dtype == object:  # files, read batch by batch
        values = np.concatenate([np.asarray(read) for _, read in script["batches"](inputs, values)])
    return {"": values}

naive = {}
for name, learned in targets("train").items():
    asked = targets("validation")[name]
    if learned.dtype.kind in "iu":
        naive[name + "accuracy"] = float((asked == np.bincount(learned.ravel()).argmax()).mean())
    else:
        naive[name + "mean_absolute_error"] = float(abs(asked - learned.mean(axis=0)).mean())
print(json.dumps(naive))
"""
"""How far one gets on the validation part who always says the most frequent class of the training part, or its mean."""
AS_BEFORE = """
inputs, asked = data["validation"]
known = inputs[:, :, 0]
guesses = {"last value": known[:, -1:], "a week before": known[:, -7:][:, :asked.shape[1]]}
print(json.dumps({guess: float(abs(asked - values).mean()) for guess, values in guesses.items()}))
"""
"""How wrong it is to say that the days to come will be as the last known one, or as those of the week before."""
RAW_STRINGS = """
import json, sys
sys.modules["studio"] = None
import keras
model = keras.saving.load_model(sys.argv[1])
texts = keras.ops.convert_to_tensor([
    "What a wonderful garden!", "The meal was dreadful.", "I found the book not dull.",
])
print(json.dumps(model.predict(texts, verbose=0).ravel().tolist()))
"""


@dataclass(frozen=True)
class Trained:
    """An example after its training: what the studio said, where the run lies, what its script said outside.

    `naive` are the scores of guesses that know nothing of the inputs, `as_before` those of forecasts that learned
    nothing.
    """

    facts: dict[str, Any]
    run: RunFolder
    script: Path
    outside: dict[str, list[float]]
    naive: dict[str, float]
    as_before: dict[str, float]

    @property
    def history(self) -> dict[str, list[float]]:
        """What the run wrote down of its epochs."""
        return dict(json.loads(self.run.history.read_text()))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Trained]:
    """Train an example and, meanwhile, run its script outside; each once."""
    done: dict[str, Trained] = {}

    def train(name: str) -> Trained:
        if name not in done:
            done[name] = _train(name, tmp_path_factory.mktemp(name))
        return done[name]

    return train


def test_every_example_has_its_promise() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.layers")) == sorted(REACHED)


@pytest.mark.parametrize("name", sorted(REACHED))
def test_an_example_opens_without_errors_and_without_warnings(name: str) -> None:
    problems = Session.open(EXAMPLES / f"{name}.layers").analysis.problems
    assert [problem.text for problem in problems if problem.severity in (Severity.ERROR, Severity.WARNING)] == []


def test_keras_builds_what_the_studio_says_of_every_example() -> None:
    calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    engines = Engines(calls.put)
    said: dict[str, Any] = {}
    try:
        for name in REACHED:
            outcomes: list[Any] = []
            verification = Verification(Session.open(EXAMPLES / f"{name}.layers"), engines, Trust())
            verification.ended.connect(outcomes.append)
            verification.start()
            while not outcomes:
                calls.get(timeout=WAIT_S)()
            said[name] = outcomes[0]
    finally:
        engines.close()
    assert said == dict.fromkeys(REACHED, ())


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_an_example_shows_what_it_is_there_for(name: str) -> None:
    text = Session.open(EXAMPLES / f"{name}.layers").program().text
    assert [sign for sign in SHOWN[name] if sign not in text] == []


@pytest.mark.parametrize("name", sorted(REACHED))
def test_a_trained_example_and_its_script_outside_agree_number_for_number(
    name: str, trained: Callable[[str], Trained]
) -> None:
    example = trained(name)

    assert example.facts["status"] == "finished"
    assert example.facts["history"] == example.history
    assert example.run.model.stat().st_size > 10_000
    assert example.script.read_text() == example.run.program.read_text()
    assert example.outside == example.history


@pytest.mark.parametrize("name", sorted(REACHED))
def test_a_trained_example_reaches_its_score_far_from_a_guess(name: str, trained: Callable[[str], Trained]) -> None:
    example = trained(name)

    for metric, promised in REACHED[name].items():
        reached = example.history[f"val_{metric}"][-1]
        if metric.endswith("error"):
            assert reached <= promised <= 0.6 * example.naive[metric], metric
        else:
            assert reached >= promised, metric
            assert 1 - promised <= 0.5 * (1 - example.naive.get(metric, 0.5)), metric


@pytest.mark.parametrize("name", FORECASTS)
def test_a_forecast_beats_the_last_value_and_the_week_before(name: str, trained: Callable[[str], Trained]) -> None:
    example = trained(name)

    reached = example.history["val_mean_absolute_error"][-1]
    assert reached < 0.6 * example.as_before["last value"]
    assert reached < example.as_before["a week before"]


@pytest.mark.parametrize(("name", "days"), [("visitors_next_week", 7), ("visitors_tomorrow", 1)])
def test_a_run_keeps_the_forecast_of_its_test_part_beside_the_truth(
    name: str, days: int, trained: Callable[[str], Trained]
) -> None:
    results = results_of(trained(name).run)

    assert results is not None
    (numbers,) = results.results
    assert isinstance(numbers, Numbers)
    assert numbers.is_in_order
    assert len(numbers.series) == days
    for day in numbers.series:
        assert len(day.true) == len(day.predicted) > 50
        assert day.compared is not None
        ours, same_as_last = day.compared
        assert ours < same_as_last


def test_a_saved_model_says_of_raw_strings_what_they_mean(trained: Callable[[str], Trained]) -> None:
    model = trained("reviews_text").run.model

    with _started(RAW_STRINGS, model) as process:
        wonderful, dreadful, not_dull = json.loads(_printed(process)[-1])

    assert wonderful > 0.5
    assert dreadful < 0.5
    assert not_dull > dreadful


def _train(name: str, folder: Path) -> Trained:
    project, script = EXAMPLES / f"{name}.layers", folder / "out.py"
    layer_studio("export", project, "--to", "script", "-o", script)
    forecasts = name in FORECASTS
    with _started(OUTSIDE + NAIVE + AS_BEFORE * forecasts, script) as process:
        facts = json.loads(layer_studio("train", project, "--out", folder / "run", "--json"))
        printed = _printed(process)
    as_before = json.loads(printed.pop()) if forecasts else {}
    naive = json.loads(printed.pop())
    return Trained(facts, RunFolder(folder / "run"), script, json.loads(printed.pop()), naive, as_before)


def layer_studio(*arguments: object) -> str:
    """What a command of the studio prints."""
    command = [sys.executable, "-m", "studio", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_outside(script: Path) -> dict[str, list[float]]:
    """The history that a script prints last, run where `studio` cannot be imported."""
    with _started(OUTSIDE, script) as process:
        return dict(json.loads(_printed(process)[-1]))


def _started(code: str, argument: Path) -> subprocess.Popen[str]:
    """A fresh Python that runs code in the folder of its argument, from which nothing is imported."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, str(argument)],
        cwd=argument.parent,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _printed(process: subprocess.Popen[str]) -> list[str]:
    """The lines that a process prints until it ends."""
    try:
        out, err = process.communicate(timeout=WAIT_S)
    finally:
        process.kill()
    assert process.returncode == 0, err
    return out.strip().splitlines()
