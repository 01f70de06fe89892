"""What a studio that ended unexpectedly has left is offered at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from studio.document import edits
from studio.session.safeguard import journals_dir
from tests.gui.shell.conftest import Person
from tests.notation import node


def test_unsaved_changes_are_offered_and_recovered(start: Callable[..., Person], project: Callable[..., Path]) -> None:
    path = project("input(8) > dense(4) > output", "mine")
    first = start(path)
    first.session.do(edits.rename(first.document, node(first.document, "dense").id, "kept"))
    first.bench.safeguard.leave()  # as if the process were killed here

    second = start()
    assert second.banner == "mine had changes that were not saved when Layer Studio ended unexpectedly."
    second.qtbot.mouseClick(second.window.banner.details, Qt.MouseButton.LeftButton)

    assert "kept" in second.names
    assert second.session.is_modified
    assert second.banner == ""
    second.do("save")
    assert list(journals_dir().iterdir()) == []


def test_nothing_is_offered_after_a_good_end(start: Callable[..., Person]) -> None:
    first = start("input(8) > dense(4) > output")
    first.session.do(edits.rename(first.document, node(first.document, "dense").id, "gone"))
    first.app.close()

    assert start().banner == ""
