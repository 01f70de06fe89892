"""Whether Keras says the same as the studio: shapes and weights of every layer, compared node by node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.client.engine import Engine
from studio.core.errors import StudioError
from studio.core.files import write_atomic
from studio.core.ids import new_id
from studio.core.paths import state_dir
from studio.core.signal import Signal
from studio.core.tensors import shape_text
from studio.document.blocks import MODEL, Where, inside_of
from studio.document.graph import ROOT, NodeId
from studio.program.operations import can_be_missing, placed
from studio.program.writer import Program
from studio.protocol.messages import EngineDied, Event, Failed, LayerReport, Verified, Verify
from studio.session.engines import Engines
from studio.session.session import Session
from studio.session.training import refuse_errors
from studio.session.trust import Trust


class Verification:
    """Has an engine build the program, and compares. `ended` carries what they differ in, or why there is no answer."""

    def __init__(self, session: Session, engines: Engines, trust: Trust) -> None:
        self.ended: Signal[tuple[Disagreement, ...] | StudioError] = Signal()
        self._session = session
        self._engines = engines
        self._trust = trust
        self._engine: Engine | None = None

    @property
    def is_running(self) -> bool:
        """Whether Keras was asked and has not answered yet."""
        return self._engine is not None

    def start(self) -> None:
        """Ask Keras about the drawing as it is now. Raises StudioError where that cannot be asked."""
        if self._engine is not None:
            return
        refuse_errors(self._session)
        program = self._session.program()
        self._trust.require(program.foreign)
        folder = state_dir() / "checks"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{new_id()}.py"
        write_atomic(path, program.text.encode())
        self._engine = self._engines.take(lambda event: self._take(path, program, event))
        self._engine.send(Verify(path.stem, str(path)))

    def close(self) -> None:
        """Ask no more."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _take(self, path: Path, program: Program, event: Event) -> None:
        match event:
            case Verified():
                if self._session.program() is program:
                    self._end(path, disagreements(self._session, event))
                else:
                    changed = StudioError("verify.changed", "The drawing changed meanwhile.", "Check it again.")
                    self._end(path, changed)
            case Failed(error=error, text=text, line=line):
                where = f" at line {line} of the program" if line else ""
                self._end(path, StudioError("verify.failed", f"Keras refuses the model{where}: {error}: {text}"))
            case EngineDied(text=text):
                self._engine = None
                self._end(path, StudioError("verify.died", text, "Check again; a new engine takes it."))
            case _:
                pass

    def _end(self, path: Path, outcome: tuple[Disagreement, ...] | StudioError) -> None:
        path.unlink(missing_ok=True)
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._engines.give_back(engine)
        self.ended.emit(outcome)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Keras and the studio differ about a node. That is our bug, whoever is right in the end."""

    node: NodeId
    text: str
    where: Where = MODEL


def disagreements(session: Session, verified: Verified) -> tuple[Disagreement, ...]:
    """Compare what Keras built with what analysis says, for every node that became a layer.

    Nodes that share a layer are compared call by call, in the order of the program.
    """
    layers = list(_layers(session))
    operations = placed([report.name for report in verified.layers], {layer for _, _, layer in layers})
    reports = {operations.get(report.name, report.name): report for report in verified.layers}
    calls: dict[str, int] = {}
    found: list[Disagreement] = []
    for node, where, layer in layers:
        call = calls.get(layer, 0)
        calls[layer] = call + 1
        report = reports.get(layer)
        if report is None and can_be_missing(layer):
            continue
        if report is None:
            found.append(Disagreement(node, f"Keras has no layer “{layer}”, which the studio drew.", where))
            continue
        texts = _shape_differences(session, node, where, report, call)
        if call == 0:
            texts += _weight_differences(session, node, where, report)
        found += [Disagreement(node, text, where) for text in texts]
    return tuple(found)


def _layers(session: Session) -> Iterator[tuple[NodeId, Where, str]]:
    """Every call of a layer, with where it stands and what Keras calls it, those in blocks after the model's own."""
    program, graphs = session.program(), session.document.graphs
    for node, layer in program.layers.items():
        yield node, MODEL, layer
    for (*path, node), layer in program.nested.items():
        graph = graphs[ROOT]
        for block in path:
            graph = graphs[inside_of(graph, graph.nodes[block]) or ROOT]
        yield node, Where(graph.id, tuple(path)), layer


def _shape_differences(session: Session, node: NodeId, where: Where, report: LayerReport, call: int) -> list[str]:
    if call >= len(report.outputs):
        return [f"Keras calls “{report.name}” {len(report.outputs)} times, the studio more often."]
    theirs = [tuple(shape) for shape in report.outputs[call]]
    ours = [spec.shape if spec else None for spec in session.analysis.outputs(node, where).values()]
    if ours == theirs:
        return []
    said = ", ".join("unknown" if shape is None else shape_text(shape) for shape in ours)
    return [f"The studio says {said}; Keras says {', '.join(map(shape_text, theirs))}."]


def _weight_differences(session: Session, node: NodeId, where: Where, report: LayerReport) -> list[str]:
    ours = [(weight.shape, weight.trainable) for weight in session.analysis.weights(node, where) or ()]
    theirs = [(tuple(shape), trainable) for _, shape, trainable in report.weights]
    if sorted(ours) == sorted(theirs):
        return []
    return [f"The studio counts the weights {ours}; Keras has {theirs}."]
