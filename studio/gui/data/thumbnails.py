"""Thumbnails of image files: bounded in pixels by their header, read small, away from the window's thread, kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QWidget

from studio.data.headers import MAX_PIXELS, lies_in
from studio.gui.data.looking import Looker
from studio.gui.shared.icons import icon
from studio.gui.shared.theme import Theme, Tokens

SIDE_PX = 72
MOST_KEPT = 400
MOST_SHOWN = 60
ALLOCATION_MB = 256
INDEXED = QImage.Format.Format_Indexed8
HUE_STEP = 137
"""Degrees between the colors of neighboring values: no two of the first ones are alike."""
ALPHA = 150


def thumbnail(path: Path, side_px: int) -> QImage | None:
    """An image scaled to fit a square while it is read; None if it cannot be, or has too many pixels. Any thread."""
    reader = QImageReader(str(path))
    reader.setAllocationLimit(ALLOCATION_MB)
    size = reader.size()
    if not size.isValid() or size.isEmpty() or size.width() * size.height() > MAX_PIXELS:
        return None
    wanted = size.scaled(side_px, side_px, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    reader.setScaledSize(wanted)
    image = reader.read()
    return None if image.isNull() else image


def overlaid(picture: QImage, mask: QImage) -> QImage:
    """A picture with the values of a mask laid over it, each in a color; nothing where it is 0. Any thread."""
    values = mask.convertToFormat(QImage.Format.Format_Grayscale8).scaled(picture.size())
    indexed = QImage(values.constBits(), values.width(), values.height(), values.bytesPerLine(), INDEXED).copy()
    colors = (QColor.fromHsv(value * HUE_STEP % 360, 230, 255, ALPHA) for value in range(1, 256))
    indexed.setColorTable([0, *(color.rgba() for color in colors)])
    result = picture.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(result)
    painter.drawImage(0, 0, indexed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
    painter.end()
    return result


class Picture(NamedTuple):
    """A file to be shown: its path below the folder, the words under it, the mask to be laid over it, if any."""

    name: str
    words: str
    mask: str = ""


class Thumbnails(QListWidget):
    """Pictures of files with their names below; what cannot be read says so."""

    def __init__(self, theme: Theme, looker: Looker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._looker = looker
        self._kept: OrderedDict[tuple[Path, Picture], QPixmap] = OrderedDict()
        self._asked: list[int] = []
        self._files: tuple[Picture, ...] = ()
        self._base = Path()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSpacing(8)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(SIDE_PX + 24, SIDE_PX + 28))
        self.setAccessibleName(self.tr("Pictures"))

    def show_files(self, base: Path, files: tuple[Picture, ...]) -> None:
        """Show files below a folder, each with the words under it."""
        if (base, files) == (self._base, self._files):
            return
        self._base, self._files = base, files
        self.stop()
        self.clear()
        for picture in files[:MOST_SHOWN]:
            item = QListWidgetItem(picture.words, self)
            item.setToolTip(picture.name)
            kept = self._kept.get((base, picture))
            if kept is not None:
                item.setIcon(QIcon(kept))
            else:
                item.setIcon(icon("image", self._theme.tokens.line, SIDE_PX))
                self._ask(picture, item)

    def show_images(self, images: Sequence[QImage], words: Sequence[str]) -> None:
        """Show pictures that are in memory, each with the words under it."""
        self.stop()
        self.clear()
        self._base, self._files = Path(), ()
        for image, text in zip(images, words, strict=True):
            scaled = image.scaled(SIDE_PX, SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio)
            QListWidgetItem(QIcon(QPixmap.fromImage(scaled)), text, self)

    def stop(self) -> None:
        """Wait for no more pictures."""
        for ticket in self._asked:
            self._looker.forget(ticket)
        self._asked.clear()

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = self.palette()
        own.setColor(own.ColorRole.Base, t.surface)
        own.setColor(own.ColorRole.Highlight, t.accent_soft)
        own.setColor(own.ColorRole.HighlightedText, t.text)
        self.setPalette(own)

    def _ask(self, picture: Picture, item: QListWidgetItem) -> None:
        base, side = self._base, round(SIDE_PX * self.devicePixelRatioF())

        def read(name: str) -> QImage | None:
            return thumbnail(base / name, side) if lies_in(base, name) else None

        def work() -> object:
            image = read(picture.name)
            mask = read(picture.mask) if picture.mask else None
            return image if image is None or mask is None else overlaid(image, mask)

        def show(image: object) -> None:
            if not isinstance(image, QImage):
                item.setIcon(icon("warning", self._theme.tokens.warning, SIDE_PX))
                item.setToolTip(self.tr("{file} cannot be shown.").format(file=picture.name))
                return
            pixels = QPixmap.fromImage(image)
            pixels.setDevicePixelRatio(self.devicePixelRatioF())
            self._keep((base, picture), pixels)
            item.setIcon(QIcon(pixels))

        self._asked.append(self._looker.ask(work, show, lambda error: None))

    def _keep(self, key: tuple[Path, Picture], pixels: QPixmap) -> None:
        self._kept[key] = pixels
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
