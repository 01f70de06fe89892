"""The drawing follows the document: the same items as if it had been opened anew."""

from __future__ import annotations

import gc
import random
import weakref
from dataclasses import replace

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication

from studio.document import edits
from studio.document.graph import Edge, Frame
from studio.gui.canvas.canvas import Canvas
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.look import Look
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, tokens
from studio.session.session import Session
from tests.notation import graph


def shown(drawing: Drawing) -> object:
    """Everything that a drawing shows, as values."""
    cards = {id_: (item.place, item.body, item.face) for id_, item in drawing.nodes.items()}
    wires = {edge: (item.curve, item.caption) for edge, item in drawing.wires.items()}
    frames = {id_: item.box for id_, item in drawing.frames.items()}
    boxes = dict(drawing.node_places.boxes()), dict(drawing.wire_places.boxes())
    return cards, wires, frames, boxes


def opened_anew(made) -> object:
    fresh = Drawing(made.session, Look(tokens("light"), QApplication.font()))
    try:
        return shown(fresh)
    finally:
        fresh.close()


def assert_same(made, qtbot) -> None:
    qtbot.waitUntil(made.canvas.settled)
    assert shown(made.canvas.drawing) == opened_anew(made)


def test_a_changed_param_changes_the_card_and_the_shapes_behind_it(desk, qtbot):
    made = desk("a: input(8) > b: dense(4) > c: dropout(0.1)")
    made.picture()
    made.session.do(edits.set_params(made.document, made.id("b"), {"units": 17}))
    assert made.canvas.drawing.nodes[made.id("c")].face.shape == "17"
    assert_same(made, qtbot)


def test_new_outputs_give_the_card_new_ports(desk, qtbot):
    made = desk("a: input(5, 8) > b: lstm(4) > c: dense(3)")
    made.session.do(edits.set_params(made.document, made.id("b"), {"return_state": True}))
    labels = [socket.label for socket in made.canvas.drawing.nodes[made.id("b")].body.sockets]
    assert "state_c" in labels
    assert_same(made, qtbot)
    made.session.undo()
    assert_same(made, qtbot)


def test_a_shared_layer_changes_in_all_its_calls(desk, qtbot):
    made = desk("i: input(8) > a: dense(4); j: input(8) > b: =a")
    made.picture()
    made.session.do(edits.set_params(made.document, made.id("a"), {"units": 9}))
    assert made.canvas.drawing.nodes[made.id("b")].face.params == "9"
    made.session.do(edits.share(made.document, made.id("b"), None))
    assert not made.canvas.drawing.nodes[made.id("a")].face.shared
    assert_same(made, qtbot)


def test_a_long_wire_leads_around_a_card_that_is_moved_under_it(desk, qtbot):
    made = desk("a: input(8) > b: add; c: dense(4)")
    made.session.do(edits.move(made.document, {made.id("b"): (900.0, 0.0), made.id("c"): (400.0, 300.0)}))
    wire = made.canvas.drawing.wires[next(made.document.root.edges)]
    qtbot.waitUntil(made.canvas.settled)
    straight = wire.curve
    made.session.do(edits.move(made.document, {made.id("c"): (400.0, 0.0)}))
    qtbot.waitUntil(made.canvas.settled)
    assert wire.curve != straight
    made.session.undo()
    qtbot.waitUntil(made.canvas.settled)
    assert wire.curve == straight
    assert_same(made, qtbot)


def test_frames_come_change_and_go(desk, qtbot):
    made = desk("a: input(8)")
    frame = Frame("f1", "Encoder", x=-40, y=-60, width=300, height=200)
    made.session.do(edits.put_frame(made.document, frame))
    made.session.do(edits.put_frame(made.document, replace(frame, width=400)))
    assert_same(made, qtbot)
    made.session.do(edits.remove_frame(made.document, "f1"))
    assert made.canvas.drawing.frames == {}
    made.session.undo()
    assert_same(made, qtbot)


def test_after_many_random_edits_and_undos_the_drawing_is_as_if_opened_anew(desk, qtbot):
    made = desk("a: input(8) > b: dense(4) > c: add; a > c; c > d: dense(3) > e: output")
    chance = random.Random(7)
    for _ in range(120):
        nodes = list(made.document.root.nodes)
        wires = list(made.document.root.edges)
        match chance.randrange(7):
            case 0:
                made.canvas.add_kind(chance.choice(["Dense", "Add", "LSTM", "Dropout", "Concatenate"]))
            case 1 if nodes:
                made.session.do(edits.remove(made.document, [chance.choice(nodes)]))
            case 2 if nodes:
                source, target = chance.choice(nodes), chance.choice(nodes)
                _, outputs = made.session.analysis.ports(source)
                inputs, _ = made.session.analysis.ports(target)
                if inputs and outputs:
                    slot = chance.randrange(3) if inputs[0].many else 0
                    made.session.do(edits.connect(made.document, source, outputs[0].name, target, inputs[0].name, slot))
            case 3 if wires:
                made.session.do(edits.remove(made.document, (), [chance.choice(wires)]))
            case 4 if nodes:
                place = (8.0 * chance.randrange(-60, 120), 8.0 * chance.randrange(-40, 60))
                made.session.do(edits.move(made.document, {chance.choice(nodes): place}))
            case 5:
                made.session.undo()
            case 6:
                made.session.redo()
    assert_same(made, qtbot)


def test_what_is_gone_is_not_selected(desk):
    made = desk("a: input(8) > b: dense(4)")
    made.canvas.select_all()
    made.session.do(edits.remove(made.document, [made.id("b")]))
    assert made.selection.nodes == {made.id("a")}
    assert made.selection.edges == frozenset()


def test_nothing_is_left_behind(qtbot):
    session, theme, selection = Session(graph("a: input(8) > b: dense(4)")), Theme(), Selection()
    canvas = Canvas(session, theme, selection)
    canvas.resize(800, 600)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.begin_quick_add(QPoint(100, 100))
    canvas.arrange()
    drawing = weakref.ref(canvas.drawing)
    timers = [timer for timer in canvas.findChildren(QTimer) if timer.isActive()]
    assert timers == []
    canvas.detach()
    canvas.detach()
    canvas.close()
    gone = weakref.ref(canvas)
    canvas.deleteLater()
    del canvas
    QApplication.sendPostedEvents(None, 52)
    gc.collect()
    assert (gone(), drawing()) == (None, None)
    session.do(edits.rename(session.document, next(iter(session.document.root.nodes)), "other"))
    theme.switch("dark")
    selection.select([])
    session.close()


def test_edges_are_found_by_value(desk):
    made = desk("a: input(8) > b: dense(4)")
    assert Edge(made.id("a"), "output", made.id("b"), "input") in made.canvas.drawing.wires
