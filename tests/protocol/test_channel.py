"""The engine's end of the wire, over real pipes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from studio.protocol.channel import Channel
from studio.protocol.codec import Lines, decode_event, encode
from studio.protocol.messages import Batches, Event, Hello, Misunderstood, Ping, Stop


class Wire:
    """A channel, and the other side's two ends."""

    def __init__(self) -> None:
        incoming, self.to_channel = os.pipe()
        self.from_channel, outgoing = os.pipe()
        self.channel = Channel(incoming, outgoing)
        self._own = [incoming, outgoing]

    def say(self, *lines: bytes) -> None:
        """Write lines to the channel, and nothing more after them."""
        os.write(self.to_channel, b"".join(lines))
        os.close(self.to_channel)

    def hear(self) -> list[Event]:
        """All that the channel has sent."""
        os.close(self._own.pop())
        with os.fdopen(self.from_channel, "rb") as file:
            return [decode_event(line) for line in Lines().feed(file.read())]

    def close(self) -> None:
        for descriptor in self._own:
            os.close(descriptor)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


def test_requests_are_read_until_the_other_side_closes(wire: Wire) -> None:
    wire.say(encode(Hello(1)), encode(Stop("r")))
    assert list(wire.channel.requests()) == [Hello(1), Stop("r")]
    assert wire.hear() == []


def test_a_bad_line_is_answered_and_the_next_is_read(wire: Wire) -> None:
    wire.say(b"rubbish\n", encode(Ping()), b'{"type":"Stop"}\n')
    assert list(wire.channel.requests()) == [Ping()]
    answers = wire.hear()
    assert [type(answer) for answer in answers] == [Misunderstood, Misunderstood]
    assert "rubbish" in str(answers[0])


def test_a_torn_last_line_is_no_request(wire: Wire) -> None:
    wire.say(encode(Ping()), encode(Stop("r"))[:-5])
    assert list(wire.channel.requests()) == [Ping()]
    assert wire.hear() == []


def test_events_from_many_threads_are_whole_lines(wire: Wire) -> None:
    def talk(number: int) -> None:
        for epoch in range(50):
            wire.channel.send(Batches(str(number), epoch, 0, {"loss": [0.5] * 500}))

    heard: list[Event] = []
    listener = threading.Thread(target=lambda: heard.extend(read(wire.from_channel, 200)))
    listener.start()
    speakers = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
    for speaker in speakers:
        speaker.start()
    for thread in (*speakers, listener):
        thread.join(20)
    assert len(heard) == 200
    for number in range(4):
        assert [e.epoch for e in heard if isinstance(e, Batches) and e.run == str(number)] == list(range(50))
    os.close(wire.from_channel)
    os.close(wire.to_channel)


def test_sending_to_nobody_does_nothing(wire: Wire) -> None:
    os.close(wire.from_channel)
    for _ in range(3):
        wire.channel.send(Misunderstood("anybody there?"))
    os.close(wire.to_channel)
    assert list(wire.channel.requests()) == []


def read(descriptor: int, count: int) -> list[Event]:
    """Read so many events."""
    lines, events = Lines(), []
    while len(events) < count:
        events += [decode_event(line) for line in lines.feed(os.read(descriptor, 65536))]
    return events
