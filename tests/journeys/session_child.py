"""A full session in a process of its own: open, edit, check with Keras, train, watch, export, save, close.

Run as `python session_child.py PROJECT FOLDER`; prints as JSON what became of it, and which of the modules that only an
engine may import this process has imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.gui.app import App, Wishes, make_application

ENGINES_ALONE = ("keras", "tensorflow", "jax", "torch", "studio.engine")
PATIENCE_MS = 180_000


def until(holds: Callable[[], object]) -> None:
    """Let the window live until something holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not holds():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        if deadline.hasExpired():
            raise TimeoutError


def session(project: Path, folder: Path) -> dict[str, object]:
    """Do what a person does in an hour."""
    make_application()
    app = App(Wishes(project), warm=True)
    told: list[bool] = []
    app.ready = lambda: told.append(True)
    app.show()
    until(lambda: told)
    window, bench = app.window, app.window.workbench
    assert bench is not None
    do = {id_: action.trigger for id_, action in window.actions_by_id.items()}

    bench.selection.reveal(next(node.id for node in bench.session.document.root.nodes.values() if node.kind == "Dense"))
    window.docks["code"].raise_()
    do["undo"]()
    do["data"]()
    do["verify"]()
    until(lambda: not bench.verification.is_running)
    agreed = window.banner.text.text()
    do["train"]()
    until(lambda: bench.training.run is not None and bench.training.run.is_over)
    run = bench.training.run
    assert run is not None
    do["dark"]()
    window.grab()
    names = iter([folder / "exported.py", folder / "saved.layers"])
    QFileDialog.getSaveFileName = lambda *about: (str(next(names)), "")  # type: ignore[method-assign, assignment]
    do["export"]()
    do["save-as"]()
    do["quit"]()
    app.close()
    return {
        "outcome": type(run.outcome).__name__,
        "epochs": run.curves.epochs_done,
        "agreed": agreed,
        "written": sorted(path.name for path in folder.iterdir()),
        "imported": sorted(
            name for name in sys.modules if any(name == root or name.startswith(f"{root}.") for root in ENGINES_ALONE)
        ),
        "visible": [type(widget).__name__ for widget in QApplication.topLevelWidgets() if widget.isVisible()],
    }


if __name__ == "__main__":
    print(json.dumps(session(Path(sys.argv[1]), Path(sys.argv[2]))))
