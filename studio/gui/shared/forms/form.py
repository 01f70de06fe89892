"""A form made of params: for each a label, the editor of its form, a way back to the default, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from studio.catalog.declaration import REQUIRED, Param
from studio.catalog.forms import (
    Arguments,
    Axes,
    Choice,
    ClassName,
    Code,
    Dims,
    Dtype,
    Entries,
    FeatureName,
    Integer,
    Margins,
    Number,
    Numbers,
    Object,
    Objects,
    Rate,
    Sizes,
    Span,
    Switch,
    Text,
    Token,
    refusal,
)
from studio.catalog.forms import (
    Form as ValueForm,
)
from studio.catalog.registry import KNOWN_NAMES
from studio.core.errors import EditRefused
from studio.core.values import Value
from studio.core.wording import plural
from studio.gui.shared.forms.code import CodeEditor
from studio.gui.shared.forms.editors import ChoiceEditor, Editor, SwitchEditor, TypedEditor
from studio.gui.shared.forms.objects import NestedForm, ObjectEditor, ObjectsEditor, RateEditor
from studio.gui.shared.forms.typed import value_text
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

LABEL_WIDTH_PX = 104


class Row:
    """The widgets of one param."""

    def __init__(self, param: Param, editor: Editor, theme: Theme) -> None:
        self.param = param
        self.editor = editor
        self.label = Words(param.name.replace("_", "\u200b_"))
        self.label.setWordWrap(True)
        self.label.setFixedWidth(LABEL_WIDTH_PX)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(0, 4, 0, 0)
        self.label.setToolTip(param.help)
        self.label.setBuddy(editor)
        editor.setToolTip(param.help)
        self.back = QToolButton()
        self.back.setText("↺")
        self.back.setAutoRaise(True)
        self.back.setFixedSize(22, 22)
        kept = self.back.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(kept)
        self.back.setAccessibleName(f"Reset {param.name}")
        self.wrong = Words(points=-1, wrap=True)
        self.wrong.set_color(lambda: theme.tokens.error)
        self.wrong.hide()
        if param.default is not REQUIRED:
            self.back.setToolTip(f"Back to {value_text(param.default)}, Keras's default")

    def show_value(self, values: Mapping[str, Value]) -> None:
        """Show the value that is set, or the default."""
        name, default = self.param.name, self.param.default
        is_set = name in values and (default is REQUIRED or values[name] != default)
        value = values.get(name, None if default is REQUIRED else default)
        self.editor.show_value(value)
        font = self.label.font()
        if font.bold() != is_set:
            font.setBold(is_set)
            self.label.setFont(font)
        self.back.setVisible(is_set and default is not REQUIRED)

    def complain(self, sentence: str | None) -> None:
        """Say under the editor what is wrong, or nothing."""
        self.wrong.setText(sentence or "")
        self.wrong.setVisible(sentence is not None)


class Form(NestedForm):
    """Edits the params that it is given; advanced ones are folded away until they are asked for.

    `features` are the names that a FeatureName offers. What does not fit is said under its field and not passed on.
    """

    def __init__(
        self, params: Sequence[Param], theme: Theme, features: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._features = features
        self._edited: Callable[[str, Value], object] = lambda name, value: None
        self._reset: Callable[[str], object] = lambda name: None
        self.rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        advanced = [param for param in params if param.advanced]
        column.addWidget(self._table([param for param in params if not param.advanced]))
        self.more = QToolButton()
        self.more.setText(plural(len(advanced), "more setting"))
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        column.addWidget(self.more)
        self.more.setVisible(bool(advanced))
        self._folded = self._table(advanced)
        self._folded.hide()
        column.addWidget(self._folded)
        self.more.toggled.connect(self._unfold)

    def follow(self, edited: Callable[[str, Value], object], reset: Callable[[str], object]) -> None:
        """Call `edited` with a name and a value that fits, `reset` with the name of a param to put back."""
        self._edited, self._reset = edited, reset

    def visit(self, name: str) -> int | None:
        """The number of the user's stay in a param's field, where its values should be one step for undo."""
        return self.rows[name].editor.visit

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show these params, every other at its default."""
        for row in self.rows.values():
            row.show_value(values)
            if row.editor.keeps_text:
                continue
            if row.param.name in values:
                row.complain(self._sentence(row.param, values[row.param.name]))
            elif row.param.default is REQUIRED:
                row.complain(f"{row.param.name} has no default: give it a value.")
            else:
                row.complain(None)

    def _table(self, params: Sequence[Param]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for at, param in enumerate(params):
            row = Row(param, self._editor(param), self._theme)
            self.rows[param.name] = row
            row.editor.edited.connect(lambda value, row=row: self._take(row, value))
            row.editor.unreadable.connect(lambda text, row=row: self._refuse_text(row, text))
            row.editor.taken_back.connect(lambda row=row: row.complain(None))
            row.back.clicked.connect(lambda checked=False, row=row: self._reset(row.param.name))
            grid.addWidget(row.label, 3 * at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row.editor, 3 * at, 1)
            grid.addWidget(row.back, 3 * at, 2, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row.wrong, 3 * at + 1, 1, 1, 2)
            if row.editor.below is not None:
                grid.addWidget(row.editor.below, 3 * at + 2, 0, 1, 3)
        return table

    def _take(self, row: Row, value: Value) -> None:
        wrong = self._sentence(row.param, value)
        if wrong is None:
            try:
                self._edited(row.param.name, value)
            except EditRefused as refused:
                wrong = str(refused)
        if wrong is not None:
            row.editor.keep_text()
        row.complain(wrong)

    def _refuse_text(self, row: Row, text: str) -> None:
        row.editor.keep_text()
        row.complain(f"“{text}” cannot be read. {_wanted(row.param)}")

    def _sentence(self, param: Param, value: Value) -> str | None:
        wanted = refusal(param.form, value, KNOWN_NAMES)
        return None if wanted is None else f"{param.name} wants {wanted}; this is {value_text(value)}."

    def _unfold(self, shown: bool) -> None:
        self._folded.setVisible(shown)
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def _nested(self, params: tuple[Param, ...], parent: QWidget) -> NestedForm:
        return Form(params, self._theme, self._features, parent)

    def _editor(self, param: Param) -> Editor:
        return editor_for(param.form, param.name, self._features, self._nested, self._theme)


def editor_for(
    form: ValueForm,
    name: str,
    features: Sequence[str],
    nested: Callable[[tuple[Param, ...], QWidget], NestedForm],
    theme: Theme,
) -> Editor:
    """The editor of a form class."""
    match form:
        case Integer() | Number() | Text() | Sizes() | Margins() | Dims() | Axes() | Numbers():
            return TypedEditor(form, name)
        case ClassName() | Arguments() | Entries() | Token() | Span():
            return TypedEditor(form, name)
        case Code():
            return CodeEditor(name, theme)
        case Rate():
            return RateEditor(name, nested)
        case Switch(optional):
            return ChoiceEditor((None, True, False), name) if optional else SwitchEditor(name)
        case Choice(values, optional):
            return ChoiceEditor((*([None] if optional else []), *values), name)
        case Dtype(optional=optional):
            return ChoiceEditor((*([None] if optional else []), *form.names), name)
        case FeatureName(optional):
            return ChoiceEditor((*([None] if optional else []), *features), name)
        case Object(role, optional):
            return ObjectEditor(role, name, nested, optional=optional)
        case Objects(role):
            return ObjectsEditor(role, name, nested)
        case _:
            assert_never(form)


def _wanted(param: Param) -> str:
    wanted = refusal(param.form, (), KNOWN_NAMES) or refusal(param.form, "", KNOWN_NAMES)
    return f"{param.name} wants {wanted}." if wanted else ""
