"""A person and the blocks of a project in the whole window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.shell.conftest import Person

Start = Callable[..., Person]
LEFT = Qt.MouseButton.LeftButton
DRAWN = "tower { i: input > d: dense(3) > o: output }; x: input(8) > first: tower > out: output"


def double_click_in_palette(person: Person, row: int) -> None:
    """Double-click one of the project's blocks."""
    tree = person.bench.palette.tree
    place = tree.visualItemRect(tree.topLevelItem(0).child(row)).center()
    QTest.mouseClick(tree.viewport(), LEFT, pos=place)
    QTest.mouseDClick(tree.viewport(), LEFT, pos=place)


def test_a_block_is_used_again_by_a_double_click_in_the_palette(start: Start) -> None:
    person = start(DRAWN)
    double_click_in_palette(person, 0)
    assert person.names == ["x", "first", "out", "tower"]
    person.do("undo")
    assert person.names == ["x", "first", "out"]


def test_a_block_is_not_used_inside_itself_and_the_window_says_so(start: Start) -> None:
    person = start(DRAWN)
    person.select("first")
    person.do("enter")
    double_click_in_palette(person, 0)
    assert "“Tower” cannot be used inside of itself." in person.banner
    assert not person.session.is_modified
