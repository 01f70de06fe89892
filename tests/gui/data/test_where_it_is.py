"""Data that moved is asked for once; what a stranger's project names is shown before it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Feature
from studio.gui.data.place import DataPlace
from studio.session.session import Session
from tests.gui.data.conftest import Desk

Open = Callable[..., Desk]
READ, WHERE = "Read it", "Choose where it is…"


def project(path: Path) -> Session:
    feature = Feature("bill", ("bill",), (1,))
    session = Session()
    session.do(edits.set_data(session.document, DataChoice(CsvSource(str(path)), (feature,))))
    return session


def answer(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path) if path else "", ""))


def says(place: DataPlace) -> str:
    return "" if place.bar.isHidden() else place.bar.text.text()


def test_data_that_is_gone_is_asked_for_and_found_elsewhere(
    desk: Open, penguins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = tmp_path / "old" / "penguins.csv"
    one = desk(project(lost), read=(lost,))
    assert str(lost) in says(one.place)
    assert "Where is it now?" in says(one.place)
    assert one.features == ["bill"]  # nothing is lost while nobody answers

    answer(monkeypatch, penguins)
    one.click(one.place.bar.answers[WHERE])
    one.settle()

    assert one.session.document.data.source == CsvSource(str(penguins))
    assert one.features == ["bill"]
    assert says(one.place) == ""
    assert one.place.look is not None

    one.session.undo()

    assert str(lost) in says(one.place)


def test_thinking_better_of_it_leaves_the_question(desk: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = tmp_path / "lost.csv"
    one = desk(project(lost), read=(lost,))
    answer(monkeypatch, None)
    one.click(one.place.bar.answers[WHERE])
    assert str(lost) in says(one.place)
    assert one.session.document.data.source == CsvSource(str(lost))


def test_what_was_never_read_here_is_shown_before_it_is_read(desk: Open, penguins: Path) -> None:
    one = desk(project(penguins))
    assert str(penguins) in says(one.place)
    assert one.place.look is None
    assert not one.place.is_looking

    one.click(one.place.bar.answers[READ])
    one.settle()

    assert one.place.look is not None
    assert says(one.place) == ""
    assert one.read_paths.has(penguins)


def test_what_the_user_opened_is_not_asked_about(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    assert says(one.place) == ""
    assert one.place.question is None


def test_a_file_that_broke_since_says_why_and_can_be_looked_at_again(desk: Open, penguins: Path) -> None:
    whole = penguins.read_text()
    penguins.write_text("a,b\n1\n")
    one = desk(project(penguins), read=(penguins,))
    one.settle()
    assert "ine 2" in says(one.place)
    penguins.write_text(whole)
    one.click(one.place.bar.answers["Look again"])
    one.settle()
    assert one.place.look is not None
    assert says(one.place) == ""
