"""The main window: one project at a time, its places and docks, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QMainWindow, QWidget

from studio.core.errors import FileRefused, StudioError
from studio.core.signal import Signal
from studio.gui.shared.theme import NAMES, Theme
from studio.gui.shell.commands import WindowCommands
from studio.gui.shell.settings import Settings
from studio.gui.shell.unfinished import take_typing
from studio.session.recent import Recent

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
    from PySide6.QtWidgets import QDockWidget, QMenu, QStackedWidget

    from studio.gui.shell.banner import Banner
    from studio.gui.shell.furniture import Furniture
    from studio.gui.shell.status import StatusBar
    from studio.gui.shell.top_bar import TopBar
    from studio.gui.shell.workbench import Workbench

TITLE = "Layer Studio"
SUFFIX = ".layers"
MODEL_SUFFIXES = frozenset({".keras", ".json"})
CUSTOM = "Custom"
"""The kind of custom layers, here without the catalogue, which nothing needs before the first paint."""
SIZE = QSize(1280, 800)
SMALLEST = QSize(800, 560)


class MainWindow(QMainWindow):
    """The window, there at once and empty; `furnish` puts up what every project needs, `show_workbench` a project.

    `on_first_paint` is called once, after the window was painted for the first time.
    """

    actions_by_id: dict[str, QAction]
    menus: dict[str, QMenu]
    docks: dict[str, QDockWidget]
    top_bar: TopBar
    banner: Banner
    places: QStackedWidget
    status: StatusBar
    _furniture: Furniture

    def __init__(
        self,
        theme: Theme,
        settings: Settings,
        recent: Recent,
        on_first_paint: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.settings = settings
        self.recent = recent
        self.workbench: Workbench | None = None
        self.place = "build"
        self._on_first_paint: Callable[[], None] | None = on_first_paint
        self._seen_docks: dict[str, bool] = {}
        self._docks_sized = False
        self._as_new = False
        self._start_page: QWidget | None = None
        self.commands = WindowCommands(self)
        self.setWindowTitle(TITLE)
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self.setAcceptDrops(True)
        self.setAnimated(False)

    # Frame.

    def furnish(self, *, as_new: bool = False) -> None:
        """Put up menus, bars and docks, once. What this imports is not needed before the first paint."""
        from studio.gui.shell.furniture import Furniture

        made = Furniture(self, self.theme, self.commands)
        self.actions_by_id, self.menus, self.docks = made.actions, made.menus, made.docks
        self.top_bar, self.banner, self.places, self.status = made.top_bar, made.banner, made.places, made.status
        self.checking = made.checking
        self._furniture = made
        made.recent_menu.aboutToShow.connect(self._fill_recent)
        made.checking.stop_asked.connect(self.commands.model.stop_check)
        made.banner.details_asked.connect(self.commands.show_details)
        made.status.problems_asked.connect(self.show_problems)
        self._as_new = as_new
        self.refresh()

    def reset_layout(self) -> None:
        """Put every panel back to where it was at first."""
        self.show_place("build")
        self._furniture.lay_out()

    # The project.

    @property
    def bench(self) -> Workbench:
        """The open project with its views; actions, which ask for it, are greyed out until one is shown."""
        assert self.workbench is not None
        return self.workbench

    def show_workbench(self, workbench: Workbench) -> None:
        """Show a project in place of the one that is open; the caller has made sure that nothing is lost."""
        self.close_workbench()
        self.workbench = workbench
        for view in (workbench.canvas, workbench.data):
            self.places.addWidget(view)
        for name, panel in (
            ("palette", workbench.palette),
            ("inspector", workbench.inspector),
            ("problems", workbench.problems),
            ("code", workbench.code),
        ):
            self.docks[name].setWidget(panel)
        self._furniture.work_in(workbench.canvas)
        for signal in _shown_signals(workbench):
            signal.connect(self._refresh_now)
        workbench.verification.ended.connect(self.commands.model.tell_verification)
        workbench.preflight.ended.connect(self.commands.model.tell_check)
        workbench.data.add_action(self._action_button("suggest", "build"))
        workbench.data.add_action(self._action_button("check-data", "check"))
        workbench.data.preview_asked.connect(self.commands.model.preview_augmentation)
        workbench.download.refused.connect(self.banner.refuse)
        workbench.canvas.suggestion_asked.connect(self.commands.model.suggest)
        workbench.palette.chosen.connect(self.commands.add_kind)
        workbench.code.export_asked.connect(self.commands.projects.export_script)
        workbench.data.refused.connect(self.banner.refuse)
        workbench.features.data_asked.connect(self.commands.show_data)
        workbench.problems.remedy_asked.connect(self.commands.model.remedy)
        workbench.inspector.remedy_asked.connect(self.commands.model.remedy)
        workbench.selection.revealed.connect(self._go_to_drawing)
        workbench.selection.shown.connect(self._go_to_drawing)
        workbench.canvas.opened.connect(lambda node: self.show_inspector())
        workbench.canvas.menu_asked.connect(self.commands.show_menu)
        self.show_place("build")
        workbench.canvas.setFocus()
        self.refresh()
        self._furniture.settle()
        if not self._docks_sized:  # now there is something in them that takes a size
            kept = not self._as_new and self.settings.restore_docks(self)
            self._docks_sized = kept or self._furniture.size_docks()
            self._furniture.settle()

    def close_workbench(self) -> None:
        """Let the open project go."""
        workbench, self.workbench = self.workbench, None
        if workbench is None:
            return
        for signal in _shown_signals(workbench):
            signal.disconnect(self._refresh_now)
        workbench.verification.ended.disconnect(self.commands.model.tell_verification)
        workbench.preflight.ended.disconnect(self.commands.model.tell_check)
        for dock in self.docks.values():
            dock.setWidget(QWidget())
        workbench.close()

    def may_leave(self) -> bool:
        """Ask about unsaved changes, if there are any; whether the open project may go."""
        take_typing(self)
        workbench = self.workbench
        if workbench is None or not workbench.session.is_modified:
            return True
        from studio.gui.shell.asking import Answer, about_changes

        match about_changes(self, workbench.session.title):
            case Answer.SAVE:
                return self.commands.projects.save()
            case Answer.DISCARD:
                return True
            case Answer.CANCEL:
                return False

    def remember(self, path: Path) -> None:
        """Put a project first among the recent ones."""
        try:
            self.recent.add(path)
        except FileRefused as error:
            self.banner.refuse(error)

    # Places.

    def show_place(self, name: str) -> None:
        """Show what surrounds the graph: `build`, `data` or `train`; or `start`, the page given to `show_start`."""
        if self.workbench is None:
            return
        if self.place == "build" and name != "build":
            self._seen_docks = {dock: not widget.isHidden() for dock, widget in self.docks.items()}
        if name != "build":
            for dock in self.docks.values():
                dock.hide()
        elif self.place != "build":
            for key, seen in self._seen_docks.items():
                self.docks[key].setVisible(seen)
        self.place = name
        if name != "start":
            self._drop_start_page()
        views = {"build": self.workbench.canvas, "data": self.workbench.data, "start": self._start_page}
        view = views.get(name) or self.workbench.train
        if self.places.indexOf(view) < 0:
            self.places.addWidget(view)
        self.places.setCurrentWidget(view)
        view.setFocus()
        self.refresh()

    def show_start(self, page: QWidget) -> None:
        """Show a page in the place of all others, until another place is gone to."""
        self._drop_start_page()
        self._start_page = page
        self.show_place("start")
        page.setFocus()

    def _drop_start_page(self) -> None:
        page, self._start_page = self._start_page, None
        if page is not None:
            self.places.removeWidget(page)
            page.hide()
            page.deleteLater()

    def show_problems(self) -> None:
        """Bring the problems to the front."""
        self.show_place("build")
        self.docks["problems"].show()
        self.docks["problems"].raise_()

    def show_inspector(self) -> None:
        """Bring the inspector to the front, with the cursor in it."""
        self.docks["inspector"].show()
        if self.workbench is not None:
            self.workbench.inspector.focus_first()

    # What is shown.

    def refresh(self) -> None:
        """Show title, sums, engine and what can be done, as they are now."""
        workbench = self.workbench
        facts = self._facts()
        for action in self._furniture.table:
            qt = self.actions_by_id[action.id]
            qt.setEnabled(workbench is not None and (action.needs is None or action.needs in facts))
            if action.shows is not None:
                qt.setChecked(action.shows in facts)
        if workbench is None:
            self.top_bar.show_running(False, self.tr("Train"))
            self.checking.hide()
            return
        check = workbench.preflight
        self.checking.show_check(check)
        session = workbench.session
        self.setWindowTitle(f"{session.title}[*] — {TITLE}")
        self.setWindowModified(session.is_modified)
        for name, label in (("undo", session.history.undo_label), ("redo", session.history.redo_label)):
            verb = self.tr("Undo") if name == "undo" else self.tr("Redo")
            self.actions_by_id[name].setText(f"{verb} {label}".replace("&", "&&") if label else verb)
        self.top_bar.show_project(session.title, modified=session.is_modified)
        self.top_bar.show_running(workbench.training.is_running, self._train_text(workbench))
        self.status.show_sums(session)
        self.status.show_problems(workbench.problems.counts)
        self.status.problems.setVisible(bool(session.document.root.nodes))
        self.status.engine.setText(workbench.engines.status)

    def _facts(self) -> set[str]:
        """The conditions that actions need or show, by the words of the table."""
        facts = {self.place, self.theme.tokens.name}
        workbench = self.workbench
        if workbench is None:
            return facts
        session, selection, training = workbench.session, workbench.selection, workbench.training
        running = training.is_running
        checks = {
            "undo": session.history.undo_label is not None,
            "redo": session.history.redo_label is not None,
            "nodes": bool(selection.nodes),
            "node": selection.node is not None,
            "block": workbench.canvas.blocks.is_selected,
            "inside": workbench.canvas.blocks.is_inside,
            "selection": bool(selection.nodes or selection.edges),
            "fix": any(problem.fixes for problem in workbench.problems.problems),
            "lens": workbench.canvas.lens,
            "running": running,
            "idle": not running and not workbench.verification.is_running,
            "trainable": not running,
            "suggestable": bool(session.document.data.features),
            "checkable": not workbench.preflight.is_running,
            "custom": any(node.kind == CUSTOM for node in session.document.root.nodes.values()),
        }
        return facts | {name for name, holds in checks.items() if holds}

    def _action_button(self, id_: str, icon_name: str) -> QWidget:
        """A button for the Data place that is what the action is."""
        from studio.gui.shared.buttons import Button

        action = self.actions_by_id[id_]
        button = Button(action.text(), self.theme, icon_name=icon_name)
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _train_text(self, workbench: Workbench) -> str:
        run = workbench.training.run
        if run is None or run.is_over:
            return self.tr("Train")
        if run.stopping:
            return self.tr("Stopping…")
        return self.tr("Stop") if run.curves.batches_done else f"{run.phase.capitalize()}…"

    def _go_to_drawing(self, _: object) -> None:
        if self.place != "build":
            self.show_place("build")

    def _refresh_now(self, _: object) -> None:
        self.refresh()

    def _fill_recent(self) -> None:
        menu = self._furniture.recent_menu
        menu.clear()
        for path in self.recent.paths():
            action = menu.addAction(str(path).replace("&", "&&"))
            action.triggered.connect(lambda checked=False, path=path: self.commands.projects.open_project(path))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)

    def guard(self, action: Callable[[], object]) -> bool:
        """Do something; if the world refuses, say so in the banner. Whether it was done."""
        try:
            action()
        except StudioError as error:
            self.banner.refuse(error)
            return False
        return True

    def use_theme(self, name: str) -> None:
        """Switch the colors, and remember them."""
        assert name in NAMES
        self.theme.switch(name)
        self.settings.set_theme(name)
        self.refresh()

    # Qt.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the window is there, once."""
        super().paintEvent(event)
        if self._on_first_paint is not None:
            QTimer.singleShot(0, self._on_first_paint)
            self._on_first_paint = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, remember the layout, let everything go."""
        if not self.may_leave():
            event.ignore()
            return
        if self.workbench is not None:  # empty docks have sizes that nobody chose
            self.show_place("build")
            self.settings.keep_layout(self)
            self.close_workbench()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take projects and data files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped project, draw a dropped model, or take a dropped data file as the source."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths or self.workbench is None:
            return
        event.acceptProposedAction()
        if paths[0].suffix == SUFFIX:
            self.commands.projects.open_project(paths[0])
        elif paths[0].suffix in MODEL_SUFFIXES:
            self.commands.projects.import_model(paths[0])
        else:
            self.show_place("data")
            self.workbench.data.open_file(paths[0])


def _shown_signals(workbench: Workbench) -> tuple[Signal[Any], ...]:
    """What changes anything that the window itself shows."""
    session, training = workbench.session, workbench.training
    return (
        session.changed,
        session.analysis.updated,
        workbench.selection.changed,
        workbench.selection.shown,
        training.changed,
        training.ended,
        workbench.preflight.changed,
        workbench.engines.changed,
    )
