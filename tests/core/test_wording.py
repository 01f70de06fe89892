"""Numbers, sizes, times and lists read as the studio writes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.core.wording import bytes_text, count_text, duration_text, listed, one_over, plural, rows_text


def test_counts_are_grouped() -> None:
    assert [count_text(n) for n in (0, 999, 1000, 1234567, -4200)] == ["0", "999", "1,000", "1,234,567", "-4,200"]


def test_one_is_singular_and_everything_else_is_not() -> None:
    assert [plural(n, "problem") for n in (0, 1, 2, 1200)] == [
        "0 problems",
        "1 problem",
        "2 problems",
        "1,200 problems",
    ]


def test_an_irregular_plural_is_given() -> None:
    assert [plural(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (1536, "1.5 KB"),
        (102_400, "100 KB"),
        (1_048_576, "1.0 MB"),
        (1_572_864, "1.5 MB"),
        (1_073_741_824, "1.0 GB"),
        (5_000 * 1024**3, "5,000 GB"),
    ],
)
def test_sizes_are_said_in_binary_units(size: int, expected: str) -> None:
    assert bytes_text(size) == expected


@given(st.integers(0, 998 * 1024**3))
@example(102_348)
@example(1_023_700)
@example(1_048_575)
def test_a_size_has_at_most_three_figures_and_is_right_to_one_in_twenty(size: int) -> None:
    text = bytes_text(size)
    number, unit = text.split()
    assert len(re.sub(r"\D", "", number)) <= 3, text
    scale = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}[unit]
    assert float(number) * scale == pytest.approx(size, rel=0.06)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (12.3, "12 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (130, "2 min 10 s"),
        (3599.6, "1 h 0 min"),
        (11_100, "3 h 5 min"),
        (360_000, "100 h 0 min"),
    ],
)
def test_durations_are_said_in_the_two_units_that_matter(seconds: float, expected: str) -> None:
    assert duration_text(seconds) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_joined_as_a_sentence_does(words: list[str], expected: str) -> None:
    assert listed(words) == expected


def test_the_joiner_may_be_another_word() -> None:
    assert listed(["same", "valid", "causal"], "or") == "same, valid or causal"


def test_rows_are_told_with_how_many_are_expected_until_there_are_more() -> None:
    assert rows_text(20_000, None) == "20,000 rows"
    assert rows_text(20_000, 1_000_000) == "20,000 of about 1,000,000 rows"
    assert rows_text(20_000, 10_000) == "20,000 rows"


@given(st.integers(1, 200_000))
def test_a_part_of_a_whole_number_is_told_exactly(whole: int) -> None:
    assert one_over(1 / whole) in (None, whole)
    assert (one_over(1 / 255), one_over(1 / 3)) == (255, 3)
    others = (0.5, 0.001, 0.1, 1.0, 0.0, 0.30000000000000004, 2.0, -1 / 3, 1e-9, float("nan"), float("inf"))
    assert not any(map(one_over, others))
