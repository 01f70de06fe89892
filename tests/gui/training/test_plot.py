"""A plot draws what the curves hold, whatever that is."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget

from studio.gui.shared.theme import NAMES, Theme
from studio.gui.training.plot import MetricPlot
from studio.protocol.messages import Batches, Epoch, Started
from studio.runs.curves import Curves

PutUp = Callable[[QWidget, int, int], None]


def lines(plot: MetricPlot) -> dict[str, list[float]]:
    """The y values of each line by its name."""
    (widget,) = plot.findChildren(pg.PlotWidget)
    found = {line.name(): line.getData()[1] for line in widget.getPlotItem().listDataItems()}
    return {name: [] if values is None else list(values) for name, values in found.items()}


def trained(loss: list[float | None], end: float | None) -> Curves:
    """The curves of one epoch."""
    curves = Curves()
    curves.take(Started("run", 1, len(loss), ["loss"]))
    curves.take(Batches("run", 0, 0, {"loss": loss}))
    curves.take(Epoch("run", 0, {"loss": end, "val_loss": end}, 1.0))
    return curves


def test_batches_and_epochs_are_lines_of_their_own(put_up: PutUp) -> None:
    plot = MetricPlot("loss", Theme())
    put_up(plot, 400, 300)
    plot.refresh(trained([3.0, 2.0], 2.0))
    assert lines(plot) == {"train, each batch": [3.0, 2.0], "train": [2.0], "validation": [2.0]}
    plot.release()


def test_a_loss_that_is_no_number_leaves_the_plot_empty(put_up: PutUp) -> None:
    plot = MetricPlot("loss", Theme())
    put_up(plot, 400, 300)
    plot.refresh(trained([None, None], None))
    QApplication.processEvents()
    assert lines(plot) == {"train, each batch": [], "train": [], "validation": []}
    plot.release()


def test_a_loss_that_ceases_to_be_a_number_is_drawn_as_far_as_it_was_one(put_up: PutUp) -> None:
    plot = MetricPlot("loss", Theme())
    put_up(plot, 400, 300)
    plot.refresh(trained([1.0, None, None], None))
    QApplication.processEvents()
    first, *rest = lines(plot)["train, each batch"]
    assert first == 1.0
    assert all(math.isnan(value) for value in rest)
    plot.release()


def test_the_legend_is_written_in_the_color_of_text(put_up: PutUp) -> None:
    theme = Theme()
    plot = MetricPlot("loss", theme)
    put_up(plot, 400, 300)
    for name in NAMES:
        theme.switch(name)
        (widget,) = plot.findChildren(pg.PlotWidget)
        for _, label in widget.getPlotItem().legend.items:
            assert theme.tokens.text.name() in label.item.toHtml().lower()
    plot.release()


def test_small_numbers_stand_at_the_axis_as_they_are(put_up: PutUp) -> None:
    plot = MetricPlot("accuracy", Theme())
    put_up(plot, 400, 300)
    plot.refresh(trained([0.0003, 0.0002], 0.0002))
    QApplication.processEvents()
    (widget,) = plot.findChildren(pg.PlotWidget)
    assert widget.getPlotItem().getAxis("left").labelString().count("x0.") == 0
    plot.release()
