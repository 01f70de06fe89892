"""What a run leaves of its model's predictions: bounded, plain arrays, and never a reason for it to fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.client.engine import Engine
from studio.protocol.messages import Epoch, Finished, Stop, Train
from studio.runs.predictions import Predictions, read_predictions
from tests.client import programs
from tests.client.hearing import Heard


def predicted(engine: tuple[Engine, Heard], run: str, folder: Path) -> Predictions:
    """Train the program in `folder` and read what it predicts."""
    sent, heard = engine
    sent.send(Train(run, str(folder)))
    end = heard.wait_end(run)
    assert isinstance(end, Finished)
    found = read_predictions(folder / "predictions.npz")
    assert found is not None
    return found


def other_data(lines: str) -> str:
    """The program with other lines before the end of `load_data`."""
    return programs.TEXT.replace("    split = STEPS * BATCH_SIZE\n", f"{lines}    split = STEPS * BATCH_SIZE\n", 1)


def test_the_validation_part_is_predicted_in_its_order(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    found = predicted(engine, "order", programs.folder(tmp_path))
    rng = np.random.default_rng(42)
    pictures = rng.random((20 * 16 + 64, 8, 8, 1), dtype="float32")
    expected = (pictures.sum(axis=(1, 2, 3)) > 32).astype("int32")[20 * 16 :]
    (output,) = found.outputs
    assert (found.part, found.total, found.count, output.name) == ("validation", 64, 64, "")
    assert output.true.tolist() == expected.tolist()
    assert output.predicted.shape == (64, 2)
    assert np.allclose(output.predicted.sum(axis=1), 1, atol=1e-4)


def test_the_surest_mistakes_have_pictures(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    found = predicted(engine, "mistakes", programs.folder(tmp_path))
    (output,) = found.outputs
    chosen = output.predicted.argmax(axis=1)
    wrong = np.flatnonzero(chosen != output.true)
    surest = sorted(wrong, key=lambda row: -output.predicted[row].max())[:24]
    assert found.pictured.tolist() == [int(row) for row in surest]
    assert found.pictures.shape == (len(surest), 8, 8, 1)


def test_several_outputs_are_told_by_their_names_in_the_order_of_the_targets(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    text = programs.TEXT.replace(
        "    return keras.Model(image, answer)",
        '    size = keras.layers.Dense(1, name="size")(both)\n'
        '    return keras.Model(image, {"answer": answer, "size": size})',
    )
    text = text.replace('loss="sparse_categorical_crossentropy", metrics=["accuracy"]', LOSSES)
    text = text.replace("(pictures[:split], targets[:split])", "(pictures[:split], both(targets[:split]))")
    text = text.replace("(pictures[split:], targets[split:])", "(pictures[split:], both(targets[split:]))")
    text += '\n\ndef both(targets):\n    return {"size": targets.astype("float32"), "answer": targets}\n'
    found = predicted(engine, "several", programs.folder(tmp_path, text))
    assert [(each.name, each.predicted.shape) for each in found.outputs] == [("size", (64, 1)), ("answer", (64, 2))]


LOSSES = 'loss={"answer": "sparse_categorical_crossentropy", "size": "mean_squared_error"}'


def test_examples_beyond_the_limit_are_left_out(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT.replace("BATCH_SIZE + 64", "BATCH_SIZE + 10_100")
    found = predicted(engine, "limit", programs.folder(tmp_path, text))
    assert (found.count, found.total) == (10_000, 10_100)


def test_files_are_read_by_the_programs_own_batches(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT + BATCHES
    found = predicted(engine, "streamed", programs.folder(tmp_path, text))
    assert (found.count, found.outputs[0].true.min()) == (64, 0)


BATCHES = """

def batches(inputs, targets, shuffles=False):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(BATCH_SIZE)
"""


def test_a_stopped_run_has_predictions_too(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    sent, heard = engine
    folder = programs.folder(tmp_path, programs.endless())
    sent.send(Train("stopped", str(folder)))
    heard.until(lambda: heard.all(Epoch, "stopped"), 30)
    sent.send(Stop("stopped"))
    end = heard.wait_end("stopped", 20)
    assert isinstance(end, Finished)
    assert "predictions.npz" in end.files
    found = read_predictions(folder / "predictions.npz")
    assert found is not None
    assert found.count == 64


@pytest.mark.parametrize("wrong", ["batches = 3", "batches = exit", "def batches(*parts):\n    raise OSError('gone')"])
def test_what_goes_wrong_here_is_a_note_and_no_failure(
    engine: tuple[Engine, Heard], tmp_path: Path, wrong: str
) -> None:
    sent, heard = engine
    run = f"wrong-{len(wrong)}"
    folder = programs.folder(tmp_path, f"{programs.TEXT}\n\n{wrong}\n")
    sent.send(Train(run, str(folder)))
    end = heard.wait_end(run)
    assert isinstance(end, Finished)
    assert end.files == ["history.json", "model.keras"]
    assert not (folder / "predictions.npz").exists()
    assert "The run has no predictions to show" in (folder / "output.log").read_text()
