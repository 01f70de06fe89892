"""The check of the real data before training: an engine looks at all of it, and what it measures becomes problems."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio.analysis.fixes import keep_on_disk
from studio.analysis.problem import Fix, Problem, Severity
from studio.client.engine import Engine
from studio.core.errors import StudioError
from studio.core.files import write_atomic
from studio.core.ids import new_id
from studio.core.paths import state_dir
from studio.core.signal import Signal
from studio.core.wording import plural
from studio.document.changes import DataChange, Edit
from studio.document.data_choice import DataChoice, Missing
from studio.document.document import Document
from studio.program.writer import Program, write
from studio.protocol.messages import (
    BadFile,
    EngineDied,
    Event,
    Failed,
    Inspect,
    Inspected,
    Inspecting,
    Measured,
    Reading,
    Stop,
)
from studio.session.engines import Engines
from studio.session.export import sample_files
from studio.session.feature_edits import put_feature
from studio.session.fetching import require_downloaded
from studio.session.findings.everything import findings
from studio.session.findings.examples import can_be_kept, less_memory
from studio.session.findings.subject import Looked, raw_choice, spans
from studio.session.session import Session
from studio.session.trust import Trust

PROGRAM = "program.py"
NO_CELL = re.compile(r"has no '([^']+)'\.$")
"""How a program says that a cell is empty."""


class PreflightRefused(StudioError):
    """The data cannot be checked yet; the text says what is missing."""


class Preflight:
    """Has an engine look at all of the data, and says what that means for the drawing as it is.

    `changed` is emitted on the session's thread whenever `problems` or the progress may be others; `ended` carries
    whether a check came to its end (False: it was stopped), or why it did not. What was found about a feature is
    forgotten when the feature becomes another, what was found about the parts when they do, all of it when the source
    does.
    """

    def __init__(self, session: Session, engines: Engines, trust: Trust) -> None:
        self.changed: Signal[Preflight] = Signal()
        self.ended: Signal[StudioError | bool] = Signal()
        self.done = self.total = self.rows_read = 0
        self.rows_expected: int | None = None
        self._session = session
        self._engines = engines
        self._trust = trust
        self._engine: Engine | None = None
        self._run = ""
        self._is_stopping = False
        self._looked: Looked | None = None
        self._spans: dict[str, tuple[float, float]] = {}
        self._refused: tuple[Problem, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        session.document.settled.connect(self._follow)

    @property
    def is_running(self) -> bool:
        """Whether the data is being looked at."""
        return self._engine is not None

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self.is_running and self._is_stopping

    @property
    def has_looked(self) -> bool:
        """Whether anything is known of the data that is chosen now."""
        return bool(self._looked or self._refused)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the data says, errors first, as far as it still is about what is drawn and chosen."""
        return self._problems

    @property
    def examples(self) -> dict[str, int]:
        """How many examples each part has, as far as it is known."""
        return self._looked.measured.examples if self._looked is not None else {}

    @property
    def bad_files(self) -> tuple[BadFile, ...]:
        """The files that could not be decoded; of very many, the first thousand."""
        return tuple(self._looked.measured.bad_files) if self._looked is not None else ()

    def start(self, *, rows_expected: int | None = None) -> None:
        """Look at all of the data, unless that is being done. Raises StudioError where it cannot be.

        `rows_expected` is how many rows its table has, where somebody has counted.
        """
        if self.is_running:
            return
        document, base = self._session.document, self._session.path.parent if self._session.path else None
        program = write(document.seen_with(raw_choice(document.data)), title=self._session.title, base=base)
        _refuse_nothing(program)
        self._trust.require(program.foreign)
        require_downloaded(document.data)
        folder = state_dir() / "checks" / new_id()
        folder.mkdir(mode=0o700, parents=True)
        self._run, self._is_stopping = folder.name, False
        self.rows_expected = rows_expected
        self.done = self.total = self.rows_read = 0
        chosen = document.data
        try:
            for name, content in sample_files(program).items():
                write_atomic(folder / name, content)
            write_atomic(folder / PROGRAM, program.text.encode())

            def hear(event: Event) -> None:
                if self._engine is not None:
                    self._take(event, folder, chosen, program)

            self._engine = self._engines.take(hear)
            self._engine.send(Inspect(self._run, str(folder / PROGRAM)))
        except StudioError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.changed.emit(self)

    def stop(self) -> None:
        """Look no further; what was known before stays known."""
        if self._engine is not None and not self._is_stopping:
            self._is_stopping = True
            self._engine.send(Stop(self._run))
            self.changed.emit(self)

    def learn(self, looked: Looked) -> None:
        """Take over what a run said of its data, unless a check has looked at the same and knows more."""
        if self._looked is None or self._looked.chosen != looked.chosen:
            self._learn(looked)

    def close(self) -> None:
        """Look no further, and follow the document no more."""
        self._session.document.settled.disconnect(self._follow)
        if self._engine is not None:
            engine, self._engine = self._engine, None
            engine.close()
            shutil.rmtree(state_dir() / "checks" / self._run, ignore_errors=True)

    def _take(self, event: Event, folder: Path, chosen: DataChoice, program: Program) -> None:
        match event:
            case Reading(rows=rows):
                self.rows_read = rows
                self.changed.emit(self)
            case Inspecting(done=done, total=total):
                self.done, self.total = done, total
                self.changed.emit(self)
            case Measured():
                self._learn(Looked(chosen, program.data, event))
            case Inspected(stopped=stopped):
                self._end(folder, not stopped)
            case Failed():
                self._fail(event, program)
                self._end(folder, True)
            case EngineDied(text=text):
                self._engine = None
                died = PreflightRefused("preflight.died", text, "Check again; a new engine takes it.")
                self._end(folder, False if self._is_stopping else died)
            case _:
                pass

    def _learn(self, looked: Looked) -> None:
        self._looked, self._refused = looked, ()
        self._judge()

    def _fail(self, failed: Failed, program: Program) -> None:
        """The program refuses its data: that is what there is to say of it."""
        node = program.node_at(failed.line) if failed.line is not None else None
        self._looked = None
        self._refused = (_refusal(failed, self._session.document, node.node if node is not None else None),)
        self._judge()

    def _judge(self, *, tells: bool = True) -> None:
        """Say anew what follows from what was measured."""
        document, looked = self._session.document, self._looked
        measured = spans(looked, document) if looked is not None else {}
        if measured != self._spans:
            self._spans = measured
            self._session.analysis.measure(measured)
        self._problems = self._refused if looked is None else findings(looked, document)
        self._session.analysis.find(self._problems)
        if tells:
            self.changed.emit(self)

    def _follow(self, edit: Edit) -> None:
        looked, document = self._looked, self._session.document
        if looked is None and not self._refused:
            return
        if looked is not None and looked.chosen.source != document.data.source:
            self._looked = None
        if self._refused and any(isinstance(change, DataChange) for change in edit.changes):
            self._refused = ()
        before = self._problems
        self._judge(tells=False)
        if self._problems != before:
            self.changed.emit(self)

    def _end(self, folder: Path, outcome: StudioError | bool) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._engines.give_back(engine)
        self.changed.emit(self)
        self.ended.emit(outcome)


def summary(problems: tuple[Problem, ...]) -> str:
    """What a check came to, in a sentence."""
    counts = [(sum(each.severity is severity for each in problems), str(severity)) for severity in Severity]
    said = [plural(count, word) for count, word in counts if count]
    return f"The data was checked: {', '.join(said)}." if said else "The data was checked, and nothing stands out."


def _refuse_nothing(program: Program) -> None:
    data = program.data
    if data.choice.source is None or not data.is_known or data.missing:
        why = (
            "no data is chosen, or it is not there" if not data.missing else "not every Input and Output is bound to it"
        )
        raise PreflightRefused(
            "preflight.missing",
            f"The data cannot be checked yet: {why}.",
            "Choose data in the Data place, and bind Inputs and Outputs to it.",
        )


def _refusal(failed: Failed, document: Document, node: str | None) -> Problem:
    there = node if node in document.root.nodes else None
    if failed.error == "MemoryError":
        return Problem(
            "examples.memory",
            Severity.ERROR,
            f"The data does not fit into memory. {less_memory(document)}",
            there,
            mending=lambda: (keep_on_disk(True),) if can_be_kept(document) else (),
        )
    text = failed.text if failed.error == "ValueError" else f"{failed.error}: {failed.text}"
    return Problem(
        "examples.refused",
        Severity.ERROR,
        f"The data cannot be loaded: {text.rstrip('.')}. Mend the data, or what the features say of it.",
        there,
        mending=lambda: tuple(_leaving_out(failed.text, document)),
    )


def _leaving_out(text: str, document: Document) -> Iterator[Fix]:
    """Where a cell is empty, the rows of that kind can be left out."""
    named = NO_CELL.search(text)
    for feature in document.data.features if named is not None else ():
        if named is not None and named[1] in feature.columns and feature.missing is Missing.REFUSE:
            label = f"Leave out rows without “{feature.name}”"
            after = replace(feature, missing=Missing.DROP)
            yield Fix(label, partial(put_feature, feature=after, before=feature.name, label=label))
