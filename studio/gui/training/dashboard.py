"""The dashboard of a run: what it is doing, how far it is, its newest values and its curves."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.gui.training.outcome import OutcomeBar
from studio.gui.training.plot import MetricPlot
from studio.gui.training.predictions import PredictionsView
from studio.gui.training.progress import ProgressBar
from studio.gui.training.tiles import Tiles
from studio.gui.training.wording import headline, pace
from studio.session.results import results_of
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
        self.title = _label(points=4, bold=True)
        self._pace = _label()
        self._epochs = ProgressBar("Epochs", 8, theme)
        self._steps = ProgressBar("Batches of this epoch", 4, theme)
        self._tiles = Tiles(theme)
        self._outcome = OutcomeBar(selection, theme)
        self._curves = QWidget()
        self._curves.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._grid = QGridLayout(self._curves)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.predictions = PredictionsView(theme)
        self._views = QStackedWidget()
        self._views.addWidget(self._curves)
        self._views.addWidget(self.predictions)
        self.show_curves = Button(self.tr("Curves"), theme, Look.QUIET, "chart")
        self.show_predictions = Button(self.tr("Predictions"), theme, Look.QUIET, "inspect")
        self._switch = self._made_switch()
        self._predicted: Run | None = None
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
            self.show_curves.setChecked(True)
            self._show_view()
        curves = run.curves
        self.title.setText(headline(run))
        self._pace.setText(pace(run))
        self._epochs.show_fraction(curves.fraction)
        within = curves.batches_done - curves.epochs_done * curves.steps
        self._steps.show_fraction(within / curves.steps if curves.steps and not run.is_over else curves.fraction)
        for metric in curves.metrics:
            self._plot(metric).refresh(curves)
        self._tiles.show_curves(curves)
        self._outcome.show_run(run)
        for button in (self.show_curves, self.show_predictions):
            button.setVisible(run.is_over and bool(curves.batches_done))
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
        self.predictions.release()

    def _refresh_soon(self, training: Training) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _refresh_now(self, run: Run) -> None:
        self.refresh()

    def _made_switch(self) -> QButtonGroup:
        """Which of the two is shown; there is nothing to switch before a run has learnt something."""
        group = QButtonGroup(self)
        for button in (self.show_curves, self.show_predictions):
            button.setCheckable(True)
            button.hide()
            group.addButton(button)
        self.show_curves.setChecked(True)
        self.show_predictions.setToolTip(self.tr("What the model makes of the examples that it was evaluated by"))
        group.buttonClicked.connect(lambda button: self._show_view())
        return group

    def _show_view(self) -> None:
        predictions = self.show_predictions.isChecked()
        if predictions and self._shown is not None and self._shown is not self._predicted:
            self._predicted = self._shown
            self._read_predictions(self._shown)
        self._tiles.setVisible(not predictions)
        self._epochs.setVisible(not predictions)
        self._steps.setVisible(not predictions)
        self._views.setCurrentIndex(1 if predictions else 0)

    def _read_predictions(self, run: Run) -> None:
        try:
            results = results_of(run.folder)
        except StudioError as error:
            self.predictions.show_reason(f"{error.text} {error.advice}")
            return
        if results is None:
            advice = self.tr("This run left no predictions; the end of output.log in its folder says why.")
            self.predictions.show_reason(advice)
        else:
            self.predictions.show_results(results)

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
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self._pace)
        heading = QHBoxLayout()
        heading.setSpacing(4)
        heading.addLayout(words, 1)
        for button in (self.show_curves, self.show_predictions):
            heading.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
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
        layout.addWidget(self._views, 1)
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
