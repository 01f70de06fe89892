"""The recovery journal: whatever happens to the process or the file, what was written down comes back."""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import FileRefused
from studio.document import edits
from studio.document.changes import Edit, GraphChange, NodeChange
from studio.document.clipboard import copied, paste
from studio.document.data_choice import DataChoice, SampleSource
from studio.document.document import Document
from studio.document.graph import ROOT, Frame, Node
from studio.document.history import History
from studio.document.training_choice import TrainingChoice
from studio.project import recovery
from studio.project.format import encode, load, save
from studio.project.recovery import Base, Journal, Recoverable, find_recoverable
from tests.notation import graph, node

PROJECT = Path(__file__).parents[2]
EVERYTHING = Path(__file__).parent / "fixtures" / "v1" / "everything.layers"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A state folder; no thread of a journal is left behind."""
    threads = set(threading.enumerate())
    yield tmp_path / "recovery"
    assert set(threading.enumerate()) == threads


def journaled(document: Document, folder: Path, base: Base = Base()) -> Journal:  # noqa: B008 - a frozen value
    journal = Journal(document, folder, base)
    document.changed.connect(journal.append)
    return journal


def crashed(journal: Journal) -> None:
    """What the end of a process does: the file is let go, nothing is deleted."""
    journal.close(delete=False)


def only(folder: Path) -> Recoverable:
    (recoverable,) = find_recoverable(folder)
    return recoverable


def edit_everything(document: Document) -> History:
    """Every sort of change, some of them taken back again."""
    history = History(document)
    block = next(id_ for id_ in document.graphs if id_ == "deeper")
    history.do(edits.add_node(edits.new_node(document, "Dense", 1, 2, {"units": 3})))
    history.do(edits.add_node(edits.new_node(document, "Dense", 1, 2), block))
    history.do(paste(document, copied(document, ["d4", "c3", "a1"]), 5, 5)[0])
    history.do(edits.connect(document, "a1", "output", "f6", "input"))
    history.do(edits.remove(document, ["c3", "b2"]))
    history.do(edits.share(document, "a1", "f6"))
    history.do(edits.put_frame(document, Frame("z", "Changed")))
    history.do(edits.remove_frame(document, "a"))
    history.do(edits.set_data(document, DataChoice(SampleSource("iris"))))
    history.do(edits.set_training(document, TrainingChoice(1)))
    history.do(Edit("Blocks", (GraphChange("new", None, "New"), GraphChange("inside", "Encoder", "Other"))))
    for _ in range(9):
        history.undo()
    for _ in range(4):
        history.redo()
    return history


def test_everything_that_was_done_and_undone_comes_back(folder: Path) -> None:
    document = load(EVERYTHING)
    journal = journaled(document, folder)
    edit_everything(document)
    crashed(journal)
    recovered = only(folder).recover()
    assert encode(recovered.document) == encode(document)
    assert recovered.whole


def test_nothing_is_written_before_the_first_edit(folder: Path) -> None:
    document = Document()
    journal = journaled(document, folder)
    journal.sync()
    assert not folder.exists()
    journal.close(delete=False)
    assert find_recoverable(folder) == []


def test_a_journal_of_a_living_process_is_not_offered(folder: Path) -> None:
    document = graph("a: dense")
    journal = journaled(document, folder)
    document.apply(edits.rename(document, node(document, "a").id, "b"))
    assert journal.path.exists()
    assert find_recoverable(folder) == []
    crashed(journal)
    assert only(folder).journal == journal.path


def test_a_journal_is_gone_after_a_good_save_and_when_it_is_discarded(folder: Path) -> None:
    document = graph("a: dense")
    journal = journaled(document, folder)
    document.apply(edits.rename(document, node(document, "a").id, "b"))
    journal.close(delete=True)
    document.apply(edits.rename(document, node(document, "b").id, "c"))
    assert list(folder.iterdir()) == []
    crashed(other := journaled(document, folder))
    other.append(Edit("", ()))
    assert list(folder.iterdir()) == []
    third = journaled(document, folder)
    document.apply(edits.rename(document, node(document, "c").id, "d"))
    crashed(third)
    only(folder).discard()
    assert find_recoverable(folder) == []


def test_a_journal_is_for_the_user_alone(folder: Path) -> None:
    document = graph("a: dense")
    journal = journaled(document, folder)
    document.apply(edits.rename(document, node(document, "a").id, "b"))
    assert journal.path.stat().st_mode & 0o777 == 0o600
    journal.close(delete=True)


def test_the_base_is_named_and_compared(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.layers"
    document = graph("a: dense")
    save(document, path)
    journal = journaled(document, folder, Base.of(path))
    document.apply(edits.rename(document, node(document, "a").id, "b"))
    crashed(journal)
    base = only(folder).base
    assert base.path == str(path)
    assert base.is_unchanged()
    save(document, path)
    assert not base.is_unchanged()
    path.unlink()
    assert not base.is_unchanged()
    assert not Base().is_unchanged()


def test_recovery_touches_no_project_file_and_stays_until_it_is_discarded(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.layers"
    document = graph("a: dense")
    save(document, path)
    saved = path.read_bytes()
    journal = journaled(document, folder, Base.of(path))
    document.apply(edits.rename(document, node(document, "a").id, "b"))
    crashed(journal)
    for _ in range(2):
        assert encode(only(folder).recover().document) == encode(document)
    assert path.read_bytes() == saved


def test_what_comes_back_to_its_old_place_is_recovered_there(folder: Path) -> None:
    document = graph("a: dense > b: dense > c: dense")
    history = History(document)
    history.do(edits.remove(document, [node(document, "a").id]))
    journal = journaled(document, folder)
    history.undo()
    history.do(edits.rename(document, node(document, "c").id, "d"))
    crashed(journal)
    recovered = only(folder).recover().document
    assert [each.name for each in recovered.root.nodes.values()] == ["a", "b", "d"]
    assert encode(recovered) == encode(document)


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_all_that_comes_back_together_keeps_its_order(folder: Path, order: list[str]) -> None:
    document = Document()
    history = History(document)
    for name in ("a", "b"):
        history.do(edits.put_frame(document, Frame(name, name)))
    for name in order:
        history.do(Edit("Remove", edits.remove_frame(document, name).changes, merge_key="both"))
    journal = journaled(document, folder)  # as after a save
    history.undo()
    assert list(document.root.frames) == ["a", "b"]
    crashed(journal)
    assert encode(only(folder).recover().document) == encode(document)


def test_a_journal_that_grew_large_begins_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "COMPACT_BYTES", 2_000)
    document = graph("a: dense")
    journal = journaled(document, folder)
    for x in range(100):
        document.apply(edits.move(document, {node(document, "a").id: (float(x), 1.0)}))
        assert journal.path.stat().st_size < 5_000
    crashed(journal)
    assert encode(only(folder).recover().document) == encode(document)
    assert [path.name for path in folder.iterdir()] == [journal.path.name]


def test_a_damaged_journal_gives_its_good_prefix_or_is_refused(folder: Path) -> None:
    document = load(EVERYTHING)
    journal = journaled(document, folder)
    states = [encode(document)]
    document.changed.connect(lambda _: states.append(encode(document)))
    edit_everything(document)
    crashed(journal)
    content = journal.path.read_bytes()
    chance = random.Random(3)
    outcomes = {"prefix": 0, "refused": 0, "skipped": 0}
    for attempt in range(300):
        wounded = bytearray(content)
        at = chance.randrange(len(wounded) if attempt % 10 else 100)  # the first records are short
        if chance.random() < 0.5:
            del wounded[at:]
        else:
            wounded[at] ^= 1 << chance.randrange(8)
        journal.path.write_bytes(wounded)
        for found in find_recoverable(folder):
            try:
                recovered = found.recover()
            except FileRefused:
                outcomes["refused"] += 1
            else:
                outcomes["prefix"] += 1
                assert encode(recovered.document) in states
        outcomes["skipped"] += not find_recoverable(folder)
    assert all(outcomes.values())
    assert outcomes["prefix"] > 100


def test_a_cut_journal_says_that_it_is_not_whole(folder: Path) -> None:
    document = graph("a: dense")
    journal = journaled(document, folder)
    for name in "bcd":
        document.apply(edits.rename(document, next(iter(document.root.nodes)), name))
    crashed(journal)
    journal.path.write_bytes(journal.path.read_bytes()[:-1])
    recovered = only(folder).recover()
    assert (recovered.whole, recovered.edits, node(recovered.document, "c").kind) == (False, 2, "Dense")


def test_a_record_that_does_not_fit_ends_the_good_prefix(folder: Path) -> None:
    document = graph("a: dense")
    journal = journaled(document, folder)
    document.apply(edits.rename(document, "n1", "b"))
    stranger = Node("n1", "Dense", "somebody else's")
    journal.append(Edit("Strange", (NodeChange(ROOT, stranger, replace(stranger, x=1.0)),)))
    document.apply(edits.rename(document, "n1", "c"))
    crashed(journal)
    recovered = only(folder).recover()
    assert (recovered.whole, recovered.edits, recovered.document.root.nodes["n1"].name) == (False, 1, "b")


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x00" * 100, b"LSJb\xff\xff\xff\xff\x00\x00\x00\x00", b"LSJs" + b"\0" * 8]
)
def test_other_files_in_the_folder_do_not_block_the_start(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "1-a.journal").write_bytes(content)
    (folder / "folder.journal").mkdir()
    (folder / "1-b.begun").write_bytes(b"half")
    assert find_recoverable(folder) == []
    assert not (folder / "1-b.begun").exists()
    assert find_recoverable(folder / "nowhere") == []
    with pytest.raises(FileRefused):
        Recoverable(folder / "1-a.journal", Base(), 0.0).recover()


def test_trouble_with_the_disk_ends_the_journal_and_not_the_edit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    document = graph("a: dense")
    journal = journaled(document, blocked / "recovery")
    with caplog.at_level(logging.WARNING):
        for name in "bc":
            document.apply(edits.rename(document, "n1", name))
    assert node(document, "c").id == "n1"
    assert [record.message[:31] for record in caplog.records] == ["The recovery journal ends here:"]
    caplog.clear()
    journal.close(delete=True)


def test_the_latest_journal_comes_first(folder: Path) -> None:
    for name, moment in (("old", 1_000), ("new", 3_000), ("middle", 2_000)):
        document = graph("a: dense")
        journal = journaled(document, folder)
        document.apply(edits.rename(document, "n1", name))
        crashed(journal)
        os.utime(journal.path, (moment, moment))
    names = [next(iter(each.recover().document.root.nodes.values())).name for each in find_recoverable(folder)]
    assert names == ["new", "middle", "old"]


def test_appended_edits_are_synced_without_being_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "SYNC_AFTER_S", 0.01)
    synced = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: synced.set())
    document = graph("a: dense")
    journal = journaled(document, folder)
    document.apply(edits.rename(document, "n1", "b"))
    assert synced.wait(10)
    journal.close(delete=True)


def test_a_killed_process_loses_no_edit(folder: Path) -> None:
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.project.journaling_child", str(folder)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(200)]
        assert find_recoverable(folder) == []
        child.kill()
        said += [int(line) for line in child.stdout.read().split(b"\n")[:-1]]
    units = only(folder).recover().document.root.nodes["a"].params["units"]
    assert isinstance(units, int)
    assert said[-1] <= units <= said[-1] + 1
