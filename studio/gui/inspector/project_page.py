"""The page of the project, where no node is selected: its sums, and how it is trained; and that of several nodes."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.wording import bytes_text, count_text, plural
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.gui.shared.training_form import TrainingForm
from studio.gui.shared.words import Words
from studio.session.session import Session


class ProjectPage(QWidget):
    """The sums of the model and the training choice."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._title = Words(points=2, bold=True, wrap=True)
        self._sums = Words(muted=True, wrap=True)
        self.form = TrainingForm(session, theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._sums)
        column.addSpacing(4)
        column.addWidget(Words(self.tr("Training"), bold=True))
        column.addWidget(self.form)
        column.addStretch(1)

    def refresh(self) -> None:
        """Show the project as it is now."""
        totals = self._session.analysis.totals
        nodes = len(self._session.document.root.nodes)
        count = totals.trainable + totals.non_trainable
        self._title.setText(self._session.title)
        sums = [plural(nodes, "node")]
        if nodes:
            sums.append(f"{plural(count, 'parameter')}, {bytes_text(totals.weight_bytes)}")
            if totals.non_trainable:
                sums.append(f"{count_text(totals.non_trainable)} of them not trained")
            if totals.activation_bytes:
                sums.append(f"{bytes_text(totals.activation_bytes)} of activations per example")
        self._sums.setText("\n".join(sums))
        self.form.refresh()


class SeveralPage(QWidget):
    """What several selected nodes come to."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selection = selection
        self._title = Words(points=2, bold=True)
        self._sums = Words(muted=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._title)
        column.addWidget(self._sums)
        column.addStretch(1)

    def refresh(self) -> None:
        """Show the selection as it is now."""
        where = self._selection.where
        nodes = self._session.document.graphs[where.graph].nodes
        chosen = [nodes[node] for node in self._selection.nodes if node in nodes]
        self._title.setText(self.tr("{count} nodes").format(count=len(chosen)))
        kinds: dict[str, int] = {}
        for node in chosen:
            kinds[node.kind] = kinds.get(node.kind, 0) + 1
        count = sum(weight.size for node in chosen for weight in self._session.analysis.weights(node.id, where) or ())
        lines = [f"{number} × {kind}" for kind, number in sorted(kinds.items())]
        self._sums.setText("\n".join([*lines, plural(count, "parameter")]))
