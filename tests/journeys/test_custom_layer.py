"""A custom layer of somebody's, from a stranger's project to a trained model, with the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli.main import run
from studio.core import paths
from studio.project import format as project_format
from studio.session.trust import fingerprint
from tests.custom_layers import trainable

CODE = '''\
import os


@keras.saving.register_keras_serializable()
class Blend(keras.layers.Layer):
    """Learns how much of each number to let through."""

    def __init__(self, sharpness=1.0, **kwargs):
        super().__init__(**kwargs)
        self.sharpness = sharpness

    def build(self, shape):
        self.gate = self.add_weight(shape=(shape[-1],), initializer="zeros", name="gate")

    def call(self, inputs):
        return inputs * keras.ops.sigmoid(self.sharpness * self.gate)

    def get_config(self):
        return {**super().get_config(), "sharpness": self.sharpness}


open(os.environ["CUSTOM_LAYER_MARK"], "a").write("ran")
'''

RAISING = """\
class Blend(keras.layers.Layer):
    def call(self, inputs):
        return keras.ops.reshape(inputs, (5, 3, 1)) @ inputs
"""


def command(*arguments: object) -> int:
    def no_window(options: object) -> int:
        raise AssertionError("no window was asked for")

    return run([str(argument) for argument in arguments], no_window)


def test_a_strangers_layer_is_read_trusted_trained_and_taken_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "ran"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("CUSTOM_LAYER_MARK", str(mark))
    project = tmp_path / "flowers.layers"
    project_format.save(trainable(layer="Blend", code=CODE, arguments=(("sharpness", 2.0),)), project)

    assert command("check", project, "--json") == 1
    problems = {each["code"] for each in json.loads(capsys.readouterr().out)["problems"]}
    assert "custom.untrusted" in problems
    assert command("train", project, "--epochs", 3, "--out", tmp_path / "refused") == 2
    assert "What Blend makes of its inputs is not known" in capsys.readouterr().err
    assert command("export", project, "--to", "script", "-o", tmp_path / "flowers.py") == 0
    assert command("trust", project) == 1
    assert "class Blend" in capsys.readouterr().out
    assert not mark.exists(), "the code ran before it was trusted"

    assert command("trust", project, "--sha256", fingerprint(CODE)) == 0
    capsys.readouterr()
    command("check", project, "--json")
    facts = json.loads(capsys.readouterr().out)
    node = next(each for each in facts["nodes"] if each["kind"] == "Custom")
    assert node["outputs"] == [{"port": "output", "shape": [None, 4], "dtype": "float32"}]
    assert node["params"] == {"total": 4, "trainable": 4, "non_trainable": 0}
    assert not [each for each in facts["problems"] if each["severity"] == "error"]

    assert command("train", project, "--epochs", 3, "--out", tmp_path / "run", "--json") == 0
    trained = json.loads(capsys.readouterr().out)
    assert command("export", project, "--to", "script", "--epochs", 3, "-o", tmp_path / "flowers.py") == 0
    alone = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "flowers.py")], capture_output=True, text=True, timeout=300, check=True
    )
    assert json.loads(alone.stdout.splitlines()[-1]) == trained["history"]


def test_what_the_code_raises_is_said_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    project = tmp_path / "flowers.layers"
    project_format.save(trainable(layer="Blend", code=RAISING), project)
    assert command("trust", project, "--sha256", fingerprint(RAISING)) == 0
    capsys.readouterr()

    assert command("check", project, "--json") == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    found = next(each for each in problems if each["code"] == "custom.raised")
    assert (found["name"], found["param"]) == ("custom", "code")
    assert found["text"].startswith("Line 3 of the code raised ")
