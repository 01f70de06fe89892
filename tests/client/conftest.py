"""Engines for the client's tests that end with the test, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.client.engine import Engine, Patience
from tests.client.hearing import Heard

HASTY = Patience(look_s=0.05, silence_s=0.6, stop_s=0.4, batch_s=0.5, save_s=0.5, terminate_s=0.4)

Start = Callable[..., tuple[Engine, Heard]]


def fake_command(misbehavior: str = "") -> list[str]:
    """How a fake engine is started."""
    return [sys.executable, str(Path(__file__).with_name("fake_engine.py")), misbehavior]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start fake engines: `start(misbehavior)`."""
    engines: list[Engine] = []

    def start_one(misbehavior: str = "", patience: Patience = HASTY) -> tuple[Engine, Heard]:
        heard = Heard()
        engine = Engine(heard, command=fake_command(misbehavior), patience=patience)
        engine.start()
        engines.append(engine)
        return engine, heard

    yield start_one
    for engine in engines:
        engine.kill()
        assert engine.wait(5), "an engine outlived its test"
