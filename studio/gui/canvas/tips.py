"""Tooltips: what is under the mouse, in words."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from studio.analysis.analysis import Analysis
from studio.document.blocks import MODEL, Where
from studio.document.graph import Graph
from studio.gui.canvas.face import node_text, spec_text
from studio.gui.canvas.geometry import Side
from studio.gui.canvas.hits import FrameHit, Hit, NodeHit, SocketHit, WireHit
from studio.session.session import Session


def tip(graph: Graph, analysis: Analysis, found: Hit, where: Where = MODEL) -> str:
    """What a tooltip says about something; nothing about frames and the empty canvas."""
    match found:
        case NodeHit(node):
            return node_text(analysis, graph.nodes[node], where)
        case WireHit(edge):
            lines = [f"{graph.nodes[edge.source].name} → {graph.nodes[edge.target].name}"]
            lines.append(spec_text(analysis.edge_spec(edge, where)))
            problems = [each for each in analysis.problems_of(edge.target, where) if each.graph == where.graph]
            lines += [each.text for each in problems if each.is_at(edge.target, edge.target_port, edge.slot)]
            return "\n".join(lines)
        case SocketHit(node, socket) if socket.side is Side.OUT:
            return f"{socket.said}: {spec_text(analysis.outputs(node, where).get(socket.port))}"
        case SocketHit(node, socket):
            wire = graph.edge_at(node, socket.port, socket.slot)
            if wire is not None:
                return f"{socket.said}: {spec_text(analysis.edge_spec(wire, where))}"
            return f"{socket.said}: {'optional, ' if socket.hollow else ''}not wired"
        case FrameHit() | None:
            return ""


def show_tip(session: Session, where: Where, found: Hit, at: QPoint, widget: QWidget) -> None:
    """Show the tooltip, or none where there is nothing to say."""
    text = tip(session.document.graphs[where.graph], session.analysis, found, where)
    if text:
        QToolTip.showText(at, as_text(text), widget)
    else:
        QToolTip.hideText()


def as_text(text: str) -> str:
    """Markup that shows `text` as it stands: a tooltip would take markup in a name for its own."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"
