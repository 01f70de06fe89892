"""The Train place: how it is trained on the left, the dashboard beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.document.changes import Edit
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.gui.shared.training_form import TrainingForm
from studio.gui.shared.words import Words
from studio.gui.training.dashboard import Dashboard
from studio.session.session import Session
from studio.session.training import Training

SETTINGS_WIDTH_PX = 304


class TrainPlace(QWidget):
    """The settings of training and its dashboard."""

    def __init__(
        self,
        session: Session,
        training: Training,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.dashboard = Dashboard(training, selection, theme)
        self.form = TrainingForm(session, theme)
        settings = QWidget()
        column = QVBoxLayout(settings)
        column.setContentsMargins(16, 24, 16, 16)
        column.setSpacing(12)
        column.addWidget(Words(self.tr("Training"), points=2, bold=True))
        column.addWidget(self.form)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(settings)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(SETTINGS_WIDTH_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(area)
        row.addWidget(self.dashboard, 1)
        session.document.changed.connect(self._follow)
        self.form.refresh()

    def release(self) -> None:
        """Let go of session, training and theme."""
        self._session.document.changed.disconnect(self._follow)
        self.dashboard.release()

    def _follow(self, edit: Edit) -> None:
        self.form.refresh()
