"""One feature in detail: what it is, how it is encoded, what comes of it, and where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.catalog.forms import Integer, Number
from studio.core.errors import StudioError
from studio.core.wording import count_text, plural
from studio.data.look import Look
from studio.data.table import ColumnLook
from studio.document.data_choice import DatePart, Encoding, Feature, Missing, Window
from studio.document.encoded import CLASSES, FLAGGING, SCALING, encoded_shape
from studio.document.graph import Node, NodeId
from studio.gui.data.facts import (
    ENCODINGS,
    FITS,
    MISSING,
    PARTS,
    Facts,
    column_of,
    made_of,
    result_text,
    rows_of,
    window_text,
)
from studio.gui.data.kinds import ENCODINGS_OF, WORDS, Meaning, meaning_of, meanings
from studio.gui.data.pictures import Balance, Histogram, show_distribution
from studio.gui.data.rows import Choices, Rows, Typed
from studio.gui.shared.buttons import Button
from studio.gui.shared.buttons import Look as ButtonLook
from studio.gui.shared.check import Check
from studio.gui.shared.flow import Flow
from studio.gui.shared.line import Line
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

SHOWN_CLASSES = 12
NAMED_COLUMNS = 6
IMAGE_AXES = 3
LAST_ROWS = 24
LARGEST = 1_000_000


class FeatureDetail(QWidget):
    """Shows a feature and says what a person wants of it; the place makes the edits.

    `edited` carries the feature as it should be and the name of the step, `encoding_chosen` an Encoding, `window_asked`
    a Window for a copy, `node_asked` the id of a node that uses it. `preview_asked` wants to see what
    augmentation makes of these images. `removed` and `look_again` say themselves.
    """

    edited = Signal(object, str)
    encoding_chosen = Signal(object)
    window_asked = Signal(object)
    node_asked = Signal(object)
    preview_asked = Signal()
    removed = Signal()
    look_again = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._feature: Feature | None = None
        self._look: Look | None = None
        self._tried: Meaning | None = None
        self.users: dict[NodeId, Button] = {}
        self._make_widgets()
        self._connect()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self._made_of, self.histogram, self.balance, self.rows, self.trouble, self.used, self._buttons):
            column.addWidget(widget)

    def show_feature(self, feature: Feature, look: Look | None, known: Facts | None, users: Sequence[Node]) -> None:
        """Show a feature with what a look says of its columns, what is `known` of its only one, and its users."""
        if self._feature is None or self._feature != feature:
            self.show_trouble(None)
        self._feature, self._look = feature, look
        if not self.name.isModified():
            self.name.setText(feature.name)
            self.name.setCursorPosition(0)
        made = made_of(feature)
        if len(feature.columns) > 1:
            rest = len(feature.columns) - NAMED_COLUMNS
            more = f" and {count_text(rest)} more" if rest > 0 else ""
            made = f"Made of {made}: {', '.join(feature.columns[:NAMED_COLUMNS])}{more}"
        elif made:
            made = self.tr("The column {name}").format(name=made)
        self._made_of.setText(made)
        self._made_of.setVisible(bool(made))
        show_distribution(known, self.balance, self.histogram, is_class=feature.encoding in CLASSES)
        self._show_meaning(feature, look)
        self._show_values(feature)
        self._show_missing(feature, look)
        self._show_users(users)

    def show_trouble(self, error: StudioError | None, column: ColumnLook | None = None) -> None:
        """Say why a choice does not fit, with the lines, and offer what would; None takes it away."""
        self.trouble.setVisible(error is not None)
        if error is None:
            self._tried = None
            if self._feature is not None:
                self._show_meaning(self._feature, self._look)
            return
        self.sentence.setText(str(error))
        cells = column.offending or column.words or () if column is not None else ()
        rest = [(line, text) for line, text in cells if f"line {line:,}" not in str(error)]
        self.lines.setText("\n".join(f"line {line:,}   {' '.join(text.split())[:60]}" for line, text in rest))
        self.lines.setVisible(bool(rest))
        self.keep.setText(self.tr("Keep {meaning}").format(meaning=self._meaning_now()))

    def _make_widgets(self) -> None:
        self._made_of = Words(muted=True, wrap=True)
        self.histogram = Histogram(self._theme)
        self.balance = Balance(self._theme)
        self.name = Line()
        self.name.setAccessibleName(self.tr("Name of the feature"))
        self.meaning: Choices[Meaning] = Choices(WORDS, self.tr("What it is"))
        self.encoding: Choices[Encoding] = Choices(ENCODINGS, self.tr("Encoding"))
        self.result = Words(mono=True, wrap=True)
        self.missing: Choices[Missing] = Choices(MISSING, self.tr("Empty cells"))
        self.classes = Words(wrap=True)
        self.scale = Typed([(self.tr("Factor"), Number())])
        self.sides = Typed([(self.tr("Height"), Integer(1, LARGEST)), (self.tr("Width"), Integer(1, LARGEST))])
        self.channels = Typed([(self.tr("Channels"), Integer(1, LARGEST))])
        self.fit = Choices(FITS, self.tr("Fit"))
        self.length = Typed([(self.tr("Samples"), Integer(1, LARGEST))])
        self.parts, self.part_boxes = self._part_checks()
        self.span = Typed([(self.tr("First row"), Integer()), (self.tr("Rows"), Integer(1, LARGEST))], self.tr("rows:"))
        self.rows = Rows()
        for label, widget in (
            (self.tr("Name"), self.name),
            (self.tr("What it is"), self.meaning),
            (self.tr("Encoding"), self.encoding),
            (self.tr("Becomes"), self.result),
            (self.tr("Empty cells"), self.missing),
            (self.tr("Classes"), self.classes),
            (self.tr("Factor"), self.scale),
            (self.tr("Size"), self.sides),
            (self.tr("Channels"), self.channels),
            (self.tr("Proportions"), self.fit),
            (self.tr("Samples"), self.length),
            (self.tr("Parts"), self.parts),
            (self.tr("From row"), self.span),
        ):
            self.rows.add(label, widget)
        self._make_trouble()
        self.used = QWidget()
        self._used = Flow(self.used)
        self._buttons = QWidget()
        buttons = Flow(self._buttons)
        self.past = Button(self.tr("Last rows…"), self._theme, icon_name="history", height_px=24)
        self.past.setToolTip(self.tr("Add a copy that sees the last rows, to forecast from"))
        self.future = Button(self.tr("Next row…"), self._theme, icon_name="clock", height_px=24)
        self.future.setToolTip(self.tr("Add a copy that sees the next row, to forecast"))
        self.remove = Button(self.tr("Remove"), self._theme, icon_name="delete", height_px=24)
        self.remove.setToolTip(self.tr("Take this feature away; its columns stay (Del)"))
        self.augmented = Button(self.tr("Augmentation…"), self._theme, icon_name="image", height_px=24)
        self.augmented.setToolTip(self.tr("See what the layers right behind its Input make of these images"))
        for button in (self.past, self.future, self.augmented, self.remove):
            buttons.addWidget(button)

    def _make_trouble(self) -> None:
        self.trouble = QWidget()
        column = QVBoxLayout(self.trouble)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.sentence = Words(wrap=True)
        self.sentence.set_color(lambda: self._theme.tokens.error)
        self.lines = Words(mono=True, points=-1)
        self.again = Button(self.tr("Look again"), self._theme, ButtonLook.OUTLINED, "refresh", height_px=24)
        self.again.setToolTip(self.tr("Read the file again after mending it"))
        for widget in (self.sentence, self.lines):
            column.addWidget(widget)
        self.keep = Button("", self._theme, ButtonLook.OUTLINED, "undo", height_px=24)
        row = Flow()
        row.addWidget(self.keep)
        row.addWidget(self.again)
        column.addLayout(row)
        self.trouble.hide()

    def _part_checks(self) -> tuple[QWidget, dict[DatePart, Check]]:
        holder = QWidget()
        flow = Flow(holder, spacing_px=4)
        boxes: dict[DatePart, Check] = {}
        for part, words in PARTS.items():
            each = QWidget()
            column = QVBoxLayout(each)
            column.setContentsMargins(0, 0, 8, 0)
            column.setSpacing(0)
            box = boxes[part] = Check()
            box.setAccessibleName(words)
            label = Words(words, points=-1)
            label.setBuddy(box)
            column.addWidget(box)
            column.addWidget(label)
            flow.addWidget(each)
        return holder, boxes

    def _connect(self) -> None:
        self.name.editingFinished.connect(self._rename)
        self.meaning.picked.connect(self._try_meaning)
        self.encoding.picked.connect(self.encoding_chosen)
        self.missing.picked.connect(lambda way: self._edit("Treat empty cells", missing=way))
        self.scale.edited.connect(self._scale)
        self.sides.edited.connect(self._resize)
        self.channels.edited.connect(self._set_channels)
        self.fit.picked.connect(lambda fit: self._edit("Fit images", fit=fit))
        self.length.edited.connect(self._set_length)
        self.span.edited.connect(self._set_window)
        self.past.clicked.connect(lambda: self.window_asked.emit(Window(1 - LAST_ROWS, LAST_ROWS)))
        self.future.clicked.connect(lambda: self.window_asked.emit(Window(1, 1)))
        self.augmented.clicked.connect(self.preview_asked)
        self.remove.clicked.connect(self.removed)
        self.again.clicked.connect(self.look_again)
        self.keep.clicked.connect(lambda: self.show_trouble(None))
        for box in self.part_boxes.values():
            box.clicked.connect(self._set_parts)

    # Showing.

    def _show_meaning(self, feature: Feature, look: Look | None) -> None:
        now = meaning_of(feature)
        self.meaning.offer(list(dict.fromkeys([now, *meanings(look, feature.columns)])))
        self.meaning.show_key(self._tried or now)
        self.encoding.offer(ENCODINGS_OF[now])
        self.encoding.show_key(feature.encoding)
        self.rows.show_row(self.encoding, len(ENCODINGS_OF[now]) > 1)
        self.meaning.setEnabled(look is not None)
        self.encoding.setEnabled(look is not None)

    def _show_values(self, feature: Feature) -> None:
        encoding, shape = feature.encoding, feature.shape
        self.result.setText(result_text(feature))
        shown = ", ".join(name or "(nothing)" for name in feature.classes[:SHOWN_CLASSES])
        rest = len(feature.classes) - SHOWN_CLASSES
        self.classes.setText(shown + (f" and {count_text(rest)} more" if rest > 0 else ""))
        self.rows.show_row(self.classes, bool(feature.classes))
        self.rows.show_row(self.scale, encoding in SCALING)
        self.scale.show_numbers(feature.scale)
        is_picture = encoding in (Encoding.IMAGE, Encoding.MASK) and len(shape) >= 2
        if is_picture:
            self.sides.show_numbers(shape[0], shape[1])
            self.fit.show_key(feature.fit)
        self.rows.show_row(self.sides, is_picture)
        self.rows.show_row(self.fit, is_picture)
        has_channels = encoding in (Encoding.IMAGE, Encoding.SOUND) and len(shape) >= 2
        self.rows.show_row(self.channels, has_channels)
        if has_channels:
            self.channels.show_numbers(shape[-1])
        is_sound = encoding is Encoding.SOUND and bool(shape)
        self.rows.show_row(self.length, is_sound)
        if is_sound:
            self.length.show_numbers(shape[0])
        self.rows.show_row(self.parts, encoding is Encoding.DATE)
        for part, box in self.part_boxes.items():
            box.setChecked(part in feature.parts)
        self.rows.show_row(self.span, feature.window is not None)
        if feature.window is not None:
            self.span.show_numbers(feature.window.first, feature.window.length)
            self.span.setToolTip(window_text(feature))
        self.augmented.setVisible(encoding is not Encoding.MASK and len(encoded_shape(feature)) == IMAGE_AXES)
        for button in (self.past, self.future):
            button.setVisible(feature.window is None and self._tells_order(feature))

    def _tells_order(self, feature: Feature) -> bool:
        """Whether rows beside the example's could mean something: not for files of their own."""
        files = (Encoding.IMAGE, Encoding.MASK, Encoding.SOUND, Encoding.TEXT_FILE)
        return feature.encoding not in files and feature.dtype != "string"

    def _show_missing(self, feature: Feature, look: Look | None) -> None:
        ways = [Missing.REFUSE, Missing.DROP]
        if feature.encoding in FLAGGING or feature.encoding in CLASSES:
            ways.append(Missing.FILL)
        if feature.encoding in FLAGGING and feature.dtype != "string" and feature.shape:
            ways.append(Missing.FLAG)
        self.missing.offer(list(dict.fromkeys([*ways, feature.missing])))
        self.missing.show_key(feature.missing)
        columns = [column_of(look, name) for name in feature.columns]
        empty = sum(column.missing for column in columns if column is not None)
        of = f" of {count_text(rows_of(look)[0])} rows" if look is not None else ""
        self.missing.setToolTip(f"{plural(empty, 'empty cell')}{of}")

    def _show_users(self, users: Sequence[Node]) -> None:
        if [(id_, button.text()) for id_, button in self.users.items()] == [(node.id, node.name) for node in users]:
            return
        while self._used.takeAt(0) is not None:
            pass
        for button in self.users.values():
            button.hide()
            button.deleteLater()
        self.users = {}
        for node in users:
            name = "input" if node.kind == "Input" else "output"
            button = Button(node.name, self._theme, icon_name=name, height_px=24, shrinks=True)
            self.users[node.id] = button
            button.setToolTip(self.tr("Show {name} in the drawing").format(name=node.name))
            button.clicked.connect(lambda checked=False, id_=node.id: self.node_asked.emit(id_))
            self._used.addWidget(button)
        self.used.setVisible(bool(users))

    # Editing.

    def _edit(self, label: str, **changes: object) -> None:
        if self._feature is not None:
            self.edited.emit(replace(self._feature, **changes), label)  # type: ignore[arg-type]  # fields by name

    def _meaning_now(self) -> str:
        return "it" if self._feature is None else meaning_of(self._feature).value

    def _rename(self) -> None:
        name = self.name.text().strip()
        self.name.setModified(False)
        if self._feature is not None and name and name != self._feature.name:
            self._edit(f"Rename {self._feature.name}", name=name)
        elif self._feature is not None:
            self.name.setText(self._feature.name)

    def _try_meaning(self, meaning: Meaning) -> None:
        self._tried = meaning
        self.encoding_chosen.emit(ENCODINGS_OF[meaning][0])

    def _scale(self, values: list[float]) -> None:
        if isfinite(values[0]) and values[0] != 0:
            self._edit("Scale by another factor", scale=float(values[0]))

    def _resize(self, sides: list[int]) -> None:
        if self._feature is not None:
            self._edit("Resize images", shape=(*sides, *self._feature.shape[2:]))

    def _set_channels(self, channels: list[int]) -> None:
        if self._feature is not None:
            self._edit("Change channels", shape=(*self._feature.shape[:-1], channels[0]))

    def _set_length(self, length: list[int]) -> None:
        if self._feature is not None:
            self._edit("Change length", shape=(length[0], *self._feature.shape[1:]))

    def _set_window(self, window: list[int]) -> None:
        if self._feature is not None:
            self.window_asked.emit(Window(window[0], window[1]))

    def _set_parts(self) -> None:
        parts = tuple(part for part, box in self.part_boxes.items() if box.isChecked())
        if parts:
            self._edit("Choose parts of the date", parts=parts)
        elif self._feature is not None:
            self._show_values(self._feature)
