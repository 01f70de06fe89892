"""A studio for the test that kills it: starts a real engine, trains in the folder it is given, and says what it hears.

Prints the engine's process number first, `batches` with each report of batches.
"""

from __future__ import annotations

import sys
import time

from studio.client.engine import Engine
from studio.protocol.messages import Batches, Event, Train


def say(event: Event) -> None:
    if isinstance(event, Batches):
        print("batches", flush=True)


def main() -> None:
    engine = Engine(say)
    engine.start()
    print(engine.pid, flush=True)
    engine.send(Train("run", sys.argv[1]))
    time.sleep(600)


if __name__ == "__main__":
    main()
