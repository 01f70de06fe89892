"""The README's promises on the real engine: an example is trained, and its script repeats the run outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
REACHED = {"digits_mlp": 0.9, "digits_two_branch": 0.96, "sequence_bilstm": 0.8, "tickets_text": 0.95}
"""The validation accuracy that each example reaches at least."""


def layer_studio(*arguments: object) -> str:
    command = [sys.executable, "-m", "studio", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", sorted(REACHED))
def test_a_trained_example_and_its_script_outside_agree_number_for_number(name: str, tmp_path: Path) -> None:
    project = EXAMPLES / f"{name}.layers"

    facts = json.loads(layer_studio("train", project, "--out", tmp_path / "run", "--json"))

    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert facts["status"] == "finished"
    assert facts["history"] == history
    assert max(history["val_accuracy"]) >= REACHED[name]
    assert (tmp_path / "run" / "model.keras").stat().st_size > 10_000
    layer_studio("export", project, "--to", "script", "-o", tmp_path / "out.py")
    assert (tmp_path / "out.py").read_text() == (tmp_path / "run" / "program.py").read_text()
    assert run_outside(tmp_path / "out.py") == history


def run_outside(script: Path) -> dict[str, list[float]]:
    """The history that a script prints last, run where `studio` cannot be imported."""
    guard = "import sys, runpy; sys.modules['studio'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", guard, str(script)],
        cwd=script.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
