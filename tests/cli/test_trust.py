"""`layer-studio trust` shows the very text, asks, and trusts nothing that was not answered with yes."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import pytest

from studio.cli.main import run
from studio.core import paths
from studio.project import format as project_format
from studio.session.trust import fingerprint, users_trust
from tests.custom_layers import CODE, drawn, malicious, trainable
from tests.notation import graph


def command(*arguments: object) -> int:
    def no_window(options: object) -> int:
        raise AssertionError("no window was asked for")

    return run([str(argument) for argument in arguments], no_window)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    path = tmp_path / "custom.layers"
    project_format.save(drawn("first", "second"), path)
    return path


def answer(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(builtins, "input", lambda prompt: said)


def test_it_shows_the_text_with_its_nodes_and_fingerprint(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("trust", project) == 1
    shown = capsys.readouterr().out
    assert "Code of first and second" in shown
    assert "    class Scale(keras.layers.Layer):" in shown
    assert fingerprint(CODE) in shown


@pytest.mark.parametrize(("said", "trusted"), [("y", True), ("yes", True), ("", False), ("n", False), ("yep", False)])
def test_only_yes_is_yes(project: Path, monkeypatch: pytest.MonkeyPatch, said: str, trusted: bool) -> None:
    answer(monkeypatch, said)
    assert command("trust", project) == (0 if trusted else 1)
    assert users_trust().has(CODE) is trusted


def test_a_fingerprint_trusts_that_text_only(project: Path) -> None:
    assert command("trust", project, "--sha256", fingerprint("something else")) == 1
    assert not users_trust().has(CODE)
    assert command("trust", project, "--sha256", fingerprint(CODE)) == 0
    assert users_trust().has(CODE)


def test_what_is_trusted_is_not_asked_about_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    users_trust().add(CODE)
    assert command("trust", project) == 0
    assert capsys.readouterr().out == "All code of the project is trusted.\n"


def test_a_project_without_code_needs_no_trust(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project_format.save(graph("input(4) > dense(2) > output"), project)
    assert command("trust", project) == 0
    assert capsys.readouterr().out == "The project holds no code of its own.\n"


def test_code_cannot_command_the_terminal(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project_format.save(drawn("custom", code=f"# \x1b[2J\u202egnp{CODE}"), project)
    command("trust", project)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"], ["train"]])
def test_no_command_runs_code_that_is_not_trusted(
    project: Path, tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "ran"
    project_format.save(trainable(code=malicious(mark)), project)
    assert command(*arguments, project) != 0
    said = capsys.readouterr()
    assert "What Scale makes of its inputs is not known" in said.out + said.err
    assert not mark.exists()
