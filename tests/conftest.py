"""What every test gets: settings, state and caches in its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core import paths


@pytest.fixture(autouse=True)
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own settings out of tests, and tests out of them."""
    home = tmp_path / "studio-home"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    return home
