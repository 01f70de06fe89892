"""The dashboard of a run: what it is doing, how far it is, its newest values and its curves."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.gui.training.outcome import OutcomeBar
from studio.gui.training.plot import MetricPlot
from studio.gui.training.progress import ProgressBar
from studio.gui.training.tiles import Tiles
from studio.gui.training.wording import headline, pace
from studio.session.training import Run, Training

REFRESH_MS = 100
"""Ten times a second is as often as an eye follows a curve; reports come up to twice as often."""


class Dashboard(QWidget):
    """Follows `training`: an invitation before the first run, then the run that goes on or was the last."""

    def __init__(self, training: Training, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._theme = theme
        self._plots: dict[str, MetricPlot] = {}
        self._shown: Run | None = None
        self._title = _label(points=4, bold=True)
        self._pace = _label()
        self._epochs = ProgressBar("Epochs", 8, theme)
        self._steps = ProgressBar("Batches of this epoch", 4, theme)
        self._tiles = Tiles(theme)
        self._outcome = OutcomeBar(selection, theme)
        self._curves = QWidget()
        self._curves.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._grid = QGridLayout(self._curves)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._invitation())
        self._pages.addWidget(self._page())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        training.changed.connect(self._refresh_soon)
        training.ended.connect(self._refresh_now)
        self.refresh()

    def refresh(self) -> None:
        """Show the run as it is now."""
        run = self._training.run
        if run is None:
            self._pages.setCurrentIndex(0)
            return
        self._pages.setCurrentIndex(1)
        if run is not self._shown:
            self._clear_plots()
            self._shown = run
        curves = run.curves
        self._title.setText(headline(run))
        self._pace.setText(pace(run))
        self._epochs.show_fraction(curves.fraction)
        within = curves.batches_done - curves.epochs_done * curves.steps
        self._steps.show_fraction(within / curves.steps if curves.steps and not run.is_over else curves.fraction)
        for metric in curves.metrics:
            self._plot(metric).refresh(curves)
        self._tiles.show_curves(curves)
        self._outcome.show_run(run)
        if not run.is_over and not self._timer.isActive():
            self._timer.start()  # the clock goes on between reports

    def release(self) -> None:
        """Stop following the training and the theme."""
        self._timer.stop()
        self._training.changed.disconnect(self._refresh_soon)
        self._training.ended.disconnect(self._refresh_now)
        self._clear_plots()
        self._tiles.release()
        self._outcome.release()

    def _refresh_soon(self, training: Training) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _refresh_now(self, run: Run) -> None:
        self.refresh()

    def _plot(self, metric: str) -> MetricPlot:
        if metric not in self._plots:
            plot = MetricPlot(metric, self._theme)
            plot.setMinimumHeight(180)
            at = len(self._plots)
            self._grid.addWidget(plot, at // 2, at % 2)
            self._plots[metric] = plot
        return self._plots[metric]

    def _clear_plots(self) -> None:
        for plot in self._plots.values():
            plot.release()
            self._grid.removeWidget(plot)
            plot.deleteLater()
        self._plots.clear()

    def _invitation(self) -> QWidget:
        page = QWidget()
        title = _label(points=4, bold=True)
        title.setText(self.tr("Nothing trained yet"))
        text = _label()
        text.setText(self.tr("Press Train (F5), and the loss and the metrics are drawn here while they come."))
        layout = QVBoxLayout(page)
        layout.addStretch(2)
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(3)
        return page

    def _page(self) -> QWidget:
        page = QWidget()
        heading = QVBoxLayout()
        heading.setSpacing(4)
        heading.addWidget(self._title)
        heading.addWidget(self._pace)
        bars = QVBoxLayout()
        bars.setSpacing(4)
        bars.addWidget(self._epochs)
        bars.addWidget(self._steps)
        self._grid.setSpacing(16)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addLayout(heading)
        layout.addLayout(bars)
        layout.addWidget(self._outcome)
        layout.addWidget(self._tiles)
        layout.addWidget(self._curves, 1)
        return page


def _label(points: int = 0, *, bold: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    font = label.font()
    font.setPointSize(font.pointSize() + points)
    font.setBold(bold)
    label.setFont(font)
    return label
