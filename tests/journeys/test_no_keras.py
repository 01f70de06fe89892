"""The window's process never imports Keras: not at the start, not after a full session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from studio.document import edits
from studio.document.training_choice import TrainingChoice
from studio.project import format as project_format

ROOT = Path(__file__).resolve().parents[2]


def test_after_a_full_session_the_window_has_not_imported_keras(tmp_path: Path) -> None:
    document = project_format.load(ROOT / "examples" / "digits_mlp.layers")
    document.apply(edits.set_training(document, TrainingChoice(epochs=2)))
    project_format.save(document, tmp_path / "mine.layers")
    folder = tmp_path / "written"
    folder.mkdir()

    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.journeys.session_child", tmp_path / "mine.layers", folder],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "outcome": "Finished",
        "epochs": 2,
        "agreed": "Keras agrees: every shape and every weight is as the studio says.",
        "written": ["digits.npz", "exported.py", "saved.layers"],
        "imported": [],
        "visible": [],
    }
