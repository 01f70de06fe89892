"""What a card and a wire say: texts and marks taken from the document and its analysis, ready to be painted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity
from studio.catalog.declaration import Family, Kind
from studio.core.tensors import TensorSpec, shape_label, shape_text
from studio.core.wording import count_text
from studio.document.blocks import MODEL, Where, inside_of
from studio.document.edits import name_stem
from studio.document.graph import Edge, Graph, Node, NodeId
from studio.gui.canvas.headline import headline


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows beside its sockets. `kind` is empty where the name says it already."""

    title: str
    kind: str
    params: str
    shape: str
    icon: str
    family: Family | None
    severity: Severity | None = None
    shared: bool = False
    frozen: bool = False
    masked: bool = False
    stacked: bool = False


def face(graph: Graph, analysis: Analysis, node: Node, owners: Collection[NodeId], where: Where = MODEL) -> Face:
    """What the card of a node shows; `owners` are the nodes whose layers others call again."""
    kind = analysis.kind(node.id, where)
    layer = layer_node(graph, node)
    settings = kind.settings(layer.params, node.call) if kind else None
    specs = list(analysis.outputs(node.id, where).values())
    is_block = inside_of(graph, node) is not None
    word = kind.title if is_block and kind else node.kind
    return Face(
        title=node.name,
        kind="" if says_kind(node.name, word) else word,
        params=_weight(analysis, node, where) if is_block else headline(kind, settings) if kind and settings else "",
        shape=shape_label(specs[0].shape) if specs and specs[0] else "",
        icon=icon_name(kind),
        family=kind.family if kind else None,
        severity=worst(analysis.problems_of(node.id, where)),
        shared=node.shares is not None or node.id in owners,
        frozen=settings is not None and settings.values.get("trainable", True) is False,
        masked=any(spec is not None and spec.masked for spec in specs),
        stacked=is_block,
    )


def _weight(analysis: Analysis, node: Node, where: Where) -> str:
    """What a block's card says in place of params: how much there is in it; one that calls another's says nothing."""
    count = analysis.cost(node.id, where).parameters if node.shares is None else None
    return f"{count_text(count)} parameters" if count else "no parameters" if count == 0 else ""


def layer_node(graph: Graph, node: Node) -> Node:
    """The node whose params the layer of `node` has: its own, or the one whose layer it calls again."""
    return graph.nodes.get(node.shares, node) if node.shares else node


def says_kind(name: str, kind: str) -> bool:
    """Whether a node's name tells its kind: `conv2d_3` does, `stem` does not."""
    return name.replace("_", "").lower().startswith(name_stem(kind).replace("_", ""))


def icon_name(kind: Kind | None) -> str:
    """The drawing that stands for a kind: its family's; Output has its own."""
    if kind is None:
        return "unknown"
    return "output" if kind.name == "Output" else kind.family.name.lower()


def worst(problems: Collection[Problem]) -> Severity | None:
    """The gravest severity among problems."""
    found = {problem.severity for problem in problems}
    return next((severity for severity in Severity if severity in found), None)


def is_impossible(analysis: Analysis, edge: Edge, where: Where = MODEL) -> bool:
    """Whether an error is reported at the wire's arriving end."""
    return any(
        problem.severity is Severity.ERROR and problem.is_at(edge.target, edge.target_port, edge.slot)
        for problem in analysis.problems_of(edge.target, where)
        if problem.graph == where.graph
    )


@dataclass(frozen=True, slots=True)
class Caption:
    """What a wire says: its shape, whether it cannot work, whether a wire beside it says the same, and has a mask."""

    shape: str
    impossible: bool = False
    repeated: bool = False
    masked: bool = False


def caption(graph: Graph, analysis: Analysis, edge: Edge, where: Where = MODEL) -> Caption:
    """What a wire says."""
    first = next(wire for wire in graph.incoming(edge.target) if _same_origin(wire, edge))
    spec = analysis.edge_spec(edge, where)
    masked = spec is not None and bool(spec.masked)
    return Caption(wire_label(spec), is_impossible(analysis, edge, where), first != edge, masked)


def _same_origin(first: Edge, second: Edge) -> bool:
    return (first.source, first.source_port) == (second.source, second.source_port)


def wire_label(spec: TensorSpec | None) -> str:
    """A wire's shape without the batch axis, written closely: `26×26×32`."""
    return "" if spec is None else shape_label(spec.shape).replace(" × ", "×")


def spec_text(spec: TensorSpec | None) -> str:
    """A tensor in full: `(None, 20, 64) float32, with a mask`."""
    if spec is None:
        return "shape not known yet"
    return f"{shape_text(spec.shape)} {spec.dtype}{', with a mask' if spec.masked else ''}"


def node_text(analysis: Analysis, node: Node, where: Where = MODEL) -> str:
    """A card's tooltip: its problems if it has any, and what it is."""
    lines = [problem.text for problem in analysis.problems_of(node.id, where)]
    kind = analysis.kind(node.id, where)
    if kind is None:
        lines.append(f"{node.kind} is not known to this version; it is kept and saved as it is.")
        return "\n".join(lines)
    if not lines:
        lines.append(f"{kind.title}: {kind.summary}")
    labels = {port.name: port.shown for port in analysis.ports(node.id, where)[1]}
    for port, spec in analysis.outputs(node.id, where).items():
        lines.append(f"{labels[port]} {spec_text(spec)}")
    cost = analysis.cost(node.id, where)
    if cost.parameters:
        lines.append(f"{count_text(cost.parameters)} parameters")
    if cost.multiply_adds:
        lines.append(f"{count_text(cost.multiply_adds)} multiply-adds per example")
    return "\n".join(lines)
