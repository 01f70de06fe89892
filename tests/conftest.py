"""What every test gets: settings, state and caches in its own folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.core import paths

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # no window pops up, and no display is needed


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="Write generated files again, to be read as a diff.")


@pytest.fixture(autouse=True)
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own settings out of tests, and tests out of them."""
    home = tmp_path / "studio-home"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    return home
