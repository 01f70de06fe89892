"""A person and the blocks of a project in the whole window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from studio.analysis.problem import Severity
from tests.gui.shell.conftest import Person

Start = Callable[..., Person]
LEFT = Qt.MouseButton.LeftButton
DRAWN = "tower { i: input > d: dense(3) > o: output }; x: input(8) > first: tower > out: output"


def double_click_in_palette(person: Person, row: int) -> None:
    """Double-click one of the project's blocks."""
    tree = person.bench.palette.tree
    place = tree.visualItemRect(tree.topLevelItem(0).child(row)).center()
    QTest.mouseClick(tree.viewport(), LEFT, pos=place)
    QTest.mouseDClick(tree.viewport(), LEFT, pos=place)


def palette_blocks(person: Person) -> list[str]:
    """The blocks that the palette shows."""
    top = person.bench.palette.tree.topLevelItem(0)
    return [] if top.isHidden() else [top.child(at).text(0) for at in range(top.childCount())]


def test_a_block_is_used_again_by_a_double_click_in_the_palette(start: Start) -> None:
    person = start(DRAWN)
    double_click_in_palette(person, 0)
    assert person.names == ["x", "first", "out", "tower"]
    person.do("undo")
    assert person.names == ["x", "first", "out"]


def test_a_block_is_not_used_inside_itself_and_the_window_says_so(start: Start) -> None:
    person = start(DRAWN)
    person.select("first")
    person.do("enter")
    double_click_in_palette(person, 0)
    assert "“Tower” cannot be used inside of itself." in person.banner
    assert not person.session.is_modified


def test_a_block_is_copied_in_one_window_and_pasted_in_another(start: Start) -> None:
    one, other = (
        start(DRAWN),
        start("tower { i: input > d: dense(7) > o: output }; x: input(8) > first: tower > out: output"),
    )
    one.select("first")
    one.do("copy")
    other.bench.canvas.setFocus()
    other.do("paste")

    assert other.names == ["x", "first", "out", "first_2"]
    assert [graph.name for graph in other.document.graphs.values()] == ["", "Tower", "Tower_2"]
    assert palette_blocks(other) == ["Tower", "Tower_2"]
    other.do("enter")
    shown = other.bench.canvas.drawing.graph
    assert [node.params.get("units") for node in shown.nodes.values()] == [None, 3, None]
    other.do("undo")
    assert other.names == ["x", "first", "out"]
    assert palette_blocks(other) == ["Tower"]


def test_a_block_that_is_pasted_inside_itself_is_refused_in_a_sentence(start: Start) -> None:
    person = start(DRAWN)
    person.select("first")
    person.do("copy")
    person.do("enter")
    person.do("paste")
    assert "“Tower” cannot be used inside of itself." in person.banner


NESTED = """
    small { i: input > wrong: lstm(3) > o: output }
    large { i: input > s: small > d: dense(4) > o: output }
    x: input(8) > big: large > out: output
"""


def test_a_click_on_a_problem_inside_of_blocks_opens_the_block_and_selects_the_node(start: Start) -> None:
    person = start(NESTED)
    (row,) = [each for each in person.bench.problems.rows if each.problem.node == "small_n2"]
    labels = {label.text(): label.toolTip() for label in row.findChildren(QLabel)}
    assert (labels["wrong"], labels["big / s"]) == ("big / s / wrong", "big / s / wrong")
    QTest.mouseClick(row, LEFT, pos=row.rect().center())

    canvas, selection = person.bench.canvas, person.bench.selection
    assert (selection.where.graph, selection.where.path) == ("small", ("n2", "large_n2"))
    assert selection.node == "small_n2"
    assert canvas.visible_box().holds(canvas.drawing.nodes["small_n2"].box)
    assert person.window.places.currentWidget() is canvas
    assert canvas.drawing.nodes["small_n2"].face.severity is Severity.ERROR


def test_a_problem_inside_is_reached_from_another_place_and_another_block(start: Start) -> None:
    person = start(NESTED + "\ny: input(8) > other: dense(3) > p: output")
    person.do("training")
    person.window.show_problems()
    (row,) = [each for each in person.bench.problems.rows if each.problem.node == "small_n2"]
    row.setFocus()
    person.press(Qt.Key.Key_Return, at=row)
    assert person.bench.selection.node == "small_n2"
    (outside,) = [each for each in person.bench.problems.rows if each.problem.node == "n6"][:1]
    QTest.mouseClick(outside, LEFT, pos=outside.rect().center())
    assert (person.bench.selection.where.graph, person.bench.selection.node) == ("main", "n6")


def test_a_port_of_a_block_is_called_by_its_name_in_problems(start: Start) -> None:
    person = start("tower { picture: input > d: dense(3) > o: output }; x: input(8) > out: output; t: tower")
    texts = [row.problem.text for row in person.bench.problems.rows]
    assert "Nothing is wired to “picture” of Tower, which it needs. Draw a wire to it." in texts


def test_the_inspector_names_some_weights_of_a_large_block_and_counts_the_rest(start: Start) -> None:
    inside = " > ".join(f"l{at}: dense(3)" for at in range(20))
    person = start(f"deep {{ i: input > {inside} > o: output }}; x: input(3) > b: deep > out: output", select="b")
    shown = [label.text() for label in person.bench.inspector.findChildren(QLabel)]
    assert "28 more" in shown
    assert sum("kernel" in text or "bias" in text for text in shown) == 12


def test_a_long_name_of_a_project_is_shortened_where_it_stands_and_whole_in_its_tip(start: Start, project) -> None:
    name = "everything about the experiment of the twenty-third of November in one name"
    person = start(project(DRAWN, name))
    title = person.window.top_bar.title
    assert (title.text(), title.toolTip()) == (name, name)
    assert title.fontMetrics().horizontalAdvance(name) > title.width()
    whole = title.grab().toImage()
    title.setText(name[:10])
    assert title.grab().toImage() != whole
