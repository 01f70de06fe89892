"""The command line reads data from elsewhere only once its user has agreed, as the window does."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cli.strange_data import check_location
from studio.core.errors import DataRefused
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, SampleSource, Source
from studio.document.document import Document
from studio.session.session import Session
from tests.cli.test_check_data import command
from tests.session.test_preflight import written


def project(folder: Path, source: Source) -> Session:
    document = Document()
    document.apply(edits.set_data(document, DataChoice(source)))
    return Session(document, folder / "mine" / "project.layers")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A table of the user's that lies outside of the project's folder."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.csv").write_text("a\n1\n")
    path = tmp_path / "letters.csv"
    path.write_text("a\n1\n")
    return path


def test_a_path_outside_of_the_project_is_named_and_asked_about_once(tmp_path: Path, elsewhere: Path) -> None:
    session = project(tmp_path, CsvSource(str(elsewhere)))
    with pytest.raises(DataRefused, match=r"reads .*letters\.csv, which was never read here") as caught:
        check_location(session, agreed=False)
    assert "--read-data" in caught.value.advice
    check_location(session, agreed=True)
    check_location(session, agreed=False)


def test_a_way_out_of_the_folder_is_no_part_of_it(tmp_path: Path, elsewhere: Path) -> None:
    with pytest.raises(DataRefused, match="never read here"):
        check_location(project(tmp_path, CsvSource("../letters.csv")), agreed=False)
    (tmp_path / "mine" / "link.csv").symlink_to(elsewhere)
    with pytest.raises(DataRefused, match="never read here"):
        check_location(project(tmp_path, CsvSource("link.csv")), agreed=False)


def test_what_came_with_the_project_or_the_studio_is_read(tmp_path: Path, elsewhere: Path) -> None:
    check_location(project(tmp_path, CsvSource("own.csv")), agreed=False)
    check_location(project(tmp_path, SampleSource("iris")), agreed=False)


def test_data_that_is_gone_is_named(tmp_path: Path, elsewhere: Path) -> None:
    with pytest.raises(DataRefused, match=r"The data is not at .*gone\.csv any more"):
        check_location(project(tmp_path, CsvSource("gone.csv")), agreed=True)


@pytest.mark.parametrize("arguments", [("train",), ("check", "--data")])
def test_the_commands_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    path = written(tmp_path)
    home = tmp_path / "moved"
    home.mkdir()
    text = path.read_text().replace('"path": "', f'"path": "{tmp_path}/')
    (home / "p.layers").write_text(text)
    assert command(arguments[0], home / "p.layers", *arguments[1:]) == 2
    assert "never read here before" in capsys.readouterr().err
