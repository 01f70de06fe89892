"""The status bar: the model's sums, its problems, and the engine's state in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget

from studio.core.wording import bytes_text, count_text, plural
from studio.gui.shared.icons import icon
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words

if TYPE_CHECKING:
    from studio.session.session import Session

BYTES_PER_PARAM_TRAINED = 3
"""Training with Adam keeps two more numbers for every trained weight, and its gradient for a moment."""


class StatusBar(QStatusBar):
    """Says what it is told; `problems_asked` when the problems are clicked."""

    problems_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = (0, 0, 0)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.sums = Words(muted=True)
        self.engine = Words(muted=True)
        self.problems = QToolButton()
        self.problems.setAutoRaise(True)
        self.problems.setToolButtonStyle(self.problems.toolButtonStyle().ToolButtonTextBesideIcon)
        self.problems.setToolTip(self.tr("Show the problems"))
        self.problems.clicked.connect(self.problems_asked)
        self.addWidget(self.problems)
        self.addWidget(self.sums, 1)
        self.addPermanentWidget(self.engine)
        theme.changed.connect(self._paint)
        self.show_problems((0, 0, 0))

    def show_sums(self, session: Session) -> None:
        """Show the sums of the model."""
        totals = session.analysis.totals
        count = totals.trainable + totals.non_trainable
        if not session.document.root.nodes:
            self.sums.setText("")
            return
        batch = session.document.training.batch_size
        memory = totals.weight_bytes + BYTES_PER_PARAM_TRAINED * 4 * totals.trainable
        memory += 2 * batch * (totals.activation_bytes or 0)
        parts = [plural(count, "parameter"), f"about {bytes_text(memory)} to train"]
        if totals.multiply_adds:
            parts.append(f"{count_text(totals.multiply_adds)} multiply-adds")
        if not totals.complete:
            parts.append("as far as shapes are known")
        self.sums.setText(" · ".join(parts))
        self.sums.setToolTip(
            self.tr("Weights, gradients and the optimizer's memory, and the activations of {count} examples").format(
                count=batch
            )
        )

    def show_problems(self, counts: tuple[int, int, int]) -> None:
        """Show how many errors, warnings and hints there are."""
        self._counts = counts
        errors, warnings, hints = counts
        words = [plural(errors, "error")] * bool(errors) + [plural(warnings, "warning")] * bool(warnings)
        words += [plural(hints, "hint")] * bool(hints)
        self.problems.setText(", ".join(words) or self.tr("No problems"))
        self._paint(self._theme.tokens)

    def _paint(self, t: Tokens) -> None:
        errors, warnings, hints = self._counts
        name, color = "check", t.success
        if errors:
            name, color = "error", t.error
        elif warnings:
            name, color = "warning", t.warning
        elif hints:
            name, color = "hint", t.hint
        self.problems.setIcon(icon(name, color))
