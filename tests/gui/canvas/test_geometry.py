"""Where things are, without a pixel."""

from __future__ import annotations

import pytest

from studio.catalog.declaration import INPUT, OUTPUT, Port
from studio.gui.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    Box,
    Detail,
    Guide,
    Point,
    Side,
    aligned,
    body,
    box_around,
    detail,
    nearest_socket,
    snapped_point,
    united,
)

MANY = Port("inputs", many=True)


def slots(made):
    return [socket.slot for socket in made.sockets if socket.side is Side.IN]


def test_a_card_with_one_input_and_one_output_has_both_in_the_middle_of_its_sides():
    made = body((INPUT,), (OUTPUT,))
    assert made.height == CARD_HEIGHT
    assert [(socket.x, socket.y) for socket in made.sockets] == [(0.0, 36.0), (CARD_WIDTH, 36.0)]


def test_single_ports_have_no_label():
    assert {socket.label for socket in body((INPUT,), (OUTPUT,)).sockets} == {""}


def test_several_ports_are_labelled_below_the_header():
    made = body((INPUT, Port("mask", optional=True)), (OUTPUT, Port("state_h")))
    assert [socket.label for socket in made.sockets] == ["input", "mask", "output", "state_h"]
    assert min(socket.y for socket in made.sockets) >= 48


def test_optional_ports_are_hollow():
    made = body((INPUT, Port("mask", optional=True)), (OUTPUT,))
    assert [socket.hollow for socket in made.sockets] == [False, True, False]


def test_a_list_port_shows_its_wires_and_one_free_slot():
    assert slots(body((MANY,), (OUTPUT,), [("inputs", 0), ("inputs", 1)])) == [0, 1, 2]


def test_a_list_port_without_wires_shows_the_slots_it_needs_and_a_free_one():
    assert slots(body((Port("inputs", many=True, at_least=2),), (OUTPUT,))) == [0, 1, 2]


def test_two_wires_of_a_list_port_stand_evenly_around_the_output():
    made = body((MANY,), (OUTPUT,), [("inputs", 0), ("inputs", 1)])
    first, second, _ = (socket.y for socket in made.sockets if socket.side is Side.IN)
    assert made.end(Side.OUT, "output").y == (first + second) / 2


def test_a_card_grows_with_its_wires():
    many = body((MANY,), (OUTPUT,), [("inputs", slot) for slot in range(9)])
    assert all(0 < socket.y < many.height for socket in many.sockets)


def test_a_wire_at_a_port_that_is_gone_still_has_an_end():
    made = body((INPUT,), (OUTPUT,), [("gone", 0)], ["lost"])
    assert made.socket(Side.IN, "gone") is not None
    assert made.socket(Side.OUT, "lost") is not None


def test_a_port_that_nobody_knows_ends_in_the_middle_of_its_side():
    assert body((), ()).end(Side.OUT, "output") == (CARD_WIDTH, CARD_HEIGHT / 2)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [(1.0, Detail.FULL), (0.5, Detail.FULL), (0.49, Detail.NAMES), (0.35, Detail.NAMES), (0.34, Detail.BLOCKS)],
)
def test_detail_falls_with_the_scale(scale, expected):
    assert detail(scale) is expected


def test_snapping_goes_to_the_nearest_crossing():
    assert snapped_point(Point(11.9, -4.1)) == (8.0, -8.0)


def test_a_box_around_two_points_does_not_ask_for_their_order():
    assert box_around(Point(10, 0), Point(0, 20)) == box_around(Point(0, 20), Point(10, 0)) == Box(0, 0, 10, 20)


def test_no_boxes_unite_to_nothing():
    assert united([]) is None


def test_the_nearest_socket_within_reach_wins():
    made = body((INPUT,), (OUTPUT,))
    places = [(socket, Point(socket.x, socket.y)) for socket in made.sockets]
    assert nearest_socket(places, Point(10, 36), 20) is made.sockets[0]
    assert nearest_socket(places, Point(90, 36), 20) is None


def test_a_moving_card_lines_up_with_the_nearest_left_side_and_middle():
    moving, other = Box(103, 48, 192, 72), Box(100, 250, 192, 72)
    dx, dy, guides = aligned(moving, [other, Box(500, 50, 192, 72)], 6)
    assert (dx, dy) == (-3, 2)
    assert guides == (Guide(True, 100, 50, 322), Guide(False, 86, 100, 692))


def test_nothing_in_reach_means_no_guides():
    assert aligned(Box(0, 0, 192, 72), [Box(50, 50, 192, 72)], 6) == (0, 0, ())
