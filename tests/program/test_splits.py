"""How `load_data` divides examples into parts, and which rows windows may take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studio.document import edits
from studio.document.data_choice import CsvSource, Encoding, Missing, Split, SplitBy, Window
from tests.program.test_loading import ONE, feature, loaded, project, table

shares = st.sampled_from([0.0, 0.1, 0.25, 0.4])
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_of(parts: dict[str, tuple[Any, Any]]) -> dict[str, list[int]]:
    """The numbers of the rows in each part, which are the targets."""
    return {part: [int(row) for row in targets.ravel()] for part, (_, targets) in parts.items()}


def divided(
    folder: Path, monkeypatch: pytest.MonkeyPatch, split: Split, keys: list[Any]
) -> tuple[dict[str, list[int]], list[str]]:
    source = table(folder, "x,y,key\n" + "".join(f"{row},{row},{key}\n" for row, key in enumerate(keys)))
    return rows_of(loaded(project(source, feature("x"), feature("y"), split=split), folder, monkeypatch)), keys


def check_shares(rows: dict[str, list[int]], count: int, split: Split, slack: int) -> None:
    assert sorted(row for part in rows.values() for row in part) == list(range(count)), "each row in one part"
    for part, share in (("validation", split.validation), ("test", split.test)):
        if share:
            assert abs(len(rows[part]) - share * count) <= slack
        else:
            assert part not in rows
    assert rows["train"]


@quick
@given(st.integers(10, 60), shares, shares, st.integers(0, 9), st.sampled_from([SplitBy.RANDOM, SplitBy.TIME]))
def test_every_row_is_in_one_part_by_its_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, validation: float, test: float, seed: int, by: SplitBy
) -> None:
    split = Split(validation, test, seed, by)
    rows, _ = divided(tmp_path, monkeypatch, split, ["k"] * count)
    check_shares(rows, count, split, 1)
    if by is SplitBy.TIME:
        every = [*rows["train"], *rows.get("validation", []), *rows.get("test", [])]
        assert every == list(range(count))


@quick
@given(st.lists(st.sampled_from("aaabbc"), min_size=20, max_size=60), shares, shares, st.integers(0, 9))
def test_every_value_has_its_share_in_each_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str], validation: float, test: float, seed: int
) -> None:
    split = Split(validation, test, seed, SplitBy.STRATIFIED, "key")
    rows, _ = divided(tmp_path, monkeypatch, split, keys)
    check_shares(rows, len(keys), split, 1)
    for value in set(keys):
        for part, share in (("validation", validation), ("test", test)):
            found = sum(keys[row] == value for row in rows.get(part, []))
            assert abs(found - share * keys.count(value)) <= 2


@quick
@given(st.lists(st.integers(0, 9), min_size=20, max_size=60), st.integers(0, 9), st.sampled_from([0.2, 0.4]))
@example([0] * 16 + [1, 2, 3, 4], 1, 0.2)  # with the large group last, one group must be left for the test
def test_groups_stay_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[int], seed: int, share: float
) -> None:
    split = Split(share, 0.2, seed, SplitBy.GROUP, "key")
    if len(set(keys)) < 5:
        return
    rows, _ = divided(tmp_path, monkeypatch, split, keys)
    largest = max(keys.count(key) for key in keys)
    check_shares(rows, len(keys), split, largest + 1)
    parts_of_group = {key: {part for part, each in rows.items() for row in each if keys[row] == key} for key in keys}
    assert all(len(parts) == 1 for parts in parts_of_group.values())


def test_too_few_groups_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="fewer groups than parts"):
        divided(tmp_path, monkeypatch, Split(0.2, 0.2, 1, SplitBy.GROUP, "key"), ["a"] * 9 + ["b"] * 9)


@quick
@given(st.permutations(range(30)), shares, shares)
def test_what_comes_last_in_time_is_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: list[int], validation: float, test: float
) -> None:
    split = Split(validation, test, 1, SplitBy.TIME, "key")
    keys = [f"2024-0{1 + day // 28}-{1 + day % 28:02}" for day in days]
    rows, _ = divided(tmp_path, monkeypatch, split, keys)
    check_shares(rows, 30, split, 1)
    times = {part: [days[row] for row in each] for part, each in rows.items()}
    assert [*times["train"], *times.get("validation", []), *times.get("test", [])] == list(range(30))


def test_numbers_are_ordered_as_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = divided(tmp_path, monkeypatch, Split(0.2, 0, 1, SplitBy.TIME, "key"), [9, 100, 10, -1, 2.5])
    assert rows == {"train": [3, 4, 0, 2], "validation": [1]}


def test_a_column_says_the_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ["test", "train", "validation", "train", "test"]
    rows, _ = divided(tmp_path, monkeypatch, Split(0.5, 0.0, 1, SplitBy.COLUMN, "key"), keys)
    assert rows == {"train": [1, 3], "validation": [2], "test": [0, 4]}


def test_validation_is_drawn_from_training_where_the_column_never_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["train"] * 8 + ["test"] * 4
    rows, _ = divided(tmp_path, monkeypatch, Split(0.25, 0.0, 1, SplitBy.COLUMN, "key"), keys)
    assert {part: len(each) for part, each in rows.items()} == {"train": 6, "test": 4, "validation": 2}
    assert sorted([*rows["train"], *rows["validation"]]) == list(range(8))
    rows, _ = divided(tmp_path, monkeypatch, Split(0.0, 0.0, 1, SplitBy.COLUMN, "key"), keys)
    assert rows == {"train": list(range(8)), "test": list(range(8, 12))}


@pytest.mark.parametrize(
    ("keys", "said"),
    [(["train", "holdout"], "says 'holdout', not"), (["test", "test"], "No example is left for the part 'train'")],
)
def test_a_column_that_says_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        divided(tmp_path, monkeypatch, Split(0.0, 0.0, 1, SplitBy.COLUMN, "key"), keys)


@pytest.mark.parametrize("by", [SplitBy.RANDOM, SplitBy.TIME])
def test_a_part_that_would_be_empty_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: SplitBy) -> None:
    with pytest.raises(ValueError, match="No example is left for the part 'train'"):
        divided(tmp_path, monkeypatch, Split(0.5, 0.5, 1, by), ["k", "k"])


PAST = 'input(3,1,feature="x") > lstm(2) > dense(1) > output(target="y", loss="mse")'

BACK = Window(-2, 3)
AHEAD = Window(1, 2)


def windows(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: list[Any],
    split: Split,
    *,
    past: Window = BACK,
    future: Window = AHEAD,
    stride: int = 1,
    gaps: tuple[int, ...] = (),
) -> dict[str, list[tuple[list[int], list[int]]]]:
    """For each part the numbers of the rows that its examples look back on, and forward to."""
    lines = [f"{'' if row in gaps else row},{row},{key}\n" for row, key in enumerate(keys)]
    x = feature("x", shape=(past.length, 1), window=past, missing=Missing.DROP if gaps else Missing.REFUSE)
    y = feature("y", shape=(future.length,), window=future)
    document = project(table(folder, "x,y,key\n" + "".join(lines)), x, y, split=split, drawing=PAST)
    document.apply(edits.set_data(document, replace(document.data, stride=stride)))
    return {
        part: [
            ([int(row) for row in back.ravel()], [int(row) for row in ahead.ravel()])
            for back, ahead in zip(inputs, targets, strict=True)
        ]
        for part, (inputs, targets) in loaded(document, folder, monkeypatch).items()
    }


def test_windows_look_back_and_forward_within_their_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = windows(tmp_path, monkeypatch, ["k"] * 20, Split(0.25, 0.25, 1, SplitBy.TIME))
    assert parts == {
        "train": [([row - 2, row - 1, row], [row + 1, row + 2]) for row in range(2, 8)],
        "validation": [([10, 11, 12], [13, 14])],
        "test": [([15, 16, 17], [18, 19])],
    }


def test_every_so_manyth_row_is_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = windows(tmp_path, monkeypatch, ["k"] * 20, Split(0.0, 0.0, 1, SplitBy.TIME), stride=4)
    assert [back[-1] for back, _ in parts["train"]] == [2, 6, 10, 14]


@quick
@given(
    st.lists(st.sampled_from("abc"), min_size=40, max_size=60),
    st.sampled_from([SplitBy.TIME, SplitBy.GROUP, SplitBy.COLUMN]),
    st.integers(-3, 0),
    st.integers(1, 3),
    st.integers(0, 2),
)
def test_windows_never_cross_parts_or_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str], by: SplitBy, first: int, length: int, ahead: int
) -> None:
    named = {"a": "train", "b": "validation", "c": "test"}
    values = [named[key] for key in keys] if by is SplitBy.COLUMN else keys
    split = Split(0.3, 0.3, 1, by, "" if by is SplitBy.TIME else "key")
    past, future = Window(first, length), Window(ahead, 1)
    try:
        parts = windows(tmp_path, monkeypatch, values, split, past=past, future=future)
    except ValueError as error:
        if "split by time" not in str(error) and "fewer groups" not in str(error):
            raise
        return
    seen: dict[int, str] = {}
    for part, examples in parts.items():
        for back, forward in examples:
            for row in (*back, *forward):
                assert seen.setdefault(row, part) == part, "a row is in two parts"
            own = forward[0] - ahead if by is not SplitBy.GROUP else None
            if own is not None:
                assert back == list(range(own + first, own + first + length))
            assert by is not SplitBy.GROUP or len({keys[row] for row in (*back, *forward)}) == 1
            if by is SplitBy.COLUMN:  # validation is drawn from the training rows where the column never says it
                said = part if part in values else "train"
                assert {values[row] for row in (*back, *forward)} == {said}


def test_windows_of_a_group_follow_the_order_of_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ["a", "b", "c"] * 8
    parts = windows(tmp_path, monkeypatch, keys, Split(0.3, 0.0, 1, SplitBy.GROUP, "key"))
    for examples in parts.values():
        for back, forward in examples:
            assert np.diff([*back, *forward]).tolist() == [3, 3, 3, 3]


def test_windows_break_where_a_cell_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = windows(tmp_path, monkeypatch, ["k"] * 14, Split(0.0, 0.0, 1, SplitBy.TIME), gaps=(6,))
    assert [back[-1] for back, _ in parts["train"]] == [2, 3, 9, 10, 11]


def test_parts_drawn_by_chance_leave_no_whole_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ValueError, match=r"The part 'validation' has not as many rows in a row as a window: split by time"
    ):
        windows(tmp_path, monkeypatch, ["k"] * 40, Split(0.2, 0.0, 1))


def test_statistics_are_those_of_the_training_part_before_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path, "x,y\n" + "".join(f"{row},{row}\n" for row in range(20)))
    x = feature("x", Encoding.MIN_MAX, shape=(3, 1), window=Window(-2, 3))
    document = project(source, x, feature("y"), split=Split(0.5, 0.0, 1, SplitBy.TIME), drawing=PAST)
    parts = loaded(document, tmp_path, monkeypatch)
    np.testing.assert_allclose(parts["train"][0][-1].ravel(), np.array([7, 8, 9]) / 9, rtol=1e-6)
    np.testing.assert_allclose(parts["validation"][0][-1].ravel(), np.array([17, 18, 19]) / 9, rtol=1e-6)


def test_one_step_ahead_is_one_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = table(tmp_path, "x,y\n" + "".join(f"{row},{row}\n" for row in range(9)))
    for first in (1, -1):
        y = feature("y", window=Window(first, 1))
        document = project(source, feature("x"), y, split=Split(0.0, by=SplitBy.TIME), drawing=ONE)
        inputs, targets = loaded(document, tmp_path, monkeypatch)["train"]
        np.testing.assert_array_equal(targets, inputs + first)
        assert len(targets) == 8


def test_a_test_file_keeps_its_windows_to_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{row},{row}\n" for row in reversed(range(10))))
    (tmp_path / "u.csv").write_text("x,y\n" + "".join(f"{row},{row}\n" for row in range(14, 9, -1)))
    x = feature("x", shape=(2, 1), window=Window(-1, 2))
    split = Split(0.3, 0.0, 1, SplitBy.TIME, "x")
    drawing = PAST.replace("input(3", "input(2")
    document = project(CsvSource("t.csv", test_path="u.csv"), x, feature("y"), split=split, drawing=drawing)
    rows = rows_of(loaded(document, tmp_path, monkeypatch))
    assert rows == {"train": list(range(1, 7)), "validation": [8, 9], "test": [11, 12, 13, 14]}
