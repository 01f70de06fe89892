"""The page of a run's predictions: what is drawn of each kind of result, read with the mouse and with keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.gui.shared.theme import NAMES, Theme
from studio.gui.training.comparison import Comparison
from studio.gui.training.confusion import Matrix
from studio.gui.training.predictions import PredictionsView
from studio.session.results import Confusion, Mistake, Numbers, Result, Results, Series, Unshown

PutUp = Callable[[QWidget, int, int], None]
TRUE = np.array([1.0, 2.0, 4.0])


def shown(put_up: PutUp, *results: Result) -> PredictionsView:
    view = PredictionsView(Theme())
    put_up(view, 900, 600)
    view.show_results(Results("All 3 test examples", results))
    QApplication.processEvents()
    return view


def lines(view: QWidget) -> dict[str, list[tuple[float, float]]]:
    """The points of each line by its name."""
    (plot,) = view.findChildren(pg.PlotWidget)
    drawn = {line.name(): line.getData() for line in plot.getPlotItem().listDataItems()}
    return {name: [] if x is None else list(zip(x, y, strict=True)) for name, (x, y) in drawn.items()}


def said(view: QWidget) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def forecast(moments: np.ndarray | None) -> Numbers:  # type: ignore[type-arg]
    series = Series("1 row ahead", TRUE, TRUE + 0.5, np.array([np.nan, 1.0, 2.0]), moments)
    return Numbers("visitors", (series,), is_in_order=True)


def test_a_forecast_is_drawn_over_its_dates(put_up: PutUp) -> None:
    days = np.array([datetime(2024, 1, day, tzinfo=UTC).timestamp() for day in (1, 2, 3)])
    view = shown(put_up, forecast(days))
    drawn = lines(view)
    assert drawn["true"] == list(zip(days, TRUE, strict=True))
    assert [y for _, y in drawn["predicted"]] == [1.5, 2.5, 4.5]
    (plot,) = view.findChildren(pg.PlotWidget)
    axis = plot.getPlotItem().getAxis("bottom")
    assert isinstance(axis, pg.DateAxisItem)
    view.release()


def test_without_dates_examples_are_counted_and_the_last_value_is_the_measure(put_up: PutUp) -> None:
    view = shown(put_up, forecast(None))
    assert [x for x, _ in lines(view)["true"]] == [1, 2, 3]
    assert "“same as last value” is off by 1.5" in said(view)
    assert "67% closer" in said(view)
    view.release()


def test_numbers_in_no_order_lie_about_a_diagonal(put_up: PutUp) -> None:
    view = shown(put_up, Numbers("price", (Series("price", TRUE, TRUE * 2),), is_in_order=False))
    assert lines(view)["examples"] == [(1.0, 2.0), (2.0, 4.0), (4.0, 8.0)]
    assert "Mean absolute error 2.333" in said(view)
    view.release()


def test_a_matrix_is_read_with_keys_and_the_surest_mistakes_are_seen(put_up: PutUp) -> None:
    mistake = Mistake(np.zeros((8, 8, 1), np.uint8), "cat", "dog")
    view = shown(put_up, Confusion("kind", ("cat", "dog"), np.array([[3, 1], [0, 4]]), mistakes=(mistake,)))
    (matrix,) = view.findChildren(Matrix)
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.cell == (0, 1)
    assert "cat" in said(view)
    assert "7 of 8" in said(view)
    view.release()


def test_several_outputs_take_turns_and_what_cannot_be_drawn_says_why(put_up: PutUp) -> None:
    numbers = Numbers("price", (Series("price", TRUE, TRUE),), is_in_order=False)
    view = shown(put_up, numbers, Unshown("text", "text is not made of numbers."))
    assert view.findChildren(Comparison)
    view.outputs.setCurrentIndex(1)
    QApplication.processEvents()
    assert "text is not made of numbers." in said(view)
    view.release()


@pytest.mark.parametrize("theme", NAMES)
def test_it_follows_every_theme(put_up: PutUp, theme: str) -> None:
    own = Theme()
    view = PredictionsView(own)
    put_up(view, 900, 600)
    view.show_results(Results("", (forecast(None),)))
    own.switch(theme)
    (plot,) = view.findChildren(pg.PlotWidget)
    assert plot.backgroundBrush().color() == own.tokens.raised
    view.release()
