"""The editors of Keras objects: which one, with its own params beneath; a list of them; a rate or a schedule."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from studio.catalog.declaration import Kind, Param, Recipe
from studio.catalog.forms import Number, Role
from studio.catalog.registry import KNOWN_NAMES, LAYERS, RECIPES, in_role, starting_object
from studio.core.values import Inner, Value
from studio.gui.shared.forms.editors import Editor, QuietComboBox, TypedEditor

NONE = "None"
INDENT_PX = 12
MakeForm = Callable[[tuple[Param, ...], QWidget], "NestedForm"]


class NestedForm(QWidget):
    """What an object's own params are edited with; `gui.shared.forms.form.Form` is one."""

    def show_values(self, values: dict[str, Value]) -> None:
        """Show these params."""
        raise NotImplementedError

    def follow(self, edited: Callable[[str, Value], object], reset: Callable[[str], object]) -> None:
        """Call these when a param is edited, or put back to its default."""
        raise NotImplementedError


def offered(role: Role) -> list[str]:
    """The names to choose from in a role: each object once, by its short name where it has one."""
    if role in LAYERS:
        return sorted(KNOWN_NAMES[role])
    names = {recipe.short or recipe.name for (of, _), recipe in RECIPES.items() if of is role}
    return sorted(names, key=str.lower)


def declared(role: Role, name: str) -> Kind | Recipe | None:
    """What a name stands for in a role."""
    try:
        return in_role(role, name)
    except KeyError:
        return None


class ObjectEditor(Editor):
    """A combo box of names; the params of the chosen object are in `below`, indented."""

    def __init__(self, role: Role, name: str, make_form: MakeForm, *, optional: bool) -> None:
        super().__init__()
        self._role = role
        self._make_form = make_form
        self._value: Value = None
        self._form: NestedForm | None = None
        self._shown: Kind | Recipe | None = None
        self.combo = QuietComboBox(name)
        self.combo.addItems([NONE] * optional + offered(role))
        self.combo.activated.connect(self._choose)
        self._row.addWidget(self.combo)
        self.below = QWidget()
        self.below.hide()
        self._inside = QVBoxLayout(self.below)
        self._inside.setContentsMargins(INDENT_PX, 0, 0, 0)
        self.setFocusProxy(self.combo)

    def show_value(self, value: Value) -> None:
        """Show an object and its params."""
        self._value = value
        name = value.kind if isinstance(value, Inner) else value if isinstance(value, str) else None
        made = declared(self._role, name) if name else None
        text = self._text(name, made)
        if self.combo.findText(text) < 0:
            self.combo.addItem(text)
        self.combo.setCurrentText(text)
        if made is not self._shown:
            self._rebuild(made)
        if self._form is not None:
            self._form.show_values(dict(value.params) if isinstance(value, Inner) else {})

    def _text(self, name: str | None, made: Kind | Recipe | None) -> str:
        if name is None:
            return NONE
        return (made.short or made.name) if isinstance(made, Recipe) else name

    def _rebuild(self, made: Kind | Recipe | None) -> None:
        self._shown = made
        if self._form is not None:
            self._inside.removeWidget(self._form)
            self._form.deleteLater()
            self._form = None
        if made is not None and made.params and (isinstance(made, Kind) or made.path):
            self._form = self._make_form(made.params, self)
            self._form.follow(self._set, self._reset)
            self._inside.addWidget(self._form)
        if self.below is not None:
            self.below.setVisible(self._form is not None)

    def _choose(self, index: int) -> None:
        name = self.combo.itemText(index)
        if name == NONE:
            self.edited.emit(None)
            return
        made = declared(self._role, name)
        if made is None:
            return
        fresh = starting_object(self._role, made.name)
        plain = isinstance(made, Recipe) and made.short is not None and not fresh.params
        self.edited.emit(made.short if plain and isinstance(made, Recipe) else fresh)

    def _set(self, name: str, value: Value) -> None:
        self._put({**self._params(), name: value})

    def _reset(self, name: str) -> None:
        params = self._params()
        params.pop(name, None)
        self._put(params)

    def _params(self) -> dict[str, Value]:
        return dict(self._value.params) if isinstance(self._value, Inner) else {}

    def _put(self, params: dict[str, Value]) -> None:
        made = self._shown
        if made is None:
            return
        plain = isinstance(made, Recipe) and made.short is not None and not params
        self.edited.emit(made.short if plain and isinstance(made, Recipe) else Inner(made.name, params))


class ObjectsEditor(Editor):
    """A combo box that adds an object; `below` has the list, each with its params and a button that removes it."""

    def __init__(self, role: Role, name: str, make_form: MakeForm) -> None:
        super().__init__()
        self._role = role
        self._name = name
        self._make_form = make_form
        self._values: tuple[Value, ...] = ()
        self._rows: list[tuple[QWidget, ObjectEditor]] = []
        self.add = QuietComboBox(self.tr("Add a {role}").format(role=role))
        self.add.addItem(self.tr("Add a {role}…").format(role=role))
        self.add.addItems(offered(role))
        self.add.activated.connect(self._append)
        self._row.addWidget(self.add)
        self.below = QWidget()
        self._column = QVBoxLayout(self.below)
        self._column.setContentsMargins(INDENT_PX, 0, 0, 0)
        self._column.setSpacing(8)
        self.setFocusProxy(self.add)

    def show_value(self, value: Value) -> None:
        """Show the objects."""
        self._values = value if isinstance(value, tuple) else ()
        while len(self._rows) > len(self._values):
            row, _ = self._rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(self._values):
            self._rows.append(self._make_row(len(self._rows)))
        for (_, editor), item in zip(self._rows, self._values, strict=True):
            editor.show_value(item)
        if self.below is not None:
            self.below.setVisible(bool(self._rows))

    def _make_row(self, at: int) -> tuple[QWidget, ObjectEditor]:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(4)
        editor = ObjectEditor(self._role, f"{self._name} {at + 1}", self._make_form, optional=False)
        editor.edited.connect(lambda value: self._replace(at, (value,)))
        remove = QToolButton()
        remove.setText("×")
        remove.setAutoRaise(True)
        remove.setToolTip(self.tr("Remove"))
        remove.setAccessibleName(self.tr("Remove {role} {number}").format(role=self._role, number=at + 1))
        remove.clicked.connect(lambda: self._replace(at, ()))
        row.addWidget(editor, 1)
        row.addWidget(remove)
        column.addLayout(row)
        if editor.below is not None:
            column.addWidget(editor.below)
        self._column.addWidget(whole)
        return whole, editor

    def _replace(self, at: int, items: tuple[Value, ...]) -> None:
        self.edited.emit((*self._values[:at], *items, *self._values[at + 1 :]))

    def _append(self, index: int) -> None:
        self.add.setCurrentIndex(0)
        made = declared(self._role, self.add.itemText(index)) if index else None
        if made is not None:
            fresh = starting_object(self._role, made.name)
            short = made.short if isinstance(made, Recipe) and not fresh.params else None
            self.edited.emit((*self._values, short or fresh))


class RateEditor(Editor):
    """A number, or a schedule whose params are in `below`; a combo box chooses between them."""

    def __init__(self, name: str, make_form: MakeForm) -> None:
        super().__init__()
        self.number = TypedEditor(Number(0.0), name)
        self.schedule = ObjectEditor(Role.SCHEDULE, f"{name} schedule", make_form, optional=True)
        self.schedule.combo.setToolTip(self.tr("None: a constant rate. A schedule changes it during training."))
        self.below = self.schedule.below
        self.number.edited.connect(self.edited)
        self.number.unreadable.connect(self.unreadable)
        self.number.taken_back.connect(self.taken_back)
        self.schedule.edited.connect(self._take)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.number)
        column.addWidget(self.schedule)
        self._row.addLayout(column)
        self.setFocusProxy(self.number)

    @property
    def keeps_text(self) -> bool:
        """Whether the number is one that was not taken."""
        return self.number.keeps_text

    def keep_text(self) -> None:
        """Go on showing the number that was typed."""
        self.number.keep_text()

    def show_value(self, value: Value) -> None:
        """Show a number, or a schedule in its place."""
        is_number = not isinstance(value, (Inner, str))
        self.number.setVisible(is_number)
        if is_number:
            self.number.show_value(value)
        self.schedule.show_value(None if is_number else value)

    def _take(self, value: Value) -> None:
        self.edited.emit(0.001 if value is None else value)
