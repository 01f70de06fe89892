"""Signals deliver values in order, to whoever was connected when the value was emitted."""

from __future__ import annotations

import pytest

from studio.core.signal import Signal


def test_listeners_hear_each_value_in_the_order_of_connection() -> None:
    heard: list[tuple[str, int]] = []
    signal: Signal[int] = Signal()
    signal.connect(lambda value: heard.append(("first", value)))
    signal.connect(lambda value: heard.append(("second", value)))
    signal.emit(1)
    signal.emit(2)
    assert heard == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


def test_a_signal_without_listeners_emits_into_the_void() -> None:
    Signal[str]().emit("nobody")


def test_a_disconnected_listener_hears_nothing_more() -> None:
    heard: list[int] = []
    signal: Signal[int] = Signal()
    signal.connect(heard.append)
    signal.emit(1)
    signal.disconnect(heard.append)
    signal.emit(2)
    assert heard == [1]


def test_disconnecting_a_stranger_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in list"):
        Signal[int]().disconnect(print)


def test_a_listener_connected_twice_is_called_twice_and_disconnected_once_at_a_time() -> None:
    heard: list[int] = []
    signal: Signal[int] = Signal()
    signal.connect(heard.append)
    signal.connect(heard.append)
    signal.emit(1)
    signal.disconnect(heard.append)
    signal.emit(2)
    assert heard == [1, 1, 2]


def test_a_listener_connected_during_delivery_hears_the_next_value_first() -> None:
    late: list[int] = []
    signal: Signal[int] = Signal()

    def connect_late(value: int) -> None:
        if value == 1:
            signal.connect(late.append)

    signal.connect(connect_late)
    signal.emit(1)
    signal.emit(2)
    assert late == [2]


def test_a_listener_disconnected_during_delivery_still_hears_that_value() -> None:
    heard: list[int] = []
    signal: Signal[int] = Signal()

    def cut(value: int) -> None:
        if value == 1:
            signal.disconnect(heard.append)

    signal.connect(cut)
    signal.connect(heard.append)
    signal.emit(1)
    signal.emit(2)
    assert heard == [1]


def test_a_value_emitted_by_a_listener_is_delivered_inside_the_first() -> None:
    heard: list[int] = []
    signal: Signal[int] = Signal()

    def echo(value: int) -> None:
        if value < 3:
            signal.emit(value + 1)

    signal.connect(echo)
    signal.connect(heard.append)
    signal.emit(1)
    assert heard == [3, 2, 1]


def test_a_listeners_exception_reaches_the_emitter_and_stops_the_delivery() -> None:
    heard: list[int] = []
    signal: Signal[int] = Signal()

    def fail(value: int) -> None:
        raise ZeroDivisionError(value)

    signal.connect(fail)
    signal.connect(heard.append)
    with pytest.raises(ZeroDivisionError):
        signal.emit(7)
    assert heard == []
