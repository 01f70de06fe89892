"""`layer-studio info`: versions and folders, without importing any of what it reports."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version

import studio
from studio.core.paths import cache_dir, resources_dir, settings_dir, state_dir

PACKAGES = ("keras", "tensorflow", "jax", "torch", "PySide6-Essentials", "numpy", "networkx", "pyqtgraph", "msgspec")


def info(*, as_json: bool) -> int:
    """Print what is installed, and where the studio keeps its files."""
    packages = {name: installed for name in PACKAGES if (installed := _version(name))}
    folders = {
        "resources": str(resources_dir()),
        "settings": str(settings_dir()),
        "state": str(state_dir()),
        "cache": str(cache_dir()),
    }
    if as_json:
        facts = {
            "version": studio.__version__,
            "python": platform.python_version(),
            "system": platform.platform(),
            "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
            "packages": packages,
            "folders": folders,
        }
        print(json.dumps(facts, indent=2))
        return 0
    print(f"Layer Studio {studio.__version__} on Python {platform.python_version()}, {platform.platform()}")
    width = max(map(len, [*packages, *folders]))
    for name, value in {**packages, **folders}.items():
        print(f"  {name:<{width}}  {value}")
    return 0


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
