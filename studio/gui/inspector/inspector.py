"""The inspector: the selected node, or what several have in common, or the project."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.document.changes import Edit
from studio.document.graph import NodeId
from studio.gui.inspector.node_page import NodePage
from studio.gui.inspector.project_page import ProjectPage, SeveralPage
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.session.session import Session

SMALLEST_PX = 288
"""What a form with an object's own params in it needs."""


class Inspector(QScrollArea):
    """Shows a page for what is selected; the page is kept as long as it is about the same node of the same kind.

    `remedy_asked` when a problem is to be mended by something that is no edit, `preview_asked` when it is to be seen
    what a node makes of images.
    """

    remedy_asked = Signal(object)
    preview_asked = Signal(object)

    def __init__(self, session: Session, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selection = selection
        self._theme = theme
        self.page: NodePage | ProjectPage | SeveralPage | None = None
        self._subject: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(SMALLEST_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(16, 16, 16, 16)
        self.setWidget(self._holder)
        session.document.changed.connect(self._follow_document)
        session.analysis.updated.connect(self._follow_analysis)
        selection.changed.connect(self._follow_selection)
        theme.changed.connect(self._rebuild)
        self.refresh()

    def refresh(self) -> None:
        """Show what is selected now."""
        graph = self._session.document.graphs.get(self._selection.where.graph)
        nodes = graph.nodes if graph is not None else {}
        chosen = [node for node in self._selection.nodes if node in nodes]
        if len(chosen) == 1:
            node = nodes[chosen[0]]
            data = self._session.document.data
            subject: object = (self._selection.where, node.id, node.kind, node.shares, node.graph, data)
        else:
            subject = len(chosen)
        if subject != self._subject or self.page is None:
            self._subject = subject
            self._show(self._make(chosen))
        if self.page is not None:
            self.page.refresh()

    def release(self) -> None:
        """Let go of session, selection and theme."""
        self._session.document.changed.disconnect(self._follow_document)
        self._session.analysis.updated.disconnect(self._follow_analysis)
        self._selection.changed.disconnect(self._follow_selection)
        self._theme.changed.disconnect(self._rebuild)

    def focus_first(self) -> None:
        """Put the cursor into the first field of the selected node."""
        if isinstance(self.page, NodePage):
            row = next(iter(self.page.form.rows.values()), None)
            (row.editor if row else self.page.name).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_name(self) -> None:
        """Put the cursor into the name of the selected node."""
        if isinstance(self.page, NodePage):
            self.page.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.page.name.selectAll()

    def _make(self, chosen: list[NodeId]) -> NodePage | ProjectPage | SeveralPage:
        if len(chosen) == 1:
            asks = self.remedy_asked.emit, self.preview_asked.emit
            return NodePage(self._session, self._selection, chosen[0], self._theme, *asks)
        if chosen:
            return SeveralPage(self._session, self._selection)
        return ProjectPage(self._session, self._theme)

    def _show(self, page: NodePage | ProjectPage | SeveralPage) -> None:
        if self.page is not None:
            self._column.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
        self.page = page
        self._column.addWidget(page)
        self.verticalScrollBar().setValue(0)

    def _follow_document(self, edit: Edit) -> None:
        self.refresh()

    def _follow_analysis(self, nodes: frozenset[NodeId]) -> None:
        if self.page is not None:
            self.page.refresh()

    def _follow_selection(self, selection: Selection) -> None:
        self.refresh()

    def _rebuild(self, t: Tokens) -> None:
        self._subject = None
        self.refresh()
