"""How an engine is started: its environment and its logs."""

from __future__ import annotations

import os
from pathlib import Path

from studio.client.death import death_text
from studio.client.launch import LARGE_FILES, engine_environment
from studio.client.logs import KEPT_LOGS, fresh_log, last_words, shorten


def test_variables_that_change_python_are_left_out() -> None:
    environment = engine_environment(
        {
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSTARTUP": "x",
            "PYTHONWARNINGS": "error",
            "PYTHONHASHSEED": "0",
            "A": "b",
        }
    )
    assert {name for name in environment if name.startswith("PYTHON")} <= {"PYTHONHASHSEED", "PYTHONPATH"}
    assert (environment["A"], environment["PYTHONHASHSEED"]) == ("b", "0")


def test_only_absolute_folders_stay_on_the_import_path() -> None:
    folders = engine_environment({"PYTHONPATH": f"/opt/keras{os.pathsep}{os.pathsep}here"})["PYTHONPATH"].split(
        os.pathsep
    )
    assert folders[0] == "/opt/keras"
    assert all(os.path.isabs(folder) for folder in folders)


def test_what_the_user_says_of_tensorflow_and_threads_stays() -> None:
    environment = engine_environment({"TF_CPP_MIN_LOG_LEVEL": "0", "OMP_NUM_THREADS": "1", "KERAS_BACKEND": "jax"})
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "0"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["KERAS_BACKEND"] == "jax"
    assert "OMP_NUM_THREADS" not in engine_environment({})


def test_an_engine_takes_of_a_gpu_only_what_it_needs_unless_the_user_wants_it_otherwise() -> None:
    assert engine_environment({})["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert engine_environment({"TF_FORCE_GPU_ALLOW_GROWTH": "false"})["TF_FORCE_GPU_ALLOW_GROWTH"] == "false"


def test_large_temporary_files_go_where_there_is_room_unless_the_user_says_where() -> None:
    assert engine_environment({}).get("TMPDIR") == (str(LARGE_FILES) if os.access(LARGE_FILES, os.W_OK) else None)
    assert engine_environment({"TMPDIR": "/mnt/scratch"})["TMPDIR"] == "/mnt/scratch"


def test_only_the_latest_logs_are_kept() -> None:
    for number in range(KEPT_LOGS + 5):
        log = fresh_log()
        log.write_text("x")
        os.utime(log, (number, number))
    names = list(fresh_log().parent.glob("engine-*.log"))
    assert len(names) == KEPT_LOGS - 1
    assert min(name.stat().st_mtime for name in names) == 6


def test_a_long_log_keeps_its_end_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a" * 5000 + b"end\n")
        shorten(log, 1000)
        writer.write(b"more\n")
    text = log.read_text()
    assert len(text) < 1100
    assert text.endswith("end\nmore\n")


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("short")
    shorten(log, 1000)
    assert log.read_text() == "short"


def test_progress_is_not_taken_for_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("terminate called\nEpoch 3/5\n32/32 - 0s - loss: 0.5\n\n")
    assert last_words(log) == "terminate called"


def test_a_kill_from_outside_hints_at_memory(tmp_path: Path) -> None:
    assert "SIGKILL" in death_text(-9, ())
    assert "memory" in death_text(-9, ())
    assert "crashed inside Keras's backend (SIGFPE)" in death_text(-8, (tmp_path / "no log",))
    assert death_text(2, ()) == "The engine ended by itself with exit code 2."
