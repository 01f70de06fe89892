"""Parts of the Data place that only arrange others: its head, its invitation, the column on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.gui.shared.words import Words

SIDE_PX = 304


def invitation() -> QWidget:
    """What stands where no data is chosen."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 24, 24, 24)
    column.addStretch(2)
    advice = "Drop a file or a folder here, open one, or choose a sample. What is in it appears here."
    words = Words(QCoreApplication.translate("DataPlace", advice), muted=True, wrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(words)
    column.addStretch(3)
    return page


def head(words: Sequence[QWidget], buttons: Sequence[QWidget]) -> QHBoxLayout:
    """Words below each other, and buttons on their right."""
    column = QVBoxLayout()
    column.setSpacing(4)
    for each in words:
        column.addWidget(each)
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addLayout(column, 1)
    for button in buttons:
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return row


def side(below: QWidget, *pages: QWidget) -> QWidget:
    """Pages that scroll, and below them what always shows."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 12, 0)
    for page in pages:
        column.addWidget(page)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidget(holder)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    whole = QWidget()
    whole.setFixedWidth(SIDE_PX)
    both = QVBoxLayout(whole)
    both.setContentsMargins(0, 0, 0, 0)
    both.setSpacing(8)
    both.addWidget(scroll, 1)
    both.addWidget(below)
    return whole
