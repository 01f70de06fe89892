"""A table that is kept on disk while a program runs, against the same table in memory.

Makes a table of 100 MB (CSV) and the model that the studio suggests for it, and exports the script twice. Each script,
in a fresh process of its own, loads the data and hands out all batches of one epoch, which is what `fit` asks it for:
`ratio` is by how much less memory the one that keeps the table on disk takes at its largest, of what can be written to
(mapped files are the system's to take back); `ratio_load` and `ratio_epoch` are the CPU seconds in memory over those on
disk. The targets of both are checked to have the same sum.

Prints one JSON line, last. `--small` makes a twentieth, and `--size MB` another table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TABLE_BYTES = 100_000_000
SMALLER = 20
INTERVAL_S = 0.02


def main() -> None:
    """Measure and print."""
    from benchmarks.data import make_table

    options = sys.argv[1:]
    size = int(options[options.index("--size") + 1]) * 10**6 if "--size" in options else TABLE_BYTES
    size //= SMALLER if "--small" in options else 1
    with tempfile.TemporaryDirectory() as scratch:
        table = make_table(Path(scratch) / "table.csv", size)
        found = {}
        for side in ("memory", "disk"):
            script = make_script(Path(scratch) / f"{side}.py", table, on_disk=side == "disk")
            found[side] = measured(script)
    memory, disk = found["memory"], found["disk"]
    assert memory["rows"] == disk["rows"]
    assert abs(memory["sum"] - disk["sum"]) <= 1e-4 * abs(memory["sum"]), (memory, disk)
    facts = {
        "name": "stored",
        "ratio": round(memory["mb"] / disk["mb"], 2),
        "ratio_load": round(memory["s_load"] / disk["s_load"], 3),
        "ratio_epoch": round(memory["s_epoch"] / disk["s_epoch"], 3),
        **{
            f"{name}_{side}": round(each[name], 1)
            for side, each in found.items()
            for name in ("mb", "s_load", "s_epoch")
        },
        "rows": memory["rows"],
        "table_mb": size // 10**6,
    }
    print(json.dumps(facts))


def make_script(path: Path, table: Path, *, on_disk: bool) -> Path:
    """The script that the studio exports for what it suggests for a table."""
    from studio.document import edits
    from studio.document.training_choice import TrainingChoice
    from studio.session.data_setup import source_choice
    from studio.session.export import export_script
    from studio.session.model_suggestion import suggest_model
    from studio.session.session import Session

    session = Session()
    document = session.document
    session.do(edits.set_data(document, replace(source_choice(table), on_disk=on_disk)))
    session.do(suggest_model(document))
    session.do(edits.set_training(document, replace(TrainingChoice(), batch_size=256)))
    return export_script(session, path)[0]


def measured(script: Path) -> dict[str, Any]:
    """What a fresh process takes for the data of a script."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, __file__, "run", str(script)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run(script: Path) -> dict[str, Any]:
    """Load the data of a script and take all batches of an epoch."""
    import runpy

    import keras

    program = runpy.run_path(str(script), run_name="program")
    peak = Peak()
    began = time.process_time()
    data = program["load_data"]()
    loaded = time.process_time()
    batches = program["Batches"](*data["train"])
    batches.shuffle(0)
    total = 0.0
    for number in range(len(batches)):
        _, targets = batches[number]
        total += sum(float(values.sum()) for values in keras.tree.flatten(targets))
    ended = time.process_time()
    return {
        "mb": peak.stop() / 1e6,
        "s_load": loaded - began,
        "s_epoch": ended - loaded,
        "rows": sum(len(keras.tree.flatten(pair)[0]) for pair in data.values()),
        "sum": total,
    }


class Peak:
    """By how much the memory that this process can write to has grown at its largest, in bytes. proc(5), status."""

    def __init__(self) -> None:
        self._before = self._largest = written_bytes()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End, and return the growth."""
        self._ends.set()
        self._thread.join()
        return self._largest - self._before

    def _watch(self) -> None:
        while not self._ends.wait(INTERVAL_S):
            self._largest = max(self._largest, written_bytes())


def written_bytes() -> int:
    """Resident memory that belongs to no file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    match sys.argv[1:]:
        case ["run", path]:
            print(json.dumps(run(Path(path))))
        case _:
            main()
