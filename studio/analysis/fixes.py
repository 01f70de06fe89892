"""Edits that mend, made when they are asked for: each is a label in the user's words and a function of the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from studio.analysis.adapters import Adapter
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import OUTPUT
from studio.catalog.encodings import TEXT
from studio.catalog.forms import Form, Integer, Number, Sizes
from studio.core.tensors import TensorSpec, shape_text
from studio.core.values import Inner, Params, Value
from studio.core.wording import listed
from studio.document import edits
from studio.document.changes import Change, EdgeChange, Edit, NodeChange
from studio.document.data_choice import Encoding, Feature
from studio.document.document import Document
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.graph import Edge, Node, NodeId

GRID_PX = 8
STEP_PX = 240.0


def fix(label: str, make: Callable[[Document], Edit]) -> Fix:
    """A fix that does nothing where what it was made for is gone."""

    def safely(document: Document) -> Edit:
        try:
            return make(document)
        except KeyError:  # a node, block or wire that it names does not exist any more
            return Edit(label, ())

    return Fix(label, safely)


def set_own(record: NodeRecord, values: Params, in_call: bool = False, outcome: TensorSpec | None = None) -> Fix:
    """Set params of the node itself, or constant arguments of its call."""
    id_ = record.id
    label = "Set " + ", ".join(f"{name}={shown(value)}" for name, value in values.items())
    label += "" if outcome is None else arrow(outcome)
    if in_call:
        return fix(label, lambda document: edits.set_call(document, id_, values))
    return fix(label, lambda document: edits.set_params(document, id_, values))


def fix_params(record: NodeRecord, values: Params, label: str) -> Fix:
    """Set params of a node, in words of their own."""
    id_ = record.id
    return fix(label, lambda document: edits.set_params(document, id_, values))


def fix_many(values: Sequence[tuple[NodeId, Params]], label: str) -> Fix:
    """Set params of several nodes in one step."""
    together: dict[NodeId, Params] = {}
    for id_, params in values:
        together[id_] = {**together.get(id_, {}), **params}

    def make(document: Document) -> Edit:
        return edits.combined(label, [edits.set_params(document, id_, params) for id_, params in together.items()])

    return fix(label, make)


def unset(record: NodeRecord, name: str, in_call: bool = False, label: str = "") -> Fix:
    """Take a param away, so that Keras's default holds."""
    id_ = record.id
    label = label or f"Remove {name}"
    if in_call:
        return fix(label, lambda document: edits.set_call(document, id_, {name: None}))
    return fix(label, lambda document: edits.set_params(document, id_, {}, unset=(name,)))


def rename(drawing: Drawing, record: NodeRecord, stem: str | None) -> Fix:
    """Give a node a free name."""
    id_ = record.id
    wanted = stem or edits.name_stem(record.node.kind) or "node"
    free = edits.unique_name(drawing.graph, wanted)
    return fix(
        f"Rename to {free}",
        lambda document: edits.rename(document, id_, edits.unique_name(document.root, wanted)),
    )


def unshare(record: NodeRecord) -> Fix:
    """Give a node a layer of its own; with the params of the layer that it called, if that was of its kind."""
    id_ = record.id
    alike = record.owner is None or record.owner.node.kind == record.node.kind

    def make(document: Document) -> Edit:
        if alike:
            return edits.share(document, id_, None)
        before = document.root.nodes[id_]
        return Edit(f"Unshare {before.name}", (NodeChange(document.root.id, before, replace(before, shares=None)),))

    return fix("Give it a layer of its own", make)


def delete(record: NodeRecord) -> Fix:
    """Delete a node with its wires."""
    id_ = record.id
    return fix(f"Delete {record.node.name}", lambda document: edits.remove(document, (id_,)))


def join(wires: Sequence[Edge], outcome: TensorSpec) -> Fix:
    """Put a Concatenate before a port at which several wires arrive."""
    label = f"Insert Concatenate{arrow(outcome)}"

    def make(document: Document) -> Edit:
        if not all(document.root.has_edge(wire) for wire in wires):
            return Edit(label, ())
        graph, target = document.root, wires[0].target
        x, y = halfway(graph.nodes[wires[0].source], graph.nodes[target])
        node = edits.new_node(document, "Concatenate", x, y)
        changes: list[Change] = [NodeChange(graph.id, None, node)]
        for slot, wire in enumerate(wires):
            into = Edge(wire.source, wire.source_port, node.id, "inputs", slot)
            changes += [EdgeChange(graph.id, wire, None), EdgeChange(graph.id, None, into)]
        changes.append(EdgeChange(graph.id, None, Edge(node.id, OUTPUT.name, target, wires[0].target_port)))
        return Edit("Insert Concatenate", tuple(changes))

    return fix(label, make)


def remove_wires(label: str, wires: Sequence[Edge]) -> Fix:
    """Take wires away."""

    def make(document: Document) -> Edit:
        return edits.remove(document, (), [edge for edge in wires if document.root.has_edge(edge)])

    return fix(label, make)


def wire(label: str, source: NodeId, source_port: str, target: NodeId, target_port: str, slot: int) -> Fix:
    """Draw a wire."""

    def make(document: Document) -> Edit:
        if source not in document.root.nodes or target not in document.root.nodes:
            return Edit(label, ())
        return edits.connect(document, source, source_port, target, target_port, slot)

    return fix(label, make)


def insert(edge: Edge, kind: str, params: Params, outcome: TensorSpec, where: str = "") -> Fix:
    """Put a node into a wire, halfway between its ends; `where` says into which, if that is not clear."""
    label = f"Insert {call_text(kind, params)}{where}{arrow(outcome)}"
    return fix(label, lambda document: _inserted(document, [(edge, kind, params)]))


def insert_many(adapters: Mapping[Edge, Adapter]) -> Fix:
    """Put a node into each of several wires."""
    what = listed([call_text(each.kind, each.params) for each in adapters.values()])
    label = f"Insert {what}{arrow(next(iter(adapters.values())).out)}"
    parts = [(edge, each.kind, each.params) for edge, each in adapters.items()]
    return fix(label, lambda document: _inserted(document, parts))


def bypass(drawing: Drawing, around: Sequence[Edge], before: Edge, outcome: TensorSpec) -> Fix:
    """Wire a target to what comes before its source; the source goes if nothing else needs it."""
    skipped = drawing.graph.nodes[around[0].source]
    alone = len(drawing.graph.outgoing(skipped.id)) == len(around)
    label = f"{'Remove' if alone else 'Skip'} {skipped.name}{arrow(outcome)}"

    def make(document: Document) -> Edit:
        if not all(document.root.has_edge(edge) for edge in (*around, before)):
            return Edit(label, ())
        doomed = (before.target,) if set(document.root.outgoing(before.target)) <= set(around) else ()
        gone = edits.remove(document, doomed, around)
        wires = (replace(edge, source=before.source, source_port=before.source_port) for edge in around)
        drawn = (EdgeChange(document.root.id, None, wire) for wire in wires)
        return Edit(label.partition(" →")[0], (*gone.changes, *drawn))

    return fix(label, make)


def replace_kind(record: NodeRecord, kind: str, params: Params, outcome: TensorSpec) -> Fix:
    """Make a node another kind in its place."""
    id_, name = record.id, record.node.name
    label = f"Replace {name} by {call_text(kind, params)}{arrow(outcome)}"

    def make(document: Document) -> Edit:
        before = document.root.nodes[id_]
        own_name = before.name.startswith(edits.name_stem(before.kind))
        fresh = edits.unique_name(document.root, edits.name_stem(kind)) if own_name else before.name
        after = replace(before, kind=kind, params=dict(params), call={}, shares=None, name=fresh)
        return Edit(label.partition(" →")[0], (NodeChange(document.root.id, before, after),))

    return fix(label, make)


def insert_after(record: NodeRecord, kind: str, params: Params, outcome: TensorSpec) -> Fix:
    """Put a node behind another, into all the wires that leave it."""
    id_ = record.id
    label = f"Insert {call_text(kind, params)} after {record.node.name}{arrow(outcome)}"

    def make(document: Document) -> Edit:
        leaving = document.root.outgoing(id_)
        left = document.root.nodes[id_]
        node = edits.new_node(document, kind, snapped(left.x + STEP_PX / 2), snapped(left.y + GRID_PX * 6), params)
        changes: list[Change] = [NodeChange(document.root.id, None, node)]
        for edge in leaving:
            changes += [
                EdgeChange(document.root.id, edge, None),
                EdgeChange(document.root.id, None, replace(edge, source=node.id, source_port=OUTPUT.name)),
            ]
        for port in dict.fromkeys(edge.source_port for edge in leaving):
            changes.append(EdgeChange(document.root.id, None, Edge(id_, port, node.id, "input")))
        return Edit(f"Insert {node.name}", tuple(changes) if leaving else ())

    return fix(label, make)


def taken_out(drawing: Drawing, record: NodeRecord) -> tuple[Fix, ...]:
    """Remove a node that has one wire before it, and wire what follows to what comes before."""
    if len(record.wires) != 1 or not drawing.graph.outgoing(record.id):
        return ()
    before, id_ = record.wires[0], record.id
    label = f"Remove {record.node.name}"
    return (fix(label, lambda document: _taken_out(document, id_, before, label)),)


def moved_before(drawing: Drawing, record: NodeRecord, other: NodeRecord) -> tuple[Fix, ...]:
    """Take a node with one wire before it out, or put it in front of another further back."""
    if len(record.wires) != 1 or len(other.wires) != 1 or drawing.inference.calls.get(record.id):
        return ()
    here, there, id_ = record.wires[0], other.wires[0], record.id
    label = f"Move {record.node.name} before {other.node.name}"

    def make(document: Document) -> Edit:
        if not document.root.has_edge(there):
            return Edit(label, ())
        out = _taken_out(document, id_, here, label)
        node = document.root.nodes[id_]
        x, y = halfway(document.root.nodes[there.source], document.root.nodes[there.target])
        back = (
            NodeChange(document.root.id, None, replace(node, x=x, y=y)),
            EdgeChange(document.root.id, there, None),
            EdgeChange(document.root.id, None, Edge(there.source, there.source_port, id_, here.target_port)),
            EdgeChange(document.root.id, None, replace(there, source=id_, source_port=OUTPUT.name)),
        )
        return Edit(label, (*out.changes, *back) if out.changes else ())

    return (*taken_out(drawing, record), fix(label, make))


def encode(feature: Feature, encoding: Encoding, label: str, entry: NodeRecord, scale: float | None = None) -> Fix:
    """Turn the raw values of a feature into numbers in another way; its Input follows where it says a shape itself."""
    dtype = "float32" if feature.dtype == TEXT else feature.dtype
    after = replace(feature, encoding=encoding, scale=feature.scale if scale is None else scale, dtype=dtype)
    return _feature_changed(label, feature, after, entry.id)


def as_text(feature: Feature, label: str, entry: NodeRecord) -> Fix:
    """Hand a feature on as it stands in the data, as text."""
    return _feature_changed(label, feature, replace(feature, encoding=Encoding.NONE, dtype=TEXT), entry.id)


def take_columns(feature: Feature, columns: tuple[str, ...], label: str, entry: NodeRecord) -> Fix:
    """Make a feature of these columns only."""
    return _feature_changed(label, feature, replace(feature, columns=columns, shape=(len(columns),)), entry.id)


def bind(record: NodeRecord, feature: Feature, label: str) -> Fix:
    """Bind an Input to a feature, and give it the feature's shape and dtype."""
    return fix_params(record, {"feature": feature.name, **_arriving(feature)}, label)


def keep_on_disk(on_disk: bool) -> Fix:
    """Keep the table on disk while a program runs, or in memory."""
    label = "Keep the table on disk" if on_disk else "Keep the table in memory"
    return fix(label, lambda document: edits.set_data(document, replace(document.data, on_disk=on_disk), label))


def _feature_changed(label: str, before: Feature, after: Feature, entry: NodeId) -> Fix:
    def make(document: Document) -> Edit:
        data = document.data
        chosen = next((each for each in data.features if replace(each, span=before.span) == before), None)
        if chosen is None:
            return Edit(label, ())
        features = tuple(replace(after, span=chosen.span) if each == chosen else each for each in data.features)
        changed = edits.set_data(document, replace(data, features=features), label)
        node = document.root.nodes[entry]
        comes = {name: value for name, value in _arriving(after).items() if name in node.params}
        same = _arriving(before) == _arriving(after)
        return changed if same else edits.combined(label, [changed, edits.set_params(document, entry, comes)])

    return fix(label, make)


def _arriving(feature: Feature) -> dict[str, Value]:
    return {"shape": encoded_shape(feature), "dtype": encoded_dtype(feature)}


def _taken_out(document: Document, id_: NodeId, before: Edge, label: str) -> Edit:
    if not document.root.has_edge(before):
        return Edit(label, ())
    onwards = [
        replace(edge, source=before.source, source_port=before.source_port) for edge in document.root.outgoing(id_)
    ]
    gone = edits.remove(document, (id_,))
    return Edit(label, (*gone.changes, *(EdgeChange(document.root.id, None, edge) for edge in onwards)))


def add_after(label: str, source: NodeId, source_port: str, kind: str, params: Params) -> Fix:
    """Add a node to the right of another and wire it to it."""

    def make(document: Document) -> Edit:
        left = document.root.nodes[source]
        node = edits.new_node(document, kind, snapped(left.x + STEP_PX), snapped(left.y), params)
        added = edits.add_node(node)
        edge = Edge(source, source_port, node.id, "input")
        return Edit(added.label, (*added.changes, EdgeChange(document.root.id, None, edge)))

    return fix(label, make)


def _inserted(document: Document, parts: Sequence[tuple[Edge, str, Params]]) -> Edit:
    nodes = document.root.nodes
    changes: list[Change] = []
    taken = {node.name for node in nodes.values()}
    names: list[str] = []
    for edge, kind, params in parts:
        if not document.root.has_edge(edge):
            return Edit("Insert", ())
        x, y = halfway(nodes[edge.source], nodes[edge.target])
        name = edits.free_name(edits.name_stem(kind), taken)
        taken.add(name)
        names.append(name)
        node = replace(edits.new_node(document, kind, x, y, params), name=name)
        changes += edits.insert_on_edge(document, edge, node, "input", OUTPUT.name).changes
    return Edit(f"Insert {listed(names)}", tuple(changes))


def nearest(form: Form, value: Value) -> Value:
    """The value of a form that is nearest to one that it refuses, or None where nothing is near."""
    if isinstance(form, Sizes) and isinstance(value, tuple):
        items = tuple(_clamped(item, form.minimum, None, True) for item in value)
        return None if None in items or len(items) != form.rank else items
    match form:
        case Integer(minimum, maximum):
            return _clamped(value, minimum, maximum, True)
        case Number(minimum, maximum):
            return _clamped(value, minimum, maximum, False)
        case Sizes(minimum=least):
            return _clamped(value, least, None, True)
        case _:
            return None


def halfway(source: Node, target: Node) -> tuple[float, float]:
    """The place between two nodes, on the grid."""
    return snapped((source.x + target.x) / 2), snapped((source.y + target.y) / 2)


def snapped(place: float) -> float:
    """The nearest place on the grid."""
    return float(round(place / GRID_PX) * GRID_PX)


def arrow(spec: TensorSpec) -> str:
    """What comes out, as labels end: ` → (None, 3136)`."""
    return f" → {shape_text(spec.shape)}"


def call_text(kind: str, params: Mapping[str, Value]) -> str:
    """A kind with its params, as labels name it: `Flatten`, `Reshape(target_shape=(28, 28, 1))`."""
    return f"{kind}({', '.join(f'{name}={shown(value)}' for name, value in params.items())})" if params else kind


def shown(value: Value) -> str:
    """A value as Python writes it, cut where it is long."""
    match value:
        case Inner(kind, params):
            text = f"{kind}({', '.join(f'{name}={shown(item)}' for name, item in params.items())})"
        case _:
            text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _clamped(value: Value, minimum: float | None, maximum: float | None, whole: bool) -> Value:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    number: int | float = round(value) if whole else value
    if minimum is not None:
        number = max(number, minimum)
    if maximum is not None:
        number = min(number, maximum)
    return int(number) if whole else number
