"""A preview of augmentation from the window: what it shows, how it follows the drawing, what it says is missing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document import edits
from studio.document.document import Document
from studio.gui.data.augmentation import AugmentationDialog
from studio.session.data_setup import sample_choice
from tests.gui.shell.conftest import Person
from tests.notation import graph, node

DRAWING = """
    input(8, 8, 1, feature="images") > flip: random_flip > turn: random_rotation(0.1)
    turn > conv: conv2d(4, 3) > flatten > dense(10) > output(target="labels", loss="mse")
"""
Start = Callable[..., Person]


def digits(drawing: str = DRAWING) -> Document:
    document = graph(drawing)
    document.apply(edits.set_data(document, sample_choice("digits")))
    return document


def preview(person: Person) -> AugmentationDialog:
    person.do("augmentation")
    dialog = person.dialog()
    assert isinstance(dialog, AugmentationDialog)
    return dialog


def lightness(dialog: AugmentationDialog) -> int:
    """How light the first picture of the first draw is."""
    return dialog.sheet.rows[0][1].pixelColor(4, 4).lightness()


def test_images_stand_beside_what_becomes_of_them_and_are_drawn_again(start: Start) -> None:
    person = start(digits())
    dialog = preview(person)
    person.until(dialog.sheet.isVisible)
    assert dialog.title.text() == "flip → turn"
    assert (len(dialog.sheet.rows), len(dialog.sheet.rows[0])) == (4, 6)
    first = lightness(dialog)

    QTest.mouseClick(dialog.new_draw, Qt.MouseButton.LeftButton)
    person.until(lambda: lightness(dialog) == first + 1)

    assert "Draw 2" in dialog.about.text()
    dialog.close()


def test_the_preview_follows_the_drawing(start: Start) -> None:
    person = start(digits())
    dialog = preview(person)
    person.until(dialog.sheet.isVisible)
    turn = node(person.document, "turn")

    person.session.do(edits.set_params(person.document, turn.id, {"factor": 0.3}))
    person.session.do(edits.rename(person.document, turn.id, "spin"))

    person.until(lambda: dialog.title.text() == "flip → spin")
    dialog.close()


def test_what_is_missing_is_said(start: Start) -> None:
    person = start(digits('input(8, 8, 1, feature="images") > flatten > dense(10)'))
    dialog = preview(person)
    assert dialog.title.text() == "Nothing to preview yet"
    assert "add RandomFlip" in dialog.message.text()
    assert not dialog.new_draw.isVisible()
    dialog.close()
