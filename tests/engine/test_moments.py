"""When examples are, noted from a program that puts its rows in the order of time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Feature, Missing, Split, SplitBy, Window
from studio.engine.moments import Moments
from studio.program.writer import write
from tests.notation import graph
from tests.program.scripts import executed

DAYS = [(date(2024, 1, 1) + timedelta(day)).isoformat() for day in range(40)]
BY_DAY = Split(0.25, 0.0, 0, SplitBy.TIME, "day")


def noted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, split: Split, *, drops: bool = False, test_path: str = ""
) -> tuple[Moments, dict[str, tuple[Any, Any]]]:
    """What is noted of a forecast of the next row from the last three; the rows of the file stand in no order."""
    rows = [f"{day},{number if number != 35 else ''}" for number, day in enumerate(DAYS)]
    rows = rows if drops else [f"{day},{number}" for number, day in enumerate(DAYS)]
    (folder / "t.csv").write_text("\n".join(["day,x", *reversed(rows), ""]))
    missing = Missing.DROP if drops else Missing.REFUSE
    past = Feature("past", ("x",), (3, 1), missing=missing, window=Window(-2, 3))
    ahead = Feature("ahead", ("x",), (1,), missing=missing, window=Window(1, 1))
    document = graph('input(3, 1, feature="past") > flatten > dense(1) > output(target="ahead", loss="mse")')
    source = CsvSource("t.csv", test_path=test_path)
    document.apply(edits.set_data(document, DataChoice(source, (past, ahead), split)))
    names = executed(write(document, base=folder), folder, monkeypatch)
    assert isinstance(names, dict)
    moments = Moments(names)
    return moments, names["load_data"]()


def test_the_rows_of_a_part_have_their_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments, data = noted(tmp_path, monkeypatch, BY_DAY)
    _, targets = data["validation"]
    found = moments.of("validation", 4)
    assert found["rows"].tolist() == [0, 1, 2, 3]
    dates = [DAYS.index(found["moments"][row + 1]) for row in found["rows"]]
    assert dates == [int(target[0]) for target in targets[:4]]


def test_rows_that_were_left_out_have_no_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments, data = noted(tmp_path, monkeypatch, BY_DAY, drops=True)
    _, targets = data["validation"]
    found = moments.of("validation", len(targets))
    assert DAYS[35] not in found["moments"].tolist()
    dates = [DAYS.index(found["moments"][row + 1]) for row in found["rows"]]
    assert dates == [int(target[0]) for target in targets]


def test_without_an_order_of_time_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments, _ = noted(tmp_path, monkeypatch, Split(0.25, 0.0, 0, SplitBy.TIME, ""))
    assert moments.of("validation", 4) == {}
    assert Moments({}).of("train", 4) == {}


def test_two_files_have_an_order_each_and_no_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "later.csv").write_text("day,x\n" + "".join(f"2025-01-{day:02},{day}\n" for day in range(1, 20)))
    moments, _ = noted(tmp_path, monkeypatch, BY_DAY, test_path="later.csv")
    assert moments.of("test", 4) == {}
