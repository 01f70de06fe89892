"""What the studio says of blocks, inside and out, is what Keras says of nested models; in one process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.parity.blocks import AGREED, REFUSED, STRICTER

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("blocks") / "answer.json"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.parity.blocks", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert file.exists(), ran.stderr[-4000:]
    read: dict[str, Any] = json.loads(file.read_text())
    return read


@pytest.mark.parametrize("name", AGREED)
def test_every_layer_of_a_block_is_as_keras_has_it(name: str, answer: dict[str, Any]) -> None:
    assert answer["agreed"][name] == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_go_through_a_block_is_refused_by_both(name: str, answer: dict[str, Any]) -> None:
    ours, theirs = answer["refused"][name]
    assert ours
    assert theirs


@pytest.mark.parametrize("name", STRICTER)
def test_what_only_the_studio_refuses_does_not_work(name: str, answer: dict[str, Any]) -> None:
    ours, theirs = answer["stricter"][name]
    assert ours == ["block.shape"]
    assert theirs
