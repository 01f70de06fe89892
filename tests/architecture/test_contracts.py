"""The import contracts hold, cover every package, and bite: each is broken on purpose and seen to be caught."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS: Mapping[str, Mapping[str, Any]] = {
    contract["name"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]
}
LAYERS = "Imports go downwards only, and packages on one row do not know each other"
PANELS = "The window's panels do not import each other"
PARTS = {path.stem for path in (ROOT / "studio").iterdir() if (path / "__init__.py").exists()} | {"__main__"}

Offense = tuple[str, str]
"""A module, and what it must not import."""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the studio's source, with its contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "studio", tmp_path / "studio", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(folder: Path) -> tuple[int, str]:
    """Run import-linter in `folder`; return its exit code and its report."""
    run = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", run, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "1000", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def section(report: str, name: str) -> str:
    """What `report` says of one broken contract."""
    after = report.split(f"\n{name}\n{'-' * len(name)}\n")[1]
    return re.split(r"(?m)^-{8,}$", after)[0]


def offenses(contract: Mapping[str, Any]) -> list[Offense]:
    """Every import that `contract` names and forbids."""
    match contract["type"]:
        case "forbidden":
            return [(one, other) for one in contract["source_modules"] for other in contract["forbidden_modules"]]
        case "independence":
            return list(permutations(contract["modules"], 2))
        case "layers":
            rows = [[f"studio.{name}" for name in row.split(" | ")] for row in contract["layers"]]
            beside = [pair for row in rows for pair in permutations(row, 2)]
            upward = [(low, high) for above, below in combinations(rows, 2) for low in below for high in above]
            return beside + upward
    raise AssertionError(f"No way is known to break a contract of type {contract['type']}.")


def commit_offenses(folder: Path, wanted: Iterable[Offense]) -> None:
    for module, forbidden in wanted:
        path = folder / Path(*module.split("."))
        source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        with source.open("a") as file:
            file.write(f"\nimport {forbidden}\n")


def test_every_contract_is_kept_by_the_studio() -> None:
    code, report = lint(ROOT)
    assert code == 0, report
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report


@pytest.mark.parametrize("name", CONTRACTS)
def test_each_import_that_a_contract_forbids_is_caught_by_that_contract(package: Path, name: str) -> None:
    wanted = offenses(CONTRACTS[name])
    commit_offenses(package, wanted)
    code, report = lint(package)
    assert code == 1, report
    assert f"{name} BROKEN" in report
    named = re.findall(r"(?m)^-\s+(\S+) -> (\S+) \(l\.", section(report, name))
    assert set(wanted) - set(named) == set()


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_single_forbidden_import_deep_in_a_package_is_caught(package: Path, name: str) -> None:
    module, forbidden = offenses(CONTRACTS[name])[-1]
    deep = package / Path(*module.split(".")) / "a_new_module.py"
    deep.write_text(f"def _later() -> None:\n    import {forbidden}\n")
    code, report = lint(package)
    assert code == 1
    assert f"{name} BROKEN" in report
    assert f"{module}.a_new_module -> {forbidden} (l.2)" in report


def test_a_new_package_that_has_no_row_yet_is_caught(package: Path) -> None:
    (package / "studio" / "stray").mkdir()
    (package / "studio" / "stray" / "__init__.py").touch()
    code, report = lint(package)
    assert code == 1
    assert f"{LAYERS} BROKEN" in report
    assert "studio.stray" in report


@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("Nothing imports the engine", {"engine"}),
        ("Only the engine imports Keras and its backends", {"engine"}),
        ("Only the window imports Qt and pyqtgraph", {"gui", "__main__"}),
        ("networkx lives in analysis", {"analysis"}),
    ],
)
def test_a_contract_binds_every_package_but_those_it_frees(name: str, free: set[str]) -> None:
    assert set(CONTRACTS[name]["source_modules"]) == {f"studio.{part}" for part in PARTS - free}


def test_the_engine_is_forbidden_everything_but_protocol_and_core() -> None:
    forbidden = set(CONTRACTS["The engine knows protocol and core only"]["forbidden_modules"])
    assert forbidden == {f"studio.{part}" for part in PARTS - {"engine", "protocol", "core"}}


def test_every_panel_of_the_window_is_bound() -> None:
    inside = {path.parent.name for path in (ROOT / "studio" / "gui").glob("*/__init__.py")}
    assert set(CONTRACTS[PANELS]["modules"]) == {f"studio.gui.{panel}" for panel in inside - {"shell", "shared"}}


def test_the_contracts_know_no_exceptions() -> None:
    assert [name for name, contract in CONTRACTS.items() if "ignore_imports" in contract] == []
    assert CONTRACTS[LAYERS]["exhaustive"] is True
    assert CONTRACTS[LAYERS]["exhaustive_ignores"] == ["engine"]
