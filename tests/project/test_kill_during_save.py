"""A studio killed at any moment of saving a project of 1,000 nodes leaves one that opens."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.core.errors import FileRefused
from studio.project.format import load
from tests.project.saving_child import NODES

ROOT = Path(__file__).parents[2]
LONGEST_LIFE_S = 0.15


def unreadable_after_kills(kills: int, folder: Path) -> tuple[int, int]:
    """Kill a saving process `kills` times at random moments; count unreadable files, and saves that were cut short."""
    moments = random.Random(2026)
    path = folder / "killed.layers"
    unreadable = cut_short = 0
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.project.saving_child", str(path)], cwd=ROOT, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"saving\n"
            time.sleep(moments.uniform(0, LONGEST_LIFE_S))
            child.kill()
        left = list(folder.glob(".layer-studio-*"))
        cut_short += bool(left)
        for file in left:
            file.unlink()
        unreadable += sum(not readable(file) for file in (path, folder / "killed.layers.bak") if file.exists())
    return unreadable, cut_short


def readable(path: Path) -> bool:
    try:
        return len(load(path).root.nodes) == NODES
    except FileRefused:
        return False


def test_a_cut_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "cut.layers"
    path.write_bytes(b'{"format": "layer-studio", "version": 1, "graphs": {"main": {')
    assert not readable(path)


def test_twenty_kills_leave_a_project_that_opens(tmp_path: Path) -> None:
    unreadable, _ = unreadable_after_kills(20, tmp_path)
    assert unreadable == 0
    assert (tmp_path / "killed.layers.bak").exists()


@pytest.mark.large
def test_two_hundred_kills_leave_a_project_that_opens(tmp_path: Path) -> None:
    unreadable, cut_short = unreadable_after_kills(200, tmp_path)
    assert unreadable == 0
    assert cut_short > 0  # the kills did hit saves
