"""Copy, paste and duplicate, and new frames: what is put in, and where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from studio.core.errors import FileRefused
from studio.core.ids import new_id
from studio.document.changes import Edit
from studio.document.clipboard import Fragment, copied
from studio.document.clipboard import paste as paste_fragment
from studio.document.document import Document
from studio.document.graph import Frame, NodeId
from studio.gui.canvas.drawing import Drawing
from studio.gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, GRID, Point, snapped, united
from studio.project.format import decode_fragment, encode_fragment

STEP = 4 * GRID
FRAME_MARGIN = 24.0
FRAME_TITLE = 40.0


def copy(document: Document, nodes: Collection[NodeId]) -> None:
    """Put nodes, and the wires among them, on the clipboard; with no nodes, it stays as it is."""
    if nodes:
        QGuiApplication.clipboard().setText(encode_fragment(copied(document, nodes)))


def pasted(document: Document, at: Point | None) -> tuple[Edit, tuple[NodeId, ...]] | None:
    """The edit that puts in the clipboard's nodes, around `at` or beside the original; None if it holds none."""
    try:
        fragment = decode_fragment(QGuiApplication.clipboard().text())
    except FileRefused:  # somebody copied something else
        return None
    return _placed(document, fragment, at, "Paste")


def duplicated(document: Document, nodes: Collection[NodeId]) -> tuple[Edit, tuple[NodeId, ...]] | None:
    """The edit that puts a copy of nodes beside them; None without nodes."""
    return _placed(document, copied(document, nodes), None, "Duplicate") if nodes else None


def new_frame(drawing: Drawing, nodes: Collection[NodeId], middle: Point, text: str) -> Frame:
    """A frame around nodes; without nodes, or for a note, an ordinary one around `middle`."""
    around = united(drawing.nodes[node].box for node in nodes) if not text else None
    if around is None:
        fresh = Frame(new_id(), "" if text else "Frame", text)
        return replace(fresh, x=snapped(middle.x - fresh.width / 2), y=snapped(middle.y - fresh.height / 2))
    x, y = around.x - FRAME_MARGIN, around.y - FRAME_TITLE
    width, height = around.width + 2 * FRAME_MARGIN, around.height + FRAME_TITLE + FRAME_MARGIN
    return Frame(new_id(), "Frame", x=x, y=y, width=width, height=height)


def _placed(
    document: Document, fragment: Fragment, at: Point | None, label: str
) -> tuple[Edit, tuple[NodeId, ...]] | None:
    if not fragment.nodes:
        return None
    left, top = min(node.x for node in fragment.nodes), min(node.y for node in fragment.nodes)
    right, bottom = max(node.x for node in fragment.nodes), max(node.y for node in fragment.nodes)
    if at is not None:
        dx = snapped(at.x - (left + right + CARD_WIDTH) / 2)
        dy = snapped(at.y - (top + bottom + CARD_HEIGHT) / 2)
    else:
        dx = dy = STEP
    taken = {(node.x, node.y) for node in document.root.nodes.values()}
    while any((node.x + dx, node.y + dy) in taken for node in fragment.nodes):
        dx, dy = dx + STEP, dy + STEP
    return paste_fragment(document, fragment, dx, dy, label=label)
