"""One open project: its document, history, analysis and file, and what can be done with them."""

from __future__ import annotations

from pathlib import Path

from studio.analysis.analysis import Analysis
from studio.core.errors import FileRefused
from studio.core.signal import Signal
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.history import History
from studio.program.writer import Program, write
from studio.project import format as project_format

SUFFIX = ".layers"
UNTITLED = "Untitled"


class Session:
    """A project as window and command line have it open.

    `changed` is emitted when the file, the title or the modified mark may have changed.
    """

    def __init__(self, document: Document | None = None, path: Path | None = None) -> None:
        self.changed: Signal[Session] = Signal()
        self.document = document or Document()
        self.history = History(self.document)
        self.analysis = Analysis(self.document)
        self.path = path
        self._program: Program | None = None
        self.document.changed.connect(self._forget_program)
        self.history.changed.connect(self._tell)

    @classmethod
    def open(cls, path: Path) -> Session:
        """Open a project file. Raises FileRefused; runs nothing of what is in it."""
        path = path.expanduser().resolve()
        return cls(project_format.load(path), path)

    @property
    def title(self) -> str:
        """The project's name: its file's, without the suffix."""
        return self.path.name.removesuffix(SUFFIX) if self.path else UNTITLED

    @property
    def is_modified(self) -> bool:
        """Whether there is something to save."""
        return not self.history.is_clean

    def do(self, edit: Edit) -> None:
        """Make an edit that can be undone. Raises EditRefused."""
        self.history.do(edit)

    def undo(self) -> Edit | None:
        """Take the last step back and return it, if there is one."""
        return self.history.undo()

    def redo(self) -> Edit | None:
        """Do the step that was taken back last again and return it, if there is one."""
        return self.history.redo()

    def save(self, path: Path | None = None) -> None:
        """Save to `path`, or where it came from. Raises FileRefused; the file on disk is then as it was."""
        target = path.expanduser().absolute() if path else self.path
        if target is None:
            raise FileRefused("file.nameless", "This project has no file yet.", "Choose a name with “Save as…”.")
        if target.suffix != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        project_format.save(self.document, target)
        self.path = target
        self.history.mark_clean()

    def program(self, *, epochs: int | None = None) -> Program:
        """The Python of the drawing as it is now; with `epochs` in place of the project's number, if given."""
        base = self.path.parent if self.path else None
        if epochs is not None:
            return write(self.document, title=self.title, epochs=epochs, base=base)
        if self._program is None:
            self._program = write(self.document, title=self.title, base=base)
        return self._program

    def close(self) -> None:
        """Let go of the document."""
        self.analysis.close()
        self.document.changed.disconnect(self._forget_program)
        self.history.changed.disconnect(self._tell)

    def _forget_program(self, edit: Edit) -> None:
        self._program = None

    def _tell(self, history: History) -> None:
        self.changed.emit(self)
