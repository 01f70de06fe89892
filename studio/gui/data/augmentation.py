"""A window that shows what augmentation makes of a few images, each beside several random outcomes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.document.changes import Edit
from studio.document.graph import NodeId
from studio.gui.shared.buttons import Button, Look
from studio.gui.shared.pixels import image_of
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session.engines import Engines
from studio.session.previewing import Chain, Previewing, Shown, chain_of
from studio.session.session import Session

SIZE = QSize(720, 560)
SMALLEST = QSize(480, 360)
GAP_PX, APART_PX, HEADING_PX = 8, 24, 28
SETTLE_MS = 400
"""How long a setting must stay as it is before it is drawn anew."""


class Sheet(QWidget):
    """Rows of pictures: an image, and beside it what became of it in each draw."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[list[QImage]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Images and what becomes of them"))

    @property
    def rows(self) -> list[list[QImage]]:
        """The pictures, for each image first itself."""
        return self._rows

    def show_pictures(self, shown: Shown) -> None:
        """Show other pictures."""
        draws = range(len(shown.after))
        self._rows = [
            [image_of(image), *(image_of(shown.after[draw, at]) for draw in draws)]
            for at, image in enumerate(shown.before)
        ]
        text = f"{len(self._rows)} images, each with {len(draws)} outcomes of {layers_text(shown.chain)}"
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for pictures that can be seen."""
        return QSize(640, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings and pictures as large as there is room."""
        if not self._rows:
            return
        painter = QPainter(self)
        t = self._theme.tokens
        columns = len(self._rows[0])
        wide = (self.width() - APART_PX - (columns - 2) * GAP_PX) / columns
        high = (self.height() - HEADING_PX - (len(self._rows) - 1) * GAP_PX) / len(self._rows)
        side = max(8.0, min(wide, high))
        painter.setPen(t.muted)
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(0, 0, side + APART_PX, HEADING_PX), place, self.tr("Original"))
        painter.drawText(
            QRectF(side + APART_PX, 0, self.width(), HEADING_PX), place, self.tr("In training, for example")
        )
        for row, pictures in enumerate(self._rows):
            for column, picture in enumerate(pictures):
                x = column * (side + GAP_PX) + (APART_PX - GAP_PX if column else 0)
                self._paint(painter, picture, QRectF(x, HEADING_PX + row * (side + GAP_PX), side, side))
        painter.end()

    def _paint(self, painter: QPainter, picture: QImage, area: QRectF) -> None:
        """One picture in the middle of its place; small ones grow without being blurred."""
        factor = min(area.width() / picture.width(), area.height() / picture.height())
        size = picture.size() * factor
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < 1)
        painter.drawImage(place, picture)


class AugmentationDialog(QDialog):
    """Shows the chain of layers that `node` is part of, and follows it while it is edited; “New draw” draws again."""

    def __init__(
        self, session: Session, engines: Engines, node: NodeId | None, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._engines = engines
        self._node = node
        self._theme = theme
        self._seed = 1
        self._wanted: object = None
        self._is_done = False
        self.previewing = Previewing(session, engines)
        self.setWindowTitle(self.tr("Preview of augmentation"))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self.title = Words(points=2, bold=True, wrap=True)
        self.about = Words(muted=True, wrap=True)
        self.sheet = Sheet(theme)
        self.message = Words(muted=True, wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.message)
        self.pages.addWidget(self.sheet)
        self.new_draw = Button(self.tr("New draw"), theme, Look.FILLED, "refresh")
        self.new_draw.setToolTip(self.tr("Draw other chances for the same images"))
        self.new_draw.clicked.connect(self._draw_again)
        close = Button(self.tr("Close"), theme)
        close.clicked.connect(self.close)
        self._lay_out(close)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self.previewing.ended.connect(self._take)
        session.document.changed.connect(self._follow)
        engines.changed.connect(self._follow_engines)
        theme.changed.connect(self._repaint)
        self._ask()

    def done(self, result: int) -> None:
        """Close, whichever way it was asked for: ask no more, and let go of session, engines and theme."""
        if not self._is_done:
            self._is_done = True
            self._release()
            super().done(result)
            self.deleteLater()

    def _release(self) -> None:
        self._settle.stop()
        self.previewing.ended.disconnect(self._take)
        self.previewing.close()
        self._session.document.changed.disconnect(self._follow)
        self._engines.changed.disconnect(self._follow_engines)
        self._theme.changed.disconnect(self._repaint)

    def _lay_out(self, close: Button) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.about, 1)
        buttons.addWidget(self.new_draw)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(self.title)
        column.addWidget(self.pages, 1)
        column.addLayout(buttons)

    def _draw_again(self) -> None:
        self._seed += 1
        self._ask()

    def _ask(self) -> None:
        """Have the chain drawn as it is now; while an answer is on its way, after that."""
        if self.previewing.is_busy:
            self._settle.start()
            return
        try:
            chain = self.previewing.start(self._node, self._seed)
        except StudioError as error:
            self._say(error)
            return
        if chain is not None:
            self._wanted = chain.key
            self.title.setText(layers_text(chain))
            self.new_draw.setEnabled(False)
            self._say_busy()

    def _take(self, outcome: Shown | StudioError) -> None:
        self.new_draw.setEnabled(True)
        if isinstance(outcome, StudioError):
            self._say(outcome)
            return
        self.sheet.show_pictures(outcome)
        self.pages.setCurrentWidget(self.sheet)
        self.new_draw.setVisible(outcome.chain.is_random)
        if outcome.chain.is_random:
            name = outcome.chain.feature.name
            text = self.tr("The first images of “{name}”, as the model sees them. Draw {number}.")
            self.about.setText(text.format(name=name, number=outcome.seed))
        else:
            self.about.setText(self.tr("None of these layers does anything at random: every draw is the same."))

    def _say(self, error: StudioError) -> None:
        self.message.setText(str(error))
        self.about.setText("")
        self.new_draw.setVisible(error.code != "preview.missing")
        self.pages.setCurrentWidget(self.message)
        if error.code == "preview.missing":
            self.title.setText(self.tr("Nothing to preview yet"))

    def _say_busy(self) -> None:
        """What is being waited for; pictures that are there stay as long."""
        text = self.tr("Keras draws…") if self._engines.device else self.tr("Keras is starting…")
        self.about.setText(text)
        if not self.sheet.rows:
            self.message.setText(text)

    def _follow(self, edit: Edit) -> None:
        """Draw again once a change of these very layers, or of their data, has settled."""
        try:
            key: object = chain_of(self._session.document, self._node).key
        except StudioError as error:
            key = error.text
        if key != self._wanted:
            self._wanted = key
            self._settle.start()

    def _follow_engines(self, engines: Engines) -> None:
        if self.previewing.is_busy:
            self._say_busy()

    def _repaint(self, t: Tokens) -> None:
        self.sheet.update()


def layers_text(chain: Chain) -> str:
    """The layers by their names, in their order."""
    return " → ".join(node.name for node in chain.layers)
