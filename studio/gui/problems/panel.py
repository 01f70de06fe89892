"""The problems of the drawing: a click goes to the node, a fix is one click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from studio.analysis.problem import Fix, Problem, Severity, severity_rank
from studio.analysis.remedies import Remedy, remedy
from studio.document.blocks import spelled
from studio.document.graph import NodeId
from studio.gui.shared.buttons import Button
from studio.gui.shared.flow import Flow
from studio.gui.shared.icons import pixmap
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session.preflight import Preflight
from studio.session.session import Session

MOST = 200
"""More rows than this help nobody; the first ones are to be mended first anyway."""
FIXES_SHOWN = 3
NAME_PX = 112


class ProblemRow(QFrame):
    """One problem: its icon, its sentence, its node, its first fixes. `opened` when it is clicked or entered.

    `remedy_asked` when what mends it is no edit, and the button for it is pressed; `stepped` to go to another row.
    """

    opened = Signal(object)
    mended = Signal(object)
    remedy_asked = Signal(object)
    stepped = Signal(int)

    def __init__(self, problem: Problem, where: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{problem.severity}: {f'{where}: ' if where else ''}{problem.text}")
        self._mark = QLabel()
        self._mark.setFixedSize(16, 16)
        self._mark.setToolTip(f"{problem.severity} · {problem.code}")
        self._text = Words(problem.text, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        if where:
            row.addLayout(_place(where))
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._text)
        self.buttons: list[Button] = []
        self._flow = Flow()
        column.addLayout(self._flow)
        row.addLayout(column, 1)
        self._show_buttons()
        self.paint_with(theme.tokens)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        color = {Severity.ERROR: t.error, Severity.WARNING: t.warning, Severity.HINT: t.hint}[self.problem.severity]
        self._mark.setPixmap(pixmap(str(self.problem.severity), color, 16, self.devicePixelRatioF()))
        own = self.palette()
        own.setColor(self.backgroundRole(), t.accent_soft if self.hasFocus() else t.raised)
        self.setPalette(own)

    def renew(self, problem: Problem) -> None:
        """Take the same problem as it was found in another state of the drawing: its fixes may be others."""
        self.problem = problem
        if [fix.label for fix in self._fixes] != [button.text() for button in self.buttons[: len(self._fixes)]]:
            self._show_buttons()

    @property
    def _fixes(self) -> tuple[Fix, ...]:
        return self.problem.fixes[:FIXES_SHOWN]

    def _show_buttons(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(fix.label) for fix in self._fixes]
        elsewhere = remedy(self.problem)
        if elsewhere is not None:
            button = Button(elsewhere, self._theme, height_px=24, shrinks=True)
            button.clicked.connect(lambda: self.remedy_asked.emit(self.problem))
            self.buttons.append(button)
        for button in self.buttons:
            self._flow.addWidget(button)

    def _button(self, label: str) -> Button:
        button = Button(label, self._theme, height_px=24, shrinks=True)
        button.setToolTip(self.tr("{fix}\nCtrl+Z takes it back.").format(fix=label))
        button.clicked.connect(lambda: self._mend(label))
        return button

    def _mend(self, label: str) -> None:
        """Ask for the fix as it is now; where the drawing has left it behind, offer what there is instead."""
        fix = next((fix for fix in self.problem.fixes if fix.label == label), None)
        if fix is not None:
            self.mended.emit(fix)
        else:
            self._show_buttons()

    def mousePressEvent(self, event: object) -> None:
        """Go to the node."""
        self.setFocus()
        self.opened.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the node, Ctrl+. applies the first fix, the arrow keys go through the list."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.opened.emit(self.problem)
            case Qt.Key.Key_Period if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.problem.fixes:
                self.mended.emit(self.problem.fixes[0])
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show the focus."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.paint_with(self._theme.tokens)
        return handled


def _place(where: str) -> QVBoxLayout:
    """The name of a node, and below it the blocks that it is in, the innermost last; both in full as a tooltip."""
    around, _, own = where.rpartition(" / ")
    column = QVBoxLayout()
    column.setSpacing(0)
    rows = ((own, False, Qt.TextElideMode.ElideRight), (around, True, Qt.TextElideMode.ElideLeft))
    for text, is_around, side in rows:
        if text:
            name = Words(text, bold=not is_around, muted=is_around)
            name.setText(name.fontMetrics().elidedText(text, side, NAME_PX))
            name.setFixedWidth(NAME_PX)
            name.setToolTip(where)
            column.addWidget(name)
    column.addStretch(1)
    return column


class ProblemsPanel(QWidget):
    """The list, always what analysis and the check of the data say now; `counted` carries (errors, warnings, hints).

    `remedy_asked` when a problem is to be mended by something that is no edit.
    """

    counted = Signal(object)
    remedy_asked = Signal(object)

    def __init__(
        self,
        session: Session,
        selection: Selection,
        theme: Theme,
        preflight: Preflight | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._preflight = preflight
        self._selection = selection
        self._theme = theme
        self._shown: tuple[Problem, ...] | None = None
        self.rows: list[ProblemRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(self._list)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = Words(muted=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(area)
        session.analysis.updated.connect(self._follow)
        if preflight is not None:
            preflight.changed.connect(self._follow_check)
        theme.changed.connect(self._paint)
        self.refresh()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be mended, errors first; a blank page is no mistake."""
        if not self._session.document.root.nodes:
            return ()
        drawn = self._session.analysis.problems
        data = self._preflight.problems if self._preflight is not None else ()
        return tuple(sorted((*drawn, *data), key=severity_rank)) if data else drawn

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many errors, warnings and hints there are."""
        problems = self.problems
        errors, warnings, hints = (sum(problem.severity is level for problem in problems) for level in Severity)
        return errors, warnings, hints

    def refresh(self) -> None:
        """Show what analysis says now."""
        problems = self.problems
        self._empty.setText(
            self.tr("No problems. Ready to train.")
            if self._session.document.root.nodes
            else self.tr("Nothing is drawn yet.")
        )
        if problems == self._shown:
            self._shown = problems
            for row, problem in zip(self.rows, problems, strict=False):
                row.renew(problem)
            return
        self._shown = problems
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._row(problem) for problem in problems[:MOST]]
        for at, row in enumerate(self.rows):
            self._column.insertWidget(at, row)
        self._pages.setCurrentIndex(1 if problems else 0)
        self.counted.emit(self.counts)

    def release(self) -> None:
        """Let go of session and theme."""
        self._session.analysis.updated.disconnect(self._follow)
        if self._preflight is not None:
            self._preflight.changed.disconnect(self._follow_check)
        self._theme.changed.disconnect(self._paint)

    def mend_first(self) -> None:
        """Apply the first fix that there is."""
        fix = next((problem.fixes[0] for problem in self.problems if problem.fixes), None)
        if fix is not None:
            self._mend(fix)

    def _row(self, problem: Problem) -> ProblemRow:
        name = spelled(self._session.document.graphs, problem.where, problem.node)
        row = ProblemRow(problem, name, self._theme)
        row.opened.connect(self._open)
        row.mended.connect(self._mend)
        row.remedy_asked.connect(self.remedy_asked)
        row.stepped.connect(lambda by: self._step(row, by))
        return row

    def _step(self, row: ProblemRow, by: int) -> None:
        at = self.rows.index(row) + by
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _open(self, problem: Problem) -> None:
        if remedy(problem) is Remedy.DATA:
            self.remedy_asked.emit(problem)
        elif problem.graph in (graphs := self._session.document.graphs):
            if problem.node is not None and problem.node in graphs[problem.graph].nodes:
                self._selection.reveal(problem.node, problem.where)
            else:
                self._selection.show(problem.where)

    def _mend(self, fix: Fix) -> None:
        self._session.do(fix.make(self._session.document))

    def _follow(self, nodes: frozenset[NodeId]) -> None:
        self.refresh()

    def _follow_check(self, preflight: Preflight) -> None:
        self.refresh()

    def _paint(self, t: Tokens) -> None:
        for row in self.rows:
            row.paint_with(t)
