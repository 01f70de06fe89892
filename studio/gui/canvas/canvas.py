"""The canvas: the view on the drawing, the one place where mouse and keys become gestures and edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from studio.analysis.layout import Extent, layout
from studio.document import edits
from studio.document.blocks import MODEL, Where
from studio.document.changes import Edit, moved_to
from studio.document.document import Document
from studio.document.graph import ROOT, NodeId
from studio.gui.canvas import clipping
from studio.gui.canvas.background import paint_grid
from studio.gui.canvas.block_steps import BlockSteps
from studio.gui.canvas.bubble import Bubble
from studio.gui.canvas.camera import Camera
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.dropping import Dropping
from studio.gui.canvas.frame_steps import FrameSteps
from studio.gui.canvas.geometry import Box, Point, united
from studio.gui.canvas.hand import Hand
from studio.gui.canvas.hits import NodeHit, SocketHit, WireHit, hit
from studio.gui.canvas.items import rect
from studio.gui.canvas.keys import Keys
from studio.gui.canvas.kind_picker import KindPicker
from studio.gui.canvas.look import Look
from studio.gui.canvas.motion import Glide
from studio.gui.canvas.newcomers import Newcomers
from studio.gui.canvas.tips import show_tip
from studio.gui.canvas.tools.gesture import Pointer
from studio.gui.canvas.veil import Veil
from studio.gui.shared.buttons import Button
from studio.gui.shared.offers import Offer
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.session.session import Session

STEP = 1.2
"""How much one notch of the wheel, or one press of a zoom key, enlarges."""
MARGIN_PX = 48.0
READABLE = 0.6
"""The scale below which text on cards is guessed rather than read."""
EDGE_PX = 1_000_000.0
"""How far the canvas goes in each direction."""
NOTCH = 120.0
BELOW_PX = 104
"""How far below the middle what is offered on an empty canvas begins: below the invitation."""


class Canvas(QGraphicsView):
    """Shows the session's graph and edits it, only ever through `session.do`.

    `opened` carries the id of a node that was double-clicked, `menu_asked` the place on the screen where a context
    menu is wanted (what was under the mouse is selected by then), `zoomed` the new scale. `suggestion_asked` says that
    a model is wanted for the data. Call `detach` before letting it go while the session lives on.
    """

    opened = Signal(object)
    menu_asked = Signal(object)
    suggestion_asked = Signal()
    zoomed = Signal(object)

    def __init__(self, session: Session, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.selection = selection
        self.theme = theme
        self.drawing = Drawing(session, Look(theme.tokens, self.font()))
        self._camera = Camera(self, self.drawing, self.zoomed.emit)
        self._hand = Hand(self)
        self._by_keys = False
        self._untouched = True
        self._attached = True
        self._glide = Glide(self.drawing, self)
        self.blocks = BlockSteps(self)
        self._keys = Keys(self)
        self._veil = Veil(self.drawing.look, self)
        self.suggest = Button(self.tr("Suggest a model for the data"), theme, icon_name="build", parent=self)
        self.suggest.clicked.connect(self.suggestion_asked)
        self._bubble = Bubble(theme, self)
        self._picker = KindPicker(theme, self)
        self._newcomers = Newcomers(self)
        self._dropping = Dropping(self, self._hand)
        self.frames = FrameSteps(self)
        self._set_up_view()
        self._connect()
        self._show_veil()

    def _set_up_view(self) -> None:
        self.setScene(self.drawing.scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSceneRect(-EDGE_PX, -EDGE_PX, 2 * EDGE_PX, 2 * EDGE_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The drawing of the model. A adds a layer, the arrow keys move."))
        self.centerOn(0.0, 0.0)

    def _connect(self) -> None:
        self.session.document.changed.connect(self._follow)
        self.selection.shown.connect(self._show_where)
        self.selection.changed.connect(self._show_selection)
        self.selection.revealed.connect(self.reveal)
        self.theme.changed.connect(self._show_theme)
        self.drawing.moved.connect(self._glide.begin)
        self._show_selection(self.selection)

    def detach(self) -> None:
        """Let go of session, selection and theme; nothing is shown any more."""
        if not self._attached:
            return
        self._attached = False
        self.cancel_gesture()
        self._glide.stop()
        self.drawing.moved.disconnect(self._glide.begin)
        self.theme.changed.disconnect(self._show_theme)
        self.selection.revealed.disconnect(self.reveal)
        self.selection.changed.disconnect(self._show_selection)
        self.selection.shown.disconnect(self._show_where)
        self.session.document.changed.disconnect(self._follow)
        self.drawing.close()

    @property
    def document(self) -> Document:
        """The document as if the drawing that is shown were the model: what edits for `do` are made with."""
        document = self.session.document
        return document if self.drawing.where.graph == ROOT else document.seen_from(self.drawing.where.graph)

    def do(self, edit: Edit) -> None:
        """Make an edit to the drawing that is shown."""
        self.session.do(moved_to(edit, self.drawing.where.graph))

    # Looking.

    @property
    def scale_now(self) -> float:
        """Screen pixels for each scene pixel."""
        return self._camera.scale

    @property
    def lens(self) -> bool:
        """Whether every wire shows its shape."""
        return self.drawing.lens

    def set_lens(self, lens: bool) -> None:
        """Show or hide the shapes on all wires."""
        self.drawing.set_lens(lens)

    def settled(self) -> bool:
        """Whether nothing moves and nothing waits to be shown."""
        return not self._glide.is_running and not self._hand.is_busy

    def fit(self) -> None:
        """Show the whole drawing, not larger than life."""
        self._glide.stop()
        self._untouched = False
        self._camera.fit()

    def show_start(self) -> None:
        """Show the whole drawing, or as much of its beginning as can be read."""
        self._glide.stop()
        self._camera.show_start()

    def zoom_in(self) -> None:
        """Show everything a step larger."""
        self._untouched = False
        self._camera.zoom(1)

    def zoom_out(self) -> None:
        """Show everything a step smaller."""
        self._untouched = False
        self._camera.zoom(-1)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show everything at `scale` (0.1 to 4); the point at `at` in the view, or the middle, stays where it is."""
        self._untouched = False
        self._camera.zoom_to(scale, at)

    def scroll_by(self, step: QPoint) -> None:
        """Move what is shown by screen pixels."""
        self._camera.scroll(step)

    def reveal(self, node: NodeId) -> None:
        """Bring a node into view, large enough to be read."""
        if node in self.drawing.nodes:
            self._untouched = False
            self._camera.reveal(self.drawing.nodes[node].box)

    def visible_box(self) -> Box:
        """What can be seen of the canvas."""
        return self._camera.seen()

    # Editing.

    def add_kind(self, wanted: Offer | str, scene_pos: QPointF | None = None) -> NodeId:
        """Add what is offered, or has that id: around `scene_pos`, or behind the one selected node, or in the middle.

        Raises EditRefused where it cannot be, as for a block inside itself.
        """
        return self._newcomers.add(wanted, scene_pos)

    def begin_quick_add(self, pos: QPoint | None = None) -> None:
        """Ask for a layer by name; it is put at `pos` in the view, or as `add_kind` does without a place."""
        self._newcomers.ask(pos)

    def select_all(self) -> None:
        """Select every node and wire."""
        self.selection.select(self.drawing.nodes, self.drawing.wires)

    def delete_selection(self) -> None:
        """Delete the selected nodes and wires, or the selected frame."""
        if self.frames.is_selected:
            self.frames.delete()
            return
        graph = self.drawing.graph
        nodes = [node for node in self.selection.nodes if node in graph.nodes]
        wires = [edge for edge in self.selection.edges if graph.has_edge(edge)]
        if nodes or wires:
            self.do(edits.remove(self.document, nodes, wires))

    def copy(self) -> None:
        """Put the selected nodes, and the wires among them, on the clipboard."""
        clipping.copy(self.document, self.selection.nodes)

    def cut(self) -> None:
        """Copy, then delete."""
        self.copy()
        self.delete_selection()

    def paste(self) -> None:
        """Put in what the clipboard holds: at the mouse if it is over the canvas, else beside the original."""
        pointer = self._hand.place
        at = self._camera.point(pointer) if pointer is not None and self.viewport().underMouse() else None
        self._put(clipping.pasted(self.document, at))

    def duplicate(self) -> None:
        """Put a copy of the selected nodes beside them; the clipboard stays as it is."""
        self._put(clipping.duplicated(self.document, self.selection.nodes))

    def arrange(self) -> None:
        """Lay the drawing out from left to right."""
        extents = {id_: Extent(item.body.height, item.body.anchor) for id_, item in self.drawing.nodes.items()}
        self.do(layout(self.document, extents))

    def add_frame(self, text: str = "") -> None:
        """Put a frame around the selected nodes, or an empty one, or a note, in the middle of the view."""
        self.frames.add(text)

    def enter_or_add(self) -> None:
        """Look into the selected block; where none is selected, ask for a layer."""
        node = self.selection.node
        if node is None or not self.blocks.enter(node):
            self.begin_quick_add()

    def delete_or_leave(self) -> None:
        """Delete what is selected; where nothing is, leave the block that is shown."""
        if not self.frames.is_selected and not self.selection.nodes and not self.selection.edges:
            self.blocks.leave()
        else:
            self.delete_selection()

    def cancel_gesture(self) -> bool:
        """Leave a gesture without doing anything; whether there was one."""
        return self._hand.cancel()

    # What tools ask for.

    def say(self, text: str, near: QPoint) -> None:
        """Show a sentence near the pointer; an empty one hides it."""
        self._bubble.say(text, near)

    def on_screen(self, point: Point) -> QPoint:
        """Where a place of the canvas is in the view."""
        return self.mapFromScene(QPointF(*point))

    def ask_kind(self, near: QPoint, offers: Sequence[Offer], picked: Callable[[Offer], object]) -> None:
        """Let the user choose a kind or a block by typing or from a list."""
        self._picker.ask(near, offers, picked)

    def take_focus(self, node: NodeId) -> None:
        """Select a node that was just made."""
        self.frames.select(None)
        self.selection.select([node])
        item = self.drawing.nodes[node]
        if not self.visible_box().holds(item.box):
            self.ensureVisible(rect(item.box), 48, 48)

    # Inside.

    def _put(self, made: tuple[Edit, Collection[NodeId]] | None) -> None:
        if made is not None:
            self.do(made[0])
            self.selection.select(made[1])
            whole = united(self.drawing.nodes[node].box for node in made[1])
            if whole is not None and not self.visible_box().holds(whole):
                self.ensureVisible(rect(whole), 48, 48)

    def _show_where(self, where: Where) -> None:
        self.cancel_gesture()
        self._glide.stop()
        self.frames.forget()
        self._hand.forget()
        self.drawing.show(where)
        self.blocks.show_way()
        self._camera.show_start()
        self._show_veil()

    def _follow(self, edit: Edit) -> None:
        """The document has changed under a gesture (undo): the gesture is off. What is gone is not selected."""
        self.cancel_gesture()
        if self.drawing.where.graph not in self.session.document.graphs:
            self.selection.show(MODEL)
        self.blocks.show_way()
        graph = self.drawing.graph
        self.frames.follow()
        nodes, wires = self.selection.nodes, self.selection.edges
        self.selection.select(nodes & graph.nodes.keys(), [edge for edge in wires if graph.has_edge(edge)])
        self._hand.forget()
        self._show_veil()

    def _show_selection(self, selection: Selection) -> None:
        self.drawing.select(selection.nodes, selection.edges)
        if selection.nodes or selection.edges:
            self.frames.select(None)
        self._show_veil()

    def _show_theme(self, tokens: Tokens) -> None:
        self.drawing.set_look(Look(tokens, self.font()))
        self._veil.show_look(self.drawing.look)
        self.viewport().update()

    def _show_veil(self) -> None:
        graph = self.drawing.graph
        node = self.selection.node
        ringed = self._by_keys and self.hasFocus()
        inviting = not graph.nodes and not graph.frames
        self._veil.show_state(inviting=inviting, ringed=ringed and node is None)
        has_data = bool(self.session.document.data.features) and self.drawing.where.graph == ROOT
        self.suggest.setVisible(inviting and has_data)
        self.drawing.focus(node if ringed else None)

    def show_keys(self, by_keys: bool) -> None:
        """Whether the focus is shown: it is while the keyboard is used."""
        self._by_keys = by_keys
        self._show_veil()

    # Mouse.

    def _pointer_of(self, event: QMouseEvent) -> Pointer:
        keys, at = event.modifiers(), event.position()
        place = self.viewportTransform().inverted()[0].map(at)
        return Pointer(
            Point(place.x(), place.y()),
            at.toPoint(),
            shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(keys & Qt.KeyboardModifier.AltModifier),
            control=bool(keys & Qt.KeyboardModifier.ControlModifier),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._untouched = False
        self.show_keys(False)
        self._glide.stop()
        self.say("", QPoint())
        self._hand.press(self._pointer_of(event), event.button(), pans=self._keys.space_is_down)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or show what is under the mouse."""
        self._hand.move(self._pointer_of(event))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish the gesture."""
        self._hand.release(self._pointer_of(event), event.button())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add on the empty canvas, insert on a wire, open a node, edit a frame."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand.double_click(self._pointer_of(event))
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with a wheel, scroll with two fingers."""
        self._untouched = False
        self._camera.wheel(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is under the mouse and ask for a menu."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            match hit(self.drawing, self._camera.point(event.pos())):
                case NodeHit(node) | SocketHit(node) if node not in self.selection.nodes:
                    self.selection.select([node])
                case WireHit(edge) if edge not in self.selection.edges:
                    self.selection.select(edges=[edge])
        self.menu_asked.emit(event.globalPos())
        event.accept()

    # Drag and drop from the palette, and from the list of features.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show the ghost of a card."""
        self._dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Move the ghost."""
        self._dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the ghost away."""
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the node, or the nodes of features."""
        self._dropping.drop(event)

    # Keys, focus, and the rest of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key says."""
        self._untouched = False
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Forget a held key."""
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where the keyboard brought it."""
        super().focusInEvent(event)
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self.show_keys(event.reason() in reasons)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget held keys; show no focus."""
        super().focusOutEvent(event)
        self._keys.forget()
        self._show_veil()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips and pinches; all else as Qt does it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = hit(self.drawing, self._camera.point(event.pos()))
            show_tip(self.session, self.drawing.where, found, event.globalPos(), self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self.scale_now * (1.0 + event.value()), event.position())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hand.leave()
        return super().viewportEvent(event)

    def drawBackground(self, painter: QPainter, exposed: QRectF | QRect) -> None:
        """Paint the grid."""
        paint_grid(painter, self.drawing.look.tokens, QRectF(exposed), self.scale_now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the canvas as large as it is; until somebody looks around, show the beginning."""
        super().resizeEvent(event)
        self._veil.setGeometry(self.rect())
        size, middle = self.suggest.sizeHint(), self.rect().center()
        self.suggest.setGeometry(QRect(QPoint(middle.x() - size.width() // 2, middle.y() + BELOW_PX), size))
        self._picker.hide()
        if self._untouched:
            self.show_start()
