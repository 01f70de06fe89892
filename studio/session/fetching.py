"""Data sets of Keras: whether one is in Keras's cache, and its download by an engine once a person has agreed."""

from __future__ import annotations

from pathlib import Path

from studio.client.engine import Engine
from studio.core.errors import DataRefused
from studio.core.ids import new_id
from studio.core.signal import Signal
from studio.core.wording import bytes_text
from studio.data.archive import ArchiveLook
from studio.data.keras_sets import (
    MOST_STEPS,
    KerasSet,
    cache_folder,
    excerpt_path,
    find_keras_set,
    look_at_excerpt,
    missing_files,
)
from studio.document.data_choice import DataChoice, KerasSource, Source, Split, SplitBy
from studio.protocol.messages import EngineDied, Event, Failed, Fetch, Fetched, Fetching, Stop, Unreachable
from studio.session.data_setup import features_of
from studio.session.engines import Engines

VALIDATION = 0.1


def keras_choice(name: str) -> DataChoice:
    """The data choice of a data set of Keras's, split as Keras splits it. Raises DataRefused if it is not offered."""
    each = _offered(name)
    split = Split(VALIDATION, 0.0, by=SplitBy.COLUMN, column="part")
    return DataChoice(KerasSource(each.name), features_of(each.suggestions), split)


def to_download(data: DataChoice, folder: Path | None = None) -> KerasSet | None:
    """The data set that Keras would download if it were loaded now; None where nothing is to be downloaded."""
    if not isinstance(data.source, KerasSource):
        return None
    each = find_keras_set(data.source.name)
    return each if each is not None and missing_files(each, folder or cache_folder()) else None


def excerpt_of(source: Source | None) -> ArchiveLook | None:
    """A look at what is known of a data set of Keras's; None for other sources, and before the engine has read it.

    Reads a bounded part; any thread.
    """
    each = find_keras_set(source.name) if isinstance(source, KerasSource) else None
    try:
        return None if each is None else look_at_excerpt(each, cache_folder())
    except DataRefused:  # broken: the engine makes another
        return None


def question(each: KerasSet, folder: Path | None = None) -> str:
    """What is to be agreed to before anything is downloaded."""
    folder = folder or cache_folder()
    size = bytes_text(sum(file.size for file in missing_files(each, folder)))
    return f"{each.title} will be downloaded: {size} from {each.host} to {_tidy(folder)}."


def require_downloaded(data: DataChoice) -> None:
    """Raise DataRefused if loading the data would download something."""
    each = to_download(data)
    if each is not None:
        raise DataRefused(
            "data.download",
            question(each).replace(" will be", " is not in Keras's cache and would be", 1),
            "Agree to that first: in the Data place, or with “layer-studio train --download”.",
        )


class Fetcher:
    """Has an engine download a data set of Keras's; one at a time.

    `changed` is emitted on the session's thread with every sign of progress; `ended` carries whether it is all there
    (False: it was stopped), or why it is not.
    """

    def __init__(self, engines: Engines) -> None:
        self.changed: Signal[Fetcher] = Signal()
        self.ended: Signal[DataRefused | bool] = Signal()
        self.fetched: KerasSet | None = None
        self.file = ""
        self.done = self.total = 0
        self._engines = engines
        self._engine: Engine | None = None
        self._run = ""
        self._is_stopping = False

    @property
    def is_running(self) -> bool:
        """Whether something is being downloaded."""
        return self._engine is not None

    @property
    def text(self) -> str:
        """How far it is, in words."""
        if self.fetched is None:
            return ""
        if not self.total:
            return f"Loading {self.fetched.title}…"
        return f"{self.fetched.title}: {bytes_text(self.done)} of {bytes_text(self.total)} of {self.file}"

    def start(self, name: str, *, download: bool) -> None:
        """Load a data set, unless one is on its way; without `download`, only what is in Keras's cache already.

        Raises DataRefused if it is not offered, EngineRefused.
        """
        if self.is_running:
            return
        each = _offered(name)
        self.fetched, self.file, self.done, self.total = each, "", 0, 0
        self._run, self._is_stopping = new_id(), False
        self._engine = self._engines.take(self._take)
        classes = next((made.classes for made in each.suggestions if made.is_target), ())
        self._engine.send(Fetch(self._run, each.name, str(excerpt_path(each)), classes, MOST_STEPS, download))
        self.changed.emit(self)

    def stop(self) -> None:
        """Download no further; whole files stay in the cache."""
        if self._engine is not None and not self._is_stopping:
            self._is_stopping = True
            self._engine.send(Stop(self._run))

    def close(self) -> None:
        """Ask no more."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _take(self, event: Event) -> None:
        if self._engine is None or self.fetched is None:
            return
        match event:
            case Fetching(file=file, done=done, total=total):
                self.file, self.done, self.total = file, done, total
                self.changed.emit(self)
            case Fetched(stopped=stopped):
                self._end(not stopped)
            case Unreachable(host=host, reason=reason):
                self._end(_offline(self.fetched, host, reason))
            case Failed(error=error, text=text):
                self._end(_failed(self.fetched, f"{error}: {text}"))
            case EngineDied(text=text):
                self._engine = None
                self._end(False if self._is_stopping else _failed(self.fetched, text))
            case _:
                pass

    def _end(self, outcome: DataRefused | bool) -> None:
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._engines.give_back(engine)
        self.ended.emit(outcome)


def _offered(name: str) -> KerasSet:
    each = find_keras_set(name)
    if each is None:
        raise DataRefused(
            "data.keras", f"Keras has no data set “{name[:60]}” that is offered here.", "Choose one from the list."
        )
    return each


def _offline(each: KerasSet, host: str, reason: str) -> DataRefused:
    return DataRefused(
        "data.offline",
        f"{each.title} cannot be downloaded: {host} is not reached ({reason.rstrip('.')}).",
        "Connect this computer to the network and try again, or choose a sample, which needs none.",
    )


def _failed(each: KerasSet, text: str) -> DataRefused:
    return DataRefused(
        "data.fetch",
        f"Keras could not load {each.title}: {text.rstrip('.')}.",
        f"Try again; if that does not help, delete its files in {_tidy(cache_folder())}.",
    )


def _tidy(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
