"""The files of a folder one by one: a list of some, and the one that is chosen as a line or as its first lines."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStackedWidget,
    QWidget,
)

from studio.data.files import FileSort
from studio.data.folder import FileRow, FolderLook
from studio.data.headers import Unreadable, lies_in, sound_header
from studio.gui.data.looking import Looker
from studio.gui.data.pictures import Trace
from studio.gui.shared.theme import Theme, Tokens

LIST_PX = 200
ROW_PX = 24
MOST_FRAMES = 400_000
MOST_BYTES = 4096
POINTS = 600


class FilePage(QWidget):
    """Sounds or texts: the first few of each class in a list, and what stands in the one that is chosen."""

    def __init__(self, theme: Theme, looker: Looker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looker = looker
        self._ticket: int | None = None
        self._base = Path()
        self._sort = FileSort.TEXTS
        self._rows: tuple[FileRow, ...] = ()
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFixedWidth(LIST_PX)
        self.list.setAccessibleName(self.tr("Some files of each class"))
        self.trace = Trace(theme)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(self.tr("The beginning of the text"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.trace)
        self._pages.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addWidget(self._pages, 1)
        self.list.currentRowChanged.connect(self._read)

    def show_look(self, look: FolderLook) -> None:
        """List some files of a folder, and show the first."""
        self.stop()
        self._base, self._sort, self._rows = look.path, look.holds, look.samples
        self._pages.setCurrentWidget(self.trace if self._sort is FileSort.SOUNDS else self.text)
        self.list.clear()
        for row in self._rows:
            item = QListWidgetItem(row.file, self.list)
            item.setToolTip(row.file)
            item.setSizeHint(QSize(0, ROW_PX))
        self.list.setCurrentRow(0)

    def stop(self) -> None:
        """Wait for no more files."""
        self._looker.forget(self._ticket)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = QPalette(self.list.palette())
        own.setColor(QPalette.ColorRole.Base, t.surface)
        own.setColor(QPalette.ColorRole.Highlight, t.accent_soft)
        own.setColor(QPalette.ColorRole.HighlightedText, t.text)
        self.list.setPalette(own)
        self.text.setPalette(own)
        self.trace.update()

    def _read(self, at: int) -> None:
        """Read the beginning of a file, somewhere else."""
        if not 0 <= at < len(self._rows):
            return
        base, name, sort = self._base, self._rows[at].file, self._sort
        self.stop()

        def work() -> object:
            if not lies_in(base, name):
                return None
            return samples_of(base / name) if sort is FileSort.SOUNDS else beginning_of(base / name)

        def show(result: object) -> None:
            if isinstance(result, str):
                self.text.setPlainText(result)
            elif isinstance(result, tuple):
                self.trace.show_values(result, name)

        self._ticket = self._looker.ask(work, show, lambda error: None)


def samples_of(path: Path) -> tuple[float, ...]:
    """The beginning of a WAV file as at most twice POINTS samples: the lowest and highest of each stretch. Any thread.

    Nothing where it cannot be read.
    """
    try:
        sound_header(path)
        with wave.open(str(path), "rb") as sound:
            channels = sound.getnchannels()
            samples = array("h", sound.readframes(min(sound.getnframes(), MOST_FRAMES)))[::channels]
    except (Unreadable, wave.Error, OSError, EOFError, ValueError):
        return ()
    stretch = max(1, len(samples) // POINTS)
    found: list[float] = []
    for start in range(0, len(samples), stretch):
        part = samples[start : start + stretch]
        found += [min(part) / 32768, max(part) / 32768]
    return tuple(found)


def beginning_of(path: Path) -> str:
    """The beginning of a text file; bytes that are no UTF-8 become marks. Any thread."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace").replace("\0", "�")
    except OSError as error:
        return error.strerror or str(error)
