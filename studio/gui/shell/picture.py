"""Pictures of the window: taken once everything is drawn and nothing moves any more."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from studio.core.paths import state_dir
from studio.gui.app import App, Wishes, make_application
from studio.gui.shell.crash import leave_on_bugs
from studio.gui.shell.window import MainWindow

LOOK_MS = 50
QUIET_LOOKS = 6
"""So many looks in a row without movement count as settled."""
REFUSED = 2


def take_picture(wishes: Wishes, file: Path) -> int:
    """Show the window, save its picture as PNG once it is settled, and leave; 2 if something was refused."""
    application = make_application()
    leave_on_bugs(application, state_dir())
    app = App(wishes, warm=False)
    timer = QTimer()
    quiet = 0

    def look() -> None:
        nonlocal quiet
        bench = app.window.workbench
        quiet = quiet + 1 if bench is not None and bench.canvas.settled() else 0
        if quiet >= QUIET_LOOKS:
            timer.stop()
            application.exit(_leave(app, file))

    timer.timeout.connect(look)
    app.ready = lambda: timer.start(LOOK_MS)
    app.show()
    code = application.exec()
    app.close()
    return code


def _leave(app: App, file: Path) -> int:
    if not save_picture(app.window, file):
        print(f"layer-studio: {file} could not be written. Check the folder and the name's ending.", file=sys.stderr)
        return REFUSED
    if app.refusal is not None:
        print(f"layer-studio: {app.refusal}", file=sys.stderr)
        return REFUSED
    return 0


def save_picture(window: MainWindow, file: Path) -> bool:
    """Save what the window shows; False if the file cannot be written."""
    return window.grab().save(str(file))
