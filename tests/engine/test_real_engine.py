"""The engine with the real Keras: the contract, and what only Keras can show."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.client.engine import Engine
from studio.protocol.messages import (
    Batches,
    Epoch,
    Event,
    Failed,
    Finished,
    Heartbeat,
    Phase,
    Stop,
    Train,
    Verified,
    Verify,
)
from tests.client import programs
from tests.client.contract import EngineContract
from tests.client.hearing import Heard


class TestRealEngine(EngineContract):
    pass


def ended(engine: tuple[Engine, Heard], run: str, folder: Path) -> Event:
    """Train the program in `folder` to its end."""
    asked, heard = engine
    asked.send(Train(run, str(folder)))
    return heard.wait_end(run)


def failed(engine: tuple[Engine, Heard], run: str, folder: Path) -> Failed:
    end = ended(engine, run, folder)
    assert isinstance(end, Failed)
    return end


def test_the_history_is_that_of_the_program_run_alone(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = programs.folder(tmp_path)
    end = ended(engine, "history", folder)
    alone = subprocess.run(
        [sys.executable, "-I", str(folder / "program.py")], capture_output=True, text=True, timeout=120, check=True
    )
    expected = json.loads(alone.stdout.splitlines()[-1])
    assert json.loads((folder / "history.json").read_bytes()) == expected
    told: dict[str, list[Any]] = {}
    for epoch in engine[1].all(Epoch, "history"):
        for name, value in epoch.logs.items():
            told.setdefault(name, []).append(value)
    assert told == expected
    assert isinstance(end, Finished)
    assert math.isclose(end.evaluation["loss"] or 0.0, expected["val_loss"][-1], rel_tol=1e-5)


def test_the_last_batch_of_an_epoch_has_the_epochs_own_numbers(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    ended(engine, "means", programs.folder(tmp_path))
    for epoch in engine[1].all(Epoch, "means"):
        last = [report for report in engine[1].all(Batches, "means") if report.epoch == epoch.epoch][-1]
        assert {name: values[-1] for name, values in last.logs.items()} == {
            name: value for name, value in epoch.logs.items() if not name.startswith("val_")
        }


def test_a_run_leaves_its_model_history_and_output(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = programs.folder(tmp_path)
    end = ended(engine, "files", folder)
    assert isinstance(end, Finished)
    assert end.files == ["history.json", "model.keras", "predictions.npz"]
    left = ["history.json", "model.keras", "output.log", "predictions.npz", "program.py"]
    assert sorted(path.name for path in folder.iterdir()) == left
    assert "Epoch 3/3" in (folder / "output.log").read_text()


def test_the_phases_come_in_order(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    heard = engine[1]
    before = len(heard.all(Heartbeat))
    ended(engine, "phases", programs.folder(tmp_path))
    phases = list(dict.fromkeys(beat.phase for beat in heard.all(Heartbeat)[before:] if beat.phase != Phase.IDLE))
    assert phases == ["loading data", "building", "compiling", "training", "saving", "evaluating"]


def test_a_stopped_run_keeps_what_it_has_learnt_and_its_complete_epochs(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    asked, heard = engine
    folder = programs.folder(tmp_path, programs.endless())
    asked.send(Train("kept", str(folder)))
    heard.until(lambda: heard.all(Epoch, "kept")[1:], 30)
    asked.send(Stop("kept"))
    end = heard.wait_end("kept", 20)
    assert isinstance(end, Finished)
    assert end.stopped
    assert set(end.evaluation) == {"accuracy", "loss"}
    assert (folder / "model.keras").exists()
    complete = [report.logs["loss"] for report in heard.all(Epoch, "kept")]
    assert json.loads((folder / "history.json").read_bytes())["loss"] == complete


def test_a_run_that_is_stopped_before_its_first_batch_has_learnt_nothing(
    engine: tuple[Engine, Heard], tmp_path: Path
) -> None:
    asked, heard = engine
    folder = programs.folder(tmp_path)
    asked.send(Train("at once", str(folder)))
    asked.send(Stop("at once"))
    end = heard.wait_end("at once", 20)
    assert isinstance(end, Finished)
    assert (end.stopped, end.evaluation, end.files) == (True, {}, [])
    assert not (folder / "model.keras").exists()


@pytest.mark.parametrize(
    ("wrong", "instead", "error", "text"),
    [
        ("    rng = np.random", "    raise SystemExit(3)\n    rng = np.random", "SystemExit", "3"),
        ("import json\n", "import json json\n", "SyntaxError", "invalid syntax"),
        ('loss="sparse_categorical_crossentropy"', 'loss="categorical_crossentropy"', "ValueError", "shape"),
        ("def evaluate(", "def evaluated(", "AttributeError", "evaluate"),
    ],
)
def test_whatever_a_program_raises_is_a_failure(
    engine: tuple[Engine, Heard], tmp_path: Path, wrong: str, instead: str, error: str, text: str
) -> None:
    assert wrong in programs.TEXT
    failure = failed(
        engine, f"raises {error} {text}", programs.folder(tmp_path, programs.TEXT.replace(wrong, instead, 1))
    )
    assert failure.error == error
    assert text in failure.text
    if error != "AttributeError":
        assert failure.line is not None
    assert "\x1b" not in failure.text + failure.traceback


def test_an_error_of_the_backend_is_told_without_its_graph(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT.replace('> 32).astype("int32")', '> 32).astype("int32") + 5')
    failure = failed(engine, "graph", programs.folder(tmp_path, text))
    assert "valid range" in failure.text
    for noise in ("Detected at node", 'File "', "{{node", "[Op:", "Graph execution error"):
        assert noise not in failure.text
    assert text.splitlines()[(failure.line or 0) - 1] == "    return model.fit("


def test_losses_that_are_not_finite_are_none(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT.replace("    pictures = rng.random(", "    pictures = np.nan * rng.random(")
    folder = programs.folder(tmp_path, text)
    assert isinstance(ended(engine, "nan", folder), Finished)
    assert engine[1].all(Epoch, "nan")[0].logs["loss"] is None
    assert json.loads((folder / "history.json").read_bytes())["loss"] == [None] * programs.EPOCHS


def test_a_check_says_shapes_and_weights_by_name(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    asked, heard = engine
    asked.send(Verify("shapes", str(programs.folder(tmp_path) / "program.py")))
    end = heard.wait_end("shapes")
    assert isinstance(end, Verified)
    layers = {report.name: report for report in end.layers}
    assert layers["fine"].outputs == [[[None, 6, 6, 4]]]
    assert layers["norm"].weights == [
        ("gamma", [400], True),
        ("beta", [400], True),
        ("moving_mean", [400], False),
        ("moving_variance", [400], False),
    ]
    assert layers["answer"].weights == [("kernel", [400, 2], True), ("bias", [2], True)]
    trainable = sum(math.prod(shape) for report in end.layers for _, shape, learns in report.weights if learns)
    assert (end.trainable, end.non_trainable) == (trainable, 800)


def test_a_shared_layer_is_reported_with_both_calls(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    asked, heard = engine
    program = tmp_path / "program.py"
    program.write_text(
        "import keras\n\n\n"
        "def build_model():\n"
        '    a, b = keras.Input((5,), name="a"), keras.Input((5,), name="b")\n'
        '    tower = keras.layers.Bidirectional(keras.layers.LSTM(3), name="tower")\n'
        '    widen = keras.layers.RepeatVector(4, name="widen")\n'
        '    return keras.Model([a, b], keras.layers.Add(name="sum")([tower(widen(a)), tower(widen(b))]))\n\n\n'
        "load_data = train = evaluate = None\n"
    )
    asked.send(Verify("shared", str(program)))
    end = heard.wait_end("shared")
    assert isinstance(end, Verified), end
    layers = {report.name: report for report in end.layers}
    assert layers["tower"].outputs == [[[None, 6]], [[None, 6]]]
    assert len(layers["tower"].weights) == 6
    assert layers["tower"].weights[0][0].startswith("forward_lstm")


def test_a_check_of_a_huge_model_takes_no_memory_for_it(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    asked, heard = engine
    program = tmp_path / "program.py"
    program.write_text(
        "import keras\n\n\n"
        "def build_model():\n"
        "    inputs = keras.Input((50_000,))\n"
        '    return keras.Model(inputs, keras.layers.Dense(50_000, name="huge")(inputs))\n\n\n'
        "load_data = train = evaluate = None\n"
    )
    asked.send(Verify("huge", str(program)))
    end = heard.wait_end("huge")
    assert isinstance(end, Verified), end
    assert end.trainable == 50_000 * 50_001
    assert heard.all(Heartbeat)[-1].memory_bytes < 4e9


def test_a_check_of_a_model_that_cannot_be_built_says_the_line(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    asked, heard = engine
    text, line = programs.failing()
    asked.send(Verify("unbuildable", str(programs.folder(tmp_path, text) / "program.py")))
    end = heard.wait_end("unbuildable")
    assert isinstance(end, Failed)
    assert end.line == line


def test_a_program_gets_no_requests_for_input(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT.replace("    rng = np", "    input()\n    rng = np", 1)
    assert failed(engine, "input", programs.folder(tmp_path, text)).error == "EOFError"


def test_what_a_program_writes_by_a_bare_name_stays_in_its_folder(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = programs.TEXT.replace("    rng = np", '    open("note.txt", "w").close()\n    rng = np', 1)
    folder = programs.folder(tmp_path, text)
    ended(engine, "note", folder)
    assert (folder / "note.txt").exists()


def test_the_environment_of_an_engine_lets_bytecode_be_kept(engine: tuple[Engine, Heard]) -> None:
    environment = Path(f"/proc/{engine[0].pid}/environ").read_bytes().split(b"\0")
    assert not [entry for entry in environment if entry.startswith(b"PYTHONDONTWRITEBYTECODE")]
    assert os.getpgid(engine[0].pid or 0) == engine[0].pid
