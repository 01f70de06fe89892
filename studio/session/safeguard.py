"""Nothing lost: the recovery journal of a session, and what an earlier studio left when it ended unexpectedly."""

from __future__ import annotations

from pathlib import Path

from studio.core.paths import state_dir
from studio.document.changes import Edit
from studio.project.recovery import Base, Journal, Recoverable, find_recoverable
from studio.session.session import SUFFIX, Session


def journals_dir() -> Path:
    """The folder of the journals."""
    folder = state_dir() / "journals"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def left_behind() -> Recoverable | None:
    """The newest journal of a studio that ended without closing its project, if there is one."""
    return next(iter(find_recoverable(journals_dir())), None)


def left_title(left: Recoverable) -> str:
    """The name of the project that a journal belongs to."""
    return Path(left.base.path).name.removesuffix(SUFFIX) if left.base.path else "An unsaved project"


def recovered(left: Recoverable) -> Session:
    """A new session with what a journal holds, not yet saved. Raises FileRefused if the journal is unreadable."""
    path = Path(left.base.path) if left.base.path and left.base.is_unchanged() else None
    session = Session(left.recover().document, path)
    session.history.mark_unsaved()
    return session


class Safeguard:
    """Keeps the journal of a session: begun anew with every save, gone when the session is closed in good order.

    `left` is the journal that the session was recovered from; it goes with the next save, or with the session.
    """

    def __init__(self, session: Session, left: Recoverable | None = None) -> None:
        self._session = session
        self._left = left
        self._journal = self._begun()
        session.document.changed.connect(self._append)
        session.changed.connect(self._follow)

    def close(self) -> None:
        """Forget the journal: its edits are saved, or nobody wants them."""
        self._session.document.changed.disconnect(self._append)
        self._session.changed.disconnect(self._follow)
        self._forget()

    def leave(self) -> None:
        """Write no more, and leave the journal for the next start, as a killed process does."""
        self._journal.close(delete=False)

    def _begun(self) -> Journal:
        path = self._session.path
        base = Base.of(path) if path is not None and path.exists() else Base()
        return Journal(self._session.document, journals_dir(), base)

    def _append(self, edit: Edit) -> None:
        self._journal.append(edit)

    def _follow(self, session: Session) -> None:
        if not session.is_modified:
            self._forget()
            self._journal = self._begun()

    def _forget(self) -> None:
        self._journal.close(delete=True)
        if self._left is not None:
            self._left.discard()
            self._left = None
