"""What every action of the table does in a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from studio.core.errors import StudioError
from studio.session.recent import Recent

if TYPE_CHECKING:
    from studio.analysis.problem import Problem
    from studio.document.changes import Edit
    from studio.gui.shell.command_search import CommandSearch
    from studio.gui.shell.window import MainWindow
    from studio.gui.shell.workbench import Workbench
    from studio.project.recovery import Recoverable
    from studio.session.session import Session
    from studio.session.verification import Disagreement

CONTEXT_MENU = (
    "add", "", "cut", "copy", "paste", "duplicate", "delete", "", "rename", "frame", "arrange", "",
    "block", "enter", "leave", "dissolve",
)  # fmt: skip


class WindowCommands:
    """Carries out actions for a window; what is refused goes into the window's banner."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._make: Callable[[Session, Recoverable | None], Workbench] | None = None
        self._search: CommandSearch | None = None
        self._details: Callable[[], object] = lambda: None

    def make_workbenches(self, make: Callable[[Session, Recoverable | None], Workbench]) -> None:
        """From now on, projects are shown on what `make` makes."""
        self._make = make

    # Projects.

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
        self.take_typing()
        bench = self._bench
        if bench.session.path is None:
            return self.save_as()
        return self._save_to(None)

    def save_as(self) -> bool:
        """Ask for a name and save there; whether it is saved now."""
        self.take_typing()
        from studio.gui.shell.asking import project_to_save

        path = project_to_save(self._window, self._folder() / f"{self._bench.session.title}.layers")
        return path is not None and self._save_to(path)

    def export_script(self) -> None:
        """Ask for a name and write the program there."""
        self.take_typing()
        from studio.gui.shell.asking import script_to_write
        from studio.session.export import export_script

        path = script_to_write(self._window, self._folder() / f"{self._bench.session.title}.py")
        if path is None:
            return

        def write() -> None:
            files = export_script(self._bench.session, path)
            self._window.banner.say(f"Written: {', '.join(str(file) for file in files)}")

        self._window.guard(write)

    def close_window(self) -> None:
        """Close the window."""
        self._window.close()

    def take_typing(self) -> None:
        """Commit what stands in a field and was not entered yet; the cursor stays where it is."""
        field = QApplication.focusWidget()
        if field is not None and _has_typing(field) and self._window.isAncestorOf(field):
            field.clearFocus()
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def offer_recovery(self) -> None:
        """Offer what a studio that ended unexpectedly has left, if there is anything."""
        from studio.session.safeguard import left_behind, left_title

        left = left_behind()
        if left is None:
            return
        self._details = lambda: self.recover(left)
        text = f"{left_title(left)} had changes that were not saved when Layer Studio ended unexpectedly."
        self._window.banner.say(text, details="Recover")

    def recover(self, left: Recoverable) -> None:
        """Open what was left, in place of the project that is open, unless its owner wants to keep that."""
        from studio.session.safeguard import recovered

        if self._window.may_leave() and self._window.guard(lambda: self._show(recovered(left), left)):
            self._window.banner.hide()

    # Editing.

    def undo(self) -> None:
        """Take the last step back."""
        self.take_typing()
        self._window.guard(lambda: self._go_to(self._bench.session.undo()))

    def redo(self) -> None:
        """Do it again."""
        self._window.guard(lambda: self._go_to(self._bench.session.redo()))

    def _go_to(self, step: Edit | None) -> None:
        """Show the block in which a step was taken back or done again, if it is another than the one that is shown."""
        from studio.document.changes import graphs_of

        bench = self._bench
        touched = dict.fromkeys(graphs_of(step) if step is not None else ())
        there = [graph for graph in touched if graph in bench.session.document.graphs]
        if there and bench.selection.where.graph not in there:
            bench.selection.show(bench.session.analysis.first_call(there[0]))

    def cut(self) -> None:
        """Cut the selected nodes."""
        self._bench.canvas.cut()

    def copy(self) -> None:
        """Copy the selected nodes."""
        self._bench.canvas.copy()

    def paste(self) -> None:
        """Paste nodes."""
        self._window.guard(self._bench.canvas.paste)

    def duplicate(self) -> None:
        """Copy and paste at once."""
        self._bench.canvas.duplicate()

    def delete(self) -> None:
        """Delete what is selected."""
        self._bench.canvas.delete_selection()

    def select_all(self) -> None:
        """Select every node."""
        self._bench.canvas.select_all()

    def rename(self) -> None:
        """Put the cursor into the selected node's name."""
        self._window.docks["inspector"].show()
        self._bench.inspector.focus_name()

    def mend_first(self) -> None:
        """Apply the first fix."""
        self._window.guard(self._bench.problems.mend_first)

    def add_layer(self) -> None:
        """Ask for a layer by typing."""
        self._window.show_place("build")
        self._bench.canvas.begin_quick_add()

    def add_kind(self, kind: str) -> None:
        """Add a node of a kind in the middle of the view."""
        self._window.guard(lambda: self._bench.canvas.add_kind(kind))

    def find_layer(self) -> None:
        """Put the cursor into the palette's search."""
        self._window.show_place("build")
        self._window.docks["palette"].show()
        self._bench.palette.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bench.palette.search.selectAll()

    def add_frame(self) -> None:
        """Put a frame behind the selected nodes."""
        self._bench.canvas.add_frame()

    def make_block(self) -> None:
        """Put the selected nodes into a block."""
        self._window.guard(self._bench.canvas.blocks.make)

    def dissolve_block(self) -> None:
        """Put what is in the selected block in its place."""
        self._window.guard(self._bench.canvas.blocks.dissolve)

    def enter_block(self) -> None:
        """Show what is inside the selected block."""
        node = self._bench.selection.node
        if node is not None:
            self._bench.canvas.blocks.enter(node)

    def leave_block(self) -> None:
        """Show what is around the block that is shown."""
        self._bench.canvas.blocks.leave()

    def arrange(self) -> None:
        """Lay the drawing out."""
        self._bench.canvas.arrange()

    def show_menu(self, at: QPoint) -> None:
        """Show the context menu of the canvas at a place of the screen."""
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self._window)
        for name in CONTEXT_MENU:
            if name:
                menu.addAction(self._window.actions_by_id[name])
            else:
                menu.addSeparator()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # Looking.

    def zoom_in(self) -> None:
        """Come closer."""
        self._bench.canvas.zoom_in()

    def zoom_out(self) -> None:
        """Step back."""
        self._bench.canvas.zoom_out()

    def zoom_to_actual(self) -> None:
        """Zoom to 100 %."""
        self._bench.canvas.zoom_to(1.0)

    def fit(self) -> None:
        """Show the whole drawing."""
        self._bench.canvas.fit()

    def toggle_lens(self) -> None:
        """Show shapes on all wires, or only where the mouse is."""
        self._bench.canvas.set_lens(not self._bench.canvas.lens)
        self._window.refresh()

    def show_build(self) -> None:
        """Go to the drawing."""
        self._window.show_place("build")

    def show_data(self) -> None:
        """Go to the data."""
        self._window.show_place("data")

    def show_train(self) -> None:
        """Go to the training."""
        self._window.show_place("train")

    def use_light(self) -> None:
        """Light colors."""
        self._window.use_theme("light")

    def use_dark(self) -> None:
        """Dark colors."""
        self._window.use_theme("dark")

    def use_contrast(self) -> None:
        """Strong colors."""
        self._window.use_theme("contrast")

    def reset_layout(self) -> None:
        """Put every panel back."""
        self._window.reset_layout()

    # The model.

    def train(self) -> None:
        """Train the model and watch it; with errors, show them instead."""
        self.take_typing()
        if self._bench.data.question is not None:  # the place asks; what strangers name is not read unasked
            self._window.show_place("data")
            return
        if self._bench.download.is_asking:  # as it does before anything is downloaded
            self._window.show_place("data")
            return
        if self._bench.session.analysis.has_errors:
            self._window.show_problems()
        if self._window.guard(lambda: self._bench.training.start(rows_expected=self._rows())):
            self._window.banner.hide()
            self._window.show_place("train")

    def stop(self) -> None:
        """End the run after its batch."""
        self._window.guard(self._bench.training.stop)

    def suggest(self) -> None:
        """Draw a model for the data, in one step, in the place of what is drawn."""
        self.take_typing()
        from studio.document.blocks import MODEL
        from studio.session.model_suggestion import suggest_model

        bench = self._bench
        document, was_drawn = bench.session.document, bool(bench.session.document.root.nodes)
        if self._window.guard(lambda: bench.session.do(suggest_model(document, examples=self._rows()))):
            bench.selection.show(MODEL)
            self._window.show_place("build")
            bench.canvas.show_start()
            if was_drawn:
                self._window.banner.say("A model was suggested in the place of the drawing. Undo brings that back.")

    def check_data(self) -> None:
        """Have an engine look at all of the data; what it finds stands among the problems."""
        self.take_typing()
        if self._bench.data.question is not None:  # the place asks; what strangers name is not read unasked
            self._window.show_place("data")
            return
        if self._window.guard(lambda: self._bench.preflight.start(rows_expected=self._rows())):
            self._window.banner.hide()
        self._window.refresh()

    def preview_augmentation(self) -> None:
        """Show what layers make of a few images: those that the selected node is one of, or the first."""
        from studio.gui.data.augmentation import AugmentationDialog
        from studio.session.previewing import has_chain

        self.take_typing()
        bench = self._bench
        if bench.data.question is not None:  # the place asks; what strangers name is not read unasked
            self._window.show_place("data")
            return
        node = bench.selection.node
        wanted = node if node is not None and has_chain(bench.session.document, node) else None
        AugmentationDialog(bench.session, bench.engines, wanted, self._window.theme, self._window).show()

    def stop_check(self) -> None:
        """Look at the data no further."""
        self._bench.preflight.stop()

    def tell_check(self, outcome: StudioError | bool) -> None:
        """Say what came of it."""
        from studio.analysis.problem import Severity
        from studio.session.preflight import summary

        problems = self._bench.preflight.problems
        if isinstance(outcome, StudioError):
            self._window.banner.refuse(outcome)
        elif outcome:
            self._details = self._window.show_problems
            is_error = any(problem.severity is Severity.ERROR for problem in problems)
            self._window.banner.say(summary(problems), is_error=is_error, details="Show" if problems else "")
        self._window.refresh()

    def verify(self) -> None:
        """Have Keras build the model, and compare."""
        self.take_typing()
        if self._window.guard(self._bench.verification.start):
            self._window.banner.say("Keras is building the model…")
        self._window.refresh()

    def tell_verification(self, outcome: tuple[Disagreement, ...] | StudioError) -> None:
        """Say what came of it."""
        if isinstance(outcome, StudioError):
            self._window.banner.refuse(outcome)
        elif not outcome:
            self._window.banner.say("Keras agrees: every shape and every weight is as the studio says.")
        else:
            first = outcome[0]
            name = self._bench.session.document.graphs[first.where.graph].nodes[first.node].name
            more = f" And {len(outcome) - 1} more." if len(outcome) > 1 else ""
            text = f"Keras and the studio disagree about {name}: {first.text}{more} That is our bug: please report it."
            self._details = lambda: self._bench.selection.reveal(first.node, first.where)
            self._window.banner.say(text, is_error=True, details="Show node")
        self._window.refresh()

    def remedy(self, problem: Problem) -> None:
        """Lead to where a problem is mended that no edit mends."""
        from studio.analysis.remedies import Remedy, remedy
        from studio.session.trust import source_of

        match remedy(problem):
            case Remedy.DATA:
                self.show_data()
            case Remedy.TRUST:
                node = self._bench.session.document.graphs[problem.graph].nodes.get(problem.node or "")
                self._show_code(None if node is None else source_of(node))
            case Remedy.ASK_AGAIN:
                self._bench.probing.ask_again()
            case Remedy.FILES:
                self._show_files()
            case None:
                pass

    def show_code(self) -> None:
        """Show the code of the custom layers, and let the user decide whether it may run."""
        self._show_code(None)

    def show_layers(self) -> None:
        """Show every layer with its shape, its parameters and its cost."""
        from studio.gui.shell.layer_table import LayerTableDialog

        LayerTableDialog(self._bench.session, self._bench.selection, self._window.theme, self._window).show()

    def show_details(self) -> None:
        """Do what the banner's second button promises."""
        self._details()

    # Help.

    def find_action(self) -> None:
        """Search the actions by name."""
        from studio.gui.shell.command_search import CommandSearch

        if self._search is None:
            self._search = CommandSearch(self._window.actions_by_id, self._window.theme, self._window)
        self._search.ask()

    def show_start(self) -> None:
        """Show the examples and the recent projects; what is open stays open."""
        from studio.gui.shell.start_page import StartPage
        from studio.session.examples import examples

        page = StartPage(examples(), self._window.recent.paths(), self._window.theme)
        page.opened.connect(self.open_project)
        page.blank.connect(self._leave_start)
        self._window.show_start(page)

    def show_keys(self) -> None:
        """Show every shortcut."""
        from studio.gui.shell.help import KeysDialog

        KeysDialog(self._window).show()

    def show_about(self) -> None:
        """Show versions and folders."""
        from studio.gui.shell.help import AboutDialog

        AboutDialog(self._bench.engines.device, self._window).show()

    # Inside.

    @property
    def _bench(self) -> Workbench:
        bench = self._window.workbench
        assert bench is not None, "actions are greyed out until a project is shown"
        return bench

    def _show_code(self, first: str | None) -> None:
        from studio.gui.shell.code_trust import CodeTrustDialog
        from studio.session.trust import sources

        bench = self._bench
        found = sources(bench.session.document)
        if not found:
            return
        text = first if first in found else next(iter(found))
        CodeTrustDialog(found, text, bench.trust, self._window.theme, self._window).open()

    def _rows(self) -> int | None:
        """How many examples the data has, as far as a look has counted them."""
        from studio.session.model_suggestion import counted

        return counted(self._bench.session.document.data, self._bench.data.look)

    def _show_files(self) -> None:
        from studio.gui.shell.bad_files import BadFilesDialog

        BadFilesDialog(self._bench.preflight.bad_files, self._window.theme, self._window).show()

    def _leave_start(self) -> None:
        if self._bench.session.path is None and not self._bench.session.is_modified:
            self._window.show_place("build")
        else:
            self.new_project()

    def _show(self, session: Session, left: Recoverable | None = None) -> None:
        assert self._make is not None
        self._window.show_workbench(self._make(session, left))

    def _save_to(self, path: Path | None) -> bool:
        session = self._bench.session
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


def _has_typing(field: QWidget) -> bool:
    """Whether a field holds something that was typed and not entered yet."""
    if isinstance(field, QPlainTextEdit):
        return field.document().isModified() and not field.isReadOnly()
    return isinstance(field, QLineEdit) and field.isModified()
