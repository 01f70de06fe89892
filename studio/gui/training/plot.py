"""One metric's plot: the value after every batch as a thin line, after every epoch as a line with points."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme, Tokens
from studio.gui.training.reduction import Floats, reduced
from studio.runs.curves import Curves

BUCKETS = 600
VALIDATION = "val_"


class MetricPlot(QWidget):
    """The curves of one metric over epochs: training per batch and per epoch, validation per epoch (dashed, square).

    `refresh` draws what the curves hold now; nobody else writes.
    """

    def __init__(self, metric: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = metric
        self._theme = theme
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=True, y=False)
        self._plot.setAccessibleName(f"{metric} over epochs")
        item = self._plot.getPlotItem()
        item.setContentsMargins(4, 8, 12, 4)
        falls = "loss" in metric or "error" in metric
        self._legend = item.addLegend(offset=(-16, 8 if falls else -8), labelTextSize="9pt", verSpacing=-4)
        self._batches = item.plot(name="train, each batch")
        self._train = item.plot(name="train")
        self._validation = item.plot(name="validation")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.paint_with(theme.tokens)
        theme.changed.connect(self.paint_with)

    def refresh(self, curves: Curves) -> None:
        """Draw the curves as they are now; x counts epochs."""
        steps = max(curves.steps, 1)
        values = np.frombuffer(curves.batches[self.name]) if curves.batches.get(self.name) else np.empty(0)
        x, y = (np.arange(len(values)) + 1) / steps, values.copy()
        self._batches.setData(*_drawn(x, y), connect="finite")
        for line, name in ((self._train, self.name), (self._validation, VALIDATION + self.name)):
            ends: Floats = np.array(curves.epochs.get(name, ()), dtype=np.float64)
            line.setData(*_drawn(np.arange(1.0, len(ends) + 1), ends), connect="finite")
        self._plot.setXRange(0, max(curves.epoch_count, 1), padding=0.02)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        self._plot.setBackground(t.raised)
        item = self._plot.getPlotItem()
        for name, text in (("left", self.name), ("bottom", "epoch")):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(t.line))
            axis.setTextPen(pg.mkPen(t.muted))
            axis.enableAutoSIPrefix(False)  # 0.25 is no 250 of thousandths
            axis.setLabel(text, color=t.muted.name())
        item.showGrid(x=True, y=True, alpha=0.12)
        faint = QColor(t.accent)
        faint.setAlphaF(0.45)
        train, validation = t.accent, t.warning
        self._batches.setPen(pg.mkPen(faint, width=1))
        self._train.setPen(pg.mkPen(train, width=2))
        self._train.setSymbol("o")
        self._validation.setPen(pg.mkPen(validation, width=2, style=Qt.PenStyle.DashLine))
        self._validation.setSymbol("s")
        for line, color in ((self._train, train), (self._validation, validation)):
            line.setSymbolSize(5)
            line.setSymbolBrush(color)
            line.setSymbolPen(None)
            line.scatter.setBrush(color)  # the legend asks the points, even while there are none
            line.scatter.setPen(None)
        self._legend.setLabelTextColor(t.text)
        for _, label in self._legend.items:
            label.setText(label.text)  # only now it takes the color
        veil = QColor(t.raised)
        veil.setAlphaF(0.8)
        self._legend.setBrush(pg.mkBrush(veil))

    def release(self) -> None:
        """Stop following the theme."""
        self._theme.changed.disconnect(self.paint_with)


def _drawn(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The points to draw; none where there is no number at all, of which pyqtgraph cannot tell the bounds."""
    return reduced(x, y, BUCKETS) if np.isfinite(y).any() else (np.empty(0), np.empty(0))
