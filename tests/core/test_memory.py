"""The collector pauses for a while and goes on as it was."""

from __future__ import annotations

import gc

import pytest

from studio.core.memory import uncollected


def test_the_collector_pauses_and_goes_on_also_after_an_error() -> None:
    seen = []

    def failing() -> None:
        with uncollected():
            seen.append(gc.isenabled())
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        failing()
    assert seen == [False]
    assert gc.isenabled()


def test_a_pause_within_a_pause_ends_with_the_outer_one() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
