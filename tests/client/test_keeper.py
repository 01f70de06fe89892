"""The keeper of a warm engine, on fake engines."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.client.engine import Engine
from studio.client.keeper import MAX_RESTARTS, Keeper
from studio.core.errors import EngineRefused
from studio.protocol.messages import Batches, EngineDied, Finished, Ready, Train
from tests.client import programs
from tests.client.conftest import HASTY, fake_command
from tests.client.hearing import Heard

PAUSE_S = 0.02


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper(command=fake_command(), patience=HASTY)
    yield keeper
    keeper.close()


def warm_engine(keeper: Keeper, other_than: Engine | None = None) -> Engine:
    """The engine that waits, as soon as there is one that is not `other_than`."""
    by = time.monotonic() + 10
    while keeper.warm is None or keeper.warm is other_than or keeper.warm.ready is None:
        assert time.monotonic() < by, "no engine was warmed up"
        time.sleep(PAUSE_S)
    return keeper.warm


def kill(engine: Engine) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)


def test_the_warm_engine_is_the_one_that_is_taken(keeper: Keeper) -> None:
    keeper.start()
    warm = warm_engine(keeper)
    heard = Heard()
    assert keeper.take(heard) is warm
    assert heard.events[:1] == [warm.ready]


def test_taking_before_anything_is_warm_starts_an_engine(keeper: Keeper, tmp_path: Path) -> None:
    heard = Heard()
    engine = keeper.take(heard)
    engine.send(Train("run", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("run"), Finished)


def test_another_is_warmed_up_once_the_first_batch_is_through(keeper: Keeper, tmp_path: Path) -> None:
    keeper.start()
    first = warm_engine(keeper)
    heard = Heard()
    engine = keeper.take(heard)
    assert keeper.warm is None
    engine.send(Train("run", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    assert warm_engine(keeper) is not first


def test_after_an_engine_died_in_a_run_the_next_run_works(keeper: Keeper, tmp_path: Path) -> None:
    keeper.start()
    heard = Heard()
    engine = keeper.take(heard)
    engine.send(Train("first", str(programs.folder(tmp_path, programs.endless()))))
    heard.wait(Batches)
    kill(engine)
    assert isinstance(heard.wait_end("first", 5), EngineDied)
    keeper.take(heard).send(Train("second", str(programs.folder(tmp_path))))
    assert isinstance(heard.wait_end("second"), Finished)
    assert len(heard.ends("first")) == 1


def test_a_warm_engine_that_dies_is_replaced_until_it_happens_too_often() -> None:
    heard = Heard()
    keeper = Keeper(heard, command=fake_command(), patience=HASTY)
    keeper.start()
    engine = None
    for _ in range(MAX_RESTARTS + 1):
        assert not heard.all(EngineDied)
        engine = warm_engine(keeper, other_than=engine)
        kill(engine)
    died = heard.wait(EngineDied, timeout_s=5)
    assert died.run is None
    assert keeper.warm is None
    assert keeper.take(Heard()).alive
    keeper.close()


def test_a_silent_warm_engine_is_replaced() -> None:
    keeper = Keeper(command=fake_command("is silent"), patience=HASTY)
    keeper.start()
    silent = keeper.warm
    assert silent is not None
    assert silent.wait(5), "the silent engine was left alive"
    assert keeper.warm is not silent
    keeper.close()


def test_an_engine_given_back_waits_for_the_next(keeper: Keeper) -> None:
    keeper.start()
    engine = keeper.take(Heard())
    keeper.give_back(engine)
    assert keeper.take(Heard()) is engine


def test_an_engine_given_back_beside_a_warm_one_is_closed(keeper: Keeper) -> None:
    keeper.start()
    engine = keeper.take(Heard())
    keeper.start()
    keeper.give_back(engine)
    assert engine.wait(5)


def test_a_taken_engine_is_heard_only_by_its_taker() -> None:
    waiting, taken = Heard(), Heard()
    keeper = Keeper(waiting, command=fake_command(), patience=HASTY)
    keeper.start()
    warm_engine(keeper)
    before = len(waiting.events)
    engine = keeper.take(taken)
    kill(engine)
    assert taken.wait(EngineDied, timeout_s=5).run is None
    assert not [event for event in waiting.events[before:] if isinstance(event, EngineDied)]
    keeper.close()


def test_without_a_spare_nothing_is_warmed_up(tmp_path: Path) -> None:
    keeper = Keeper(spare=False, command=fake_command(), patience=HASTY)
    keeper.start()
    assert keeper.warm is None
    heard = Heard()
    keeper.take(heard).send(Train("run", str(programs.folder(tmp_path))))
    heard.wait_end("run")
    assert keeper.warm is None
    keeper.close()


def test_closing_ends_every_engine(tmp_path: Path) -> None:
    keeper = Keeper(command=fake_command(), patience=HASTY)
    heard = Heard()
    taken = keeper.take(heard)
    taken.send(Train("run", str(programs.folder(tmp_path))))
    heard.wait(Batches)
    warm = warm_engine(keeper)
    keeper.close()
    assert not taken.alive
    assert not warm.alive
    assert len(heard.ends("run")) == 1
    with pytest.raises(EngineRefused, match="shut down"):
        keeper.take(heard)


def test_ready_is_heard_of_the_waiting_engine() -> None:
    heard = Heard()
    keeper = Keeper(heard, command=fake_command(), patience=HASTY)
    keeper.start()
    assert heard.wait(Ready, timeout_s=5).backend == "fake"
    keeper.close()
