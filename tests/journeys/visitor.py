"""A person who works in the whole window with mouse and keys, and looks at what it shows."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMessageBox, QWidget

from studio.document.graph import NodeId
from studio.gui.canvas.canvas import Canvas
from studio.gui.canvas.geometry import Side
from studio.gui.inspector.node_page import NodePage
from studio.gui.shared.forms.form import Form, Row
from studio.session.training import Run
from tests.gui.shell.conftest import Person
from tests.notation import node

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
DRAG_STEPS = 5
LIKE = 24
"""How far a channel of a color may be off where it is drawn with smooth edges."""


@dataclass
class Visitor(Person):
    """Somebody who has only the window."""

    # What is there.

    @property
    def canvas(self) -> Canvas:
        return self.bench.canvas

    @property
    def page(self) -> NodePage:
        """The inspector's page of the one selected node."""
        assert isinstance(self.bench.inspector.page, NodePage)
        return self.bench.inspector.page

    @property
    def run(self) -> Run:
        """The run that goes on, or was the last."""
        assert self.bench.training.run is not None
        return self.bench.training.run

    @property
    def selected(self) -> list[str]:
        nodes = self.document.root.nodes
        return sorted(nodes[id_].name for id_ in self.bench.selection.nodes)

    @property
    def title(self) -> str:
        """The window's title as the desktop shows it."""
        mark = "*" if self.window.isWindowModified() else ""
        return self.window.windowTitle().replace("[*]", mark)

    @property
    def problems(self) -> str:
        """The status bar's words about problems."""
        return self.window.status.problems.text()

    @property
    def button(self) -> str:
        """What the big button says."""
        return self.window.top_bar.train.text()

    def says(self, part: QWidget) -> list[str]:
        """Every text that can be read in a part of the window."""
        QApplication.processEvents()
        return [label.text() for label in part.findChildren(QLabel) if label.isVisible() and label.text()]

    def curves(self) -> dict[str, dict[str, list[float]]]:
        """What the plots draw: for each axis label its lines by name, with their y values."""
        drawn: dict[str, dict[str, list[float]]] = {}
        for plot in self.bench.train.findChildren(pg.PlotWidget):
            if plot.isVisible():
                item = plot.getPlotItem()
                lines = {line.name(): line.getData()[1] for line in item.listDataItems()}
                drawn[item.getAxis("left").labelText] = {
                    name: [] if values is None else [float(value) for value in values] for name, values in lines.items()
                }
        return drawn

    def id(self, name: str) -> NodeId:
        return node(self.document, name).id

    def picture(self) -> QImage:
        """What the window shows."""
        QApplication.processEvents()
        return self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    # Mouse and keys.

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget} cannot be seen"
        assert widget.isEnabled(), f"{widget} is greyed out"
        QTest.mouseClick(widget, LEFT, NONE, at if at is not None else widget.rect().center())
        QApplication.processEvents()

    def click_button(self, text: str, within: QWidget | None = None) -> None:
        """Click the one button of this text that can be seen."""
        buttons = (within or self.window).findChildren(QAbstractButton)
        (found,) = [each for each in buttons if each.isVisible() and each.text() == text]
        self.click(found)

    def go(self, place: str) -> None:
        """Go to a place by its button in the top bar."""
        button = self.window.top_bar.findChild(QAbstractButton, f"{place}-button")
        assert button is not None
        self.click(button)

    def shortcut(self, key: Qt.Key, held: Qt.KeyboardModifier = CONTROL) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        QApplication.processEvents()

    def fill(self, line: QLineEdit, text: str) -> None:
        """Click into a field, replace what is in it, press Enter."""
        self.until(line.isVisible)
        if self.bench.inspector.isAncestorOf(line):
            self.bench.inspector.ensureWidgetVisible(line)
        self.click(line)
        QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        QApplication.processEvents()

    def set(self, param: str, text: str, form: Form | None = None) -> None:
        """Type into the field of a param in the inspector, or choose from its list with the keyboard."""
        row: Row = (form or self.page.form).rows[param]
        line = row.editor.findChild(QLineEdit)
        if line is not None:
            self.fill(line, text)
            return
        combo = row.editor.combo
        combo.setFocus()
        QTest.keyClicks(combo, text)
        assert combo.currentText() == text
        combo.activated.emit(combo.currentIndex())  # a closed list tells nobody about letters typed on it
        QApplication.processEvents()

    def set_training(self, param: str, text: str) -> None:
        """Type into a field of the Train place."""
        self.set(param, text, self.bench.train.form.form)

    # On the canvas.

    def spot(self, name: str) -> QPoint:
        """The middle of a card, in the view."""
        return self._seen(QPointF(*self.canvas.drawing.nodes[self.id(name)].box.center))

    def output(self, name: str, port: str = "output") -> QPoint:
        return self._seen(QPointF(*self.canvas.drawing.nodes[self.id(name)].end(Side.OUT, port)))

    def input(self, name: str, port: str = "input", slot: int = 0) -> QPoint:
        return self._seen(QPointF(*self.canvas.drawing.nodes[self.id(name)].end(Side.IN, port, slot)))

    def click_card(self, name: str) -> None:
        QTest.mouseClick(self.canvas.viewport(), LEFT, NONE, self.spot(name))
        QApplication.processEvents()

    def click_empty(self) -> None:
        """Click where nothing is drawn."""
        QTest.mouseClick(self.canvas.viewport(), LEFT, NONE, QPoint(6, self.canvas.viewport().height() - 6))
        QApplication.processEvents()

    def drag(self, start: QPoint, end: QPoint) -> None:
        view = self.canvas.viewport()
        assert view.isVisible()
        QTest.mousePress(view, LEFT, NONE, start)
        for step in range(1, DRAG_STEPS + 1):
            QTest.mouseMove(view, start + (end - start) * step / DRAG_STEPS)
        QTest.mouseRelease(view, LEFT, NONE, end)
        QApplication.processEvents()

    def wire(self, source: str, target: str) -> None:
        """Draw a wire with the mouse."""
        self.drag(self.output(source), self.input(target))

    def add_at(self, at: QPoint, letters: str) -> None:
        """Double-click, type, Enter."""
        assert self.canvas.isVisible()
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NONE, at)
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, letters)
        QTest.keyClick(field, Qt.Key.Key_Return)
        QApplication.processEvents()

    def shows_on_card(self, name: str, color: QColor) -> bool:
        """Whether a card has something of a color at it."""
        box = self.canvas.drawing.nodes[self.id(name)].box.grown(4)
        area = self.canvas.viewportTransform().mapRect(box_area(box.x, box.y, box.width, box.height))
        QApplication.processEvents()
        return has_color(self.canvas.viewport().grab(area).toImage(), color)

    # Training.

    def train(self) -> None:
        """Press the big button."""
        self.click(self.window.top_bar.train)

    def kill_engine(self) -> float:
        """Kill the engine that trains, as the system does when memory is short; when that was."""
        for child in psutil.Process().children():
            if any("engine" in word for word in child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
        return time.monotonic()

    def _seen(self, place: QPointF) -> QPoint:
        point = self.canvas.mapFromScene(place)
        assert self.canvas.viewport().rect().contains(point), "it is not in view"
        return point


def box_area(x: float, y: float, width: float, height: float) -> QRect:
    return QRect(round(x), round(y), round(width), round(height))


def has_color(image: QImage, color: QColor) -> bool:
    """Whether some pixel is (nearly) of a color."""
    for y in range(image.height()):
        for x in range(image.width()):
            if is_like(image.pixelColor(x, y), color):
                return True
    return False


def is_like(one: QColor, other: QColor) -> bool:
    return all(
        abs(a - b) <= LIKE
        for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    )


def difference(one: QImage, other: QImage) -> float:
    """The share of pixels in which two pictures of one size differ."""
    assert one.size() == other.size()
    if one == other:
        return 0.0
    pairs = zip(memoryview(one.constBits()).cast("I"), memoryview(other.constBits()).cast("I"), strict=True)
    return sum(a != b for a, b in pairs) / (one.width() * one.height())


def presser(text: str, asked: list[str]) -> Callable[[QMessageBox], int]:
    """Stands in for `QMessageBox.exec`: shows the box, and presses its button of that text with the mouse."""

    def exec_(box: QMessageBox) -> int:
        asked.append(box.text())
        box.show()
        (button,) = [each for each in box.buttons() if each.text().replace("&", "") == text]
        QTest.mouseClick(button, LEFT)
        box.hide()
        return int(box.standardButton(button))

    return exec_
