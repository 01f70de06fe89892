"""Undo and redo: the list of edits that were made, and how far one has gone back in it."""

from __future__ import annotations

from collections.abc import Callable

from studio.core.signal import Signal
from studio.document.changes import Edit, merged
from studio.document.document import Document


class History:
    """The steps of a document. Nothing else applies edits to a document that has a history.

    `changed` is emitted after every step, undo, redo and `mark_clean`.
    """

    def __init__(self, document: Document) -> None:
        self.changed: Signal[History] = Signal()
        self._document = document
        self._steps: list[Edit] = []
        self._position = 0
        self._clean: int | None = 0

    @property
    def is_clean(self) -> bool:
        """Whether the document is as it was last saved, or opened."""
        return self._clean == self._position

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, or None."""
        return self._steps[self._position - 1].label if self._position else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, or None."""
        return self._steps[self._position].label if self._position < len(self._steps) else None

    def do(self, edit: Edit) -> None:
        """Apply `edit` and remember it; an edit without changes leaves no step. Raises EditRefused."""
        if edit.changes:
            self._apply(edit, lambda: self._remember(edit))

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None if there is none."""
        if not self._position:
            return None
        step = self._steps[self._position - 1]
        self._apply(step.inverse(), lambda: self._go(-1))
        return step

    def redo(self) -> Edit | None:
        """Do the step that was taken back last again and return it; None if there is none."""
        if self._position == len(self._steps):
            return None
        step = self._steps[self._position]
        self._apply(step, lambda: self._go(+1))
        return step

    def mark_unsaved(self) -> None:
        """Say that no state of the document so far is on the disk."""
        self._clean = None
        self.changed.emit(self)

    def mark_clean(self) -> None:
        """Call the present state the saved one."""
        self._clean = self._position
        self.changed.emit(self)

    def _apply(self, edit: Edit, remember: Callable[[], None]) -> None:
        """Apply `edit` and remember it, also where a listener raised: a view's bug must not cost the way back."""
        revision = self._document.revision
        try:
            self._document.apply(edit)
        finally:
            if self._document.revision != revision:
                remember()
                self.changed.emit(self)

    def _remember(self, edit: Edit) -> None:
        if self._clean is not None and self._clean > self._position:
            self._clean = None
        del self._steps[self._position :]
        last = self._steps[-1] if self._steps else None
        if last is not None and edit.merge_key is not None and last.merge_key == edit.merge_key and not self.is_clean:
            self._steps[-1] = merged(last, edit)
        else:
            self._steps.append(edit)
            self._position += 1

    def _go(self, steps: int) -> None:
        self._position += steps
