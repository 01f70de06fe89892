"""A few of the models of keras.applications in every run; `make applications` compares all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FEW = ("ResNet50", "MobileNetV3Small", "ConvNeXtTiny", "InceptionV3")
"""Plain, with operations and constants, with nested models and private layers, with many branches."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("applications") / "report.json"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.applications", *FEW, "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert file.exists(), ran.stderr[-4000:]
    return {each["name"]: each for each in json.loads(file.read_text())}


@pytest.mark.parametrize("name", FEW)
def test_a_model_of_keras_is_drawn_as_it_is_and_comes_back(name: str, report: dict[str, Any]) -> None:
    assert report[name]["wrong"] == []
    assert report[name]["nodes"] > 100
