"""Messages as lines: there and back, and whatever else can stand in a line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.protocol.codec import Lines, Unreadable, decode_event, decode_request, encode, finite, finite_logs
from studio.protocol.messages import (
    MAX_LINE_BYTES,
    BadFile,
    Batches,
    ColumnReport,
    CopiesReport,
    EngineDied,
    Epoch,
    Failed,
    Fetch,
    Fetched,
    Fetching,
    Finished,
    Heartbeat,
    Hello,
    Inspect,
    Inspected,
    Inspecting,
    LayerReport,
    Measured,
    Misunderstood,
    Phase,
    Ping,
    Preview,
    Previewed,
    Probe,
    Probed,
    Reading,
    Ready,
    Shutdown,
    Started,
    Stop,
    TensorReport,
    TieReport,
    Train,
    Unreachable,
    ValuesReport,
    Verified,
    Verify,
)

TENSOR = TensorReport([None, 3], "float32", True)
PREVIEW = Preview("r", "/p", 4, 5, 1, 256, (0.0, 1.0), None)
COLUMN = ColumnReport(-1, 0.0, 9.0, None, 1.5, 7, 2, 0, [4])
VALUES = ValuesReport("digit", "train", True, [], "int64", 80, False, [COLUMN], {"7": 10}, False, 0, [])
REQUESTS = [
    Hello(1),
    Verify("r", "/p"),
    Probe("r", "/p", [TENSOR]),
    PREVIEW,
    Inspect("r", "/p"),
    Fetch("r", "mnist", "/cache/mnist.npz", ("0", "1"), 200, download=True),
    Train("r", "/f"),
    Stop("r"),
    Ping(),
    Shutdown(),
]
EVENTS = [
    Ready(1, "3", "tensorflow", "2", "cpu:0", 7),
    Heartbeat(Phase.TRAINING, 5),
    Verified("r", [LayerReport("a", [[[None, 3]]], [("kernel", [3, 4], True)])], 12, 0),
    Probed("r", [TENSOR], [("kernel", [3, 4], True, "float32")]),
    Previewed("r"),
    Reading("r", 20_000),
    Inspecting("r", 3, 9),
    Measured(
        "r",
        {"train": 10},
        True,
        [VALUES],
        [TieReport("numbers", 2, "digit", "equal")],
        [CopiesReport("test", "train", 1, [(8, 3)])],
        [BadFile("/f/é.png", "train", "It is no image.")],
        1,
        2**33,
    ),
    Inspected("r", True),
    Fetching("r", "mnist.npz", 5, 11_490_434),
    Fetched("r", False),
    Unreachable("r", "example.org", "Name or service not known"),
    Started("r", 2, 3, ["loss"]),
    Batches("r", 0, 0, {"loss": [0.1, None]}),
    Epoch("r", 0, {"loss": 0.1, "val_loss": None}, 0.5),
    Finished("r", False, 1.0, {"loss": None}, ["model.keras"]),
    Failed("r", "ValueError", "It does not fit: “é”.", 3, "Traceback"),
    EngineDied(None, -9, "gone"),
    Misunderstood("what?"),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_requests_come_back_as_they_were(request_: Hello) -> None:
    assert decode_request(encode(request_).removesuffix(b"\n")) == request_


@pytest.mark.parametrize("event", EVENTS)
def test_events_come_back_as_they_were(event: Ready) -> None:
    assert decode_event(encode(event).removesuffix(b"\n")) == event


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_every_bit(value: float) -> None:
    event = decode_event(encode(Batches("r", 0, 0, {"loss": [value]})))
    assert isinstance(event, Batches)
    assert event.logs["loss"] == [value]


@given(st.text())
def test_a_message_is_one_line_whatever_its_text(text: str) -> None:
    assert encode(Misunderstood(text)).count(b"\n") == 1


def test_half_a_character_becomes_a_question_mark() -> None:
    event = decode_event(encode(Failed("r", "E", "a\ud800b", None, "\udfff")))
    assert event == Failed("r", "E", "a?b", None, "?")


def test_half_a_character_in_the_name_of_a_metric_becomes_a_question_mark() -> None:
    assert decode_event(encode(Batches("r", 0, 0, {"\ud800": [1.0]}))) == Batches("r", 0, 0, {"?": [1.0]})


def test_what_is_not_finite_is_none() -> None:
    assert [finite(value) for value in (math.nan, math.inf, -math.inf, 0.5)] == [None, None, None, 0.5]
    assert finite_logs({"loss": math.nan, "accuracy": 1.0}) == {"loss": None, "accuracy": 1.0}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"rubbish",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'{"type":"Nothing"}',
        b'{"type":"Stop"}',
        b'{"type":"Stop","run":1}',
        b'{"type":"Stop","run":"r","more":1}',
        b'{"type":"Stop","run":"\\ud800"}',
        b'{"run":"r"}',
        b"[" * 100_000,
        None,
    ],
)
def test_a_line_that_is_no_request_is_unreadable(line: bytes | None) -> None:
    with pytest.raises(Unreadable):
        decode_request(line)


def test_an_event_is_no_request() -> None:
    with pytest.raises(Unreadable, match="Misunderstood"):
        decode_request(encode(Misunderstood("x")))


@given(st.binary(max_size=200))
def test_random_bytes_do_no_more_harm_than_being_unreadable(line: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_event(line)
    assert len(str(caught.value)) < 1000


def test_a_message_that_is_too_long_is_not_written() -> None:
    with pytest.raises(ValueError, match="allowed"):
        encode(Misunderstood("x" * MAX_LINE_BYTES))


@given(st.lists(st.binary(max_size=30).filter(lambda part: b"\n" not in part)), st.integers(1, 7))
def test_lines_come_out_whole_however_they_are_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cutter = Lines()
    heard = [line for start in range(0, len(stream), size) for line in cutter.feed(stream[start : start + size])]
    assert heard == lines


@given(st.integers(1, 40))
def test_a_line_that_is_too_long_is_none_and_the_next_is_read(size: int) -> None:
    stream = b"first\n" + b"x" * 100 + b"\nlast\n"
    cutter = Lines(limit=10)
    heard = [line for start in range(0, len(stream), size) for line in cutter.feed(stream[start : start + size])]
    assert heard == [b"first", None, b"last"]


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    cutter = Lines(limit=1000)
    heard = [line for _ in range(1000) for line in cutter.feed(b"x" * 100)]
    assert heard == [None]
    assert len(cutter._rest) <= 1000
