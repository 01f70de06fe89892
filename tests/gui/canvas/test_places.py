"""The grid of cells answers as a walk over everything would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.gui.canvas.geometry import Box, Point
from studio.gui.canvas.places import Places

BOXES = st.builds(Box, st.floats(-5000, 5000), st.floats(-5000, 5000), st.floats(0, 9000), st.floats(0, 4000))
STEPS = st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), BOXES)), max_size=25)


@given(STEPS, BOXES, st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_it_finds_what_a_walk_over_everything_finds(steps, area, x, y):
    places: Places[int] = Places()
    expected: dict[int, Box] = {}
    for key, box in steps:
        if box is not None:
            places.put(key, box)
            expected[key] = box
        elif key in places:
            places.drop(key)
            del expected[key]
    assert set(places.within(area)) == {key for key, box in expected.items() if box.meets(area)}
    assert set(places.at(Point(x, y))) == {key for key, box in expected.items() if box.contains(Point(x, y))}
    assert len(places.within(area)) == len(set(places.within(area)))
    assert dict(places.boxes()) == expected


def test_what_was_moved_is_only_where_it_is_now():
    places: Places[str] = Places()
    places.put("a", Box(0, 0, 10, 10))
    places.put("a", Box(5000, 0, 10, 10))
    assert places.at(Point(5, 5)) == []
    assert places.at(Point(5005, 5)) == ["a"]
