"""How soon the first batch is reported after Train, with a warm engine, against the exported script started cold.

Each round takes, in turns, a warm engine (Train sent -> first Batches event) and a fresh Python that runs the exported
script of the same project (start of the process -> end of the first batch, by a callback that a wrapper adds). Wall
time, since both wait for imports and compilation. Prints one JSON line, last: `ratio` is `s_warm` / `s_cold`, medians.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from studio.client.engine import Engine
from studio.core.errors import StudioError
from studio.protocol.messages import Batches, Event, Heartbeat, Phase, Train
from studio.runs.folder import RunFolder
from studio.session.export import export_script, sample_files
from studio.session.session import Session

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "examples" / "digits_two_branch.layers"
ROUNDS = 5
WAIT_S = 120

COLD = """
import runpy, sys, time
script = runpy.run_path(sys.argv[1], run_name="program")
import keras
class First(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print("first", flush=True)
        raise SystemExit
script["train"](script["build_model"](), script["load_data"](), callbacks=[First()])
"""


def main() -> None:
    session = Session.open(PROJECT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        script = export_script(session, folder / "cold.py")[0]
        cold_s(script)  # once, so that both sides find their files in the cache
        rounds = [(warm_s(session, folder / f"run{number}"), cold_s(script)) for number in range(ROUNDS)]
    warm, cold = zip(*rounds, strict=True)
    facts = {
        "name": "first_batch",
        "ratio": round(statistics.median(warm) / statistics.median(cold), 3),
        "s_warm": round(statistics.median(warm), 3),
        "s_cold": round(statistics.median(cold), 3),
        "rounds": ROUNDS,
        "all_warm": [round(value, 3) for value in warm],
        "all_cold": [round(value, 3) for value in cold],
    }
    print(json.dumps(facts))


def warm_s(session: Session, path: Path) -> float:
    """Seconds from Train to the first report of a fresh engine that has warmed up."""
    idle, first = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        match event:
            case Heartbeat(Phase.IDLE):
                idle.set()
            case Batches():
                first.set()
            case _:
                pass

    program = session.program()
    run = RunFolder.create(path, title="benchmark", program=program.text, project=b"{}", samples=sample_files(program))
    engine = Engine(hear)
    engine.start()
    if not idle.wait(WAIT_S):
        raise StudioError("benchmark.warm", "The engine did not become warm.")
    began = time.perf_counter()
    engine.send(Train("benchmark", str(run.path)))
    if not first.wait(WAIT_S):
        raise StudioError("benchmark.first", "No batch was reported.")
    took = time.perf_counter() - began
    engine.kill()
    engine.wait()
    return took


def cold_s(script: Path) -> float:
    """Seconds from the start of a fresh Python to the end of the script's first batch."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-P", "-c", COLD, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "first\n":
            if process.poll() is not None:
                raise StudioError("benchmark.cold", "The script ended before its first batch.")
        took = time.perf_counter() - began
        process.kill()
    return took


if __name__ == "__main__":
    main()
