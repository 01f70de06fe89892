"""What the actions of the table do in a window; those about projects and the model have files of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from studio.gui.shell.model_commands import ModelCommands
from studio.gui.shell.project_commands import ProjectCommands
from studio.gui.shell.unfinished import take_typing

if TYPE_CHECKING:
    from studio.document.changes import Edit
    from studio.gui.shell.command_search import CommandSearch
    from studio.gui.shell.window import MainWindow

CONTEXT_MENU = (
    "add", "", "cut", "copy", "paste", "duplicate", "delete", "", "rename", "frame", "arrange", "",
    "block", "enter", "leave", "dissolve",
)  # fmt: skip


class WindowCommands:
    """Carries out actions for a window; what is refused goes into the window's banner."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.projects = ProjectCommands(window, self._promise)
        self.model = ModelCommands(window, self._promise)
        self._search: CommandSearch | None = None
        self._details: Callable[[], object] = lambda: None

    # The window.

    def close_window(self) -> None:
        """Close the window."""
        self._window.close()

    # Editing.

    def undo(self) -> None:
        """Take the last step back."""
        take_typing(self._window)
        self._window.guard(lambda: self._go_to(self._window.bench.session.undo()))

    def redo(self) -> None:
        """Do it again."""
        self._window.guard(lambda: self._go_to(self._window.bench.session.redo()))

    def _go_to(self, step: Edit | None) -> None:
        """Show the block in which a step was taken back or done again, if it is another than the one that is shown."""
        from studio.document.changes import graphs_of

        bench = self._window.bench
        touched = dict.fromkeys(graphs_of(step) if step is not None else ())
        there = [graph for graph in touched if graph in bench.session.document.graphs]
        if there and bench.selection.where.graph not in there:
            bench.selection.show(bench.session.analysis.first_call(there[0]))

    def cut(self) -> None:
        """Cut the selected nodes."""
        self._window.bench.canvas.cut()

    def copy(self) -> None:
        """Copy the selected nodes."""
        self._window.bench.canvas.copy()

    def paste(self) -> None:
        """Paste nodes."""
        self._window.guard(self._window.bench.canvas.paste)

    def duplicate(self) -> None:
        """Copy and paste at once."""
        self._window.bench.canvas.duplicate()

    def delete(self) -> None:
        """Delete what is selected."""
        self._window.bench.canvas.delete_selection()

    def select_all(self) -> None:
        """Select every node."""
        self._window.bench.canvas.select_all()

    def rename(self) -> None:
        """Put the cursor into the selected node's name."""
        self._window.docks["inspector"].show()
        self._window.bench.inspector.focus_name()

    def mend_first(self) -> None:
        """Apply the first fix."""
        self._window.guard(self._window.bench.problems.mend_first)

    def add_layer(self) -> None:
        """Ask for a layer by typing."""
        self._window.show_place("build")
        self._window.bench.canvas.begin_quick_add()

    def add_kind(self, kind: str) -> None:
        """Add a node of a kind in the middle of the view."""
        self._window.guard(lambda: self._window.bench.canvas.add_kind(kind))

    def find_layer(self) -> None:
        """Put the cursor into the palette's search."""
        self._window.show_place("build")
        self._window.docks["palette"].show()
        self._window.bench.palette.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.bench.palette.search.selectAll()

    def add_frame(self) -> None:
        """Put a frame behind the selected nodes."""
        self._window.bench.canvas.add_frame()

    def make_block(self) -> None:
        """Put the selected nodes into a block."""
        self._window.guard(self._window.bench.canvas.blocks.make)

    def dissolve_block(self) -> None:
        """Put what is in the selected block in its place."""
        self._window.guard(self._window.bench.canvas.blocks.dissolve)

    def enter_block(self) -> None:
        """Show what is inside the selected block."""
        node = self._window.bench.selection.node
        if node is not None:
            self._window.bench.canvas.blocks.enter(node)

    def leave_block(self) -> None:
        """Show what is around the block that is shown."""
        self._window.bench.canvas.blocks.leave()

    def arrange(self) -> None:
        """Lay the drawing out."""
        self._window.bench.canvas.arrange()

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
        self._window.bench.canvas.zoom_in()

    def zoom_out(self) -> None:
        """Step back."""
        self._window.bench.canvas.zoom_out()

    def zoom_to_actual(self) -> None:
        """Zoom to 100 %."""
        self._window.bench.canvas.zoom_to(1.0)

    def fit(self) -> None:
        """Show the whole drawing."""
        self._window.bench.canvas.fit()

    def toggle_lens(self) -> None:
        """Show shapes on all wires, or only where the mouse is."""
        self._window.bench.canvas.set_lens(not self._window.bench.canvas.lens)
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
        page.opened.connect(self.projects.open_project)
        page.blank.connect(self._leave_start)
        self._window.show_start(page)

    def show_keys(self) -> None:
        """Show every shortcut."""
        from studio.gui.shell.help import KeysDialog

        KeysDialog(self._window).show()

    def show_about(self) -> None:
        """Show versions and folders."""
        from studio.gui.shell.help import AboutDialog

        AboutDialog(self._window.bench.engines.device, self._window).show()

    # Inside.

    def _promise(self, action: Callable[[], object]) -> None:
        """From now on, the banner's second button does this."""
        self._details = action

    def _leave_start(self) -> None:
        if self._window.bench.session.path is None and not self._window.bench.session.is_modified:
            self._window.show_place("build")
        else:
            self.projects.new_project()
