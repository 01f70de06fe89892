"""The page of a run's predictions: a matrix of classes, numbers against the true ones, the surest mistakes."""

from __future__ import annotations

from typing import assert_never

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.core.wording import count_text, plural
from studio.gui.shared.flow import Flow
from studio.gui.shared.forms.editors import QuietComboBox
from studio.gui.shared.pixels import fitted, image_of
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.gui.training.comparison import Comparison, error_text
from studio.gui.training.confusion import Matrix, pair_text
from studio.session.results import Confusion, Mistake, Numbers, Result, Results, Unshown

PICTURE_PX = 64
CARD_PX = 104
WORST = 5
SIDE_PX = 232


class PredictionsView(QWidget):
    """Shows results, one output at a time; `show_reason` says in a sentence why there is nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._results: Results | None = None
        self._plots: list[Comparison] = []
        self.about = Words(muted=True, wrap=True)
        self.outputs = QuietComboBox(self.tr("Output"))
        self.outputs.setMinimumContentsLength(16)
        self.outputs.currentIndexChanged.connect(self._show_output)
        self._body = QWidget()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.about, 1)
        row.addWidget(self.outputs)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addLayout(row)
        self._column.addWidget(self._body, 1)

    def show_results(self, results: Results) -> None:
        """Show what predictions amount to."""
        self._results = results
        self.about.setText(results.about)
        self.outputs.blockSignals(True)
        self.outputs.clear()
        self.outputs.addItems([result.name for result in results.results])
        self.outputs.blockSignals(False)
        self.outputs.setVisible(len(results.results) > 1)
        self._show_output(0)

    def show_reason(self, text: str) -> None:
        """Say why there is nothing to show."""
        self._results = None
        self.about.setText("")
        self.outputs.hide()
        self._put(_sentence(text))

    def release(self) -> None:
        """Stop following the theme."""
        for plot in self._plots:
            plot.release()
        self._plots.clear()

    def _show_output(self, at: int) -> None:
        if self._results is not None and 0 <= at < len(self._results.results):
            self._put(self._page(self._results.results[at]))

    def _put(self, page: QWidget) -> None:
        self.release()
        if isinstance(page, NumbersPage):
            self._plots.append(page.plot)
        self._column.replaceWidget(self._body, page)
        self._body.hide()
        self._body.deleteLater()
        self._body = page
        page.show()

    def _page(self, result: Result) -> QWidget:
        match result:
            case Confusion():
                return ConfusionPage(result, self._theme)
            case Numbers():
                return NumbersPage(result, self._theme)
            case Unshown(reason=reason):
                return _sentence(reason)
            case _:
                assert_never(result)


class ConfusionPage(QScrollArea):
    """The matrix, beside it what is confused most, below it the surest mistakes."""

    def __init__(self, confusion: Confusion, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.matrix = Matrix(confusion, theme)
        self.pointed = Words(muted=True, wrap=True)
        self.pointed.setMinimumHeight(self.pointed.fontMetrics().height() * 3)
        self.pointed.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint = self.tr("Point at a cell, or go there with the arrow keys, to read it.")
        self.pointed.setText(self._hint)
        self.matrix.pointed.connect(lambda text: self.pointed.setText(text or self._hint))
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(Words(_score(confusion), bold=True, wrap=True))
        worst = _worst(confusion)
        if worst:
            side.addSpacing(4)
            side.addWidget(Words(self.tr("Confused most"), muted=True))
            for true, chosen in worst:
                side.addWidget(Words(pair_text(confusion, true, chosen), wrap=True))
        side.addSpacing(4)
        side.addWidget(self.pointed)
        side.addStretch(1)
        beside = QWidget()
        beside.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        beside.setMinimumWidth(SIDE_PX)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.matrix)
        row.addWidget(beside, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(16)
        column.addLayout(row)
        if confusion.mistakes:
            column.addWidget(Words(self.tr("Mistakes of which the model was surest"), bold=True))
            column.addWidget(_mistakes(confusion.mistakes))
        column.addStretch(1)
        self.setWidget(page)


class NumbersPage(QWidget):
    """The plot of one series at a time, and how far off it is in words."""

    def __init__(self, numbers: Numbers, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self.plot = Comparison(numbers, theme)
        self.error = Words(bold=True, wrap=True)
        self.series = QuietComboBox(self.tr("Which number"))
        self.series.setMinimumContentsLength(16)
        self.series.addItems([series.name for series in numbers.series])
        self.series.setVisible(len(numbers.series) > 1)
        self.series.currentIndexChanged.connect(self._show)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.error, 1)
        row.addWidget(self.series)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        self._show(0)

    def _show(self, at: int) -> None:
        series = self._numbers.series[at]
        self.error.setText(error_text(self._numbers, series))
        self.plot.show_series(series)


def _score(confusion: Confusion) -> str:
    if not confusion.total:
        return "None of them has a class that is known."
    what = "example" if confusion.is_by_example else "place"
    share = f"{confusion.right / confusion.total:.1%}"
    return f"{count_text(confusion.right)} of {plural(confusion.total, what)} told right ({share})"


def _worst(confusion: Confusion) -> list[tuple[int, int]]:
    """The pairs of classes that were confused most often."""
    wrong = confusion.counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:WORST]
    pairs = [divmod(int(at), len(confusion.classes)) for at in order]
    return [(true, chosen) for true, chosen in pairs if wrong[true, chosen] > 0]


def _mistakes(mistakes: tuple[Mistake, ...]) -> QWidget:
    holder = QWidget()
    flow = Flow(holder, spacing_px=8)
    for mistake in mistakes:
        flow.addWidget(_card(mistake))
    return holder


def _card(mistake: Mistake) -> QWidget:
    card = QWidget()
    card.setFixedWidth(CARD_PX)
    picture = QLabel()
    picture.setPixmap(QPixmap.fromImage(fitted(image_of(mistake.picture), PICTURE_PX)))
    picture.setAlignment(Qt.AlignmentFlag.AlignLeft)
    words = f"{mistake.true} taken for {mistake.chosen}"
    picture.setAccessibleName(words)
    card.setToolTip(words)
    column = QVBoxLayout(card)
    column.setContentsMargins(0, 0, 0, 8)
    column.setSpacing(2)
    column.addWidget(picture)
    for text, muted in ((mistake.chosen, False), (f"is {mistake.true}", True)):
        label = Words(muted=muted)
        label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, CARD_PX - 4))
        column.addWidget(label)
    return card


def _sentence(text: str) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addStretch(2)
    words = Words(text, muted=True, wrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(words)
    column.addStretch(3)
    return page
