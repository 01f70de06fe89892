"""One real engine for many tests, since it takes seconds to import Keras."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.client.engine import Engine
from studio.core import paths
from tests.client.hearing import Heard


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Heard]]:
    """A started engine, and what is heard of it; each test names its runs differently."""
    heard = Heard()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        engine = Engine(heard)
        engine.start()
    yield engine, heard
    engine.close()
    assert engine.wait(20), "the engine did not leave"
