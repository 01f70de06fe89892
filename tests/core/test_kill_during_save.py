"""A process killed at any moment of a save leaves the old or the new file, whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.saving_child import content, version_of

ROOT = Path(__file__).parents[2]
LONGEST_LIFE_S = 0.03


def unreadable_after_kills(way: str, kills: int, path: Path) -> int:
    """Kill a saving process `kills` times, each time at a random moment; count the files that cannot be read."""
    moments = random.Random(20260)
    unreadable = 0
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.core.saving_child", way, str(path)], cwd=ROOT, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"saving\n"
            time.sleep(moments.uniform(0, LONGEST_LIFE_S))
            child.kill()
        saved = [path, path.with_name(path.name + ".bak")]
        unreadable += sum(not readable(file) for file in saved if file.exists())
    return unreadable


def readable(path: Path) -> bool:
    try:
        version_of(path.read_bytes())
    except ValueError:
        return False
    return True


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "killed.layers"


def test_the_payload_is_of_a_real_projects_size_and_a_cut_one_is_noticed() -> None:
    whole = content(3)
    assert 150_000 < len(whole) < 250_000
    assert version_of(whole) == 3
    for cut in (b"", whole[:1], whole[: len(whole) // 2], whole[:-1], content(1)[:100_000] + whole[100_000:]):
        with pytest.raises(ValueError, match="not a whole version"):
            version_of(cut)


def test_twenty_kills_during_saves_leave_no_unreadable_file(project: Path) -> None:
    assert unreadable_after_kills("safely", 20, project) == 0
    assert project.with_name("killed.layers.bak").exists()


@pytest.mark.large
def test_two_hundred_kills_during_saves_leave_no_unreadable_file(project: Path) -> None:
    assert unreadable_after_kills("safely", 200, project) == 0


@pytest.mark.large
def test_the_same_kills_do_ruin_files_that_are_written_in_place(project: Path) -> None:
    assert unreadable_after_kills("naively", 200, project) > 10
