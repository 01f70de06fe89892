"""The catalogue and the installed Keras agree; run in one process of its own, so that Keras is imported once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.catalog.registry import KINDS
from tests.parity.__main__ import NO_LAYER

ROOT = Path(__file__).parents[2]
CASES = 25
GRAPHS = 100


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("parity") / "report.json"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.parity", "--cases", str(CASES), "--graphs", str(GRAPHS), "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert file.exists(), ran.stderr[-4000:]
    result: dict[str, Any] = json.loads(file.read_text())
    return result


@pytest.mark.parametrize("name", [name for name in KINDS if name not in NO_LAYER])
def test_a_kind_says_what_keras_says(name: str, report: dict[str, Any]) -> None:
    found = report["kinds"][name]

    assert found["disagreements"] == []
    assert found["cases"] == CASES
    assert found["accepted"] >= 5  # the cases are not all refused


def test_whole_drawings_become_what_keras_says(report: dict[str, Any]) -> None:
    found = report["kinds"]["graphs"]

    assert found["disagreements"] == []
    assert found["cases"] == GRAPHS
    assert 60 <= found["accepted"] < GRAPHS  # some end with a node that both refuse


def test_optimizers_losses_metrics_and_their_like_are_made_and_work_as_in_keras(report: dict[str, Any]) -> None:
    found = report["kinds"]["objects"]

    assert found["disagreements"] == []
    assert found["cases"] >= 300
    assert found["accepted"] > 0.9 * found["cases"]


def test_every_difference_on_purpose_has_its_evidence(report: dict[str, Any]) -> None:
    assert [each for each in report["evidence"] if not each["holds"]] == []
    assert len(report["evidence"]) > 10


def test_every_class_argument_default_and_text_of_keras_is_declared_or_listed(report: dict[str, Any]) -> None:
    assert report["complaints"] == []
