"""A canvas on a drawn document, and hands to work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from studio.document.document import Document
from studio.document.graph import NodeId
from studio.gui.canvas.canvas import Canvas
from studio.gui.canvas.geometry import Side
from studio.gui.shared.kind_search import KIND_MIME
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.session.session import Session
from tests.notation import graph, node, wires

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@dataclass
class Desk:
    """What a person has before them: a canvas, and mouse and keys."""

    session: Session
    selection: Selection
    theme: Theme
    canvas: Canvas

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def wires(self) -> list[str]:
        return wires(self.document)

    @property
    def names(self) -> list[str]:
        return sorted(each.name for each in self.document.root.nodes.values())

    def id(self, name: str) -> NodeId:
        return node(self.document, name).id

    def place(self, name: str) -> tuple[float, float]:
        found = node(self.document, name)
        return found.x, found.y

    def middle(self, name: str) -> QPoint:
        return self.canvas.mapFromScene(QPointF(*self.canvas.drawing.nodes[self.id(name)].box.center))

    def socket(self, name: str, side: Side, port: str, slot: int = 0) -> QPoint:
        return self.canvas.mapFromScene(QPointF(*self.canvas.drawing.nodes[self.id(name)].end(side, port, slot)))

    def output(self, name: str, port: str = "output") -> QPoint:
        return self.socket(name, Side.OUT, port)

    def input(self, name: str, port: str = "input", slot: int = 0) -> QPoint:
        return self.socket(name, Side.IN, port, slot)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.canvas.viewport(), button, keys, at)

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.canvas.viewport(), at)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas.viewport(), button, keys, at)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.canvas.viewport(), LEFT, keys, at)

    def double_click(self, at: QPoint) -> None:
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NONE, at)

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self.press(start, keys, button)
        for step in range(1, 5):
            self.move(start + (end - start) * step / 4)
        self.release(end, keys, button)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.canvas, key, keys)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.field, text)

    @property
    def field(self) -> QLineEdit:
        return self.canvas.findChild(QLineEdit)

    def wheel(self, at: QPoint, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
        place = QPointF(at)
        event = QWheelEvent(
            place, self.canvas.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas.viewport(), event)

    def carry(self, kind: str, to: QPoint, *, drop: bool = True) -> None:
        data, actions = QMimeData(), Qt.DropAction.CopyAction
        data.setData(KIND_MIME, kind.encode())
        view = self.canvas.viewport()
        enter = QDragEnterEvent(QPoint(2, 2), actions, data, LEFT, NONE)
        QApplication.sendEvent(view, enter)
        if not enter.isAccepted():  # the system sends nothing more then
            return
        QApplication.sendEvent(view, QDragMoveEvent(to, actions, data, LEFT, NONE))
        if drop:
            QApplication.sendEvent(view, QDropEvent(QPointF(to), actions, data, LEFT, NONE, QEvent.Type.Drop))

    def picture(self) -> QImage:
        return self.canvas.grab().toImage()


@pytest.fixture
def desk(qtbot) -> Iterator[Callable[..., Desk]]:
    """Opens a canvas, 1200 × 700, on what a text in graph notation draws."""
    opened: list[Desk] = []

    def open_desk(drawn: str | Document = "", theme: str = "light") -> Desk:
        session, selection, colors = (
            Session(graph(drawn) if isinstance(drawn, str) else drawn),
            Selection(),
            Theme(theme),
        )
        canvas = Canvas(session, colors, selection)
        canvas.resize(1200, 700)
        made = Desk(session, selection, colors, canvas)
        opened.append(made)
        with qtbot.waitExposed(canvas):
            canvas.show()
        canvas.zoom_to(1.0)
        bounds = canvas.drawing.bounds
        if bounds:
            canvas.centerOn(*bounds.center)
        canvas.setFocus()
        return made

    yield open_desk
    for made in opened:
        made.canvas.detach()
        made.canvas.close()
        made.canvas.deleteLater()
        made.session.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
