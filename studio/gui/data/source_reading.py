"""How a source gets read: what is asked first, where its files are, what a look brought, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.data.files import FileSort
from studio.data.look import Look
from studio.data.options import AS_FOUND, LookOptions
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import FolderSource, Source, SplitBy
from studio.gui.data import facts
from studio.gui.data.choosing import chosen_file, chosen_folder
from studio.gui.data.looking import Looker
from studio.gui.data.question_bar import QuestionBar
from studio.gui.shared.buttons import Button
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.session.data_location import Question, ReadPaths, Reason, changed, moved, paths_of, question
from studio.session.data_reading import (
    Reading,
    mask_folder,
    read_again,
    read_keras,
    read_otherwise,
    read_path,
    read_sample,
)
from studio.session.session import Session
from studio.session.source_names import called


class SourceReading(QWidget):
    """The line that says what is being looked at, and all that is read and remembered behind it.

    `changed` when there is something else to show, `taken` when what a person asked for has become the source,
    `excerpt_wanted` when there is nothing to show of data that only an engine reads, and `refused` carries what a file
    was refused for. `bar` asks what has to be answered first; `do` makes an edit.
    """

    changed = Signal()
    taken = Signal()
    excerpt_wanted = Signal()
    refused = Signal(object)

    def __init__(
        self,
        session: Session,
        theme: Theme,
        looker: Looker,
        bar: QuestionBar,
        read_paths: ReadPaths,
        do: Callable[[Edit], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._looker = looker
        self._bar = bar
        self._read_paths = read_paths
        self._do = do
        self._look: Look | None = None
        self._excerpt: Look | None = None
        self._known: Mapping[str, facts.Facts] = {}
        self._looked: Source | None = None
        self._fingerprint = ""
        self._refusal = False
        self._ticket: int | None = None
        self._opened: tuple[Path, LookOptions] | None = None
        self.failed: tuple[Path, LookOptions] | None = None
        """The file that could not be read, and how that was tried."""
        self._looking_at = Words(muted=True)
        self.cancel = Button(self.tr("Cancel"), theme, height_px=24)
        self.cancel.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._looking_at)
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.hide()

    @property
    def look(self) -> Look | None:
        """What was found in the data that is chosen; None as long as nobody looked."""
        return self._look if self._is_current else None

    @property
    def seen(self) -> Look | None:
        """What can be shown of the data: the look, or the excerpt that an engine left; None if there is nothing yet."""
        return (self._look or self._excerpt) if self._is_current else None

    @property
    def known(self) -> Mapping[str, facts.Facts]:
        """What can be said of every column that is seen, by its name."""
        return self._known if self._is_current else {}

    @property
    def is_looking(self) -> bool:
        """Whether a look is going on."""
        return self._ticket is not None

    @property
    def question(self) -> Question | None:
        """What is to be answered before the data may be read."""
        return question(self._session.document.data, self._base, self._read_paths)

    @property
    def _is_current(self) -> bool:
        return self._looked == self._session.document.data.source

    @property
    def _base(self) -> Path | None:
        return self._session.path.parent if self._session.path else None

    # What is to be the source.

    def open_file(self, path: Path) -> None:
        """Take a file or a folder."""
        path = path.expanduser().absolute()
        base = self._base
        self._read_paths.add((path,))
        self._begin(path.name, lambda: read_path(path, base))
        self._opened = path, AS_FOUND

    def open_sample(self, name: str) -> None:
        """Take a bundled sample."""
        self._begin(name, lambda: read_sample(name))

    def open_keras(self, name: str) -> None:
        """Take a data set of Keras's."""
        self._begin(name, lambda: read_keras(name))

    def ask_file(self) -> None:
        """Ask for a file, and take it."""
        self._open(chosen_file(self.window(), self._start))

    def ask_folder(self) -> None:
        """Ask for a folder, and take it."""
        self._open(chosen_folder(self.window(), self._start))

    def read_as(self, options: LookOptions) -> None:
        """Read the file that was refused, or the one that is chosen, as a person says that it is written."""
        source, base, failed = self._session.document.data.source, self._base, self.failed
        if failed is not None:
            path, _ = failed
            self._begin(path.name, lambda: read_path(path, base, options))
            self._opened, self.failed = (path, options), failed
        else:
            self._begin(called(source), lambda: read_otherwise(source, base, options))

    def ask_masks(self) -> None:
        """Ask which folder the masks lie in, and read the images with them."""
        source = self._session.document.data.source
        assert isinstance(source, FolderSource)
        found = chosen_folder(self.window(), paths_of(source, self._base)[0])
        self.changed.emit()
        if found is None:
            return
        try:
            name = mask_folder(source, self._base, found)
        except StudioError as error:
            self.refused.emit(error)
            return
        self.read_as(LookOptions(holds=FileSort(source.holds.value), masks=name))

    def stop(self) -> None:
        """Wait for the look no longer; everything stays as it was."""
        self._looker.forget(self._ticket)
        self._ticket = None
        self.hide()

    # What is chosen.

    def look_again(self) -> None:
        """Read the source once more."""
        self._looked, self._refusal = None, False
        self.look_if_needed()

    def look_if_needed(self) -> None:
        """Look at the source that is chosen, unless something is to be asked first."""
        data, base = self._session.document.data, self._base
        asked = self.question
        if asked is not None:
            self._ask(asked)
            return
        other = changed(data, base, self._fingerprint) if data.source == self._looked else None
        if other is not None:
            self._ask(other)
        elif not self._refusal:
            self._bar.clear()
        if data.source is None or data.source == self._looked or self.is_looking:
            return
        self._say(called(data.source))
        self._ticket = self._looker.ask(lambda: read_again(data, base), self._take_look, self._refuse_look)

    # Reading.

    def _open(self, found: Path | None) -> None:
        self.changed.emit()
        if found is not None:
            self.open_file(found)

    def _begin(self, name: str, work: Callable[[], Reading]) -> None:
        """Read something that is to be the source."""
        self.stop()
        self._bar.clear()
        self._opened = self.failed = None
        self._say(name)
        self._ticket = self._looker.ask(work, self._take, self._refuse)

    def _say(self, name: str) -> None:
        self._looking_at.setText(self.tr("Looking at {name}…").format(name=name))
        self.show()

    def _end(self) -> None:
        self._ticket = None
        self.hide()

    def _remember(self, reading: object) -> Reading:
        self._end()
        assert isinstance(reading, Reading)
        self._look, self._looked, self._fingerprint = reading.look, reading.choice.source, reading.fingerprint
        self._excerpt = reading.excerpt
        self._known = facts.facts(reading.look or reading.excerpt)
        self._refusal = False
        return reading

    def _take(self, reading: object) -> None:
        """Somebody chose this: it is the source now."""
        choice = self._remember(reading).choice
        self.failed = None
        document = self._session.document
        kept = replace(choice, split=document.data.split if choice.split.by is SplitBy.RANDOM else choice.split)
        self._do(edits.set_data(document, kept, f"Choose {called(choice.source)}"))
        self.taken.emit()
        self._want_excerpt()

    def _take_look(self, reading: object) -> None:
        """The source that is chosen was looked at."""
        self._remember(reading)
        self.changed.emit()
        self._want_excerpt()

    def _want_excerpt(self) -> None:
        if self._session.document.data.source is not None and self.seen is None:
            self.excerpt_wanted.emit()

    def _refuse(self, error: StudioError) -> None:
        self._end()
        self.failed = self._opened
        self.changed.emit()
        self.refused.emit(error)

    def _refuse_look(self, error: StudioError) -> None:
        """The source that is chosen cannot be read: say why, and offer to choose another or to try again."""
        self._end()
        self._looked = self._session.document.data.source
        self._look, self._excerpt, self._known, self._fingerprint, self._refusal = None, None, {}, "", True
        self._bar.ask(
            str(error),
            [(self.tr("Look again"), self.look_again), (self.tr("Choose where it is…"), self._ask_where)],
            "warning",
        )

    # Where the data is.

    def _ask(self, asked: Question) -> None:
        choose = (self.tr("Choose where it is…"), self._ask_where)
        if asked.reason is Reason.MISSING:
            self._bar.ask(f"{asked.text} {asked.advice}", [choose], "warning")
            return
        if asked.reason is Reason.CHANGED:
            keep = (self.tr("Keep it"), self._keep_changed)
            self._bar.ask(f"{asked.text} {asked.advice}", [keep, choose], "warning")
            return
        read = (self.tr("Read it"), lambda: self._allow(asked.path))
        self._bar.ask(f"{asked.text} {asked.advice}", [read, choose])

    def _keep_changed(self) -> None:
        """The data may be as it is now."""
        document = self._session.document
        kept = replace(document.data, fingerprint=self._fingerprint)
        self._do(edits.set_data(document, kept, "Keep the changed data"))

    def _allow(self, path: Path) -> None:
        self._read_paths.add((path,))
        self.changed.emit()

    def _ask_where(self) -> None:
        """Ask where the data is now, and remember whether that is the same data."""
        data, base = self._session.document.data, self._base
        asked = self.question
        lost = asked.path if asked is not None else None
        choose = chosen_folder if facts.is_folder(data.source) else chosen_file
        found = choose(self.window(), self._start)
        if found is None:
            return
        self._read_paths.add((found,))
        new = moved(data, found, base, lost or found)
        self._looked, self._refusal = None, False
        self._do(edits.set_data(self._session.document, new, "Say where the data is"))
        self.changed.emit()

    @property
    def _start(self) -> Path:
        return self._base or Path.home()
