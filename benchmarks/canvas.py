"""How long the canvas takes for 1,000 nodes: opening, a frame from afar, a frame while dragging at life size.

Prints one JSON line. `before` has each card and wire painted by its own item from afar, and cards that ask for their
words at every paint; `ratio` is that far frame / ours. Times are medians of CPU milliseconds, both sides in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene

from studio.analysis.layout import layout
from studio.core.values import Value
from studio.document.changes import Change, EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from studio.gui.canvas.canvas import Canvas
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.session import Session

ROUNDS = 7
FRAMES = 40
MODULES = 8
SIZE = (1600, 1000)


def branching(count: int) -> Document:
    """A model of about `count` nodes, arranged: towers of modules with three convolutions side by side and a skip."""
    document = Document()
    changes: list[Change] = []
    nodes: list[str] = []

    def add(kind: str, params: dict[str, Value], *sources: str) -> str:
        node = Node(f"n{len(nodes)}", kind, f"{kind.lower()}_{len(nodes)}", params)
        nodes.append(node.id)
        changes.append(NodeChange(ROOT, None, node))
        port = "inputs" if kind == "Add" else "input"
        changes.extend(
            EdgeChange(ROOT, None, Edge(source, "output", node.id, port, slot)) for slot, source in enumerate(sources)
        )
        return node.id

    start, ends = add("Input", {"shape": (32, 32, 8)}), []
    while len(nodes) + 2 < count:
        last = start
        for _ in range(MODULES):
            sides = [add("Conv2D", {"filters": 8, "kernel_size": 3, "padding": "same"}, last) for _ in range(3)]
            last = add("BatchNormalization", {}, add("Add", {}, last, *sides))
        ends.append(last)
    add("Output", {}, add("Add", {}, *ends))
    document.apply(Edit("Draw", tuple(changes)))
    document.apply(layout(document))
    return document


def cpu_ms(work: Callable[[], object]) -> float:
    """The CPU time of some work, this thread's and all others'."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def paint(canvas: Canvas) -> None:
    """Paint everything that is visible."""
    canvas.viewport().repaint()


def frame_times(canvas: Canvas) -> list[float]:
    """Each frame of a slow pan."""
    times = []
    for step in range(FRAMES):
        canvas.scroll_by(QPoint(7 if step % 2 else -9, 3))
        times.append(cpu_ms(lambda: paint(canvas)))
    return times


def drag_times(canvas: Canvas) -> list[float]:
    """Each mouse move of a drag with the frame that it causes."""
    view = canvas.viewport()
    node = list(canvas.drawing.nodes.values())[len(canvas.drawing.nodes) // 2]
    canvas.centerOn(node)
    start = canvas.mapFromScene(node.sceneBoundingRect().center())
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)

    def move(step: int) -> None:
        QTest.mouseMove(view, start + QPoint(8 * step % 240, 5 * step % 160))
        QApplication.processEvents()

    times = [cpu_ms(lambda step=step: move(step)) for step in range(1, FRAMES)]
    assert node.place != (canvas.drawing.graph.nodes[node.node].x, canvas.drawing.graph.nodes[node.node].y)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    return times


def naive_far_times(canvas: Canvas) -> list[float]:
    """Frames from afar with every card and wire painting itself."""
    drawing = canvas.drawing
    items = [*drawing.nodes.values(), *drawing.wires.values()]
    drawing.set_scale(1.0)  # items paint themselves in full; the view stays far away
    times = []
    for step in range(8):
        for item in drawing.nodes.values():
            item.forget_face()
        canvas.scroll_by(QPoint(7 if step % 2 else -9, 3))
        times.append(cpu_ms(lambda: paint(canvas)))
    assert items
    drawing.set_scale(canvas.transform().m11())
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--index", choices=("none", "bsp"), default="bsp")
    options = parser.parse_args()
    app = QApplication([])
    app.setStyle("Fusion")
    document = branching(options.nodes)
    session = Session(document)
    names = ("build", "open", "far", "near", "drag", "far_drag", "before")
    measured: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        made: list[Canvas] = []

        def build(made: list[Canvas] = made) -> None:
            made.append(Canvas(session, Theme("light"), Selection()))

        measured["build"].append(cpu_ms(build))
        canvas = made[0]
        if options.index == "none":
            canvas.drawing.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        canvas.resize(*SIZE)
        measured["open"].append(cpu_ms(lambda canvas=canvas: (canvas.show(), app.processEvents(), paint(canvas))))
        canvas.zoom_to(0.1)
        canvas.fit()
        paint(canvas)
        measured["far"].append(statistics.median(frame_times(canvas)))
        measured["far_drag"].append(statistics.median(drag_times(canvas)))
        measured["before"].append(statistics.median(naive_far_times(canvas)))
        canvas.zoom_to(1.0)
        paint(canvas)
        measured["near"].append(statistics.median(frame_times(canvas)))
        measured["drag"].append(statistics.median(drag_times(canvas)))
        canvas.detach()
        canvas.close()
        canvas.deleteLater()
        app.processEvents()
    middle = {name: round(statistics.median(values), 2) for name, values in measured.items()}
    print(
        json.dumps(
            {
                "name": "canvas",
                "ratio": round(middle["before"] / middle["far"], 1),
                "nodes": len(document.root.nodes),
                "wires": document.root.edge_count,
                "index": options.index,
                **{f"ms_{name}": value for name, value in middle.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
