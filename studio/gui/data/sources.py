"""What there is to choose from: a file or a folder of one's own, the samples that ship, what Keras downloads."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.core.wording import bytes_text, count_text
from studio.data.keras_sets import keras_sets
from studio.data.samples import samples
from studio.document.data_choice import FolderSource, KerasSource, SampleSource, Source
from studio.gui.shared.icons import pixmap
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words

SIDE_PX = 312
FILE_PX, SAMPLE_PX = 72, 104
RADIUS_PX = 8.0
FILE, FOLDER = "", "/"
"""The keys of the cards for what is one's own."""
KERAS = "keras."


class SourceCard(QPushButton):
    """A data set that can be chosen: its title and what it is."""

    def __init__(
        self, title: str, text: str, icon: str, theme: Theme, height_px: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._picture = QLabel()
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Words(title, bold=True))
        words.addWidget(Words(text, muted=True, wrap=True))
        words.addStretch(1)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(height_px)
        self.paint_with(theme.tokens)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        self._picture.setPixmap(pixmap(self._icon_name, t.accent, 20, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card: outlined with the accent where it is the choice, or has the focus."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(t.accent if marked else t.line, 2.0 if marked else 1.0))
        painter.setBrush(t.accent_soft if self.isChecked() or self.underMouse() or self.isDown() else t.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
        painter.end()


class Sources(QScrollArea):
    """The cards, one below the other, in `cards`: samples by name, `keras.` and a name, FILE and FOLDER."""

    sample_chosen = Signal(str)
    keras_chosen = Signal(str)
    file_asked = Signal()
    folder_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: dict[str, SourceCard] = {}
        side = QWidget()
        self._column = QVBoxLayout(side)
        self._column.setContentsMargins(16, 24, 16, 16)
        self._column.setSpacing(8)
        self._add_own()
        self._add_samples()
        self._add_keras()
        self._column.addStretch(1)
        self.setWidget(side)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(SIDE_PX)

    def show_source(self, source: Source | None) -> None:
        """Mark the card of what is chosen."""
        match source:
            case None:
                chosen = None
            case SampleSource(name):
                chosen = name
            case KerasSource(name):
                chosen = KERAS + name
            case FolderSource():
                chosen = FOLDER
            case _:
                chosen = FILE
        for key, card in self.cards.items():
            card.setChecked(key == chosen)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        for card in self.cards.values():
            card.paint_with(t)

    def _add_own(self) -> None:
        self._title(self.tr("Your own data"))
        about = self.tr("CSV, JSON lines, Parquet, Excel or NumPy arrays.")
        file = self._card(FILE, self.tr("Open a file…"), about, "file", FILE_PX)
        file.clicked.connect(self.file_asked)
        about = self.tr("Images, texts or sounds, a folder for each class.")
        folder = self._card(FOLDER, self.tr("Open a folder…"), about, "folder", FILE_PX)
        folder.clicked.connect(self.folder_asked)
        self._column.addSpacing(16)

    def _add_samples(self) -> None:
        self._title(self.tr("Samples"))
        for sample in samples():
            text = f"{sample.summary} {count_text(sample.examples)} examples, {sample.licence}."
            card = self._card(sample.name, sample.title, text, sample.icon, SAMPLE_PX)
            card.clicked.connect(lambda checked=False, name=sample.name: self.sample_chosen.emit(name))

    def _add_keras(self) -> None:
        self._column.addSpacing(16)
        self._title(self.tr("Downloaded by Keras"))
        for each in keras_sets():
            size = f"{count_text(each.examples)} examples, {bytes_text(each.size)}, {each.licence}."
            card = self._card(KERAS + each.name, each.title, f"{each.summary} {size}", each.icon, SAMPLE_PX)
            card.clicked.connect(lambda checked=False, name=each.name: self.keras_chosen.emit(name))

    def _title(self, text: str) -> None:
        self._column.addWidget(Words(text, bold=True))

    def _card(self, key: str, title: str, text: str, icon: str, height_px: int) -> SourceCard:
        card = self.cards[key] = SourceCard(title, text, icon, self._theme, height_px)
        self._column.addWidget(card)
        return card
