"""The course of wires."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.gui.canvas.curves import BACK_FROM, CLEARANCE, Curve, around, curve, nearest
from studio.gui.canvas.geometry import Box, Point

COORDINATES = st.floats(-3000, 3000)
POINTS = st.builds(Point, COORDINATES, COORDINATES)


@given(POINTS, POINTS)
def test_a_wire_leaves_to_the_right_and_arrives_from_the_left(start, end):
    wire = curve(start, end)
    assert wire.first.x >= start.x
    assert wire.second.x <= end.x
    if end.x >= start.x - BACK_FROM:
        assert (wire.first.y, wire.second.y) == (start.y, end.y)


@given(POINTS, POINTS, st.floats(0, 1))
def test_a_wire_stays_within_its_bounds(start, end, t):
    wire = curve(start, end)
    assert wire.bounds.grown(1e-6).contains(wire.at(t))


@given(POINTS, POINTS)
def test_the_parts_of_a_wire_are_the_wire(start, end):
    wire = curve(start, end)
    first, second = wire.cut(0.5)
    assert (first.start, second.end) == (start, end)
    assert first.end == second.start == pytest.approx(wire.at(0.5))
    assert first.at(0.5) == pytest.approx(wire.at(0.25))


@given(POINTS, POINTS)
def test_the_corners_of_a_wire_are_never_far_from_it(start, end):
    wire = curve(start, end)
    corners = wire.corners()
    assert (corners[0], corners[-1]) == (start, end)
    away = [min(nearest(curve_of(pair), wire.at(step / 40))[0] for pair in pairwise(corners)) for step in range(41)]
    assert max(away) <= 70


def curve_of(pair):
    """The straight line between two points."""
    start, end = pair
    return Curve(start, start, end, end)


def test_a_wire_that_runs_back_to_another_line_of_cards_has_corners_between_the_lines():
    wire = curve(Point(3000, 0), Point(0, 200))
    assert len(wire.corners()) > 2
    assert all(60 < corner.y < 140 for corner in wire.corners() if 600 < corner.x < 2400)
    assert len(curve(Point(0, 0), Point(120, 60)).corners()) == 2


def test_a_wire_leaves_room_for_its_label():
    wire = curve(Point(0, 0), Point(300, 100))
    middle = wire.at(0.5)
    label = Box(middle.x - 30, middle.y - 8, 60, 16)
    before, after = wire.outside(label)
    assert not any(label.contains(part.at(step / 20)) for part in (before, after) for step in range(21))
    assert before.end.x < middle.x < after.start.x
    assert after.start.x - before.end.x < 80


def test_a_level_wire_is_straight():
    assert [curve(Point(0, 40), Point(300, 40)).at(step / 10).y for step in range(11)] == pytest.approx([40] * 11)


def test_a_point_on_the_wire_is_nearest_to_it():
    wire = curve(Point(0, 0), Point(300, 200))
    away, t = nearest(wire, wire.at(0.3))
    assert away < 1.0
    assert t == pytest.approx(0.3, abs=0.03)


def test_a_point_beside_the_wire_is_as_far_as_it_looks():
    away, _ = nearest(curve(Point(0, 0), Point(300, 0)), Point(150, 25))
    assert away == pytest.approx(25)


def test_a_wire_goes_around_the_card_that_would_hide_it():
    card = Box(300, -36, 192, 72)
    wire = around(curve(Point(0, 0), Point(800, 0)), [card])
    assert not any(card.contains(wire.at(step / 40)) for step in range(41))
    assert wire.at(0.5).y == pytest.approx(-36 - CLEARANCE)


def test_a_wire_goes_around_on_the_shorter_side():
    card = Box(300, -10, 192, 72)
    assert around(curve(Point(0, 0), Point(800, 0)), [card]).at(0.5).y < 0
    assert around(curve(Point(0, 50), Point(800, 50)), [card]).at(0.5).y > 62


def test_a_wire_that_nothing_hides_stays_as_it_is():
    wire = curve(Point(0, 0), Point(800, 0))
    assert around(wire, [Box(300, 100, 192, 72)]) is wire


def test_a_wire_back_to_the_next_line_runs_level_between_the_lines():
    wire = curve(Point(2500, 36), Point(0, 244))
    assert [wire.at(t).y for t in (0.35, 0.5, 0.65)] == pytest.approx([140, 140, 140], abs=12)
    assert wire.at(0.15).y > 72
    assert wire.at(0.85).y < 208
    assert wire.at(0.05).x > 2480
