"""What a fresh process has loaded after importing the studio: never Keras, and Qt only with the window."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEARNING = {"keras", "tensorflow", "jax", "torch", "sklearn", "pandas"}
WINDOW = {"PySide6", "shiboken6", "pyqtgraph"}
LATE = {"networkx", "numpy", "pygments"}

PROGRAM = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_after_importing(modules: list[str]) -> set[str]:
    """Import `modules` in a fresh process; return the top-level names of everything that is loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *modules], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def modules_of(*packages: str) -> list[str]:
    """The modules of some packages of the studio."""
    paths = sorted(path for package in packages for path in (ROOT / "studio" / package).rglob("*.py"))
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in paths]
    return [".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts]


def parts_but(*left_out: str) -> list[str]:
    found = sorted(path.parent.name for path in (ROOT / "studio").glob("*/__init__.py"))
    return [name for name in found if name not in left_out]


def test_everything_but_window_and_engine_loads_neither_keras_nor_qt() -> None:
    modules = ["studio.__main__", *modules_of(*parts_but("gui", "engine"))]
    assert len(modules) > 50
    assert loaded_after_importing(modules) & (LEARNING | WINDOW) == set()


def test_every_module_of_the_window_together_loads_no_keras() -> None:
    loaded = loaded_after_importing(modules_of("gui"))
    assert loaded & LEARNING == set()
    assert "PySide6" in loaded


def test_the_window_opens_before_pyqtgraph_and_networkx_are_loaded() -> None:
    assert loaded_after_importing(["studio.gui.app", "studio.gui.opening"]) & (LATE | {"pyqtgraph"}) == set()
