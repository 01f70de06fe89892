"""Asks before Keras downloads the data that is chosen, and shows how far it is with loading it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.errors import StudioError
from studio.document.changes import Edit
from studio.document.data_choice import KerasSource
from studio.gui.data.question_bar import QuestionBar
from studio.gui.shared.theme import Theme
from studio.session.fetching import Fetcher, question, to_download
from studio.session.session import Session


class DownloadBar(QuestionBar):
    """Shown while the data that is chosen is not in Keras's cache.

    `loaded` says that it is there now and can be looked at; `refused` carries why a download came to nothing. Call
    `release` before letting it go.
    """

    loaded = Signal()
    refused = Signal(object)

    def __init__(self, session: Session, fetcher: Fetcher, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._session = session
        self._fetcher = fetcher
        self._looked_at: set[str] = set()
        session.document.settled.connect(self._follow)
        fetcher.changed.connect(self._show_progress)
        fetcher.ended.connect(self._end)
        self.refresh()

    @property
    def is_asking(self) -> bool:
        """Whether the data would have to be downloaded first."""
        return to_download(self._session.document.data) is not None

    def refresh(self) -> None:
        """Ask, show how far it is, or nothing, as it is now."""
        each = to_download(self._session.document.data)
        if self._fetcher.is_running:
            self._show_progress(self._fetcher)
        elif each is not None:
            self.ask(question(each), [(self.tr("Download"), self._start)], "download")
        else:
            self.clear()

    def look(self) -> None:
        """Have an engine load what is in the cache already, so that it can be seen; once for each data set."""
        data = self._session.document.data
        if isinstance(data.source, KerasSource) and data.source.name not in self._looked_at and not self.is_asking:
            self._looked_at.add(data.source.name)
            self._load(data.source.name, download=False)

    def release(self) -> None:
        """Let go of the session and the fetcher."""
        self._session.document.settled.disconnect(self._follow)
        self._fetcher.changed.disconnect(self._show_progress)
        self._fetcher.ended.disconnect(self._end)

    def _start(self) -> None:
        each = to_download(self._session.document.data)
        if each is None:
            self.clear()
        else:
            self._load(each.name, download=True)

    def _load(self, name: str, *, download: bool) -> None:
        try:
            self._fetcher.start(name, download=download)
        except StudioError as error:
            self.refused.emit(error)

    def _show_progress(self, fetcher: Fetcher) -> None:
        cancel = self.tr("Cancel")
        if list(self.answers) != [cancel]:
            self.ask(fetcher.text, [(cancel, fetcher.stop)], "download")
        self.text.setText(fetcher.text)

    def _end(self, outcome: StudioError | bool) -> None:
        self.refresh()
        if isinstance(outcome, StudioError):
            self.refused.emit(outcome)
        elif outcome:
            self.loaded.emit()

    def _follow(self, edit: Edit) -> None:
        self.refresh()
