"""The list of the files of the data that could not be read, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.core.wording import plural
from studio.gui.shared.buttons import Button
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.protocol.messages import BadFile

SIZE_PX = (720, 400)


class BadFilesDialog(QDialog):
    """Shows the files, and copies them as text."""

    def __init__(self, files: Sequence[BadFile], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Files that cannot be read"))
        self.resize(*SIZE_PX)
        self._lines = "\n".join(f"{each.file}: {each.reason}" for each in files)
        self.list = QPlainTextEdit(self._lines)
        self.list.setReadOnly(True)
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.list.setAccessibleName(self.windowTitle())
        self.copy = Button(self.tr("Copy"), theme, icon_name="copy")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._lines))
        close = Button(self.tr("Close"), theme)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(Words(self.tr("{count}, as the decoder says it:").format(count=plural(len(files), "file"))))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
