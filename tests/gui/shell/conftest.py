"""The whole window, and a person before it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.core import paths
from studio.document.document import Document
from studio.gui.app import App, Wishes
from studio.gui.shell import asking
from studio.gui.shell.asking import Answer
from studio.gui.shell.window import MainWindow
from studio.gui.shell.workbench import Workbench
from studio.project import format as project_format
from studio.session.session import Session
from tests.notation import graph, node

EXAMPLES = paths.resources_dir().parent / "examples"
QUICK_ENGINE = str(Path(__file__).with_name("quick_engine.py"))
NONE = Qt.KeyboardModifier.NoModifier


@dataclass
class Person:
    """Somebody with the window before them."""

    app: App
    qtbot: QtBot

    @property
    def window(self) -> MainWindow:
        return self.app.window

    @property
    def bench(self) -> Workbench:
        assert self.window.workbench is not None
        return self.window.workbench

    @property
    def session(self) -> Session:
        return self.bench.session

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.document.root.nodes.values()]

    @property
    def banner(self) -> str:
        """What the banner says; nothing while it is hidden."""
        return "" if self.window.banner.isHidden() else self.window.banner.text.text()

    def action(self, id_: str) -> QAction:
        return self.window.actions_by_id[id_]

    def do(self, id_: str) -> None:
        """Choose an action from its menu."""
        action = self.action(id_)
        assert action.isEnabled(), f"{id_} is greyed out"
        action.trigger()

    def select(self, *names: str) -> None:
        self.bench.selection.select([node(self.document, name).id for name in names])

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE, at: QWidget | None = None) -> None:
        QTest.keyClick(at or QApplication.focusWidget() or self.window, key, held)

    def add(self, kind: str) -> None:
        """Add a layer by double-clicking it in the palette."""
        self.bench.palette.chosen.emit(kind)

    def dialog(self) -> QDialog:
        """The one dialog that is open."""
        (found,) = [each for each in self.window.findChildren(QDialog) if each.isVisible()]
        return found

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=20_000)


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Save what a text in graph notation draws as a project: `project("input(4) > dense(2)", "name")`.

    A project that is a file already is copied, so that its runs do not end up beside it.
    """

    def save(drawn: str | Document | Path, name: str = "drawn") -> Path:
        if isinstance(drawn, Path):
            return Path(shutil.copy(drawn, tmp_path)) if drawn.is_file() and drawn.parent != tmp_path else drawn
        path = tmp_path / f"{name}.layers"
        project_format.save(graph(drawn) if isinstance(drawn, str) else drawn, path)
        return path

    return save


@pytest.fixture
def start(
    qtbot: QtBot, project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Person]]:
    """Start the studio: on nothing, on a project, or on a drawing in graph notation."""
    people: list[Person] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def begin(what: Path | str | None = None, *, select: str | None = None, theme: str | None = None) -> Person:
        path = None if what is None else project(what)
        app = App(Wishes(path, (1280, 800), theme, select), warm=False, engine=[sys.executable, QUICK_ENGINE])
        person = Person(app, qtbot)
        people.append(person)
        told: list[bool] = []
        app.ready = lambda: told.append(True)
        app.show()
        person.until(lambda: told)
        return person

    yield begin
    for person in people:
        person.app.close()
        person.window.hide()
        person.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the person answers when asked; a question that is not in it fails the test.

    `changes` (an Answer), `open`, `save`, `script` (a path, or None). `asked` lists what came up.
    """
    given: dict[str, object] = {"asked": []}

    def asker(name: str) -> Callable[..., object]:
        def ask(parent: QWidget, about: object) -> object:
            asked = given["asked"]
            assert isinstance(asked, list)
            asked.append(name)
            return given[name]

        return ask

    for function, name in (
        ("about_changes", "changes"),
        ("project_to_open", "open"),
        ("model_to_import", "model"),
        ("project_to_save", "save"),
        ("script_to_write", "script"),
    ):
        monkeypatch.setattr(asking, function, asker(name))
    return given


__all__ = ["EXAMPLES", "Answer", "Person"]
