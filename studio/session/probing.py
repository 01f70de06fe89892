"""What custom layers make of their inputs: known from the engine, asked once, and only of code that is trusted."""

from __future__ import annotations

from pathlib import Path

from studio.catalog.custom import Answer, Question, Raised, Told, Unanswered
from studio.catalog.declaration import Weight
from studio.client.engine import Engine
from studio.core.errors import StudioError
from studio.core.files import write_atomic
from studio.core.ids import new_id
from studio.core.paths import state_dir
from studio.core.tensors import TensorSpec
from studio.document.graph import NodeId
from studio.program.foreign import Inquiry, inquiry
from studio.program.literals import Unwritable
from studio.protocol.messages import EngineDied, Event, Failed, Probe, Probed, TensorReport
from studio.session.engines import Engines
from studio.session.session import Session
from studio.session.trust import Trust


class Probing:
    """Asks an engine what a session's custom layers make of what arrives at them, and tells the session's analysis.

    Follows the drawing: each question is asked once for its code, arguments and inputs, the latest first, and only
    while its text is trusted.
    """

    def __init__(self, session: Session, engines: Engines, trust: Trust) -> None:
        self._session = session
        self._engines = engines
        self._trust = trust
        self._answers: dict[str, Told | Raised] = {}
        self._open: dict[str, Question] = {}
        self._engine: Engine | None = None
        self._asked: tuple[Question, Inquiry, Path] | None = None
        session.analysis.ask(self.answer)
        session.analysis.updated.connect(self._follow)
        trust.changed.connect(self._follow_trust)
        self.go_on()

    @property
    def is_busy(self) -> bool:
        """Whether an engine is being asked."""
        return self._asked is not None

    def answer(self, question: Question) -> Answer:
        """What is known now. Runs nothing; what is trusted and not known is noted, to be asked soon."""
        if not self._trust.has(question.source):
            return Unanswered.UNTRUSTED
        key = question.key
        if key in self._answers:
            return self._answers[key]
        self._open[key] = question
        return Unanswered.ASKED

    def ask_again(self) -> None:
        """Forget what failed, and ask anew: a module may have been installed meanwhile."""
        self._answers = {key: answer for key, answer in self._answers.items() if isinstance(answer, Told)}
        self._session.analysis.ask(self.answer)
        self.go_on()

    def go_on(self) -> None:
        """Ask the next question, if there is one and none is being asked."""
        if self._asked is not None:
            return
        question = self._next()
        if question is None:
            self._give_back()
            return
        try:
            self._send(question)
        except Unwritable as error:
            self._take_in(question, Raised(f"cannot be made: {error.reason}"))
        except StudioError as error:
            self._take_in(question, Raised(f"could not be asked: {error}"))

    def close(self) -> None:
        """Ask no more."""
        self._session.analysis.updated.disconnect(self._follow)
        self._trust.changed.disconnect(self._follow_trust)
        if self._asked is not None:
            self._asked[2].unlink(missing_ok=True)
            self._asked = None
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _next(self) -> Question | None:
        """The question that was noted last; the others wait, or are forgotten where their text is not trusted now."""
        while self._open:
            _, question = self._open.popitem()
            if self._trust.has(question.source):
                return question
        return None

    def _send(self, question: Question) -> None:
        folder = state_dir() / "checks"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{new_id()}.py"
        asked = inquiry(question)
        write_atomic(path, asked.text.encode())
        self._asked = (question, asked, path)
        if self._engine is None or not self._engine.alive:
            self._engine = self._engines.take(self._take)
        self._engine.send(
            Probe(path.stem, str(path), [TensorReport(list(s), d, bool(m)) for s, d, m in question.inputs])
        )

    def _take(self, event: Event) -> None:
        if self._asked is None:
            return
        question, asked, path = self._asked
        match event:
            case Probed(outputs=outputs, weights=weights):
                specs = tuple(TensorSpec(tuple(each.shape), each.dtype, each.masked) for each in outputs)
                made = tuple(Weight(name, tuple(shape), trained, dtype) for name, shape, trained, dtype in weights)
                answer: Told | Raised = Told(specs, made)
            case Failed(error=error, text=text, line=line):
                answer = Raised(f"raised {error}: {text}", asked.code_line(line))
            case EngineDied(text=text):
                self._engine = None
                answer = Raised(f"gave no answer: {text}")
            case _:
                return
        path.unlink(missing_ok=True)
        self._take_in(question, answer)

    def _take_in(self, question: Question, answer: Told | Raised) -> None:
        self._asked = None
        self._answers[question.key] = answer
        self._session.analysis.ask(self.answer)
        self.go_on()

    def _give_back(self) -> None:
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._engines.give_back(engine)

    def _follow(self, nodes: frozenset[NodeId]) -> None:
        self.go_on()

    def _follow_trust(self, trust: Trust) -> None:
        self._session.analysis.ask(self.answer)
        self.go_on()
