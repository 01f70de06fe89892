"""Folders of the studio and of the user."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from studio.core import paths

FOLDERS = {"settings": paths.settings_dir, "state": paths.state_dir, "cache": paths.cache_dir}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_home_variable_puts_each_folder_under_one_roof(name: str, studio_home: Path) -> None:
    assert FOLDERS[name]() == studio_home / name


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_made_for_its_owner_only(name: str) -> None:
    folder = FOLDERS[name]()
    assert folder.is_dir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", FOLDERS)
def test_asking_again_gives_the_same_folder_with_what_is_in_it(name: str) -> None:
    (FOLDERS[name]() / "kept").touch()
    assert (FOLDERS[name]() / "kept").exists()


def test_without_the_variable_folders_are_where_the_desktop_expects_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert paths.settings_dir() == tmp_path / "config" / "layer-studio"
    assert paths.state_dir() == tmp_path / "state" / "layer-studio"
    assert paths.cache_dir() == tmp_path / "cache" / "layer-studio"


def test_resources_are_found_from_any_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert (paths.resources_dir() / "icons" / "layer-studio.svg").is_file()
