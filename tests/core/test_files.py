"""Files are replaced whole or not at all, and read only as far as is allowed."""

from __future__ import annotations

import errno
import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import FileRefused
from studio.core.files import read_limited, sync_folder, write_atomic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """Let every write past `size` bytes fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_holds_exactly_what_was_written_and_nothing_else_is_left(folder: Path) -> None:
    content = bytes(range(256)) * 1000
    write_atomic(folder / "a.layers", content)
    assert (folder / "a.layers").read_bytes() == content
    assert names(folder) == ["a.layers"]


def test_an_existing_file_is_replaced_whole_also_by_a_shorter_one(folder: Path) -> None:
    path = folder / "a.layers"
    write_atomic(path, b"long" * 1000)
    write_atomic(path, b"short")
    assert path.read_bytes() == b"short"
    assert names(folder) == ["a.layers"]


def test_an_empty_file_can_be_written(folder: Path) -> None:
    write_atomic(folder / "empty", b"")
    assert (folder / "empty").read_bytes() == b""


def test_someone_reading_the_old_file_keeps_reading_the_old_file(folder: Path) -> None:
    path = folder / "a.layers"
    write_atomic(path, b"old")
    with path.open("rb") as reader:
        write_atomic(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_a_new_file_gets_the_mode_that_the_umask_gives(folder: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_atomic(folder / "a.layers", b"x")
    finally:
        os.umask(mask)
    assert mode(folder / "a.layers") == 0o640


@pytest.mark.parametrize("kept", [0o600, 0o644, 0o664, 0o755])
def test_a_replaced_file_keeps_its_mode(folder: Path, kept: int) -> None:
    path = folder / "a.layers"
    path.write_bytes(b"old")
    path.chmod(kept)
    write_atomic(path, b"new", keep_backup=True)
    assert mode(path) == kept
    assert mode(folder / "a.layers.bak") == kept


def test_a_symlink_stays_a_symlink_and_its_target_is_replaced(folder: Path) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "real.layers"
    target.write_bytes(b"old")
    link = folder / "link.layers"
    link.symlink_to(Path("elsewhere") / "real.layers")
    write_atomic(link, b"new", keep_backup=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(elsewhere) == ["real.layers", "real.layers.bak"]
    assert names(folder) == ["elsewhere", "link.layers"]


def test_a_symlink_to_nothing_yet_makes_its_target(folder: Path) -> None:
    (folder / "link").symlink_to("later")
    write_atomic(folder / "link", b"new")
    assert (folder / "later").read_bytes() == b"new"
    assert (folder / "link").is_symlink()


def test_a_relative_path_is_relative_to_the_working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    write_atomic(Path("a.layers"), b"here")
    assert (folder / "a.layers").read_bytes() == b"here"


def test_the_longest_legal_name_can_be_written_and_replaced(folder: Path) -> None:
    path = folder / ("ü" * 127)
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_backup_is_the_version_before(folder: Path) -> None:
    path = folder / "a.layers"
    for version in (b"one", b"two", b"three"):
        write_atomic(path, version, keep_backup=True)
    assert path.read_bytes() == b"three"
    assert (folder / "a.layers.bak").read_bytes() == b"two"
    assert names(folder) == ["a.layers", "a.layers.bak"]


def test_the_first_version_has_no_backup(folder: Path) -> None:
    write_atomic(folder / "a.layers", b"one", keep_backup=True)
    assert names(folder) == ["a.layers"]


def test_a_save_that_was_cut_off_after_the_backup_leaves_no_stray_name_behind(folder: Path) -> None:
    path = folder / "a.layers"
    path.write_bytes(b"one")
    os.link(path, folder / "a.layers.bak")  # what a crash between backup and rename leaves
    write_atomic(path, b"two", keep_backup=True)
    assert names(folder) == ["a.layers", "a.layers.bak"]
    assert (folder / "a.layers.bak").read_bytes() == b"one"


def test_without_hard_links_the_backup_is_a_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = folder / "a.layers"
    write_atomic(path, b"one", keep_backup=True)
    path.chmod(0o600)
    write_atomic(path, b"two", keep_backup=True)
    assert (folder / "a.layers.bak").read_bytes() == b"one"
    assert mode(folder / "a.layers.bak") == 0o600
    assert names(folder) == ["a.layers", "a.layers.bak"]


@pytest.mark.parametrize("keep_backup", [False, True])
def test_a_full_disk_leaves_the_old_file_and_no_stray_one(folder: Path, keep_backup: bool) -> None:
    path = folder / "a.layers"
    write_atomic(path, b"one")
    write_atomic(path, b"two", keep_backup=True)
    with files_limited_to(1000), pytest.raises(FileRefused) as refusal:
        write_atomic(path, b"x" * 5000, keep_backup=keep_backup)
    assert refusal.value.code == "file.write"
    assert refusal.value.text == "a.layers could not be written: File too large."
    assert str(folder) in refusal.value.advice
    assert path.read_bytes() == b"two"
    assert (folder / "a.layers.bak").read_bytes() == b"one"
    assert names(folder) == ["a.layers", "a.layers.bak"]


def test_a_full_disk_leaves_no_new_file_either(folder: Path) -> None:
    with files_limited_to(1000), pytest.raises(FileRefused):
        write_atomic(folder / "new.layers", b"x" * 5000)
    assert names(folder) == []


@pytest.mark.parametrize("keep_backup", [False, True])
def test_a_folder_is_not_replaced(folder: Path, keep_backup: bool) -> None:
    (folder / "taken" / "inside").mkdir(parents=True)
    with pytest.raises(FileRefused, match="taken could not be written"):
        write_atomic(folder / "taken", b"x", keep_backup=keep_backup)
    assert names(folder) == ["taken"]
    assert names(folder / "taken") == ["inside"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/a.layers", "No such file or directory"),
        ("file/a.layers", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("loop", "Too many levels of symbolic links"),
        ("nul\0byte", "embedded null"),
        ("lone\ud800surrogate", "surrogates not allowed"),
    ],
)
def test_an_impossible_place_is_refused_with_the_reason(folder: Path, name: str, reason: str) -> None:
    (folder / "file").write_bytes(b"kept")
    (folder / "loop").symlink_to("loop")
    with pytest.raises(FileRefused, match=reason) as refusal:
        write_atomic(folder / name, b"x")
    assert refusal.value.code == "file.write"
    assert names(folder) == ["file", "loop"]
    assert (folder / "file").read_bytes() == b"kept"


def test_an_interrupt_in_the_middle_leaves_the_old_file_and_no_stray_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "a.layers"
    write_atomic(path, b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(folder) == ["a.layers"]


def test_content_is_on_the_disk_before_it_gets_its_name_and_the_name_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        order.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        order.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_atomic(folder / "a.layers", b"x")
    assert order == ["sync file", "rename", "sync folder"]


def failing_folder_sync(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_file_system_that_cannot_sync_folders_is_no_reason_to_refuse(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_folder_sync(monkeypatch, errno.EINVAL)
    write_atomic(folder / "a.layers", b"new")
    assert (folder / "a.layers").read_bytes() == b"new"


def test_a_disk_that_fails_after_the_rename_is_not_said_to_have_kept_the_old_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_folder_sync(monkeypatch, errno.EIO)
    with pytest.raises(FileRefused) as refusal:
        write_atomic(folder / "a.layers", b"new")
    assert refusal.value.code == "file.sync"
    assert "a.layers was written, but the disk did not confirm it" in refusal.value.text


def test_writers_at_the_same_time_leave_one_whole_version_and_no_stray_file(folder: Path) -> None:
    path = folder / "a.layers"
    versions = [bytes([65 + i]) * 50_000 for i in range(6)]
    threads = [threading.Thread(target=write_atomic, args=(path, version)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in versions
    assert names(folder) == ["a.layers"]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
def test_after_any_saves_the_file_is_the_last_and_the_backup_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, versions: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("saves") / "a.layers"
    for version in versions:
        write_atomic(path, version, keep_backup=True)
    assert read_limited(path, 300) == versions[-1]
    if len(versions) > 1:
        assert read_limited(path.with_name("a.layers.bak"), 300) == versions[-2]


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(folder: Path) -> None:
    path = folder / "a.layers"
    path.write_bytes(b"x" * 1000)
    assert read_limited(path, 1000) == b"x" * 1000
    path.write_bytes(b"x" * 1001)
    with pytest.raises(FileRefused, match=r"a\.layers is larger than 1,000 bytes") as refusal:
        read_limited(path, 1000)
    assert refusal.value.code == "file.large"


def test_a_file_far_over_the_limit_is_not_read_to_its_end(folder: Path) -> None:
    path = folder / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FileRefused, match="larger than 64 bytes"):
        read_limited(path, 64)


@pytest.mark.parametrize("name", ["missing", "file/below", "n" * 300, "nul\0byte", "lone\ud800surrogate", "loop"])
def test_what_cannot_be_opened_is_refused_as_unreadable(folder: Path, name: str) -> None:
    (folder / "file").write_bytes(b"")
    (folder / "loop").symlink_to("loop")
    with pytest.raises(FileRefused) as refusal:
        read_limited(folder / name, 100)
    assert refusal.value.code == "file.read"
    assert refusal.value.advice


@pytest.mark.timeout(10)
def test_a_folder_a_pipe_and_a_device_are_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for path in (folder, folder / "pipe", Path("/dev/zero")):
        with pytest.raises(FileRefused, match="not a file") as refusal:
            read_limited(path, 100)
        assert refusal.value.code == "file.kind"


def test_a_link_to_a_file_is_read(folder: Path) -> None:
    (folder / "real").write_bytes(b"content")
    (folder / "link").symlink_to("real")
    assert read_limited(folder / "link", 100) == b"content"


def test_syncing_a_missing_folder_says_so(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync_folder(folder / "missing")
