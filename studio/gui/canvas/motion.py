"""Motion: cards glide to where they have gone, to show it; off where the system asks for less motion."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle

from studio.document.graph import NodeId
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.geometry import Point

DURATION_MS = 120
MOST = 300
"""More cards than this jump: so many do not glide smoothly."""


class Glide(QObject):
    """Shows nodes on their way from where they were to where the document has them now."""

    def __init__(self, drawing: Drawing, parent: QObject) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._starts: dict[NodeId, Point] = {}
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._show)
        self._animation.finished.connect(self._arrive)

    @property
    def is_running(self) -> bool:
        """Whether something is still moving."""
        return self._animation.state() is QVariantAnimation.State.Running

    def begin(self, starts: Mapping[NodeId, Point]) -> None:
        """Lead these nodes from the given places to those in the document."""
        self._starts |= starts
        if len(self._starts) > MOST or not _wanted():
            self.stop()
            return
        self._animation.stop()
        self._show(0.0)
        self._animation.start()

    def stop(self) -> None:
        """Show everything where it belongs, at once."""
        self._animation.stop()
        self._arrive()

    def _show(self, done: float) -> None:
        nodes = self._drawing.graph.nodes
        self._drawing.show_at(
            {
                id_: Point(start.x + (nodes[id_].x - start.x) * done, start.y + (nodes[id_].y - start.y) * done)
                for id_, start in self._starts.items()
                if id_ in nodes
            }
        )

    def _arrive(self) -> None:
        starts, self._starts = self._starts, {}
        nodes = self._drawing.graph.nodes
        there = [id_ for id_ in starts if id_ in nodes]
        self._drawing.show_at({id_: Point(nodes[id_].x, nodes[id_].y) for id_ in there})
        self._drawing.reroute(self._drawing.nodes[id_].box for id_ in there)


def _wanted() -> bool:
    """Whether the style moves anything at all."""
    style = QApplication.style()
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
