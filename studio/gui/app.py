"""The application: makes it, opens the window first and everything else after the first paint."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from studio.core.errors import StudioError
from studio.core.paths import resources_dir, settings_dir, state_dir
from studio.gui.shared.theme import Theme, Tokens, palette
from studio.gui.shell.settings import Settings
from studio.gui.shell.window import MainWindow
from studio.session.recent import Recent

if TYPE_CHECKING:
    from studio.gui.shell.crash import BugDialog
    from studio.gui.shell.workbench import Workbench
    from studio.project.recovery import Recoverable
    from studio.session.engines import Engines
    from studio.session.session import Session

SIGNAL_LOOK_MS = 200
"""How often Python gets a turn to notice a signal while Qt waits for events."""
SMALLEST_FONT_PT = 9.0


class Wishes(NamedTuple):
    """What the command line asks of the window; `as_new`: in its first layout, whatever it remembers."""

    project: Path | None = None
    size: tuple[int, int] | None = None
    theme: str | None = None
    select: str | None = None
    as_new: bool = False


class Poster(QObject):
    """Hands calls over to the thread of the window."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have the window's thread make a call, soon. May be called from any thread."""
        self._posted.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


class App:
    """The running application: the window at once, then the project, then a warm engine.

    `ready` is called when the project is on the screen; `refusal` says then what could not be done as wished. `engine`
    is the command that starts an engine, where it is not the usual one.
    """

    def __init__(self, wishes: Wishes, *, warm: bool = True, engine: Sequence[str] | None = None) -> None:
        self.wishes = wishes
        self.engines: Engines | None = None
        self.refusal: StudioError | None = None
        self.ready: Callable[[], object] = lambda: None
        self._warm = warm
        self._engine = engine
        self._poster = Poster()
        self._bugs: BugDialog | None = None
        settings = Settings(settings_dir() / "settings.ini")
        self.theme = Theme(wishes.theme or settings.theme or "light")
        self._apply(self.theme.tokens)
        self.theme.changed.connect(self._apply)
        self.window = MainWindow(self.theme, settings, Recent(state_dir() / "recent.json"), on_first_paint=self._fill)
        if wishes.size is not None:
            self.window.resize(QSize(*wishes.size))
        elif not wishes.as_new:
            settings.restore_size(self.window)

    def show(self) -> None:
        """Show the window."""
        self.window.show()

    def close(self) -> None:
        """Let the project and the engines go; a run that went on is written down to its end."""
        self.window.close_workbench()
        if self.engines is not None:
            self.engines.close()
        QCoreApplication.sendPostedEvents(self._poster)  # the engines' last words

    def report_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Say in the window what the world refused; log a bug of ours, and show a report that can be copied."""
        if isinstance(error, StudioError):
            self.window.banner.refuse(error)
            return
        from studio.gui.shell.crash import BugDialog, report_text, write_log

        write_log(state_dir(), error)
        if self._bugs is None:
            self._bugs = BugDialog(report_text(error), self.window)
            self._bugs.finished.connect(self._forget_bugs)
            self._bugs.open()
        else:
            self._bugs.add(report_text(error))

    def _forget_bugs(self, result: int) -> None:
        self._bugs = None

    def _apply(self, t: Tokens) -> None:
        QApplication.setPalette(palette(t))

    def _fill(self) -> None:
        """Bring menus and bars, then the project, onto the screen; nothing of it is imported before the first paint."""
        self.window.furnish(as_new=self.wishes.as_new)
        QTimer.singleShot(0, self._show_project)

    def _show_project(self) -> None:
        from PySide6.QtGui import QIcon

        from studio.gui.shell.workbench import Workbench
        from studio.session.engines import Engines
        from studio.session.session import Session
        from studio.session.trust import users_trust

        QApplication.setWindowIcon(QIcon(str(resources_dir() / "icons" / "layer-studio.svg")))
        engines = self.engines = Engines(self._poster.post, spare=self._warm, command=self._engine)

        trust = users_trust()

        def bench(session: Session, left: Recoverable | None = None) -> Workbench:
            return Workbench(session, engines, trust, self.theme, left)

        self.window.commands.projects.make_workbenches(bench)
        session = self._opened(Session)
        self.window.show_workbench(bench(session))
        if session.path is None:
            self.window.commands.show_start()
        if self.refusal is not None:
            self.window.banner.refuse(self.refusal)
        else:
            if session.path is not None:
                self.window.remember(session.path)
            if not self.wishes.as_new:
                self.window.commands.projects.offer_recovery()
        if self.wishes.select:
            self._select(session, self.wishes.select)
        if self._warm:
            QTimer.singleShot(0, engines.warm_up)
        QTimer.singleShot(0, self._tell_ready)

    def _opened(self, kind: type[Session]) -> Session:
        if self.wishes.project is not None:
            try:
                return kind.open(self.wishes.project)
            except StudioError as error:
                self.refusal = error
        return kind()

    def _select(self, session: Session, name: str) -> None:
        nodes = session.document.root.nodes
        node = nodes.get(name) or session.document.root.named(name)
        bench = self.window.workbench
        if node is None:
            self.refusal = StudioError("node.missing", f"There is no node called “{name}”.", "Check its spelling.")
            self.window.banner.refuse(self.refusal)
        elif bench is not None:
            bench.selection.reveal(node.id)

    def _tell_ready(self) -> None:
        self.ready()


def make_application() -> QApplication:
    """The one QApplication: Fusion, the studio's name and icon, the system's font at a readable size."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["layer-studio", "-style", "Fusion"])
    application.setApplicationName("layer-studio")
    application.setApplicationDisplayName("Layer Studio")
    application.setDesktopFileName("layer-studio")
    font = application.font()
    if font.pointSizeF() < SMALLEST_FONT_PT:
        font.setPointSizeF(SMALLEST_FONT_PT)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    application.setFont(font)
    return application


def run_window(wishes: Wishes) -> int:
    """Show the window until it is closed; return the exit code."""
    application = make_application()
    app = App(wishes)
    sys.excepthook = app.report_bug
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.window.close())
    turns = QTimer()
    turns.start(SIGNAL_LOOK_MS)
    turns.timeout.connect(lambda: None)
    app.show()
    try:
        return application.exec()
    finally:
        turns.stop()
        app.close()
