"""The list of recent projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.session.recent import MOST, Recent


def project(folder: Path, name: str) -> Path:
    path = folder / f"{name}.layers"
    path.write_text("{}")
    return path


@pytest.fixture
def recent(tmp_path: Path) -> Recent:
    return Recent(tmp_path / "state" / "recent.json")


def test_nothing_was_opened_at_first(recent: Recent) -> None:
    assert recent.paths() == ()


def test_the_project_opened_last_comes_first(recent: Recent, tmp_path: Path) -> None:
    one, two = project(tmp_path, "one"), project(tmp_path, "two")
    recent.add(one)
    recent.add(two)
    assert recent.paths() == (two, one)


def test_a_project_opened_again_is_listed_once(recent: Recent, tmp_path: Path) -> None:
    one, two = project(tmp_path, "one"), project(tmp_path, "two")
    for each in (one, two, one):
        recent.add(each)
    assert recent.paths() == (one, two)


def test_only_the_newest_are_kept(recent: Recent, tmp_path: Path) -> None:
    projects = [project(tmp_path, f"project_{number}") for number in range(MOST + 3)]
    for each in projects:
        recent.add(each)
    assert recent.paths() == tuple(reversed(projects[-MOST:]))


def test_a_project_that_is_gone_is_not_listed(recent: Recent, tmp_path: Path) -> None:
    one, two = project(tmp_path, "one"), project(tmp_path, "two")
    recent.add(one)
    recent.add(two)
    two.unlink()
    assert recent.paths() == (one,)


def test_it_is_remembered_between_starts(recent: Recent, tmp_path: Path) -> None:
    one = project(tmp_path, "one")
    recent.add(one)
    assert Recent(tmp_path / "state" / "recent.json").paths() == (one,)


def test_clearing_forgets_all(recent: Recent, tmp_path: Path) -> None:
    recent.add(project(tmp_path, "one"))
    recent.clear()
    assert recent.paths() == ()


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"3", b'[1, null, ""]', b'["a\\u0000b"]', b"\xff", b"[" * 5000])
def test_a_damaged_list_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "recent.json"
    path.write_bytes(content)
    assert Recent(path).paths() == ()
