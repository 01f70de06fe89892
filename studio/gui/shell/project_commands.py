"""What the actions about projects do in a window: new, open, import, save, export, and what a crash has left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.gui.shell.unfinished import take_typing
from studio.session.recent import Recent

if TYPE_CHECKING:
    from studio.gui.shell.window import MainWindow
    from studio.gui.shell.workbench import Workbench
    from studio.project.recovery import Recoverable
    from studio.session.session import Session


class ProjectCommands:
    """Carries out actions for a window; `promise` takes what the banner's second button will do."""

    def __init__(self, window: MainWindow, promise: Callable[[Callable[[], object]], None]) -> None:
        self._window = window
        self._promise = promise
        self._make: Callable[[Session, Recoverable | None], Workbench] | None = None

    def make_workbenches(self, make: Callable[[Session, Recoverable | None], Workbench]) -> None:
        """From now on, projects are shown on what `make` makes."""
        self._make = make

    def new_project(self) -> None:
        """Begin an empty project."""
        from studio.session.session import Session

        if self._window.may_leave():
            self._show(Session())

    def ask_open(self) -> None:
        """Ask for a project and open it."""
        from studio.gui.shell.asking import project_to_open

        path = project_to_open(self._window, self._folder())
        if path is not None:
            self.open_project(path)

    def open_project(self, path: Path) -> None:
        """Open a project in place of the one that is open, unless that has changes its owner wants to keep."""
        from studio.session.session import Session

        if not self._window.may_leave():
            return

        def open_it() -> None:
            self._show(Session.open(path))
            self._window.remember(path)

        self._window.guard(open_it)

    def ask_import(self) -> None:
        """Ask for a model that Keras saved, and draw it."""
        from studio.gui.shell.asking import model_to_import

        path = model_to_import(self._window, self._folder())
        if path is not None:
            self.import_model(path)

    def import_model(self, path: Path) -> None:
        """Draw a model that Keras saved, in place of the project that is open; say what could not be kept."""
        from studio.session.importing import imported

        if not self._window.may_leave():
            return

        def draw() -> None:
            session, notes = imported(path)
            self._show(session)
            if notes:
                more = f" And {len(notes) - 1} more." if len(notes) > 1 else ""
                self._window.banner.say(f"{notes[0]}{more}")

        self._window.guard(draw)

    def save(self) -> bool:
        """Save the project where it came from, or ask where; whether it is saved now."""
        take_typing(self._window)
        bench = self._window.bench
        if bench.session.path is None:
            return self.save_as()
        return self._save_to(None)

    def save_as(self) -> bool:
        """Ask for a name and save there; whether it is saved now."""
        take_typing(self._window)
        from studio.gui.shell.asking import project_to_save

        path = project_to_save(self._window, self._folder() / f"{self._window.bench.session.title}.layers")
        return path is not None and self._save_to(path)

    def export_script(self) -> None:
        """Ask for a name and write the program there."""
        take_typing(self._window)
        from studio.gui.shell.asking import script_to_write
        from studio.session.export import export_script

        path = script_to_write(self._window, self._folder() / f"{self._window.bench.session.title}.py")
        if path is None:
            return

        def write() -> None:
            files = export_script(self._window.bench.session, path)
            self._window.banner.say(f"Written: {', '.join(str(file) for file in files)}")

        self._window.guard(write)

    def offer_recovery(self) -> None:
        """Offer what a studio that ended unexpectedly has left, if there is anything."""
        from studio.session.safeguard import left_behind, left_title

        left = left_behind()
        if left is None:
            return
        self._promise(lambda: self.recover(left))
        text = f"{left_title(left)} had changes that were not saved when Layer Studio ended unexpectedly."
        self._window.banner.say(text, details="Recover")

    def recover(self, left: Recoverable) -> None:
        """Open what was left, in place of the project that is open, unless its owner wants to keep that."""
        from studio.session.safeguard import recovered

        if self._window.may_leave() and self._window.guard(lambda: self._show(recovered(left), left)):
            self._window.banner.hide()

    # Inside.

    def _show(self, session: Session, left: Recoverable | None = None) -> None:
        assert self._make is not None
        self._window.show_workbench(self._make(session, left))

    def _save_to(self, path: Path | None) -> bool:
        session = self._window.bench.session
        done = self._window.guard(lambda: session.save(path))
        if done and session.path is not None:
            self._window.remember(session.path)
        return done

    def _folder(self) -> Path:
        bench = self._window.workbench
        if bench is not None and bench.session.path is not None:
            return bench.session.path.parent
        recent: Recent = self._window.recent
        return next((path.parent for path in recent.paths()), Path.home())
