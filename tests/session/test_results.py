"""What predictions amount to: classes taken for others, errors, forecasts beside the last value and over dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from studio.core.errors import FileRefused
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, Split, SplitBy, Window
from studio.document.document import Document
from studio.runs.predictions import Predicted, Predictions, read_predictions
from studio.session.results import Confusion, Numbers, Unshown, results
from tests.notation import graph

NO_PICTURES = (np.empty(0, np.int64), np.empty((0, 1, 1, 1), np.uint8))


def document(target: Feature, split: Split, *inputs: Feature) -> Document:
    entry = inputs[0] if inputs else Feature("x", ("x",), (1,))
    made = graph(
        f'input(3, 1, feature="{entry.name}") > flatten > dense(2) > output(target="{target.name}", loss="mse")'
    )
    made.apply(edits.set_data(made, DataChoice(CsvSource("t.csv"), (entry, target), split)))
    return made


def predictions(true: Any, predicted: Any, **more: Any) -> Predictions:
    output = Predicted("", np.asarray(true), np.asarray(predicted))
    return Predictions("validation", len(output.true), (output,), *NO_PICTURES, **more)


def test_classes_are_counted_as_they_were_taken() -> None:
    target = Feature("kind", ("kind",), (), "int64", Encoding.CATEGORY, classes=("a", "b", "c"))
    chances = np.eye(3, dtype="float32")[[0, 1, 1, 2]]
    shown = results(document(target, Split()), predictions([0, 1, 2, 2], chances))
    assert shown.about == "All 4 validation examples"
    (found,) = shown.results
    assert isinstance(found, Confusion)
    assert found.counts.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert (found.right, found.total) == (3, 4)


def forecast(**more: Any) -> Numbers:
    """Of two rows ahead: the truth counts up, the model is always one too high."""
    ahead = Feature("ahead", ("x",), (2,), window=Window(1, 2))
    past = Feature("past", ("x",), (3, 1), window=Window(-2, 3))
    true = np.arange(10.0)[:, None] + [1, 2]
    made = results(document(ahead, Split(by=SplitBy.TIME, column="day"), past), predictions(true, true + 1, **more))
    (found,) = made.results
    assert isinstance(found, Numbers)
    return found


def test_a_forecast_stands_beside_the_last_value() -> None:
    found = forecast()
    assert [series.name for series in found.series] == ["1 row ahead", "2 rows ahead"]
    assert found.is_in_order
    assert [series.error for series in found.series] == [1.0, 1.0]
    assert [series.compared for series in found.series] == [(1.0, 1.0), (1.0, 2.0)]
    assert [series.moments for series in found.series] == [None, None]


def test_each_step_of_a_forecast_has_its_date() -> None:
    days = np.array([f"2024-01-{day:02}" for day in range(1, 14)])
    found = forecast(rows=np.arange(10), moments=days)
    for ahead, series in enumerate(found.series, 1):
        assert series.moments is not None
        assert datetime.fromtimestamp(series.moments[0], UTC) == datetime(2024, 1, 1 + ahead, tzinfo=UTC)


@pytest.mark.parametrize("days", [["spring"] * 13, [f"2024-01-{day:02}" for day in range(1, 11)]])
def test_dates_that_are_none_or_too_few_are_left_out(days: list[str]) -> None:
    found = forecast(rows=np.arange(10), moments=np.array(days))
    assert found.series[-1].moments is None


def test_what_cannot_be_compared_says_why() -> None:
    target = Feature("y", ("y",), (1,))
    (found,) = results(document(target, Split()), predictions(np.zeros((4, 1)), np.zeros((4, 3)))).results
    assert isinstance(found, Unshown)
    assert "(None, 3) where the target has (None, 1)" in found.reason


@pytest.mark.parametrize(
    "wrong",
    [{"rows": np.arange(3)}, {"rows": np.array([0, 1, 2, 9])}, {"moments": np.arange(4)}, {"rows": np.zeros(4)}],
)
def test_moments_of_no_examples_are_refused(tmp_path: Any, wrong: dict[str, Any]) -> None:
    arrays: dict[str, Any] = {
        "part": np.array("test"),
        "total": np.array(4),
        "outputs": np.array([""]),
        "true_0": np.zeros(4),
        "predicted_0": np.zeros(4),
        "rows": np.arange(4),
        "moments": np.array(["2024-01-01"] * 4),
    }
    path = tmp_path / "predictions.npz"
    np.savez(path, **arrays)
    assert read_predictions(path) is not None
    np.savez(path, **arrays | wrong)
    with pytest.raises(FileRefused, match="its moments are"):
        read_predictions(path)
