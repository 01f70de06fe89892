"""Ids are readable, legal everywhere, and never the same twice."""

from __future__ import annotations

import string

from studio.core.ids import ALPHABET, LENGTH, new_id


def test_ids_are_letters_and_digits_that_nobody_confuses() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("lo01")
    for made in (new_id() for _ in range(500)):
        assert len(made) == LENGTH
        assert set(made) <= set(ALPHABET)


def test_an_id_starts_with_a_letter_so_that_it_may_become_part_of_a_name() -> None:
    heads = {new_id()[0] for _ in range(2000)}
    assert heads <= set(string.ascii_lowercase)
    assert len(heads) > 15


def test_twenty_thousand_ids_are_all_different() -> None:
    assert len({new_id() for _ in range(20_000)}) == 20_000
