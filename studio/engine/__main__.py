"""`python -m studio.engine`: talk over stdin and stdout until the other side closes them.

Started by the studio's client with `-P` and a clean environment. Everything that a backend or a program prints goes to
stderr, the log, since stdout carries messages.
"""

from __future__ import annotations

import argparse

from studio.engine import priority, streams
from studio.engine.service import Service
from studio.protocol.channel import Channel


def main() -> None:
    """Answer requests; does not return."""
    parser = argparse.ArgumentParser(prog="python -m studio.engine", description=__doc__)
    parser.add_argument("--memory-limit", type=int, metavar="BYTES", help="the most memory that a run may take")
    options = parser.parse_args()
    channel = Channel(*streams.take_over())
    priority.be_modest()
    service = Service(channel.send, options.memory_limit)
    service.start()
    for request in channel.requests():
        service.answer(request)
    service.leave()


if __name__ == "__main__":
    main()
