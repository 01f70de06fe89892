"""What is done about a bug of ours: it is logged, and told once, with a report that can be copied."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

import studio
from studio.gui.shared.theme import mono_font
from studio.gui.shared.words import Words

LOG = "bugs.log"
BUG = 70
"""The exit code for a bug, as in sysexits.h."""

log = logging.getLogger(__name__)


def report_text(error: BaseException) -> str:
    """What helps to mend a bug: versions, and where it happened."""
    versions = f"Layer Studio {studio.__version__}, Python {platform.python_version()}, PySide6 {PySide6.__version__}"
    trace = "".join(traceback.format_exception(error))
    return f"{versions}\n{platform.platform()}\n\n{trace}"


def write_log(folder: Path, error: BaseException) -> None:
    """Put a bug into the log of the studio, and to whoever listens to logging."""
    log.error("a bug", exc_info=error)
    with (folder / LOG).open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report_text(error) + "\n")


def leave_on_bugs(application: QApplication, folder: Path) -> None:
    """Where nobody is there to read a dialog: log a bug, say so in one line, and end with the exit code BUG."""

    def leave(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        write_log(folder, error)
        print(f"layer-studio: a bug of ours; the report is in {folder / LOG}.", file=sys.stderr)
        application.exit(BUG)

    sys.excepthook = leave


class BugDialog(QDialog):
    """Says that something went wrong; the report can be read and copied. Further bugs are added to it."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Layer Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 400)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(self.tr("Report"))
        self.report.setFont(mono_font(self.font().pointSizeF()))
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        go_on = buttons.addButton(self.tr("Go on"), QDialogButtonBox.ButtonRole.RejectRole)
        go_on.setDefault(True)
        buttons.rejected.connect(self.reject)
        text = self.tr("This is a bug; the report below helps to mend it. Your drawing is kept, and saving it is wise.")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(Words(self.tr("Something went wrong inside Layer Studio"), points=3, bold=True))
        column.addWidget(Words(text, wrap=True))
        column.addSpacing(8)
        column.addWidget(self.report, 1)
        column.addWidget(buttons)

    def add(self, report: str) -> None:
        """Add a further bug to the report."""
        self.report.appendPlainText(f"\n{report}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
