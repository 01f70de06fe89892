"""What is dragged in from outside: layers and blocks from the palette, features from the list of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from studio.document.data_choice import Feature
from studio.document.graph import ROOT
from studio.gui.canvas.geometry import Point
from studio.gui.canvas.hand import Hand
from studio.gui.canvas.tools.feature import PlaceFeatures
from studio.gui.canvas.tools.place import Place
from studio.gui.shared.feature_drag import unpacked
from studio.gui.shared.kind_search import KIND_MIME
from studio.gui.shared.offers import offer

if TYPE_CHECKING:
    from studio.gui.canvas.canvas import Canvas


class Dropping:
    """Takes what can be added, as a ghost in the hand, and lets it go where it is dropped."""

    def __init__(self, canvas: Canvas, hand: Hand) -> None:
        self._canvas = canvas
        self._hand = hand

    def enter(self, event: QDragEnterEvent) -> None:
        """Show the ghost of a card; ignore what is nothing of ours."""
        canvas = self._canvas
        wanted = offer(canvas.session, bytes(event.mimeData().data(KIND_MIME).data()).decode("utf-8", "replace"))
        features = self._features_in(event)
        if features:
            self._take(PlaceFeatures(canvas, features), event)
        elif wanted is not None:
            self._take(Place(canvas, wanted), event)
        else:
            event.ignore()

    def move(self, event: QDropEvent) -> None:
        """Let what is dragged be where the mouse is, with Shift or without."""
        carried = self._hand.carried
        if isinstance(carried, PlaceFeatures):
            carried.to_output = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if carried is not None:
            carried.move(self._place(event))
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Add the node, or the nodes of features."""
        self.move(event)
        carried, self._hand.carried = self._hand.carried, None
        if carried is not None:
            carried.finish(self._place(event))
            event.acceptProposedAction()
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, carried: Place | PlaceFeatures, event: QDropEvent) -> None:
        self._canvas.cancel_gesture()
        self._hand.carried = carried
        self.move(event)

    def _features_in(self, event: QDropEvent) -> tuple[Feature, ...]:
        """The features that are dragged; none inside of a block, which no data is bound to."""
        canvas = self._canvas
        names = unpacked(event.mimeData()).features if canvas.drawing.where.graph == ROOT else ()
        return tuple(each for each in canvas.document.data.features if each.name in names)

    def _place(self, event: QDropEvent) -> Point:
        place = self._canvas.mapToScene(event.position().toPoint())
        return Point(place.x(), place.y())
