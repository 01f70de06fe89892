"""What the studio says of every mistake, and that it says nothing of good models."""

from __future__ import annotations

import re

import pytest

from tests.mistakes.good import GOOD
from tests.mistakes.judging import judge, said, table
from tests.mistakes.reading import Mistake, mistakes

ALL = tuple(mistakes())


def test_there_are_at_least_a_hundred_of_every_sort() -> None:
    assert len(ALL) >= 100
    assert {mistake.topic for mistake in ALL} == {
        "branches", "images", "losses", "sequences", "several", "tables", "text", "transformers",
    }  # fmt: skip
    assert len({mistake.drawing for mistake in ALL}) == len(ALL)


@pytest.mark.parametrize("mistake", ALL, ids=[mistake.name for mistake in ALL])
def test_a_mistake_is_told_by_its_code(mistake: Mistake) -> None:
    assert judge(mistake).coded


def test_the_right_node_is_named_the_right_fix_is_offered_and_it_mends(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [judge(mistake) for mistake in ALL]
    with capsys.disabled():
        print("\n" + table(verdicts))
    assert sum(verdict.named for verdict in verdicts) >= 0.95 * len(verdicts)
    assert sum(verdict.blamed for verdict in verdicts) >= 0.9 * len(verdicts)
    assert sum(verdict.offered for verdict in verdicts) >= 0.9 * len(verdicts)
    assert all(verdict.mended for verdict in verdicts if verdict.offered)


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_said_of_a_good_model(name: str) -> None:
    assert said(GOOD[name]()) == []


def test_the_table_complains_of_what_is_not_right() -> None:
    wrong = Mistake("wrong", "", "text", ("nobody",), ("no.code",), ("No fix",), (), ALL[0].drawing)
    assert re.search(r"^wrong: .* expected no.code on nobody, “No fix”; offered: ", table([judge(wrong)]), re.MULTILINE)
