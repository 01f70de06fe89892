"""How the examples are split: the counts in a line with a bar, and the form behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.catalog.family import Family
from studio.catalog.forms import Integer, Number
from studio.core.wording import count_text
from studio.document.data_choice import DataChoice, Split, SplitBy
from studio.gui.data.facts import SPLITS
from studio.gui.data.rows import Choices, Rows, Typed
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.forms.editors import QuietComboBox
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.session.feature_edits import Counts, split_counts

BAR_PX = 8
NO_COLUMN = "(as the rows stand)"
MOST_SHARE = 0.9


class ShareBar(QWidget):
    """The parts as lengths of a bar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = (1, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Counts) -> None:
        """Show how the examples are shared out."""
        self._counts = (counts.train, counts.validation, counts.test)
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(80, BAR_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the parts beside each other, with a gap between."""
        t = self._theme.tokens
        painter = QPainter(self)
        whole = sum(self._counts) or 1
        left = 0.0
        colors = (t.accent, t.families[Family.CONVOLUTION], t.families[Family.RESHAPING])
        for count, color in zip(self._counts, colors, strict=True):
            width = self.width() * count / whole
            if width > 0:
                painter.fillRect(QRectF(left, 0, max(2.0, width - 2), self.height()), color)
            left += width
        painter.end()


class SplitPanel(QWidget):
    """`edited` carries a Split, `stride_edited` every how manyth row is an example."""

    edited = Signal(object)
    stride_edited = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._split = Split()
        self.title = Button(self.tr("Split"), theme, Look.QUIET, "chevron-right", height_px=24, side_px=4)
        self.title.setCheckable(True)
        self.title.setToolTip(self.tr("Choose how the examples are split"))
        self.said = Words(muted=True, wrap=True)
        self._bar = ShareBar(theme)
        self.shares = Typed(
            [
                (self.tr("Validation, percent"), Number(0.0, 100 * MOST_SHARE)),
                (self.tr("Test, percent"), Number(0.0, 100 * MOST_SHARE)),
            ],
            self.tr("% · test"),
        )
        self.by: Choices[SplitBy] = Choices(SPLITS, self.tr("How examples are drawn"))
        self.column = QuietComboBox(self.tr("Column of the split"))
        self.seed = Typed([(self.tr("Seed"), Integer(0))])
        self.stride = Typed([(self.tr("Stride"), Integer(1))])
        self.form = Rows()
        for label, widget in (
            (self.tr("Validation"), self.shares),
            (self.tr("Drawn"), self.by),
            (self.tr("Column"), self.column),
            (self.tr("Seed"), self.seed),
            (self.tr("Every … row"), self.stride),
        ):
            self.form.add(label, widget)
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._bar)
        column.addWidget(self.said)
        column.addWidget(self.form)
        self.title.toggled.connect(self._unfold)
        self.shares.edited.connect(self._set_shares)
        self.by.picked.connect(self._set_by)
        self.column.activated.connect(self._set_column)
        self.seed.edited.connect(lambda values: self.edited.emit(replace(self._split, seed=values[0])))
        self.stride.edited.connect(lambda values: self.stride_edited.emit(values[0]))

    def show_split(self, data: DataChoice, columns: Sequence[str], rows: int | None, *, exact: bool) -> None:
        """Show the split of so many rows, None while that is not known; `columns` can decide about it."""
        split = self._split = data.split
        self.shares.show_numbers(_percent(split.validation), _percent(split.test))
        self.by.offer([by for by in SplitBy if columns or by in (SplitBy.RANDOM, SplitBy.TIME)])
        self.by.show_key(split.by)
        self._show_column(split, columns)
        self.form.show_row(self.shares, True)
        self.form.show_row(self.seed, split.by is not SplitBy.TIME)
        self.seed.show_numbers(split.seed)
        windows = any(feature.window is not None for feature in data.features)
        self.form.show_row(self.stride, windows)
        self.stride.show_numbers(data.stride)
        self._say(data, rows, exact=exact and not windows)

    def _say(self, data: DataChoice, rows: int | None, *, exact: bool) -> None:
        if rows is None:
            self.said.setText(self.tr("How many examples there are shows when the data was looked at."))
            return
        counts = split_counts(rows, data)
        self._bar.show_counts(counts)
        if data.split.by is SplitBy.COLUMN and not counts.is_exact:
            self.said.setText(self.tr("As the column says."))
            return
        about = "" if exact and counts.is_exact else self.tr("about ")
        said = [f"{count_text(counts.train)} train"]
        said += [f"{count_text(counts.validation)} validation"] if counts.validation else []
        said += [f"{count_text(counts.test)} test"] if counts.test else []
        self.said.setText(about + " · ".join(said))

    def _show_column(self, split: Split, columns: Sequence[str]) -> None:
        offered = [*([NO_COLUMN] if split.by is SplitBy.TIME else []), *columns]
        if split.column and split.column not in offered:
            offered.append(split.column)
        if [self.column.itemText(at) for at in range(self.column.count())] != offered:
            self.column.clear()
            self.column.addItems(offered)
        self.column.setCurrentText(split.column or (NO_COLUMN if split.by is SplitBy.TIME else ""))
        self.form.show_row(self.column, split.by is not SplitBy.RANDOM)

    def _unfold(self, shown: bool) -> None:
        self.form.setVisible(shown)
        self.title.set_icon_name("chevron-down" if shown else "chevron-right")

    def _set_shares(self, values: list[float]) -> None:
        validation, test = (min(MOST_SHARE, value / 100) for value in values)
        test = min(test, 1.0 - validation - 0.05) if validation + test > 0.95 else test
        self.edited.emit(replace(self._split, validation=round(validation, 4), test=round(max(0.0, test), 4)))

    def _set_by(self, by: SplitBy) -> None:
        column = self._split.column
        if by is SplitBy.RANDOM:
            column = ""
        elif by is not SplitBy.TIME and not column:
            named = (self.column.itemText(at) for at in range(self.column.count()))
            column = next((name for name in named if name and name != NO_COLUMN), "")
        self.edited.emit(replace(self._split, by=by, column=column))

    def _set_column(self, index: int) -> None:
        text = self.column.itemText(index)
        self.edited.emit(replace(self._split, column="" if text == NO_COLUMN else text))


def _percent(share: float) -> float:
    return round(100 * share, 2)
