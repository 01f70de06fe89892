"""The command line says what it found in one sentence or one JSON value, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli.main import run
from studio.project import format as project_format
from tests.notation import graph

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def no_window(options: object) -> int:
    raise AssertionError("no window was asked for")


def command(*arguments: object) -> int:
    return run([str(argument) for argument in arguments], no_window)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.layers"
    project_format.save(graph("input(28, 28, 1) > a: conv2d(8, 3) > b: lstm(4) > dense(10) > output"), path)
    return path


@pytest.mark.parametrize("name", ["digits_mlp", "digits_two_branch", "sequence_bilstm"])
def test_an_example_is_clean(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", EXAMPLES / f"{name}.layers") == 0
    assert "No problems." in capsys.readouterr().out


def test_check_as_json_names_every_node_shape_and_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", EXAMPLES / "digits_two_branch.layers", "--json") == 0

    facts = json.loads(capsys.readouterr().out)
    nodes = {node["name"]: node for node in facts["nodes"]}
    assert nodes["join"]["kind"] == "Concatenate"
    assert nodes["join"]["outputs"] == [{"port": "output", "shape": [None, 4, 4, 32], "dtype": "float32"}]
    assert nodes["fine"]["params"] == {"total": 160, "trainable": 160, "non_trainable": 0}
    assert facts["totals"]["params"] == {"total": 34058, "trainable": 34058, "non_trainable": 0}
    assert facts["problems"] == []


def test_check_exits_with_1_and_names_the_node_at_fault(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", broken, "--json") == 1

    problems = json.loads(capsys.readouterr().out)["problems"]
    wrong = next(problem for problem in problems if problem["name"] == "b")
    assert (wrong["severity"], wrong["code"], wrong["port"]) == ("error", "shape.rank", "input")
    assert "(None, 26, 26, 8)" in wrong["text"]
    assert wrong["fixes"]


def test_check_lists_problems_for_a_person(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", broken) == 1

    text = capsys.readouterr().out
    assert "error  b: " in text
    assert "so far" in text


def test_export_writes_the_script_and_its_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "digits.py"

    assert command("export", EXAMPLES / "digits_mlp.layers", "--to", "script", "--epochs", 3, "-o", script) == 0

    assert "EPOCHS = 3" in script.read_text()
    compile(script.read_text(), str(script), "exec")
    assert capsys.readouterr().out.split() == [str(script), str(tmp_path / "digits.npz")]
    assert (tmp_path / "digits.npz").exists()


def test_export_does_not_overwrite_another_file_of_the_datas_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "digits.npz").write_bytes(b"mine")

    assert command("export", EXAMPLES / "digits_mlp.layers", "--to", "script", "-o", tmp_path / "x.py") == 2

    assert (tmp_path / "digits.npz").read_bytes() == b"mine"
    assert not (tmp_path / "x.py").exists()
    assert "Export into another folder" in capsys.readouterr().err


def test_training_a_model_with_errors_is_refused_with_the_reason(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("train", broken) == 2

    error = capsys.readouterr().err
    assert error.startswith("layer-studio: The model has ")
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.layers", None, "could not be read"),
        ("empty.layers", b"", "empty"),
        ("other.layers", b"GIF89a", "other.layers"),
        ("cut.layers", (EXAMPLES / "digits_mlp.layers").read_bytes()[:700], "cut.layers"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused_in_one_sentence(
    name: str, content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    assert command("check", path) == 2

    error = capsys.readouterr().err
    assert error.startswith("layer-studio: ")
    assert words in error
    assert "Traceback" not in error


def test_info_names_versions_without_importing_keras(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("info", "--json") == 0

    facts = json.loads(capsys.readouterr().out)
    assert facts["packages"]["keras"].startswith("3.")
    assert Path(facts["folders"]["resources"]).is_dir()


def test_a_wrong_argument_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command("train", EXAMPLES / "digits_mlp.layers", "--epochs", "0")

    assert stop.value.code == 2
    assert "“0” is not a whole number of 1 or more" in capsys.readouterr().err


def test_check_names_the_further_nodes_that_a_problem_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "linear.layers"
    tower = "tower { i: input > first: dense(4) > second: dense(3) > o: output }"
    project_format.save(graph(f"{tower}; x: input(8) > tall: tower > result: output"), path)

    assert command("check", path, "--json") == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    (linear,) = [each for each in problems if each["also"]]
    assert linear["name"] == "tall / first"
    assert linear["also"] == [{"node": "tower_n3", "name": "tall / second"}]
    assert [each["also"] for each in problems if each is not linear] == [[]] * (len(problems) - 1)

    assert command("check", path) == 1
    assert f"[{linear['code']}]\n    also: tall / second\n" in capsys.readouterr().out
