"""A session opens, edits, saves and knows what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.errors import FileRefused
from studio.document import edits
from studio.session.session import Session
from tests.notation import graph, node


@pytest.fixture
def session() -> Session:
    return Session(graph("input(8) > dense(4) > output"))


def test_a_new_project_has_no_name_and_nothing_to_save() -> None:
    fresh = Session()

    assert (fresh.title, fresh.is_modified, fresh.path) == ("Untitled", False, None)


def test_an_edit_marks_the_project_and_undo_takes_the_mark_back(session: Session) -> None:
    session.do(edits.rename(session.document, node(session.document, "dense").id, "hidden"))
    assert session.is_modified

    session.undo()

    assert not session.is_modified
    session.redo()
    assert session.document.root.named("hidden") is not None


def test_saving_gives_the_suffix_the_title_and_a_clean_mark(session: Session, tmp_path: Path) -> None:
    session.do(edits.rename(session.document, node(session.document, "dense").id, "hidden"))

    session.save(tmp_path / "mine")

    assert session.path == tmp_path / "mine.layers"
    assert (session.title, session.is_modified) == ("mine", False)
    assert Session.open(tmp_path / "mine.layers").document.root.named("hidden") is not None


def test_a_project_without_a_file_asks_for_a_name(session: Session) -> None:
    with pytest.raises(FileRefused, match="has no file yet"):
        session.save()


def test_a_save_that_fails_leaves_mark_and_path(session: Session, tmp_path: Path) -> None:
    session.do(edits.rename(session.document, node(session.document, "dense").id, "hidden"))

    with pytest.raises(FileRefused):
        session.save(tmp_path / "no" / "such" / "folder" / "x")

    assert session.is_modified
    assert session.path is None


def test_the_program_is_kept_until_the_next_change(session: Session) -> None:
    first = session.program()
    assert session.program() is first

    session.do(edits.set_params(session.document, node(session.document, "dense").id, {"units": 5}))

    assert "layers.Dense(5" in session.program().text
    assert "EPOCHS = 3\n" in session.program(epochs=3).text
    assert "EPOCHS = 3\n" not in session.program().text


def test_a_closed_session_hears_nothing_more(session: Session) -> None:
    heard: list[Session] = []
    session.changed.connect(heard.append)
    session.close()

    session.do(edits.rename(session.document, node(session.document, "dense").id, "hidden"))

    assert heard == []
