"""What is counted of values, and what follows from them, chunk by chunk as at once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.engine.copies import copies, digests
from studio.engine.tallies import MOST_COLUMNS, MOST_VALUES, Tally
from studio.engine.ties import FEWEST, ties
from studio.protocol.messages import CopiesReport, TieReport, ValuesReport

RNG = np.random.default_rng(3)


def same(places: list[int]) -> list[int]:
    return places


def report(values: NDArray, is_target: bool = False, step: int = 7) -> ValuesReport:  # type: ignore[type-arg]
    tally = Tally("x", "train", is_target)
    for start in range(0, len(values), step):
        chunk = values[start : start + step]
        tally.take(chunk, np.arange(start, start + len(chunk)))
    return tally.report(same)


def test_moments_of_chunks_are_those_of_the_whole() -> None:
    values = RNG.normal(1e6, 3, (100, 4)) * [1, 10, 100, 0]
    found = report(values).columns
    assert [column.at for column in found] == [0, 1, 2, 3]
    np.testing.assert_allclose([column.mean for column in found], values.mean(axis=0))
    np.testing.assert_allclose([column.deviation for column in found], values.std(axis=0), rtol=1e-9)
    assert [column.smallest for column in found] == values.min(axis=0).tolist()
    assert [column.largest for column in found] == values.max(axis=0).tolist()
    assert [column.distinct for column in found] == [100, 100, 100, 1]


def test_what_is_not_finite_is_counted_by_example_and_left_out_of_the_moments() -> None:
    values = np.ones((20, 2))
    values[[3, 9], 1] = np.nan, np.inf
    plain, other = report(values).columns
    assert (plain.nans, plain.infinities, plain.rows) == (0, 0, [])
    assert (other.nans, other.infinities, other.rows, other.mean) == (1, 1, [3, 9], 1.0)


def test_a_column_of_nothing_but_nan_has_no_moments() -> None:
    column = report(np.full((9,), np.nan)).columns[0]
    assert (column.smallest, column.largest, column.mean, column.deviation) == (None, None, None, None)
    assert (column.nans, column.rows) == (9, [0, 1, 2, 3, 4])


@pytest.mark.parametrize("shape", [(10, 4, 4, 1), (10, MOST_COLUMNS + 1), (10,)])
def test_images_wide_vectors_and_single_numbers_are_one_column(shape: tuple[int, ...]) -> None:
    values = np.zeros(shape)
    values[4] = np.nan
    (column,) = report(values).columns
    assert (column.at, column.nans, column.rows) == (-1, 1, [4])


def test_classes_are_counted_and_so_are_texts() -> None:
    assert report(np.array([2, 0, 2, 2]), True).counts == {"2": 3, "0": 1}
    assert report(np.array([1.0, 0.0, 1.0]), True).counts == {"1": 2, "0": 1}
    assert report(np.array([b"sea", "é".encode(), b"sea"], dtype=object)).counts == {"sea": 2, "é": 1}
    assert report(np.array([[[0, 1], [1, 1]]]), True).counts == {"0": 1, "1": 3}


def test_quantities_and_very_many_classes_are_not_counted() -> None:
    assert report(np.array([0.5, 1.0]), True).counts is None
    assert report(np.arange(MOST_VALUES + 1), True).counts is None


def test_one_hot_vectors_count_as_the_classes_that_they_mean_and_the_others_are_named() -> None:
    vectors = np.eye(3)[[0, 2, 2, 1, 2]]
    assert (report(vectors, True).is_one_hot, report(vectors, True).counts) == (True, {"0": 1, "2": 3, "1": 1})
    vectors[1] = 0.5
    found = report(vectors, True, 2)
    assert (found.is_one_hot, found.odd, found.rows, found.counts) == (True, 1, [1], {"0": 1, "2": 2, "1": 1})
    quantities = report(RNG.normal(size=(9, 3)), True)
    assert (quantities.is_one_hot, quantities.odd, quantities.counts) == (False, 0, None)


TARGET = RNG.integers(0, 3, 60)


@pytest.mark.parametrize(
    ("column", "target", "how"),
    [
        (TARGET, TARGET, "equal"),
        (TARGET * 2.5 + 1, TARGET / 7, "linear"),
        (np.array(["c", "a", "b"], dtype=object)[TARGET], TARGET, "one to one"),
        (np.array([5, 1, 9])[TARGET], np.eye(3)[TARGET], "one to one"),
    ],
)
def test_a_column_that_is_the_target_in_other_words_is_found(
    column: NDArray,
    target: NDArray,
    how: str,  # type: ignore[type-arg]
) -> None:
    beside = np.stack([RNG.normal(size=60), RNG.integers(0, 3, 60)], axis=1)
    found = list(ties([("beside", beside), ("x", column)], [("y", target)]))
    assert found == [TieReport("x", -1, "y", how)]


def test_a_place_in_a_vector_is_named() -> None:
    beside = np.stack([RNG.normal(size=60), TARGET], axis=1)
    assert [tie.at for tie in ties([("x", beside)], [("y", TARGET)])] == [1]


def test_what_is_nearly_the_target_constant_or_seen_too_seldom_ties_nothing() -> None:
    quantity = RNG.normal(size=60)
    noisy = np.where(np.arange(60) == 7, (TARGET + 1) % 3, TARGET)
    assert list(ties([("x", quantity + 1e-3 * RNG.normal(size=60))], [("y", quantity)])) == []
    assert list(ties([("x", noisy)], [("y", TARGET)])) == []
    assert list(ties([("x", np.ones(60))], [("y", np.ones(60))])) == []
    few = TARGET[: FEWEST - 1]
    assert list(ties([("x", few)], [("y", few)])) == []
    assert list(ties([("x", RNG.permutation(60))], [("y", RNG.permutation(60))])) == []


def test_examples_have_the_digest_of_their_twins_and_of_no_others() -> None:
    numbers = RNG.normal(size=(50, 2, 3))
    texts = np.array([f"{row}" for row in range(50)], dtype=object)
    first = digests([numbers, texts])
    assert len(set(first.tolist())) == 50
    order = RNG.permutation(50)
    assert digests([numbers[order], texts[order]]).tolist() == first[order].tolist()
    texts[3] = "other"
    assert (digests([numbers, texts]) != first).tolist() == [row == 3 for row in range(50)]


def test_copies_are_told_with_the_rows_of_both() -> None:
    known = {
        "train": np.array([1, 2, 3, 4], np.uint64),
        "validation": np.array([5, 2], np.uint64),
        "test": np.array([9, 4, 5], np.uint64),
    }
    rows = {"train": lambda at: [each + 100 for each in at], "validation": same, "test": same}
    assert list(copies(known, rows)) == [
        CopiesReport("validation", "train", 1, [(1, 101)]),
        CopiesReport("test", "train", 1, [(1, 103)]),
        CopiesReport("test", "validation", 1, [(2, 0)]),
    ]


def test_parts_without_copies_are_not_told_of() -> None:
    known = {"train": np.arange(4, dtype=np.uint64), "test": np.arange(10, 13, dtype=np.uint64)}
    assert list(copies(known, {"train": same, "test": same})) == []
