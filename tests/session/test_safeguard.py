"""What was not saved can be recovered; what was saved or not wanted leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.document import edits
from studio.session.safeguard import Safeguard, journals_dir, left_behind, left_title, recovered
from studio.session.session import Session
from tests.notation import graph, node

ROOT = Path(__file__).resolve().parents[2]
DYING = """
import os, sys
from pathlib import Path
from studio.document import edits
from studio.session.safeguard import Safeguard
from studio.session.session import Session
session = Session.open(Path(sys.argv[1]))
guard = Safeguard(session)
session.do(edits.rename(session.document, session.document.root.named("dense").id, "kept"))
os._exit(9)
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(graph("input(8) > dense(4) > output"))
    made.save(tmp_path / "mine.layers")
    return made


@pytest.fixture
def guard(session: Session) -> Iterator[Safeguard]:
    made = Safeguard(session)
    yield made
    made.close()


def rename(session: Session, name: str) -> None:
    session.do(edits.rename(session.document, node(session.document, "dense").id, name))


def files() -> list[Path]:
    return list(journals_dir().iterdir())


def die_with_unsaved_changes(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", DYING, str(project)], env=environment, timeout=60, check=False)
    assert done.returncode == 9


def test_a_journal_begins_with_the_first_edit_and_ends_with_the_save(session: Session, guard: Safeguard) -> None:
    assert files() == []
    rename(session, "hidden")
    assert len(files()) == 1

    session.save()

    assert files() == []


def test_closing_in_good_order_leaves_nothing(session: Session) -> None:
    guard = Safeguard(session)
    rename(session, "hidden")

    guard.close()

    assert files() == []


def test_the_journal_of_a_living_session_is_not_offered(session: Session, guard: Safeguard) -> None:
    rename(session, "hidden")

    assert left_behind() is None


def test_what_a_killed_studio_had_not_saved_comes_back_unsaved_under_its_name(session: Session) -> None:
    assert session.path is not None
    die_with_unsaved_changes(session.path)

    left = left_behind()
    assert left is not None
    assert left_title(left) == "mine"
    again = recovered(left)

    assert again.document.root.named("kept") is not None
    assert (again.path, again.is_modified) == (session.path, True)
    guard = Safeguard(again, left)
    again.save()
    assert files() == []
    assert Session.open(session.path).document.root.named("kept") is not None
    guard.close()


def test_where_the_file_has_changed_since_the_recovered_project_asks_for_a_name(session: Session) -> None:
    assert session.path is not None
    die_with_unsaved_changes(session.path)
    rename(session, "newer")
    session.save()

    left = left_behind()
    assert left is not None
    again = recovered(left)

    assert again.path is None
    assert again.document.root.named("kept") is not None
