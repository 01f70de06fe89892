"""Messages as bytes: one JSON object a line, bounded in length, readable whatever arrives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from studio.protocol.messages import MAX_LINE_BYTES, Event, Message, Request

_ENCODER = msgspec.json.Encoder()
_REQUESTS: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_EVENTS: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)

T = TypeVar("T")

SHOWN_BYTES = 120
"""How much of an unreadable line is quoted."""


class Unreadable(Exception):
    """A line is no message; the text says why, and quotes how it begins."""


def encode(message: Message) -> bytes:
    """Write a message as one line, its newline included.

    Half characters (lone surrogates, which program output and file names can hold) become `?`, since JSON has no
    bytes for them. Raises ValueError if the line would be longer than MAX_LINE_BYTES.
    """
    try:
        line = _ENCODER.encode(message)
    except UnicodeEncodeError:
        line = _ENCODER.encode(_without_surrogates(msgspec.to_builtins(message)))
    if len(line) >= MAX_LINE_BYTES:
        raise ValueError(f"{type(message).__name__} takes {len(line):,} bytes; {MAX_LINE_BYTES:,} are allowed.")
    return line + b"\n"


def decode_request(line: bytes | None) -> Request:
    """Read a request as Lines yields it. Raises Unreadable."""
    return _decode(_REQUESTS, line)


def decode_event(line: bytes | None) -> Event:
    """Read an event as Lines yields it. Raises Unreadable."""
    return _decode(_EVENTS, line)


def finite(value: float) -> float | None:
    """A number fit for a message: None for what JSON cannot say (NaN and the infinities)."""
    return value if math.isfinite(value) else None


def finite_logs(logs: Mapping[str, float]) -> dict[str, float | None]:
    """Logs fit for a message: None stands for each value that is not finite."""
    return {name: finite(value) for name, value in logs.items()}


class Lines:
    """Cuts a stream of bytes into lines and never keeps more than `limit` bytes of one."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._limit = limit
        self._rest = b""
        self._skipping = False

    def feed(self, content: bytes) -> Iterator[bytes | None]:
        """Yield the lines that `content` completes, without their newlines; None for one that is too long."""
        *complete, rest = content.split(b"\n")
        for part in complete:
            line, self._rest = self._rest + part, b""
            if self._skipping:
                self._skipping = False
            else:
                yield line if len(line) <= self._limit else None
        if self._skipping:
            return
        self._rest += rest
        if len(self._rest) > self._limit:
            self._rest, self._skipping = b"", True
            yield None


def _decode(decoder: msgspec.json.Decoder[T], line: bytes | None) -> T:
    if line is None:
        raise Unreadable(f"A line is longer than {MAX_LINE_BYTES:,} bytes.")
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        start = line[:SHOWN_BYTES].decode("utf-8", "replace")
        raise Unreadable(f"{error}: {start}{'…' if len(line) > SHOWN_BYTES else ''}") from error


def _without_surrogates(value: Any) -> Any:
    """Rebuild plain data with `?` for every half character."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
        case list() | tuple():
            return [_without_surrogates(item) for item in value]
        case _:
            return value
