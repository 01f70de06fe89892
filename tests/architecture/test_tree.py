"""What every file of the tree keeps to: a docstring, a size, a telling name, no machine's own folders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("studio", "tests", "benchmarks", "docs", "examples", "resources", ".ci")
MOST_LINES = 600
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
NOBODY = "ada|you"
SOMEONES_FOLDER = re.compile(
    rf"(?<![\w.])(/(?:home|Users)/(?!(?:{NOBODY})\b)\w|/root/[.\w]|[A-Z]:\\Users\\(?!(?:{NOBODY})\b))"
)


def python_files() -> list[Path]:
    """Every Python file of ours."""
    return sorted(path for path in our_files() if path.suffix == ".py")


def our_files() -> Iterator[Path]:
    """Every file that belongs to the project: what lies at the top, and all below our own folders but runs."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for name in OURS:
        for path in (ROOT / name).rglob("*"):
            passing = any(part == "__pycache__" or part.endswith(".runs") for part in path.parts)
            if path.is_file() and not passing:
                yield path


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_walk_finds_the_tree() -> None:
    found = {relative(path) for path in our_files()}
    assert {"Makefile", "studio/__main__.py", "tests/conftest.py", ".ci/run"} <= found


def test_every_package_and_module_says_first_what_it_is_for() -> None:
    silent = []
    for path in python_files():
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        sentence = docstring.split("\n\n")[0]
        if not re.fullmatch(r"[A-Z`“\d].{10,}[.:?)]", sentence, re.DOTALL):
            silent.append(relative(path))
    assert silent == []


def test_every_folder_of_the_studio_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "studio").rglob("*.py")}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_file_is_longer_than_six_hundred_lines() -> None:
    sizes = {relative(path): path.read_text().count("\n") for path in python_files()}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    words = {relative(path): set(re.split(r"[/_.\-]", relative(path))) for path in python_files()}
    assert [name for name, said in words.items() if said & NAMES_THAT_SAY_NOTHING] == []


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    telling = []
    for path in our_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if str(ROOT) in text or SOMEONES_FOLDER.search(text):
            telling.append(relative(path))
    assert telling == []


@pytest.mark.parametrize("text", ["open /home%sjane/x", 'cd "/Users%sjane"', "(/root%s.cache)"])
def test_someones_folder_is_recognized(text: str) -> None:
    assert SOMEONES_FOLDER.search(text % "/")


@pytest.mark.parametrize(
    "text", ["open /home/ada/x", "example.org/home/page", "app/root/node", "$HOME/.config", "~/models"]
)
def test_other_paths_are_left_alone(text: str) -> None:
    assert not SOMEONES_FOLDER.search(text)
