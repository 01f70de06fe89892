"""What a gesture is, and what it can ask of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint

from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import NodeId
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.geometry import Box, Point
from studio.gui.shared.offers import Offer
from studio.gui.shared.selection import Selection
from studio.session.session import Session


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse: where on the canvas, where on the screen, and which keys are held."""

    place: Point
    view: QPoint
    shift: bool = False
    alt: bool = False
    control: bool = False


class Gesture(Protocol):
    """A press that has become something. After `finish` or `cancel`, nothing of it is left on the canvas."""

    def move(self, pointer: Pointer) -> None:
        """The mouse is elsewhere, or a key came or went."""

    def finish(self, pointer: Pointer) -> None:
        """The button is up: do it, as one edit."""

    def cancel(self) -> None:
        """Leave everything as it was before."""


class Board(Protocol):
    """What tools work on."""

    session: Session
    selection: Selection
    drawing: Drawing

    @property
    def document(self) -> Document:
        """The document as if the drawing that is shown were the model: what edits for `do` are made with."""

    def do(self, edit: Edit) -> None:
        """Make an edit to the drawing that is shown."""

    def say(self, text: str, near: QPoint) -> None:
        """Show a sentence near the pointer; an empty one hides it."""

    def on_screen(self, point: Point) -> QPoint:
        """Where a place of the canvas is in the view."""

    def ask_kind(self, near: QPoint, offers: Sequence[Offer], picked: Callable[[Offer], object]) -> None:
        """Let the user choose a kind or a block by typing or from a list."""

    def visible_box(self) -> Box:
        """What can be seen of the canvas."""

    def take_focus(self, node: NodeId) -> None:
        """Select a node that was just made."""
