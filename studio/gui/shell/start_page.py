"""What is there before a project is: examples, the projects that were open lately, and a blank page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.icons import pixmap
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.session.examples import Example

WIDTH_PX = 560
RADIUS_PX = 8.0
ICON_PX = 24
MOST_RECENT = 5


class Card(QAbstractButton):
    """One project: a drawing, a title and a line about it; pressed with the mouse, Space or Enter."""

    def __init__(self, icon: str, title: str, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Words(title, bold=True))
        words.addWidget(Words(text, muted=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(16 + ICON_PX + 16, 12, 16, 12)
        row.addLayout(words, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface and the icon."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.hasFocus()
        painter.setPen(QPen(t.accent if chosen else t.line, 2.0 if chosen else 1.0))
        painter.setBrush(t.accent_soft if self.underMouse() or self.isDown() else t.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
        picture = pixmap(self._icon, t.accent, ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(16, (self.height() - ICON_PX) // 2, picture)
        painter.end()


class StartPage(QScrollArea):
    """`opened` carries the path of a project that was chosen, `blank` says that an empty one will do."""

    opened = Signal(object)
    blank = Signal()

    def __init__(
        self, examples: Sequence[Example], recent: Sequence[Path], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: list[Card] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addStretch(1)
        middle.addWidget(Words(self.tr("Draw a network"), points=8, bold=True))
        text = self.tr("Open an example and press Train, or begin with a blank page.")
        middle.addWidget(Words(text, muted=True, points=1, wrap=True))
        middle.addSpacing(16)
        for example in examples:
            middle.addWidget(self._card("example", example.title, example.summary, example.path))
        if recent:
            middle.addSpacing(16)
            middle.addWidget(Words(self.tr("Lately"), bold=True))
        for path in recent[:MOST_RECENT]:
            middle.addWidget(self._card("file", path.stem, str(path.parent), path))
        middle.addSpacing(16)
        self.begin = Button(self.tr("Blank page"), theme, Look.OUTLINED, "new", height_px=32)
        self.begin.clicked.connect(self.blank)
        middle.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignLeft)
        middle.addStretch(2)
        holder = QWidget()
        holder.setFixedWidth(WIDTH_PX)
        holder.setLayout(middle)
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 24, 24, 24)
        row.addStretch(1)
        row.addWidget(holder)
        row.addStretch(1)
        self.setWidget(page)

    def _card(self, icon: str, title: str, text: str, path: Path) -> Card:
        card = Card(icon, title, text, self._theme)
        card.clicked.connect(lambda: self.opened.emit(path))
        self.cards.append(card)
        return card
