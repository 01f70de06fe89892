"""A drawing on its way: layers are put one behind the other, and say what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.analysis.analysis import Analysis
from studio.analysis.layout import arranged
from studio.core.values import Params, Value
from studio.document import edits
from studio.document.changes import Change, EdgeChange, Edit, NodeChange
from studio.document.data_choice import DataChoice, Feature
from studio.document.document import Document
from studio.document.encoded import FLOATS, encoded_dtype
from studio.document.graph import ROOT, Edge, Node, NodeId
from studio.session.data_setup import input_node, output_node

OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Stream:
    """What leaves a node by a port, and the shape of one example of it."""

    node: NodeId
    shape: tuple[int, ...]
    port: str = OUTPUT

    @property
    def rank(self) -> int:
        """How many axes an example has."""
        return len(self.shape)


class Sketch:
    """A model of some data, made layer by layer."""

    def __init__(self, data: DataChoice) -> None:
        self._document = Document()
        self._document.apply(edits.set_data(self._document, data))
        self._analysis = Analysis(self._document)

    def input(self, feature: Feature, *, as_numbers: bool = False) -> Stream:
        """An Input that is bound to a feature; whole numbers and truths come as numbers where that is wanted."""
        node = input_node(self._document, feature, 0.0, 0.0)
        if as_numbers and encoded_dtype(feature) not in FLOATS:
            node = replace(node, params={**node.params, "dtype": "float32"})
        return self._put(node)

    def output(self, target: Feature, source: Stream) -> None:
        """An Output that compares what comes with a target."""
        self._put(output_node(self._document, target, 0.0, 0.0), source)

    def add(self, kind: str, /, *sources: Stream, **params: Value) -> Stream:
        """A layer behind one stream, or one that merges several."""
        return self._add(None, kind, sources, params)

    def add_named(self, name: str, kind: str, /, *sources: Stream, **params: Value) -> Stream:
        """The same under a name of its own."""
        return self._add(name, kind, sources, params)

    def add_started(self, kind: str, source: Stream, states: tuple[Stream, ...], **params: Value) -> Stream:
        """A recurrent layer that begins with states that another one has left."""
        node = self._node(kind, None, params)
        self._document.apply(edits.add_node(node))
        for slot, state in enumerate(states):
            edit = edits.connect(self._document, state.node, state.port, node.id, "initial_state", slot)
            self._document.apply(edit)
        self._document.apply(edits.connect(self._document, source.node, source.port, node.id, "input"))
        return self.leaving(node.id)

    def add_again(self, first: Stream, last: Stream, source: Stream) -> Stream:
        """The layers from behind `first` to `last`, one after the other, called once more on another stream."""
        root = self._document.root
        chain: list[NodeId] = []
        at = last.node
        while at != first.node:
            chain.append(at)
            (wire,) = root.incoming(at)
            at = wire.source
        stream = source
        for owner in reversed(chain):
            node = self._node(root.nodes[owner].kind, root.nodes[owner].name, {})
            stream = self._put(replace(node, shares=owner), stream)
        return stream

    def leaving(self, node: NodeId, port: str = OUTPUT) -> Stream:
        """What leaves a node by a port."""
        spec = self._analysis.outputs(node).get(port)
        name = self._document.root.nodes[node].name
        assert spec is not None, f"a suggestion draws what fits, but nothing leaves {name}"
        sizes = [size for size in spec.shape[1:] if size is not None]
        assert len(sizes) == len(spec.shape) - 1, f"a suggestion has sizes that are known, unlike {name}"
        return Stream(node, tuple(sizes), port)

    def drawn(self, document: Document, label: str) -> Edit:
        """The edit that puts the sketch, arranged, in the place of whatever a document has drawn."""
        root = self._document.root
        places = arranged(root, {})
        changes: list[Change] = list(_cleared(document))
        for node in root.nodes.values():
            x, y = places[node.id]
            changes.append(NodeChange(ROOT, None, replace(node, x=x, y=y)))
        changes += [EdgeChange(ROOT, None, edge) for edge in root.edges]
        return Edit(label, tuple(changes))

    def close(self) -> None:
        """Let go of the drawing."""
        self._analysis.close()

    def _add(self, name: str | None, kind: str, sources: tuple[Stream, ...], params: Params) -> Stream:
        return self._put(self._node(kind, name, params), *sources, port="inputs" if len(sources) > 1 else "input")

    def _node(self, kind: str, name: str | None, params: Params) -> Node:
        return edits.new_node(self._document, kind, 0.0, 0.0, params, name=name)

    def _put(self, node: Node, *sources: Stream, port: str = "input") -> Stream:
        name = node.name.replace("/", "_")  # columns may have one in their names, layers may not
        node = replace(node, name=edits.unique_name(self._document.root, name))
        wires = (
            EdgeChange(ROOT, None, Edge(source.node, source.port, node.id, port, slot))
            for slot, source in enumerate(sources)
        )
        self._document.apply(Edit("", (NodeChange(ROOT, None, node), *wires)))
        return self.leaving(node.id) if node.kind != "Output" else sources[0]


def _cleared(document: Document) -> tuple[Change, ...]:
    """The changes that take everything away that is drawn."""
    root = document.root
    frames = [change for frame in root.frames for change in edits.remove_frame(document, frame).changes]
    return (*(edits.remove(document, root.nodes).changes if root.nodes else ()), *frames)
