"""Data larger than anybody wants in memory: the first look at it in the window, and reading it while a model learns.

Makes a table of 1 GB (CSV) and 50,000 images (PNG, 28 × 28) in a temporary folder. Then, each in a fresh process:

* the window opens, goes to its Data place and is given the table, or the folder: `s_look_…` is the wall time until the
  features are shown and nothing is read any more, `mb_look_…` by how much the process grew at its largest meanwhile;
* the dataset of the script that is exported for the images, and one written by hand with `tf.data` for the same job,
  give all training images by turns (plain, ours, ours, plain). `ratio` is the throughput of ours over that of the plain
  one, in images per second of CPU time, medians over the rounds; `ratio_wall` is the same by the wall clock.

Prints one JSON line, last. `--small` makes a fiftieth of everything.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "examples" / "shapes_folder.layers"
TABLE_BYTES = 1_000_000_000
IMAGES = 50_000
SMALLER = 50
CLASSES = ("circle", "square", "triangle")
ROUNDS = 4
WAIT_S = 300
SETTLE_S = 60


def main() -> None:
    """Measure and print."""
    share = SMALLER if "--small" in sys.argv[1:] else 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = make_table(folder / "table.csv", TABLE_BYTES // share)
        images = make_images(folder / "images", IMAGES // share)
        looks = {name: measured("look", path) for name, path in (("table", table), ("images", images))}
        rounds = measured("stream", make_script(folder / "program.py", images), images)
    plain, ours = (statistics.median(cpu for cpu, _ in rounds[side]) for side in ("plain", "ours"))
    plain_wall, ours_wall = (statistics.median(wall for _, wall in rounds[side]) for side in ("plain", "ours"))
    facts = {
        "name": "data",
        "ratio": round(plain / ours, 3),
        "ratio_wall": round(plain_wall / ours_wall, 3),
        "us_plain": round(1e6 * plain / rounds["images"], 1),
        "us_ours": round(1e6 * ours / rounds["images"], 1),
        **{f"s_look_{name}": round(look["s"], 2) for name, look in looks.items()},
        **{f"s_cpu_look_{name}": round(look["s_cpu"], 2) for name, look in looks.items()},
        **{f"mb_look_{name}": round(look["mb"], 1) for name, look in looks.items()},
        "table_mb": TABLE_BYTES // share // 10**6,
        "images": IMAGES // share,
        "rounds": 2 * ROUNDS,
        "all_plain": [round(cpu, 2) for cpu, _ in rounds["plain"]],
        "all_ours": [round(cpu, 2) for cpu, _ in rounds["ours"]],
    }
    print(json.dumps(facts))


def make_table(path: Path, size: int) -> Path:
    """A CSV file of about `size` bytes: dates, numbers, classes, empty cells. The same rows come again and again."""
    from datetime import datetime, timedelta

    first = datetime(2024, 1, 1)  # noqa: DTZ001  # as it stands in a file
    rows = [
        f"{first + timedelta(minutes=number):%Y-%m-%d %H:%M},sensor_{number % 40},{20 + number % 97 / 10:.2f},"
        f"{number * 7919 % 100_003 if number % 13 else ''},{'ok' if number % 29 else 'late'}\n"
        for number in range(20_000)
    ]
    block = "".join(rows).encode()
    with path.open("wb") as file:
        file.write(b"time,sensor,temperature,reading,state\n")
        for _ in range(max(1, size // len(block))):
            file.write(block)
    return path


def make_images(folder: Path, count: int) -> Path:
    """So many PNG files in a folder for each class. Three hundred pictures come again and again."""
    import numpy as np

    from studio.data.written import png_file

    chance = np.random.default_rng(17)
    pictures = [png_file(chance.integers(0, 256, (28, 28, 3), dtype=np.uint8)) for _ in range(300)]
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
    for number in range(count):
        (folder / CLASSES[number % 3] / f"image_{number:05}.png").write_bytes(pictures[number % 300])
    return folder


def make_script(path: Path, images: Path) -> Path:
    """The exported script of the example that learns from a folder of images, with this folder in place of its own."""
    from studio.document.data_choice import FolderSource
    from studio.document.edits import set_data
    from studio.session.export import export_script
    from studio.session.session import Session

    session = Session.open(PROJECT)
    data = session.document.data
    session.do(
        set_data(session.document, replace(data, source=FolderSource(str(images)), fingerprint=""), "Other images")
    )
    return export_script(session, path)[0]


def measured(what: str, *paths: Path) -> dict[str, Any]:
    """What a fresh process finds that does `what` with some paths."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LAYER_STUDIO_HOME": home, "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, __file__, what, *map(str, paths)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, timeout=WAIT_S, check=True
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def look(path: Path) -> dict[str, float]:
    """Open the window, go to Data, and take `path` for the source: how long that takes, and how the process grows."""
    from PySide6.QtWidgets import QApplication

    from studio.gui.app import App, Wishes, make_application

    application = make_application()
    app = App(Wishes(None, (1440, 900), "light"), warm=False)
    ready: list[bool] = []
    app.ready = lambda: ready.append(True)
    app.show()
    wait_for(application, lambda: ready)
    bench = app.window.workbench
    assert bench is not None
    app.window.show_place("data")
    wait_for(application, lambda: bench.data.isVisible() and bench.data.looker.idle)
    before = reset_peak_kb()
    began, cpu = time.perf_counter(), time.process_time()
    bench.data.open_file(path)
    wait_for(application, lambda: not bench.data.is_looking and bench.data.looker.idle)
    took = {"s": time.perf_counter() - began, "s_cpu": time.process_time() - cpu}
    took["mb"] = (peak_kb() - before) / 1000
    assert bench.data.look is not None
    assert bench.session.document.data.features
    QApplication.processEvents()
    app.close()
    return took


def wait_for(application: Any, holds: Callable[[], object]) -> None:
    """Let the window live until something holds and all that follows from it is painted."""
    until = time.monotonic() + SETTLE_S
    while True:
        application.processEvents()
        if holds():
            application.processEvents()  # a further turn may ask for pictures of what was just shown
            if holds():
                return
        if time.monotonic() > until:
            raise TimeoutError("The window did not settle.")
        time.sleep(0.002)


def reset_peak_kb() -> int:
    """Have Linux count the largest size of this process anew, from what it is now on. proc(5), clear_refs."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_kb()


def peak_kb() -> int:
    """The largest that this process was, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def stream(script: Path, images: Path) -> dict[str, Any]:
    """CPU and wall seconds of each pass over the training images, by the script's dataset and by a plain one."""
    import runpy

    program = runpy.run_path(str(script), run_name="program")
    paths, labels = program["load_data"]()["train"]
    sides = {
        "plain": plain_dataset(paths, labels, program["BATCH_SIZE"], program["SEED"]),
        "ours": program["batches"](paths, labels, shuffles=True),
    }
    sums = {
        side: checksum(dataset) for side, dataset in sides.items()
    }  # the first pass traces, and fills the disk cache
    assert abs(sums["plain"] - sums["ours"]) < 1e-4 * sums["plain"], sums
    rounds: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for side in ("plain", "ours", "ours", "plain") * ROUNDS:
        rounds[side].append(one_pass(sides[side]))
    return {"images": len(paths), **rounds}


def plain_dataset(paths: Any, labels: Any, batch_size: int, seed: int) -> Any:
    """What one writes by hand: the files' pixels as 24 × 24, from 0 to 1, shuffled, in batches, read beforehand."""
    import tensorflow as tf

    def read(path: Any, label: Any) -> Any:
        pixels = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        return tf.image.resize(pixels, (24, 24)) / 255, label

    dataset = tf.data.Dataset.from_tensor_slices((paths, labels))
    dataset = dataset.shuffle(len(paths), seed=seed).map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)


def checksum(dataset: Any) -> float:
    """A number that differs if pixels or labels do."""
    import numpy as np

    def parts() -> Iterator[float]:
        for pixels, labels in dataset.as_numpy_iterator():
            yield float((pixels.astype(np.float64).sum(axis=(1, 2, 3)) * (1 + labels.ravel())).sum())

    return sum(parts())


def one_pass(dataset: Any) -> tuple[float, float]:
    """CPU and wall seconds of reading everything once."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in dataset:
        pass
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    match sys.argv[1:]:
        case ["look", path]:
            print(json.dumps(look(Path(path))))
        case ["stream", script, images]:
            print(json.dumps(stream(Path(script), Path(images))))
        case _:
            main()
