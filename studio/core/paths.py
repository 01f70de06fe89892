"""Folders: where the studio's own files are, and where the user's settings, state and caches go.

`LAYER_STUDIO_HOME` puts settings, state and caches into one folder of the caller's choice (tests, kiosks).
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "layer-studio"
HOME_VARIABLE = "LAYER_STUDIO_HOME"


def resources_dir() -> Path:
    """The folder of icons, themes, sample data and templates that ships with the studio."""
    return Path(__file__).resolve().parents[2] / "resources"


def settings_dir() -> Path:
    """The folder of the user's settings; made if missing, readable by the user only."""
    return _private(_home("settings") or Path(platformdirs.user_config_dir(APP)))


def state_dir() -> Path:
    """The folder of what the studio remembers between starts (recent projects, logs, recovery, unsaved runs)."""
    return _private(_home("state") or Path(platformdirs.user_state_dir(APP)))


def cache_dir() -> Path:
    """The folder of what can be thrown away at any time."""
    return _private(_home("cache") or Path(platformdirs.user_cache_dir(APP)))


def _home(name: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / name if home else None


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
