"""Words: plain text in the colors of the theme that is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from studio.gui.shared.theme import NAMES, palette, tokens
from studio.gui.shared.words import Words

PutUp = Callable[[QWidget, int, int], None]


@pytest.fixture(autouse=True)
def colors_come_back(qapp: QApplication) -> Iterator[None]:
    before = QPalette(qapp.palette())
    yield
    qapp.setPalette(before)


def ink(words: Words) -> str:
    return words.palette().color(words.foregroundRole()).name()


def test_foreign_text_is_shown_as_it_is(put_up: PutUp) -> None:
    words = Words("<img width=9000>")
    put_up(words, 200, 30)
    assert words.sizeHint().width() < 400


def test_every_switch_of_the_theme_is_followed(put_up: PutUp) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    plain, muted, colored = Words("a"), Words("b", muted=True), Words("c")
    now = {"name": "light"}
    colored.set_color(lambda: tokens(now["name"]).error)
    for words in (plain, muted, colored):
        column.addWidget(words)
    put_up(page, 200, 90)
    for name in (*NAMES, *NAMES):
        now["name"] = name
        t = tokens(name)
        QApplication.setPalette(palette(t))
        QApplication.processEvents()
        assert [ink(plain), ink(muted), ink(colored)] == [t.text.name(), t.muted.name(), t.error.name()]


def test_muted_words_stay_muted_within_a_button(put_up: PutUp) -> None:
    QApplication.setPalette(palette(tokens("light")))
    button, words = QPushButton(), Words("a", muted=True)
    QVBoxLayout(button).addWidget(words)
    put_up(button, 100, 40)
    assert words.foregroundRole() == QPalette.ColorRole.WindowText
    assert ink(words) == tokens("light").muted.name()


def test_a_color_can_be_taken_off_again(put_up: PutUp) -> None:
    QApplication.setPalette(palette(tokens("dark")))
    words = Words("a")
    put_up(words, 100, 40)
    words.set_color(lambda: QColor("red"))
    words.set_color(None)
    assert ink(words) == tokens("dark").text.name()
