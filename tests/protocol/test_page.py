"""The page about the protocol: its examples are messages, and it leaves none out."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from studio.protocol.codec import decode_event, decode_request
from studio.protocol.messages import Event, Request

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


def test_its_examples_are_messages() -> None:
    request, event = PAGE.split("```json\n")[1].split("```")[0].splitlines()
    assert type(decode_request(request.encode())).__name__ == "Train"
    assert type(decode_event(event.encode())).__name__ == "Batches"


def test_it_names_every_message() -> None:
    assert [kind.__name__ for kind in (*get_args(Request), *get_args(Event)) if kind.__name__ not in PAGE] == []
