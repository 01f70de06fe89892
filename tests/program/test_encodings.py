"""What `load_data` makes of columns, for each encoding, with and without missing cells and windows."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.values import Inner
from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    Feature,
    Missing,
    NpzSource,
    Source,
    Split,
    SplitBy,
    Window,
)
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.training_choice import TrainingChoice
from studio.program.writer import write
from tests.notation import graph
from tests.program.scripts import executed
from tests.program.test_loading import ONE, feature, loaded, project, table

CLASSES = ("0", "1", "2", "3")
DATES = tuple(f"2024-0{1 + row % 9}-{10 + row % 18} {row % 24:02}:30" for row in range(40))
COLUMNS = {
    "a": [row * 7 % 40 for row in range(40)],
    "b": [row * 3 % 17 for row in range(40)],
    "c": [row % 4 for row in range(40)],
}
NUMBERS = (Encoding.NONE, Encoding.SCALE, Encoding.STANDARDIZE, Encoding.MIN_MAX)


@st.composite
def features(draw: st.DrawFn) -> Feature:
    """Features of tables, in every encoding that reads no files, with shapes that fit their columns and windows."""
    encoding = draw(st.sampled_from([*NUMBERS, Encoding.CATEGORY, Encoding.ONE_HOT, Encoding.DATE]))
    window = draw(st.none() | st.builds(Window, st.integers(-3, 2), st.integers(1, 4)))
    steps = window.length if window else 1
    names: tuple[str, ...] = draw(st.sampled_from([("a",), ("b", "a"), ("a", "b", "c")]))
    if encoding in (Encoding.CATEGORY, Encoding.ONE_HOT):
        names = ("c",)
    if encoding is Encoding.DATE:
        names = ("day",)
    shapes: list[tuple[int, ...]] = [(len(names),)] if steps == 1 else [(steps, len(names))]
    if len(names) == 1:
        shapes.append(() if steps == 1 else (steps,))
    if encoding is Encoding.ONE_HOT:
        shapes = [(), (1,), (4,)] if steps == 1 else [(steps,), (steps, 4)]
    return Feature(
        "x",
        names,
        draw(st.sampled_from(shapes)),
        draw(st.sampled_from(["float32", "float64"] + ["int32", "int64"] * (encoding in NUMBERS))),
        encoding,
        draw(st.sampled_from([1.0, 0.5, 1 / 255])),
        CLASSES,
        missing=draw(st.sampled_from(Missing)),
        parts=draw(st.sampled_from([(DatePart.HOUR,), tuple(DatePart)])),
        window=window,
    )


def source_of(folder: Path, gaps: set[int], kind: str) -> Source:
    cells = {**COLUMNS, "day": DATES}
    if kind == "csv":
        rows = zip(*cells.values(), strict=True)
        lines = [",".join("" if row in gaps else str(cell) for cell in each) for row, each in enumerate(rows)]
        body = "".join(f"{line},{row}\n" for row, line in enumerate(lines))
        return table(folder, f"{','.join(cells)},y\n{body}")
    arrays = {name: np.array(values, dtype="float64") for name, values in COLUMNS.items()}
    for values in arrays.values():
        values[sorted(gaps)] = np.nan
    np.savez(folder / "t.npz", y=np.arange(40.0), **arrays)  # type: ignore[arg-type]
    return NpzSource("t.npz")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(features(), st.sets(st.integers(0, 39), max_size=3), st.sampled_from(SplitBy), st.integers(1, 3))
def test_what_is_loaded_has_the_shape_and_dtype_that_the_document_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, x: Feature, gaps: set[int], by: SplitBy, stride: int
) -> None:
    is_category = x.encoding in (Encoding.CATEGORY, Encoding.ONE_HOT)
    if x.missing is Missing.REFUSE or (is_category and x.missing is not Missing.DROP):
        gaps = set()
    if x.window and x.missing is Missing.DROP:
        gaps = {row for row in sorted(gaps)[:1] if row < 8}  # so that every part has as many rows in a row as a window
    by = SplitBy.TIME if by in (SplitBy.COLUMN, SplitBy.GROUP, SplitBy.STRATIFIED) or x.window else by
    document = project(source_of(tmp_path, gaps, "csv"), x, feature("y"), split=Split(0.3, 0.2, 1, by))
    document.apply(edits.set_data(document, replace(document.data, stride=stride)))
    parts = loaded(document, tmp_path, monkeypatch)
    for inputs, targets in parts.values():
        assert inputs.shape == (len(targets), *encoded_shape(x))
        assert inputs.dtype == encoded_dtype(x)
        assert np.isfinite(inputs).all()
        if x.missing is Missing.DROP and x.window is None:
            assert not gaps & {int(row) for row in targets.ravel()}


@pytest.mark.parametrize("missing", [Missing.DROP, Missing.FILL, Missing.FLAG])
@pytest.mark.parametrize("encoding", NUMBERS)
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_arrays_with_missing_numbers_have_the_shape_and_dtype_that_the_document_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: Missing, encoding: Encoding, dtype: str
) -> None:
    x = Feature("x", ("a",), (1,), dtype, encoding, missing=missing)
    document = project(source_of(tmp_path, {3, 5}, "npz"), x, feature("y"), split=Split(0.3, 0.2))
    for inputs, targets in loaded(document, tmp_path, monkeypatch).values():
        assert inputs.shape == (len(targets), *encoded_shape(x))
        assert inputs.dtype == encoded_dtype(x)
        assert np.isfinite(inputs).all()


def ordered(parts: dict[str, tuple[Any, Any]]) -> tuple[Any, Any]:
    """Inputs and targets of all parts, by the number of the row, which is the target."""
    inputs = np.concatenate([inputs for inputs, _ in parts.values()])
    targets = np.concatenate([targets for _, targets in parts.values()]).ravel()
    order = np.argsort(targets)
    return inputs[order], targets[order]


def test_missing_numbers_become_the_mean_of_the_training_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ["1", "", "3", "8", " ", "100", "200", ""]
    source = table(tmp_path, "x,y\n" + "".join(f"{cell},{row}\n" for row, cell in enumerate(cells)))
    split = Split(0.375, 0.0, 1, SplitBy.TIME)
    x = feature("x", missing=Missing.FILL)
    values, _ = ordered(loaded(project(source, x, feature("y"), split=split), tmp_path, monkeypatch))
    assert values.ravel().tolist() == [1, 4, 3, 8, 4, 100, 200, 4]
    x = replace(x, missing=Missing.FLAG)
    values, _ = ordered(loaded(project(source, x, feature("y"), split=split), tmp_path, monkeypatch))
    assert values[:, 1].tolist() == [0, 1, 0, 0, 1, 0, 0, 1]
    x = replace(x, missing=Missing.DROP)
    values, rows = ordered(loaded(project(source, x, feature("y"), split=split), tmp_path, monkeypatch))
    assert (values.ravel().tolist(), rows.tolist()) == ([1, 3, 8, 100, 200], [0, 2, 3, 5, 6])


def test_a_column_that_is_never_there_cannot_be_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n" + ",1\n" * 8 + "3,1\n3,1\n")
    document = project(source, feature("x", missing=Missing.FILL), feature("y"), split=Split(0.2, by=SplitBy.TIME))
    with pytest.raises(ValueError, match="no value in any training example"):
        loaded(document, tmp_path, monkeypatch)


@pytest.mark.parametrize("missing", [Missing.FILL, Missing.FLAG])
def test_a_missing_class_is_a_class_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: Missing
) -> None:
    source = table(tmp_path, "x,y\nsea,0\n,1\nland,2\n  ,3\n")
    x = feature("x", Encoding.CATEGORY, shape=(), classes=("", "land", "sea"), missing=missing)
    values, _ = ordered(loaded(project(source, x, feature("y"), split=Split(0.25)), tmp_path, monkeypatch))
    assert values.tolist() == [2, 0, 1, 0]
    with pytest.raises(ValueError, match="Not among the 2 classes"):
        loaded(project(source, replace(x, classes=("land", "sea")), feature("y")), tmp_path, monkeypatch)


def test_min_max_is_that_of_the_training_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "a,b,y\n" + "".join(f"{value},7,{row}\n" for row, value in enumerate([4, 2, 6, 10])))
    x = feature("x", Encoding.MIN_MAX, columns=("a", "b"), shape=(2,))
    drawing = ONE.replace("input(1,", "input(2,")
    document = project(source, x, feature("y"), split=Split(0.25, by=SplitBy.TIME), drawing=drawing)
    values, _ = ordered(loaded(document, tmp_path, monkeypatch))
    assert values.tolist() == [[0.5, 0], [0, 0], [1, 0], [2, 0]]


def test_standardized_columns_are_those_of_pandas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame(rng.normal(50, 9, (60, 2)), columns=["a", "b"])
    frame.iloc[::7, 0] = np.nan
    frame["y"] = range(60)
    frame.to_csv(tmp_path / "t.csv", index=False)
    x = feature("x", Encoding.STANDARDIZE, columns=("a", "b"), shape=(2,), dtype="float64", missing=Missing.FILL)
    drawing = ONE.replace("input(1,", "input(2,")
    split = Split(0.25, by=SplitBy.TIME)
    document = project(CsvSource("t.csv"), x, feature("y"), split=split, drawing=drawing)
    values, _ = ordered(loaded(document, tmp_path, monkeypatch))
    filled = frame[["a", "b"]].fillna(frame[["a", "b"]][:45].mean())
    np.testing.assert_allclose(values, (filled - filled[:45].mean()) / filled[:45].std(ddof=0), atol=1e-12)


def test_dates_are_sines_and_cosines_of_their_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = ["2024-01-01", "2024-07-16T18:45", "2023-12-31 06:00:00", "1969-02-28T12:30"]
    source = table(tmp_path, "day,y\n" + "".join(f"{day},{row}\n" for row, day in enumerate(written)))
    x = feature("x", Encoding.DATE, columns=("day",), shape=(1,), parts=tuple(DatePart))
    values, _ = ordered(loaded(project(source, x, feature("y"), split=Split(0.25)), tmp_path, monkeypatch))
    for row, text in enumerate(written):
        date = datetime.fromisoformat(text)
        turns = ((date.month - 1) / 12, (date.day - 1) / 31, date.weekday() / 7, date.hour / 24, date.minute / 60)
        expected = [wave(2 * math.pi * turn) for turn in turns for wave in (math.sin, math.cos)]
        np.testing.assert_allclose(values[row], expected, atol=1e-6)


def test_several_dates_stand_side_by_side_and_missing_ones_are_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path, "a,b,y\n2024-01-01,2024-07-01,0\n,2024-07-01,1\n2024-07-01,,2\n")
    parts = (DatePart.MONTH,)
    x = feature("x", Encoding.DATE, columns=("a", "b"), shape=(2,), parts=parts, missing=Missing.FILL)
    document = project(source, x, feature("y"), split=Split(0.0))
    values, _ = ordered(loaded(document, tmp_path, monkeypatch))
    np.testing.assert_allclose(values, [[0, 1, 0, -1], [0, 0, 0, -1], [0, -1, 0, -1]], atol=1e-6)


def test_a_date_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "day,y\n2024-01-01,1\nsoon,2\n")
    x = feature("x", Encoding.DATE, columns=("day",), shape=(1,), parts=(DatePart.MONTH,))
    with pytest.raises(ValueError, match="soon"):
        loaded(project(source, x, feature("y")), tmp_path, monkeypatch)


def test_numbers_that_are_not_whole_are_no_integers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n1,1\n2.5,2\n")
    with pytest.raises(ValueError, match="Whole numbers are expected"):
        loaded(project(source, feature("x", dtype="int32"), feature("y")), tmp_path, monkeypatch)


@pytest.mark.parametrize("encoding", [Encoding.CATEGORY, Encoding.ONE_HOT])
@pytest.mark.parametrize("shape", [(), (1,)])
def test_rare_classes_weigh_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: Encoding, shape: tuple[int, ...]
) -> None:
    source = table(tmp_path, "x,y\n" + "1,sea\n" * 6 + "1,land\n" * 2)
    y = feature("y", encoding, shape=shape, classes=("land", "lake", "sea"))
    document = project(source, feature("x"), y, split=Split(0.0))
    document.apply(edits.set_training(document, TrainingChoice(balanced=True)))
    program = write(document, base=tmp_path)
    assert 'class_weight=balanced_weights(data["train"][1])' in program.text
    names = executed(program, tmp_path, monkeypatch)
    weights = names["balanced_weights"](names["load_data"]()["train"][1])
    assert weights == {0: 2.0, 2: pytest.approx(8 / 12)}


def test_classes_are_weighed_only_where_keras_can(tmp_path: Path) -> None:
    balanced = TrainingChoice(balanced=True, optimizer=Inner("Adam"))
    y = feature("y", Encoding.CATEGORY, shape=(), classes=("0", "1"))
    two = ONE + '; x > two: dense(1) > second: output(target="y", loss="mse")'
    for drawing, target, is_weighed in [
        (ONE, y, True),
        (ONE, replace(y, encoding=Encoding.NONE), False),
        (ONE, replace(y, columns=("a", "b"), shape=(2,)), False),
        (two, y, False),
    ]:
        document = graph(drawing)
        choice = DataChoice(CsvSource("t.csv"), (feature("x"), target), Split())
        document.apply(edits.set_data(document, choice))
        document.apply(edits.set_training(document, balanced))
        assert ("class_weight" in write(document).text) is is_weighed
