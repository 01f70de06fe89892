"""Programs as they are expected to the letter, and as ruff likes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studio.document.graph import ROOT, NodeId
from studio.program.writer import write
from studio.project import format as project_format
from tests.program.golden_case import Case, cases, read, regenerate

CASES = cases()
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.layers"))
golden = pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)


@golden
def test_a_drawing_stands_for_its_golden_program(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--regenerate", default=False):
        regenerate(case)
        case = read(case.path)
    assert case.expected == case.written.text


@golden
def test_there_is_a_node_or_none_for_every_line(case: Case) -> None:
    program = case.written
    assert len(program.text.splitlines()) == len(program.lines)


@golden
def test_every_drawn_node_has_lines_and_they_lead_back_to_it(case: Case) -> None:
    program = case.written
    for node in case.document.root.nodes:
        lines = program.lines_of(node)
        assert lines, case.document.root.nodes[node].name
        assert {program.node_at(line) for line in lines} == {(ROOT, node)}


def test_a_line_names_the_layer_of_its_node() -> None:
    case = next(case for case in CASES if case.path.stem == "branches")
    program = case.written
    lines = program.text.splitlines()
    made: dict[NodeId, list[str]] = {
        id_: [lines[number - 1] for number in program.lines_of(id_)] for id_ in program.layers
    }
    for id_, name in program.layers.items():
        assert any(f'name="{name}"' in line for line in made[id_]), made[id_]


def test_lines_outside_the_program_have_no_node() -> None:
    program = CASES[0].written
    assert program.node_at(0) is None
    assert program.node_at(len(program.lines) + 1) is None


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of every golden program and every example's, and nothing that would configure ruff."""
    folder = tmp_path_factory.mktemp("written")
    for case in CASES:
        (folder / f"{case.path.stem}.py").write_text(case.written.text, encoding="utf-8")
    for path in EXAMPLES:
        text = write(project_format.load(path), title=path.stem).text
        (folder / f"example_{path.stem}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", [["format", "--check", "--diff"], ["check"]], ids=["format", "check"])
def test_programs_are_as_ruff_wants_them(written: Path, command: list[str]) -> None:
    assert len(list(written.glob("*.py"))) == len(CASES) + len(EXAMPLES) >= 10
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(written)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_examples_without_branches_are_a_stack() -> None:
    programs = {path.stem: write(project_format.load(path), title=path.stem) for path in EXAMPLES}
    known = {"digits_mlp": True, "digits_two_branch": False, "sequence_bilstm": True, "tickets_text": False}
    assert {name: "keras.Sequential(" in programs[name].text for name in known} == known
    assert all(len(programs[name].samples) == 1 for name in known)
