"""The field in which a frame's title or a note's text is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from studio.document.graph import Frame
from studio.gui.canvas.frame_item import TITLE_HEIGHT

LEAST = 160


class FrameEditor(QPlainTextEdit):
    """Lies over the frame while it is edited. Leaving it keeps the text, Esc does not; Enter ends a title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._frame: Frame | None = None
        self._done: Callable[[Frame], object] = _nothing
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTabChangesFocus(True)
        self.installEventFilter(self)
        self.hide()

    def edit(self, frame: Frame, area: QRect, scale: float, done: Callable[[Frame], object]) -> None:
        """Edit a frame that lies at `area` in the parent; `done` gets the changed one."""
        self._frame, self._done = frame, done
        self.setAccessibleName(self.tr("Note") if frame.text else self.tr("Title"))
        if not frame.text:
            area.setHeight(max(round(TITLE_HEIGHT * scale), 32))
        area.setWidth(max(area.width(), LEAST))
        self.setGeometry(area.intersected(self._over.rect().adjusted(8, 8, -8, -8)))
        self.setPlainText(frame.text or frame.title)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self, *, keep: bool) -> None:
        frame, self._frame = self._frame, None
        self.hide()
        if frame is None or not keep:
            return
        typed = self.toPlainText().strip()
        if frame.text:
            self._done(replace(frame, text=typed or frame.text))
        else:
            self._done(replace(frame, title=" ".join(typed.split())))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and a lost focus keep, Esc gives up."""
        if event.type() == QEvent.Type.FocusOut:
            self._leave(keep=True)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            ends = enters and (
                self._frame is None or not self._frame.text or event.modifiers() & Qt.KeyboardModifier.ControlModifier
            )
            if ends or event.key() == Qt.Key.Key_Escape:
                self._leave(keep=bool(ends))
                self._over.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)


def _nothing(frame: Frame) -> None:
    """Nobody waits."""
