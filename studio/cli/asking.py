"""What custom layers make of their inputs, for commands: asked of an engine where their code is trusted."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio.session.engines import Engines
from studio.session.probing import Probing
from studio.session.session import Session
from studio.session.trust import Trust


@contextmanager
def asked(
    session: Session, engines: Engines, trust: Trust, calls: queue.SimpleQueue[Callable[[], None]]
) -> Iterator[None]:
    """Meanwhile, analysis knows what an engine could say of the custom layers; `calls` are what engines post."""
    probing = Probing(session, engines, trust)
    try:
        while probing.is_busy:
            calls.get()()
        yield
    finally:
        probing.close()
