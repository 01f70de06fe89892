"""What people write in functional models goes to the studio and comes back: the same weights give the same numbers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("constructs.py").read_text(encoding="utf-8")
NAMES = re.findall(r"^def (\w+)\(\) -> Any:", SOURCE, re.MULTILINE)


@pytest.fixture(scope="module")
def report() -> dict[str, list[str]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.applications.constructs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    found: dict[str, list[str]] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_construct_comes_back_as_it_was(name: str, report: dict[str, list[str]]) -> None:
    assert report[name] == []
