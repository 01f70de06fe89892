"""Actions as a table: menus, shortcuts, tooltips, the page of keys and the tests are made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


class ProjectActions(Protocol):
    """What the window can do with projects."""

    def new_project(self) -> None: ...  # noqa: D102
    def ask_open(self) -> None: ...  # noqa: D102
    def ask_import(self) -> None: ...  # noqa: D102
    def save(self) -> bool: ...  # noqa: D102
    def save_as(self) -> bool: ...  # noqa: D102
    def export_script(self) -> None: ...  # noqa: D102


class ModelActions(Protocol):
    """What the window can do with the model."""

    def train(self) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102
    def suggest(self) -> None: ...  # noqa: D102
    def check_data(self) -> None: ...  # noqa: D102
    def preview_augmentation(self) -> None: ...  # noqa: D102
    def verify(self) -> None: ...  # noqa: D102
    def show_code(self) -> None: ...  # noqa: D102
    def show_layers(self) -> None: ...  # noqa: D102


class Commands(Protocol):
    """What the window can do; each method belongs to one action."""

    @property
    def projects(self) -> ProjectActions: ...  # noqa: D102
    @property
    def model(self) -> ModelActions: ...  # noqa: D102

    def close_window(self) -> None: ...  # noqa: D102
    def undo(self) -> None: ...  # noqa: D102
    def redo(self) -> None: ...  # noqa: D102
    def cut(self) -> None: ...  # noqa: D102
    def copy(self) -> None: ...  # noqa: D102
    def paste(self) -> None: ...  # noqa: D102
    def duplicate(self) -> None: ...  # noqa: D102
    def delete(self) -> None: ...  # noqa: D102
    def select_all(self) -> None: ...  # noqa: D102
    def rename(self) -> None: ...  # noqa: D102
    def mend_first(self) -> None: ...  # noqa: D102
    def add_layer(self) -> None: ...  # noqa: D102
    def find_layer(self) -> None: ...  # noqa: D102
    def add_frame(self) -> None: ...  # noqa: D102
    def make_block(self) -> None: ...  # noqa: D102
    def dissolve_block(self) -> None: ...  # noqa: D102
    def enter_block(self) -> None: ...  # noqa: D102
    def leave_block(self) -> None: ...  # noqa: D102
    def arrange(self) -> None: ...  # noqa: D102
    def zoom_in(self) -> None: ...  # noqa: D102
    def zoom_out(self) -> None: ...  # noqa: D102
    def zoom_to_actual(self) -> None: ...  # noqa: D102
    def fit(self) -> None: ...  # noqa: D102
    def toggle_lens(self) -> None: ...  # noqa: D102
    def show_build(self) -> None: ...  # noqa: D102
    def show_data(self) -> None: ...  # noqa: D102
    def show_train(self) -> None: ...  # noqa: D102
    def use_light(self) -> None: ...  # noqa: D102
    def use_dark(self) -> None: ...  # noqa: D102
    def use_contrast(self) -> None: ...  # noqa: D102
    def reset_layout(self) -> None: ...  # noqa: D102
    def find_action(self) -> None: ...  # noqa: D102
    def show_start(self) -> None: ...  # noqa: D102
    def show_keys(self) -> None: ...  # noqa: D102
    def show_about(self) -> None: ...  # noqa: D102


class Action(NamedTuple):
    """One thing that the window can do: its id, what it is called, where it stands, its keys, what it does.

    `needs` names a condition of the window (`undo`, `selection`, …) without which it is greyed out; `shows` one
    that is shown as a check mark. `apart` puts a line above it. The key of a `local` one works on the canvas only:
    elsewhere it belongs to the list or field that has the focus.
    """

    id: str
    text: str
    menu: str
    shortcut: str
    help: str
    run: Callable[[Commands], object]
    needs: str | None = None
    shows: str | None = None
    apart: bool = False
    local: bool = False


ACTIONS = (
    Action("new", "New", "File", "Ctrl+N", "Begin an empty project.", lambda w: w.projects.new_project()),
    Action("open", "Open…", "File", "Ctrl+O", "Open a project.", lambda w: w.projects.ask_open()),
    Action(
        "import", "Import Keras model…", "File", "Ctrl+Shift+O", "Draw a Keras model from its file.",
        lambda w: w.projects.ask_import(),
    ),
    Action("save", "Save", "File", "Ctrl+S", "Save the project.", lambda w: w.projects.save(), apart=True),
    Action("save-as", "Save as…", "File", "Ctrl+Shift+S", "Save under another name.", lambda w: w.projects.save_as()),
    Action(
        "export", "Export script…", "File", "Ctrl+E", "Write the Python as a file.",
        lambda w: w.projects.export_script(), apart=True,
    ),
    Action("quit", "Quit", "File", "Ctrl+Q", "Close the window.", lambda w: w.close_window(), apart=True),
    Action("undo", "Undo", "Edit", "Ctrl+Z", "Take the last step back.", lambda w: w.undo(), "undo"),
    Action("redo", "Redo", "Edit", "Ctrl+Shift+Z", "Do it again.", lambda w: w.redo(), "redo"),
    Action(
        "cut", "Cut", "Edit", "Ctrl+X", "Cut the selected nodes.", lambda w: w.cut(), "nodes", apart=True, local=True,
    ),
    Action("copy", "Copy", "Edit", "Ctrl+C", "Copy the selected nodes.", lambda w: w.copy(), "nodes", local=True),
    Action("paste", "Paste", "Edit", "Ctrl+V", "Paste nodes.", lambda w: w.paste(), local=True),
    Action(
        "duplicate", "Duplicate", "Edit", "Ctrl+D", "Copy and paste.", lambda w: w.duplicate(), "nodes", local=True,
    ),
    Action("delete", "Delete", "Edit", "Del", "Delete the selection.", lambda w: w.delete(), "selection", local=True),
    Action("select-all", "Select all", "Edit", "Ctrl+A", "Select every node.", lambda w: w.select_all(), local=True),
    Action("rename", "Rename", "Edit", "F2", "Rename the selected node.", lambda w: w.rename(), "node", apart=True),
    Action("mend", "Mend first problem", "Edit", "Ctrl+.", "Apply the first fix.", lambda w: w.mend_first(), "fix"),
    Action("add", "Add layer…", "Draw", "Ctrl+L", "Type the name of a layer to add.", lambda w: w.add_layer()),
    Action("find", "Find in the palette", "Draw", "Ctrl+F", "Search the palette.", lambda w: w.find_layer()),
    Action("frame", "Add frame", "Draw", "Ctrl+Shift+F", "Put a titled frame behind nodes.", lambda w: w.add_frame()),
    Action(
        "block", "Make block", "Draw", "Ctrl+G", "Put the selected nodes into one node.", lambda w: w.make_block(),
        "nodes", apart=True,
    ),
    Action(
        "dissolve", "Dissolve block", "Draw", "Ctrl+Shift+G", "Put what is in a block in its place.",
        lambda w: w.dissolve_block(), "block",
    ),
    Action("enter", "Look inside", "Draw", "Ctrl+]", "Show the inside of a block.", lambda w: w.enter_block(), "block"),
    Action("leave", "Leave block", "Draw", "Ctrl+[", "Show what is around it.", lambda w: w.leave_block(), "inside"),
    Action("arrange", "Arrange", "Draw", "Ctrl+Shift+L", "Lay the drawing out.", lambda w: w.arrange(), apart=True),
    Action("build", "Build", "View", "Ctrl+1", "Draw the model.", lambda w: w.show_build(), None, "build"),
    Action("data", "Data", "View", "Ctrl+2", "Choose the data.", lambda w: w.show_data(), None, "data"),
    Action("training", "Train", "View", "Ctrl+3", "Watch the training.", lambda w: w.show_train(), None, "train"),
    Action("zoom-in", "Zoom in", "View", "Ctrl++", "Come closer.", lambda w: w.zoom_in(), apart=True),
    Action("zoom-out", "Zoom out", "View", "Ctrl+-", "Step back.", lambda w: w.zoom_out()),
    Action("zoom-actual", "Actual size", "View", "Ctrl+0", "Zoom to 100 %.", lambda w: w.zoom_to_actual()),
    Action("fit", "Fit", "View", "Ctrl+9", "Show the whole drawing.", lambda w: w.fit()),
    Action("lens", "Shapes on wires", "View", "Ctrl+I", "Show every shape.", lambda w: w.toggle_lens(), None, "lens"),
    Action("light", "Light", "View", "", "Light colors.", lambda w: w.use_light(), None, "light", apart=True),
    Action("dark", "Dark", "View", "", "Dark colors.", lambda w: w.use_dark(), None, "dark"),
    Action("contrast", "High contrast", "View", "", "Strong colors.", lambda w: w.use_contrast(), None, "contrast"),
    Action(
        "reset", "Reset layout", "View", "", "Put every panel back where it was.", lambda w: w.reset_layout(),
        apart=True,
    ),
    Action("train", "Train", "Model", "F5", "Train the model.", lambda w: w.model.train(), "trainable"),
    Action("stop", "Stop", "Model", "Shift+F5", "End after this batch.", lambda w: w.model.stop(), "running"),
    Action(
        "suggest", "Suggest a model", "Model", "Ctrl+Shift+M",
        "Draw a model for the data, in the place of what is drawn.",
        lambda w: w.model.suggest(), "suggestable", apart=True,
    ),
    Action(
        "check-data", "Check the data", "Model", "Ctrl+Shift+D",
        "Look at every example of the data, and read every file.", lambda w: w.model.check_data(), "checkable",
    ),
    Action(
        "augmentation", "Preview augmentation…", "Model", "Ctrl+Shift+P",
        "See what the layers right behind an Input make of its images.", lambda w: w.model.preview_augmentation(),
    ),
    Action(
        "verify", "Check with Keras", "Model", "Ctrl+Shift+K",
        "Have Keras build the model, and compare every shape and weight.", lambda w: w.model.verify(), "idle",
    ),
    Action(
        "layers", "Layers table…", "Model", "Ctrl+T", "Every layer with its shape, parameters and cost.",
        lambda w: w.model.show_layers(), apart=True,
    ),
    Action(
        "code", "Code of custom layers…", "Model", "",
        "Read the code of custom layers, and decide whether it may run.", lambda w: w.model.show_code(), "custom",
    ),
    Action("search", "Find an action…", "Help", "Ctrl+K", "Type what you want to do.", lambda w: w.find_action()),
    Action("start", "Examples and recent projects", "Help", "", "Show the first page.", lambda w: w.show_start()),
    Action("keys", "Keys", "Help", "F1", "Every shortcut.", lambda w: w.show_keys()),
    Action("about", "About Layer Studio", "Help", "", "Versions and folders.", lambda w: w.show_about(), apart=True),
)  # fmt: skip
MENUS = ("File", "Edit", "Draw", "View", "Model", "Help")
ONE_OF = (("build", "data", "training"), ("light", "dark", "contrast"))
"""Actions of which exactly one is on."""


def build_actions(window: QWidget, commands: Commands) -> dict[str, QAction]:
    """The Qt actions of the table, by id; shortcuts work in the whole window, local ones where `work_in` says."""
    made: dict[str, QAction] = {}
    for action in ACTIONS:
        qt = QAction(action.text, window)
        qt.setObjectName(action.id)
        qt.setShortcut(QKeySequence(action.shortcut))
        keys = f" ({action.shortcut})" if action.shortcut else ""
        qt.setToolTip(f"{action.help.rstrip('.')}{keys}")
        qt.setStatusTip(action.help)
        qt.setCheckable(action.shows is not None)
        qt.triggered.connect(lambda checked=False, action=action: action.run(commands))
        if action.local:
            qt.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        else:
            window.addAction(qt)
        made[action.id] = qt
    for ids in ONE_OF:
        group = QActionGroup(window)
        for id_ in ids:
            group.addAction(made[id_])
    return made


def work_in(widget: QWidget, actions: dict[str, QAction]) -> None:
    """Let the keys of local actions work while `widget` has the focus."""
    widget.addActions([actions[action.id] for action in ACTIONS if action.local])


def fill_menus(bar: QMenuBar, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Put the actions into the menu bar, in the order of the table; return the menus by name."""
    menus: dict[str, QMenu] = {}
    for name in MENUS:
        menu = menus[name] = bar.addMenu(name)
        for action in ACTIONS:
            if action.menu == name:
                if action.apart:
                    menu.addSeparator()
                menu.addAction(actions[action.id])
    return menus
