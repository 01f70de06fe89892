"""What was found out about a folder can be overruled: what its files are, and where the masks are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from studio.document.data_choice import Encoding, FolderSource, Holds
from studio.session.session import Session
from tests.gui.data.conftest import Desk
from tests.gui.data.test_how_read import pick

Open: TypeAlias = Callable[..., Desk]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Pictures, masks in a folder that no look takes for one, others that fit nothing, and two notes."""
    folder = tmp_path / "scans"
    for below, stems in (("photos", ("1", "2", "3")), ("truth", ("1", "2", "3")), ("wrong", ("a", "b"))):
        (folder / below).mkdir(parents=True)
        for stem in stems:
            Image.new("RGB" if below == "photos" else "L", (16, 12)).save(folder / below / f"{stem}.png")
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text("a note")
    return folder


def source(made: Desk) -> FolderSource:
    found = made.session.document.data.source
    assert isinstance(found, FolderSource)
    return found


def opened(desk: Open, folder: Path, session: Session | None = None) -> Desk:
    made = desk(session)
    made.open(folder)
    made.click(made.place.how)
    return made


def test_another_folder_is_taken_for_the_masks_and_undo_brings_the_classes_back(desk: Open, scans: Path) -> None:
    made = opened(desk, scans)
    assert made.features == ["image", "class"]

    pick(made, made.place.how_read.masks, "in truth")

    assert source(made).masks == "truth"
    assert made.feature("mask").encoding is Encoding.MASK
    assert made.place.look is not None
    assert made.place.look.rows == 5

    made.session.undo()
    made.settle()

    assert (source(made).masks, made.features) == ("", ["image", "class"])
    assert made.place.how_read.masks.combo.currentText() == "none"


def test_masks_without_the_names_of_images_are_refused_and_nothing_changes(desk: Open, scans: Path) -> None:
    made = opened(desk, scans)
    before = made.session.document.data

    pick(made, made.place.how_read.masks, "in wrong")

    assert [error.code for error in made.refusals] == ["folder.mask_names"]
    assert "wrong/a.png" in str(made.refusals[0])
    assert made.session.document.data == before
    assert made.place.how_read.masks.combo.currentText() == "none"


def test_a_guess_that_there_are_masks_is_overruled(desk: Open, scans: Path) -> None:
    (scans / "truth").rename(scans / "masks")
    made = opened(desk, scans)
    assert source(made).masks == "masks"

    pick(made, made.place.how_read.masks, "none")

    assert (source(made).masks, made.features) == ("", ["image", "class"])


def test_the_files_are_texts_when_a_person_says_so(desk: Open, scans: Path) -> None:
    made = opened(desk, scans)
    how = made.place.how_read

    pick(made, how.holds, "texts (2)")

    assert source(made) == FolderSource(str(scans), Holds.TEXTS)
    assert made.place.look is not None
    assert made.place.look.rows == 2
    assert not how.masks.isVisible()
    assert not how.elsewhere.isVisible()


def test_files_that_are_not_there_are_refused_in_a_sentence(desk: Open, scans: Path) -> None:
    made = opened(desk, scans)

    pick(made, made.place.how_read.holds, "sounds")

    assert [error.code for error in made.refusals] == ["folder.nothing"]
    assert made.place.how_read.holds.combo.currentText() == "images (8)"


def answer(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *arguments: str(folder))


def test_the_masks_are_in_a_folder_that_was_chosen(desk: Open, scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (scans / "made" / "by hand").mkdir(parents=True)
    (scans / "truth" / "1.png").rename(scans / "made" / "by hand" / "1.png")
    made = opened(desk, scans)
    answer(monkeypatch, scans / "made" / "by hand")

    made.click(made.place.how_read.elsewhere)
    made.settle()

    assert source(made).masks == "made/by hand"
    assert made.place.how_read.masks.combo.currentText() == "in made/by hand"


def test_masks_outside_of_the_folder_are_refused(
    desk: Open, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(desk, scans)
    answer(monkeypatch, tmp_path)

    made.click(made.place.how_read.elsewhere)

    assert [error.code for error in made.refusals] == ["folder.masks_outside"]
    assert source(made).masks == ""


def test_a_project_whose_masks_are_gone_is_mended_by_saying_that_there_are_none(desk: Open, scans: Path) -> None:
    made = opened(desk, scans)
    pick(made, made.place.how_read.masks, "in truth")
    (scans / "truth").rename(scans / "kept")

    made.place.reading.look_again()
    made.settle()

    assert "has no images in truth" in made.place.bar.text.text()
    pick(made, made.place.how_read.masks, "none")
    assert source(made).masks == ""
    assert not made.place.bar.isVisible()
