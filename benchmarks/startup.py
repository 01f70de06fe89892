"""How much the studio's cold start costs until its window is painted, against a bare Qt window in the same run.

Each round starts a fresh process for a bare QMainWindow and one for `python -m studio PROJECT`, in turns, and takes
the CPU time (user and system) of the process at the end of the first painting. Prints one JSON line, last: `ratio` is
`ms_ours` / `ms_bare`, medians over the rounds. Bytecode is compiled first, as an installation does.
"""

from __future__ import annotations

import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "examples" / "digits_two_branch.layers"
ROUNDS = 9
WAIT_S = 60

WATCH = """
import os, resource, sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    '''Ends the process after the first painting of a main window: at the next event that is none of its paintings.'''
    painted = False

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted = self.painted or isinstance(watched, QMainWindow)
        elif self.painted and event.type() not in SAME_PAINTING:
            used = resource.getrusage(resource.RUSAGE_SELF)
            heavy = [name for name in HEAVY if name in sys.modules]
            print(1000 * (used.ru_utime + used.ru_stime), *heavy, flush=True)
            os._exit(0)
        return False

SAME_PAINTING = (QEvent.Type.UpdateRequest, QEvent.Type.UpdateLater, QEvent.Type.LayoutRequest)
HEAVY = ("keras", "tensorflow", "pyqtgraph", "networkx", "numpy", "pygments", "studio.document", "studio.analysis")
run = QApplication.exec

def watched_run(*arguments):
    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    return run()

QApplication.exec = watched_run
"""
BARE = """
application = QApplication(["bare"])
window = QMainWindow()
window.resize(1280, 800)
window.show()
application.exec()
"""
OURS = """
import runpy
sys.argv = ["studio", PROJECT]
runpy.run_module("studio", run_name="__main__", alter_sys=True)
"""


def cpu_ms(code: str, home: str) -> float:
    """The CPU time of a fresh process that runs `code`, from its start to its first painting."""
    folders = {f"XDG_{kind}_HOME": f"{home}/{kind.lower()}" for kind in ("CONFIG", "STATE", "CACHE")}
    environment = {**os.environ, **folders}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    for variable in ("PYTHONDONTWRITEBYTECODE", "LAYER_STUDIO_HOME"):
        environment.pop(variable, None)
    command = [sys.executable, "-c", f"{WATCH}\n{code}"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=WAIT_S, check=True
    )
    ms, *heavy = done.stdout.split()
    assert not heavy, f"imported before the first painting: {heavy}"
    return float(ms)


def main() -> None:
    """Measure and print."""
    compileall.compile_dir(ROOT / "studio", quiet=2)
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        for each in range(ROUNDS + 1):
            took = cpu_ms(BARE, home), cpu_ms(f"PROJECT = {str(PROJECT)!r}\n{OURS}", home)
            if each:  # the first round reads the files from the disk
                bare.append(took[0])
                ours.append(took[1])
    line = {
        "name": "startup",
        "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
        "ms_ours": round(statistics.median(ours), 1),
        "ms_bare": round(statistics.median(bare), 1),
        "rounds": ROUNDS,
        "all_ours": [round(ms) for ms in ours],
        "all_bare": [round(ms) for ms in bare],
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
