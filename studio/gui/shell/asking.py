"""The questions that need a window of their own: which file, and what to do with unsaved changes."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

PROJECTS = "Layer Studio projects (*.layers)"
SCRIPTS = "Python (*.py)"
MODELS = "Keras models (*.keras *.json)"


class Answer(Enum):
    """What is to be done with unsaved changes."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def project_to_open(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a project; None if the user thinks better of it."""
    name, _ = QFileDialog.getOpenFileName(parent, _tr("Open a project"), str(folder), PROJECTS)
    return Path(name) if name else None


def model_to_import(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a model that Keras saved."""
    name, _ = QFileDialog.getOpenFileName(parent, _tr("Import a Keras model"), str(folder), MODELS)
    return Path(name) if name else None


def project_to_save(parent: QWidget, start: Path) -> Path | None:
    """Ask where to save a project; `start` is offered."""
    name, _ = QFileDialog.getSaveFileName(parent, _tr("Save the project"), str(start), PROJECTS)
    return Path(name) if name else None


def script_to_write(parent: QWidget, start: Path) -> Path | None:
    """Ask where to write a script; `start` is offered."""
    name, _ = QFileDialog.getSaveFileName(parent, _tr("Export the script"), str(start), SCRIPTS)
    return Path(name if name.endswith(".py") else f"{name}.py") if name else None


def about_changes(parent: QWidget, title: str) -> Answer:
    """Ask what is to be done with the unsaved changes of the project `title`."""
    box = QMessageBox(parent)
    box.setWindowTitle("Layer Studio")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_tr("Save the changes to {title}?").format(title=title))
    box.setInformativeText(_tr("They are lost otherwise."))
    button = QMessageBox.StandardButton
    box.setStandardButtons(button.Save | button.Discard | button.Cancel)
    box.button(button.Discard).setText(_tr("Don't save"))
    for each in box.buttons():
        each.setIcon(QIcon())  # the style's own look foreign here
    box.setDefaultButton(button.Save)
    answers = {int(button.Save): Answer.SAVE, int(button.Discard): Answer.DISCARD}
    answer = answers.get(box.exec(), Answer.CANCEL)
    box.deleteLater()
    return answer


def _tr(text: str) -> str:
    return QCoreApplication.translate("asking", text)
