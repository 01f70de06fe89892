"""What surrounds a program: its streams, its priority, what it may import; needs no Keras."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from studio.engine import memory, priority
from studio.engine.backend import without
from studio.engine.stopping import Stopped, StopSign

ROOT = Path(__file__).parents[2]

TALKING = """
import os, sys
from pathlib import Path
from studio.engine import streams

incoming, outgoing = streams.take_over()
print("by Python")
os.write(1, b"by C\\n")
os.system("echo by a child")
with streams.output_to(Path(sys.argv[1])):
    print("in the run")
    print("error in the run", file=sys.stderr)
    os.write(1, b"C in the run\\n")
print("after the run")
os.write(outgoing, b"a message, answering " + os.read(incoming, 100))
print("input:", repr(sys.stdin.readline()))
"""


def test_only_messages_reach_stdout_and_only_the_run_its_log(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    done = subprocess.run(
        [sys.executable, "-c", TALKING, str(log)],
        input="a request\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "a message, answering a request\n"
    assert sorted(done.stderr.splitlines()) == sorted(["by Python", "by C", "by a child", "after the run", "input: ''"])
    assert sorted(log.read_text().splitlines()) == ["C in the run", "error in the run", "in the run"]


@pytest.mark.skipif(sys.platform != "linux", reason="scheduling policies are Linux's")
def test_modesty_is_handed_on_to_threads_and_taken_back_from_all() -> None:
    policies: dict[str, list[int]] = {}

    def live(go_on: threading.Event, started: threading.Event) -> None:
        policies["modest"] = [os.sched_getscheduler(0)]
        started.set()
        go_on.wait(10)
        policies["ordinary"] = [os.sched_getscheduler(0)]

    started, go_on = threading.Event(), threading.Event()
    priority.be_modest()
    thread = threading.Thread(target=live, args=(go_on, started))
    thread.start()
    started.wait(10)
    priority.be_ordinary()
    go_on.set()
    thread.join()
    assert policies == {"modest": [os.SCHED_BATCH], "ordinary": [os.SCHED_OTHER]}
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_a_module_that_is_kept_out_can_be_imported_afterwards() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys  # noqa: F401
    import colorsys as afterwards

    assert afterwards.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_a_module_that_is_there_already_stays() -> None:
    with without("threading"):
        import threading as still

    assert still is threading


def test_the_memory_that_is_held_is_more_than_a_megabyte_and_less_than_the_machine_has() -> None:
    assert 1 << 20 < memory.resident_bytes() < 1 << 40


def test_a_stop_sign_raises_once_it_was_set() -> None:
    sign = StopSign()
    sign.check()
    sign.ask_to_stop()
    assert not sign.is_leaving
    with pytest.raises(Stopped):
        sign.check()


def test_leaving_is_stopping_as_well() -> None:
    sign = StopSign()
    sign.ask_to_leave()
    assert sign.is_leaving
    with pytest.raises(Stopped):
        sign.check()
