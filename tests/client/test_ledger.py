"""The rule that each run ends exactly once."""

from __future__ import annotations

import pytest

from studio.client.ledger import Ledger
from studio.protocol.messages import Batches, EngineDied, Failed, Finished, Train

RUN = Train("run", "/folder")
FINISHED = Finished("run", False, 1.0, {}, [])


def test_a_run_that_is_open_ends_once() -> None:
    ledger = Ledger()
    assert ledger.open(RUN)
    assert ledger.lets_through(FINISHED)
    assert not ledger.lets_through(FINISHED)
    assert not ledger.lets_through(Failed("run", "E", "", None, ""))


def test_what_belongs_to_no_open_run_is_held_back() -> None:
    assert not Ledger().lets_through(Batches("run", 0, 0, {}))


def test_closing_returns_what_is_open_and_lets_nothing_in() -> None:
    ledger = Ledger()
    ledger.open(RUN)
    assert ledger.close() == (RUN,)
    assert ledger.close() == ()
    assert not ledger.open(RUN)
    assert not ledger.lets_through(FINISHED)


def test_a_run_cannot_be_opened_twice() -> None:
    ledger = Ledger()
    ledger.open(RUN)
    with pytest.raises(ValueError, match="open already"):
        ledger.open(RUN)


def test_nobody_tells_of_his_own_death() -> None:
    ledger = Ledger()
    ledger.open(RUN)
    assert not ledger.lets_through(EngineDied("run", 0, ""))
    assert ledger.requests == (RUN,)
