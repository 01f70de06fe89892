"""Predicted numbers drawn against the true ones: as lines in the order of time, or as points about a diagonal."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme, Tokens
from studio.gui.training.wording import value_text
from studio.session.results import Numbers, Series

MOST_POINTS = 4000
"""More points than this make a blot of a scatter plot."""
TRUE, PREDICTED, LAST = "true", "predicted", "same as last value"


def error_text(numbers: Numbers, series: Series) -> str:
    """How far predictions are off on average, and how that compares with saying the last value again."""
    unit = f" ({numbers.unit} numbers)" if numbers.unit else ""
    compared = series.compared
    if compared is None:
        return f"Mean absolute error {value_text(series.error)}{unit}."
    ours, same = compared
    said = f"Mean absolute error {value_text(ours)}{unit}; “{LAST}” is off by {value_text(same)}"
    if ours < same:
        return f"{said}: the model is {1 - ours / same:.0%} closer."
    return f"{said}: that simple guess is as good." if ours == same else f"{said}: that simple guess is still better."


class Comparison(QWidget):
    """One plot of one series; `show_series` draws another."""

    def __init__(self, numbers: Numbers, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._theme = theme
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._item = self._plot.getPlotItem()
        self._item.setContentsMargins(4, 8, 12, 4)
        self._legend = self._item.addLegend(offset=(-16, 8), labelTextSize="9pt", verSpacing=-4)
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._is_dated = numbers.is_in_order and all(series.moments is not None for series in numbers.series)
        if self._is_dated:
            self._item.setAxisItems({"bottom": pg.DateAxisItem(orientation="bottom", utcOffset=0)})
        if numbers.is_in_order:
            self._plot.setMouseEnabled(x=True, y=False)
            names: tuple[str, ...] = (TRUE, PREDICTED)
            if any(series.last is not None for series in numbers.series):
                names = (LAST, *names)
            self._axes = ("", "" if self._is_dated else self.tr("example of the held-out part, in order"))
        else:
            names = (TRUE, PREDICTED)
            self._item.setAspectLocked(False)
            self._axes = (self.tr("predicted"), self.tr("true"))
        for name in names:
            shown = (
                name if numbers.is_in_order else {TRUE: self.tr("exactly right"), PREDICTED: self.tr("examples")}[name]
            )
            self._lines[name] = self._item.plot(name=shown)
        self.setMinimumHeight(200)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.paint_with(theme.tokens)
        theme.changed.connect(self.paint_with)

    def show_series(self, series: Series) -> None:
        """Draw a series."""
        self._plot.setAccessibleName(f"{series.name}: predicted and true")
        self._plot.setAccessibleDescription(error_text(self._numbers, series))
        if self._numbers.is_in_order:
            at = np.arange(len(series.true), dtype=np.float64) + 1
            if self._is_dated and series.moments is not None:
                at = series.moments
            for name, values in ((TRUE, series.true), (PREDICTED, series.predicted), (LAST, series.last)):
                if name in self._lines:
                    self._lines[name].setData(*_finite(at, values), connect="finite")
            return
        true, predicted = _thinned(series.true, series.predicted)
        self._lines[PREDICTED].setData(*_finite(true, predicted))
        both = np.concatenate([true, predicted])
        both = both[np.isfinite(both)]
        ends = np.array([both.min(), both.max()]) if both.size else np.empty(0)
        self._lines[TRUE].setData(ends, ends)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        self._plot.setBackground(t.raised)
        for name, text in zip(("left", "bottom"), self._axes, strict=True):
            axis = self._item.getAxis(name)
            axis.setPen(pg.mkPen(t.line))
            axis.setTextPen(pg.mkPen(t.muted))
            axis.enableAutoSIPrefix(False)
            axis.setLabel(text, color=t.muted.name())
        self._item.showGrid(x=True, y=True, alpha=0.12)
        self._paint_lines(t)
        self._legend.setLabelTextColor(t.text)
        for _, label in self._legend.items:
            label.setText(label.text)  # only now it takes the color
        veil = QColor(t.raised)
        veil.setAlphaF(0.8)
        self._legend.setBrush(pg.mkBrush(veil))

    def release(self) -> None:
        """Stop following the theme."""
        self._theme.changed.disconnect(self.paint_with)

    def _paint_lines(self, t: Tokens) -> None:
        if self._numbers.is_in_order:
            pens = {
                TRUE: pg.mkPen(t.text, width=1.5),
                PREDICTED: pg.mkPen(t.accent, width=2),
                LAST: pg.mkPen(t.warning, width=1.5, style=Qt.PenStyle.DotLine),
            }
            for name, line in self._lines.items():
                line.setPen(pens[name])
            return
        self._lines[TRUE].setPen(pg.mkPen(t.muted, width=1.5, style=Qt.PenStyle.DashLine))
        points = self._lines[PREDICTED]
        faint = QColor(t.accent)
        faint.setAlphaF(0.55)
        points.setPen(None)
        points.setSymbol("o")
        points.setSymbolSize(6)
        points.setSymbolBrush(faint)
        points.setSymbolPen(None)
        points.scatter.setBrush(faint)  # the legend asks the points, even while there are none
        points.scatter.setPen(None)


def _finite(x: NDArray[np.float64], y: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points to draw; none where there is no number at all, of which pyqtgraph cannot tell the bounds."""
    if y is None or not np.isfinite(y).any():
        return np.empty(0), np.empty(0)
    return x, y


def _thinned(true: NDArray[np.float64], predicted: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Every so manieth point of too many."""
    step = max(1, -(-len(true) // MOST_POINTS))
    return true[::step], predicted[::step]
