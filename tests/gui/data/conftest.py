"""A Data place with a person before it, and data of every kind in a folder of the test."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.document.data_choice import Feature
from studio.gui.data.feature_tree import Chosen
from studio.gui.data.place import DataPlace
from studio.gui.shared.feature_drag import Dragged, packed
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.data_location import ReadPaths
from studio.session.session import Session

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PENGUINS = """species,island,bill,mass,code
Adelie,Dream,39.1,3750,1
Adelie,Biscoe,37.8,,2
Gentoo,Biscoe,47.5,5200,x
Gentoo,Dream,46.1,5000,4
"""


@dataclass
class Desk:
    """The place, and what its person does."""

    session: Session
    selection: Selection
    read_paths: ReadPaths
    place: DataPlace
    qtbot: QtBot
    refusals: list[StudioError]

    @property
    def features(self) -> list[str]:
        return [feature.name for feature in self.session.document.data.features]

    def feature(self, name: str) -> Feature:
        found = self.session.document.data.feature(name)
        assert found is not None, self.features
        return found

    def settle(self) -> None:
        """Until nothing is read any more."""
        self.qtbot.waitUntil(lambda: not self.place.is_looking and self.place.looker.idle, timeout=10_000)

    def open(self, path: Path) -> None:
        self.place.open_file(path)
        self.settle()

    def click(self, widget: QWidget) -> None:
        self.qtbot.waitUntil(widget.isVisible)  # what was just put into a layout shows with the next turn
        self.qtbot.mouseClick(widget, LEFT)

    def pick(self, *names: str, columns: tuple[str, ...] = ()) -> None:
        """Click the rows of features and columns, the further ones with Ctrl."""
        tree = self.place.features
        rows = [tree.row(name) for name in names] + [tree.row(name, column=True) for name in columns]
        for at, row in enumerate(rows):
            assert row is not None
            tree.scrollToItem(row)
            held = Qt.KeyboardModifier.ControlModifier if at else NONE
            self.qtbot.mouseClick(tree.viewport(), LEFT, held, tree.visualItemRect(row).center())
        assert tree.selected == Chosen(names, columns)

    def shown(self, name: str) -> list[str]:
        """The texts of a feature's row."""
        row = self.place.features.row(name)
        assert row is not None
        return [row.text(at) for at in range(row.columnCount())]


def drop(widget: QWidget, data: QMimeData, at: QPoint | None = None, held: Qt.KeyboardModifier = NONE) -> bool:
    """Drop something onto a widget; whether it was taken."""
    at = at or widget.rect().center()
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, copy, data, LEFT, held)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(at), copy, data, LEFT, held, QEvent.Type.Drop)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def carried(*features: str, columns: tuple[str, ...] = ()) -> QMimeData:
    return packed(Dragged(features, columns))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def open_desk(session: Session | None = None, *, read: tuple[Path, ...] = ()) -> Desk:
        session, selection, paths = session or Session(), Selection(), ReadPaths()
        paths.add(read)
        place = DataPlace(session, selection, Theme(), paths)
        qtbot.addWidget(place)
        place.resize(1280, 720)
        refusals: list[StudioError] = []
        place.refused.connect(refusals.append)
        one = Desk(session, selection, paths, place, qtbot, refusals)
        made.append(one)
        with qtbot.waitExposed(place):
            place.show()
        return one

    yield open_desk
    for one in made:
        one.place.release()
    for session in dict.fromkeys(one.session for one in made):
        session.close()


@pytest.fixture
def penguins(tmp_path: Path) -> Path:
    file = tmp_path / "penguins.csv"
    file.write_text(PENGUINS)
    return file


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Eight pictures of two classes, one of them broken."""
    folder = tmp_path / "pictures"
    for name, color in (("cats", (200, 40, 40)), ("dogs", (40, 40, 200))):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            Image.new("RGB", (32, 24), color).save(folder / name / f"{number}.png")
    (folder / "dogs" / "3.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    for name in ("high", "low"):
        (folder / name).mkdir(parents=True)
        for number in range(2):
            with wave.open(str(folder / name / f"{number}.wav"), "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(8000)
                sound.writeframes(b"\x00\x10\x00\xf0" * 400)
    return folder
