"""Arranging a drawing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.analysis.layout import COLUMN, ORDINARY, Extent, arranged, layout
from studio.document import edits
from studio.document.changes import EdgeChange, Edit
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from tests.notation import graph, node

BRANCHES = """
    a: input(8, 8, 1) > b: conv2d(4, 3) > c: flatten > cat: concatenate > d: dense(3) > e: output
    a > b2: conv2d(4, 5) > c2: flatten > cat
"""


def places(document, extents=None):
    found = arranged(document.root, extents or {})
    return {document.root.nodes[id_].name: place for id_, place in found.items()}


def test_a_chain_is_a_straight_line_in_even_columns():
    found = places(graph("a: input(4) > b: dense(3) > c: dense(2) > d: output"))
    assert [found[name] for name in "abcd"] == [(at * COLUMN, 0.0) for at in range(4)]


def test_branches_lie_evenly_around_the_main_line():
    found = places(graph(BRANCHES))
    assert found["b"][1] == found["c"][1]
    assert found["b2"][1] == found["c2"][1]
    middle = (found["b"][1] + found["b2"][1]) / 2
    assert {found[name][1] for name in ("a", "cat", "d", "e")} == {middle}


def test_the_main_line_stays_straight_beside_a_skipping_wire():
    made = graph("a: input(8) > b: dense(8) > c: dense(8) > d: dense(8) > s: add > e: dense(2); a > s")
    assert {place[1] for place in places(made).values()} == {0.0}


def test_cards_in_a_row_are_aligned_by_their_main_wire():
    made = graph("a: input(5, 8) > b: lstm(4) > c: dense(3)")
    extents = {node(made, "b").id: Extent(120.0, 56.0)}
    found = places(made, extents)
    assert found["a"][1] + 36 == found["b"][1] + 56 == found["c"][1] + 36


def test_a_late_input_stands_right_before_what_it_feeds():
    made = graph("a: input(8) > b: dense(4) > c: dense(4) > s: add; late: input(4) > s")
    found = places(made)
    assert found["late"][0] == found["c"][0]


def test_parts_that_do_not_hang_together_stand_below_each_other():
    found = places(graph("a: input(4) > b: dense(3); c: input(4) > d: dense(3)"))
    assert found["c"][1] >= found["a"][1] + ORDINARY.height
    assert found["c"][0] == found["a"][0]


def test_crossing_wires_are_untangled():
    made = graph("a: input(4) > x: dense(2); b: input(4) > y: dense(2); a > p: add; b > p; y > q: add; x > q")
    found = places(made)
    assert (found["a"][1] < found["b"][1]) == (found["x"][1] < found["y"][1])


def test_a_circle_is_arranged_too():
    made = graph("a: dense(3) > b: dense(3) > c: dense(3) > a")
    assert len({place[0] for place in places(made).values()}) == 3


def test_an_empty_document_needs_no_step():
    assert layout(Document()).changes == ()


def test_arranging_twice_changes_nothing():
    made = graph(BRANCHES)
    made.apply(layout(made))
    assert layout(made).changes == ()


def test_arranging_changes_places_only():
    made = graph(BRANCHES)
    for change in layout(made).changes:
        assert (change.before.id, change.before.params) == (change.after.id, change.after.params)


@st.composite
def documents(draw):
    count = draw(st.integers(1, 14))
    made = Document()
    for at in range(count):
        made.apply(edits.add_node(Node(f"n{at}", "Add", f"n{at}")))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=24))
    for slot, (source, target) in enumerate(pairs):
        edge = Edge(f"n{source}", "output", f"n{target}", "inputs", slot)
        made.apply(Edit("Connect", (EdgeChange(ROOT, None, edge),)))
    heights = draw(st.lists(st.sampled_from([72.0, 88.0, 136.0, 248.0]), min_size=count, max_size=count))
    extents = {f"n{at}": Extent(height, 36.0 if height == 72.0 else 56.0) for at, height in enumerate(heights)}
    return made, extents


@settings(max_examples=200, deadline=None)
@given(documents())
def test_no_two_cards_overlap_and_every_card_is_on_the_grid(case):
    made, extents = case
    found = arranged(made.root, extents)
    assert found.keys() == made.root.nodes.keys()
    boxes = [(x, y, extents[id_].height) for id_, (x, y) in found.items()]
    for at, (x, y, height) in enumerate(boxes):
        assert x % 8 == 0
        for other_x, other_y, other_height in boxes[:at]:
            assert x != other_x or y >= other_y + other_height or other_y >= y + height


@settings(max_examples=100, deadline=None)
@given(documents())
def test_wires_run_to_the_right_unless_they_close_a_circle(case):
    made, extents = case
    found = arranged(made.root, extents)
    ahead = {id_: [edge.target for edge in made.root.outgoing(id_)] for id_ in made.root.nodes}

    def reaches(start, goal):
        seen, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            if here == goal:
                return True
            if here not in seen:
                seen.add(here)
                waiting.extend(ahead[here])
        return False

    for edge in made.root.edges:
        if not reaches(edge.target, edge.source):
            assert found[edge.source][0] < found[edge.target][0]


@pytest.mark.parametrize("depth", [3000])
def test_a_very_deep_model_does_not_exhaust_the_stack(depth):
    made = Document()
    for at in range(depth):
        made.apply(edits.add_node(Node(f"n{at}", "Dense", f"n{at}")))
    for at in range(depth - 1):
        made.apply(Edit("Connect", (EdgeChange(ROOT, None, Edge(f"n{at}", "output", f"n{at + 1}", "input")),)))
    assert len(set(arranged(made.root, {}).values())) == depth


def chain(count):
    return graph(" > ".join(["input(4)", *["dense(4)"] * (count - 1)]))


def rows(found):
    """The nodes of each line, from top to bottom, each from left to right."""
    lines = {}
    for id_, (_, y) in sorted(found.items(), key=lambda each: (each[1][1], each[1][0])):
        lines.setdefault(y, []).append(id_)
    return list(lines.values())


def test_a_long_chain_is_folded_into_lines_that_read_like_text():
    made = chain(60)
    lines = rows(arranged(made.root, {}))
    assert [len(line) for line in lines] == [10] * 6
    assert [id_ for line in lines for id_ in line] == list(made.root.nodes)
    assert {arranged(made.root, {})[line[0]][0] for line in lines} == {0.0}


@pytest.mark.parametrize("count", [2, 19])
def test_what_is_not_long_stays_on_one_line(count):
    assert len(rows(arranged(chain(count).root, {}))) == 1


def test_a_folded_drawing_is_folded_between_its_parts_and_not_across_a_skipping_wire():
    block = "r{0} > a{1}: dense(4) > b{1}: dense(4) > c{1}: dense(4) > s{1}: add > r{1}: re_lu; r{0} > s{1}"
    made = graph("\n".join(["input(4) > r0: re_lu", *[block.format(at, at + 1) for at in range(12)]]))
    found = arranged(made.root, {})
    lowest = sorted({y for x, y in found.values() if x == 0.0})
    assert len(lowest) > 2
    line_of = {id_: sum(y >= top - 100 for top in lowest) for id_, (x, y) in found.items()}
    torn = [edge for edge in made.root.edges if line_of[edge.source] != line_of[edge.target]]
    assert len(torn) == len(lowest) - 1


def test_wires_that_skip_everything_keep_a_drawing_on_one_line():
    made = chain(40)
    first, last = next(iter(made.root.nodes)), Node("last", "Add", "last")
    made.apply(edits.add_node(last))
    for slot, source in enumerate((first, list(made.root.nodes)[39])):
        made.apply(Edit("Connect", (EdgeChange(ROOT, None, Edge(source, "output", "last", "inputs", slot)),)))
    assert len({x for x, _ in arranged(made.root, {}).values()}) == 41


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 6)), max_size=6), st.integers(20, 60))
def test_folded_cards_do_not_overlap_and_stand_in_their_order(skips, count):
    made = chain(count)
    ids = list(made.root.nodes)
    for slot, (start, length) in enumerate(skips):
        if start + length < count:
            edge = Edge(ids[start], "output", ids[start + length], "inputs", slot)
            made.apply(Edit("Connect", (EdgeChange(ROOT, None, edge),)))
    found = arranged(made.root, {})
    boxes = list(found.values())
    for at, (x, y) in enumerate(boxes):
        for other_x, other_y in boxes[:at]:
            assert abs(x - other_x) >= COLUMN or abs(y - other_y) >= ORDINARY.height
    for before, after in pairwise(ids):
        assert found[after][0] == found[before][0] + COLUMN or (
            found[after][0] == 0.0 and found[after][1] > found[before][1]
        )
