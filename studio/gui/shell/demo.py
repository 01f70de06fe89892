"""The main job where there is no display: the same window, driven; its picture, the model and the script as files."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from studio.core.errors import StudioError
from studio.core.paths import state_dir
from studio.core.wording import duration_text
from studio.gui.app import App, Wishes, make_application
from studio.gui.shell.crash import leave_on_bugs
from studio.gui.shell.picture import save_picture
from studio.protocol.messages import Finished
from studio.session.export import export_script
from studio.session.training import Run

DRAWN_MS = 500
"""How long the last curves are given to be drawn."""
FAILED = 1


def demonstrate(wishes: Wishes, out: Path) -> int:
    """Open the project in the window, train it there, and leave everything that came of it in `out`.

    Returns 0 if the training finished, 1 if it did not.
    """
    application = make_application()
    leave_on_bugs(application, state_dir())
    app = App(wishes, warm=False)
    out = out.absolute()

    def begin() -> None:
        bench = app.window.workbench
        assert bench is not None
        if app.refusal is not None:
            _give_up(app.refusal)
            application.exit(FAILED)
            return
        print(f"Opened {bench.session.title}: training it in the window…", flush=True)
        bench.training.ended.connect(end)
        out.mkdir(parents=True, exist_ok=True)
        save_picture(app.window, out / "build.png")
        try:
            bench.training.start(folder=out)
        except StudioError as error:
            _give_up(error)
            application.exit(FAILED)
            return
        app.window.show_place("train")

    def end(run: Run) -> None:
        QTimer.singleShot(DRAWN_MS, lambda: application.exit(_report(app, run, out)))

    app.ready = begin
    app.show()
    code = application.exec()
    app.close()
    return code


def _report(app: App, run: Run, out: Path) -> int:
    bench = app.window.workbench
    assert bench is not None
    save_picture(app.window, out / "window.png")
    if not isinstance(run.outcome, Finished):
        print(f"The training did not finish; see {out}.", file=sys.stderr)
        return FAILED
    script = export_script(bench.session, out / f"{bench.session.title}.py")[0]
    values = ", ".join(f"{name} {values[-1]:.4f}" for name, values in run.curves.epochs.items())
    print(f"Trained {run.curves.epochs_done} epochs in {duration_text(run.elapsed_s)}: {values}")
    for text, file in (
        ("The window with its curves", out / "window.png"),
        ("The drawing", out / "build.png"),
        ("The trained model", run.folder.model),
        ("The exported script", script),
    ):
        print(f"{text}: {file}")
    return 0


def _give_up(error: StudioError) -> None:
    print(f"layer-studio: {error}", file=sys.stderr)
