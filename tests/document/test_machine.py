"""A person who does everything in any order: undo, redo, saving and recovery give back exactly what was there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio.core.errors import EditRefused
from studio.core.values import Params, Value
from studio.document import edits
from studio.document.changes import Edit, GraphChange
from studio.document.clipboard import copied, paste
from studio.document.data_choice import DataChoice
from studio.document.document import Document
from studio.document.graph import Frame, Graph, NodeId
from studio.document.history import History
from studio.document.training_choice import TrainingChoice
from studio.project.format import decode, decode_fragment, encode, encode_fragment, load, save
from studio.project.recovery import Base, Journal, find_recoverable
from tests.document.strategies import DATA, FRAMES, KEPT, KINDS, NAMES, PARAMS, PIXELS, PORTS, TRAINING, VALUES

T = TypeVar("T")
PICK = st.integers(0, 2**20)
"""Which of the things that there are; taken modulo their number."""
PICKS = st.lists(PICK, max_size=4)
PARAM = st.sampled_from(["units", "activation", "größe"])


def picked(things: Sequence[T], pick: int) -> T:
    return things[pick % len(things)]


class Editing(RuleBasedStateMachine):
    """`states` are the contents that the file would have at each step of the history, up to the present one."""

    @initialize()
    def begin(self) -> None:
        self.document = Document()
        self.history = History(self.document)
        self.states = [encode(self.document)]
        self.ahead: list[bytes] = []
        self.gesture = 0
        self.replayed = Document()
        self.document.changed.connect(self.replayed.apply)
        self.folder = tempfile.TemporaryDirectory()
        self.journal = Journal(self.document, Path(self.folder.name), Base())
        self.document.changed.connect(self.journal.append)

    # What is there to choose from.

    def graph(self, pick: int) -> Graph:
        return picked(list(self.document.graphs.values()), pick)

    def graph_with_nodes(self, pick: int) -> Graph:
        return picked([graph for graph in self.document.graphs.values() if graph.nodes], pick)

    def node(self, graph: Graph, pick: int) -> NodeId:
        return picked(list(graph.nodes), pick)

    def nodes(self, graph: Graph, picks: list[int]) -> list[NodeId]:
        return list(dict.fromkeys(self.node(graph, pick) for pick in picks))

    def has_nodes(self) -> bool:
        return any(graph.nodes for graph in self.document.graphs.values())

    def has_edges(self) -> bool:
        return any(graph.edge_count for graph in self.document.graphs.values())

    # How a step is made, and what must hold after it.

    def do(self, *makers: Callable[[], Edit]) -> None:
        """Make the edits one after the other; what they did is one step."""
        steps = len(self.states)
        for make in makers:
            before = encode(self.document)
            try:
                edit = make()
                self.history.do(edit)
            except EditRefused:
                assert encode(self.document) == before
                continue
            if edit.changes:
                del self.states[steps:]
                self.states.append(encode(self.document))
                self.ahead = []

    @precondition(has_nodes)
    @rule(graph=PICK, picks=PICKS, xs=st.lists(PIXELS, min_size=1, max_size=3), typed=st.lists(VALUES, max_size=3))
    def gesture_of_many_edits(self, graph: int, picks: list[int], xs: list[float], typed: list[Value]) -> None:
        self.gesture += 1
        drawing = self.graph_with_nodes(graph)
        id_ = self.node(drawing, picks[0] if picks else 0)
        moves = [
            lambda x=x: edits.move(
                self.document, dict.fromkeys(self.nodes(drawing, picks), (x, x)), drawing.id, self.gesture
            )
            for x in xs
            if picks
        ]
        types = [
            lambda value=value: edits.set_params(
                self.document, id_, {"units": value}, graph=drawing.id, merge_key=self.gesture
            )
            for value in typed
        ]
        self.do(*moves, *types)

    @rule(graph=PICK, kind=KINDS, name=NAMES, params=PARAMS, x=PIXELS, kept=KEPT)
    def add(self, graph: int, kind: str, name: str, params: Params, x: float, kept: dict[str, object]) -> None:
        drawing = self.graph(graph)
        fresh = edits.new_node(self.document, kind, x, 0.0, params, name=name, graph=drawing.id)
        self.do(lambda: edits.add_node(replace(fresh, kept=kept), drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, picks=PICKS, wires=PICKS)
    def remove(self, graph: int, picks: list[int], wires: list[int]) -> None:
        drawing = self.graph_with_nodes(graph)
        edges = list(drawing.edges)
        doomed = [picked(edges, wire) for wire in wires if edges]
        self.do(lambda: edits.remove(self.document, self.nodes(drawing, picks), doomed, drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, source=PICK, sink=PICK, leaving=PORTS, arriving=PORTS, append=st.booleans())
    def connect(self, graph: int, source: int, sink: int, leaving: str, arriving: str, append: bool) -> None:
        drawing = self.graph_with_nodes(graph)
        start, end = self.node(drawing, source), self.node(drawing, sink)
        slot = edits.next_slot(drawing, end, arriving) if append else 0
        self.do(lambda: edits.connect(self.document, start, leaving, end, arriving, slot, drawing.id))

    @precondition(has_edges)
    @rule(graph=PICK, edge=PICK, kind=KINDS)
    def insert_on_edge(self, graph: int, edge: int, kind: str) -> None:
        drawing = picked([each for each in self.document.graphs.values() if each.edge_count], graph)
        wire = picked(list(drawing.edges), edge)
        fresh = edits.new_node(self.document, kind, 0.0, 0.0, graph=drawing.id)
        self.do(lambda: edits.insert_on_edge(self.document, wire, fresh, "input", "output", drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, node=PICK, param=PARAM, value=VALUES, unset=st.lists(PARAM, max_size=1))
    def set_params(self, graph: int, node: int, param: str, value: Value, unset: list[str]) -> None:
        drawing = self.graph_with_nodes(graph)
        id_ = self.node(drawing, node)
        self.do(lambda: edits.set_params(self.document, id_, {param: value}, unset=unset, graph=drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, node=PICK, param=PARAM, value=VALUES)
    def set_call(self, graph: int, node: int, param: str, value: Value) -> None:
        drawing = self.graph_with_nodes(graph)
        self.do(lambda: edits.set_call(self.document, self.node(drawing, node), {param: value}, drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, node=PICK, name=NAMES)
    def rename(self, graph: int, node: int, name: str) -> None:
        drawing = self.graph_with_nodes(graph)
        self.do(lambda: edits.rename(self.document, self.node(drawing, node), name, drawing.id))

    @precondition(has_nodes)
    @rule(graph=PICK, node=PICK, owner=st.one_of(st.none(), PICK))
    def share(self, graph: int, node: int, owner: int | None) -> None:
        drawing = self.graph_with_nodes(graph)
        whose = None if owner is None else self.node(drawing, owner)
        self.do(lambda: edits.share(self.document, self.node(drawing, node), whose, drawing.id))

    @rule(graph=PICK, frame=FRAMES)
    def put_frame(self, graph: int, frame: Frame) -> None:
        self.do(lambda: edits.put_frame(self.document, frame, self.graph(graph).id))

    @rule(graph=PICK, frame=PICK)
    def remove_frame(self, graph: int, frame: int) -> None:
        drawing = self.graph(graph)
        if drawing.frames:
            self.do(lambda: edits.remove_frame(self.document, picked(list(drawing.frames), frame), drawing.id))

    @rule(data=DATA)
    def choose_data(self, data: DataChoice) -> None:
        self.do(lambda: edits.set_data(self.document, data))

    @rule(training=TRAINING)
    def choose_training(self, training: TrainingChoice) -> None:
        self.do(lambda: edits.set_training(self.document, training))

    @precondition(has_nodes)
    @rule(source=PICK, sink=PICK, picks=PICKS, through_text=st.booleans())
    def copy_and_paste(self, source: int, sink: int, picks: list[int], through_text: bool) -> None:
        drawing = self.graph_with_nodes(source)
        fragment = copied(self.document, self.nodes(drawing, picks), drawing.id)
        if through_text:
            assert decode_fragment(encode_fragment(fragment)) == fragment
        self.do(lambda: paste(self.document, fragment, 20.0, 20.0, self.graph(sink).id)[0])

    @rule(id_=st.sampled_from(["block", "other"]), name=NAMES)
    def add_or_rename_block(self, id_: str, name: str) -> None:
        old = self.document.graphs[id_].name if id_ in self.document.graphs else None
        self.do(lambda: Edit("Name block", (GraphChange(id_, old, name),)))

    @rule(graph=PICK)
    def remove_block(self, graph: int) -> None:
        drawing = self.graph(graph)
        self.do(lambda: Edit("Remove block", (GraphChange(drawing.id, drawing.name, None),)))

    @rule(graph=PICK, block=PICK)
    def use_block(self, graph: int, block: int) -> None:
        drawing = self.graph(graph)
        fresh = edits.new_node(self.document, "Block", 0.0, 0.0, graph=drawing.id)
        self.do(lambda: edits.add_node(replace(fresh, graph=self.graph(block).id), drawing.id))

    @rule(steps=st.integers(1, 5))
    def undo(self, steps: int) -> None:
        for _ in range(min(steps, len(self.states) - 1)):
            self.history.undo()
            self.ahead.append(self.states.pop())
            assert encode(self.document) == self.states[-1]

    @rule(steps=st.integers(1, 5))
    def redo(self, steps: int) -> None:
        for _ in range(min(steps, len(self.ahead))):
            self.history.redo()
            self.states.append(self.ahead.pop())
            assert encode(self.document) == self.states[-1]

    @rule()
    def save_and_load(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            save(self.document, Path(folder) / "a.layers")
            assert encode(load(Path(folder) / "a.layers")) == self.states[-1]
        self.history.mark_clean()

    @invariant()
    def the_present_is_the_last_state(self) -> None:
        content = encode(self.document)
        assert content == self.states[-1]
        assert encode(decode(content, "a.layers")) == content

    @invariant()
    def the_history_has_as_many_steps_as_there_were(self) -> None:
        assert (self.history.undo_label is None) == (len(self.states) == 1)
        assert (self.history.redo_label is None) == (not self.ahead)

    @invariant()
    def who_follows_the_announced_edits_has_the_same_document(self) -> None:
        assert encode(self.replayed) == self.states[-1]

    @invariant()
    def both_ends_of_a_wire_know_it(self) -> None:
        for graph in self.document.graphs.values():
            arriving = {edge for id_ in graph.nodes for edge in graph.incoming(id_)}
            leaving = {edge for id_ in graph.nodes for edge in graph.outgoing(id_)}
            assert arriving == leaving == set(graph.edges)
            assert graph.edge_count == len(arriving)
            assert all(graph.edge_at(*edge.end) == edge for edge in arriving)

    def teardown(self) -> None:
        end = encode(self.document)
        self.journal.close(delete=False)
        for recoverable in find_recoverable(Path(self.folder.name)):
            assert encode(recoverable.recover().document) == end
        self.folder.cleanup()
        while self.history.undo() is not None:
            pass
        assert encode(self.document) == encode(Document())
        while self.history.redo() is not None:
            pass
        assert encode(self.document) == (self.ahead[0] if self.ahead else end)


Editing.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestEditing = Editing.TestCase


class LongEditing(Editing):
    """The same for minutes."""


LongEditing.TestCase.settings = settings(Editing.TestCase.settings, max_examples=200, stateful_step_count=80)
TestLongEditing = pytest.mark.large(LongEditing.TestCase)
