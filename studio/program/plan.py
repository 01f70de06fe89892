"""The plan: a drawing as ordered calls of layers, and what of it cannot be called and why."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.catalog import custom
from studio.catalog.blocks import block_kind
from studio.catalog.declaration import Kind, Nest, Port
from studio.catalog.operations.shaping import read_key
from studio.catalog.registry import KINDS, refused
from studio.document.blocks import INPUT_KIND as INPUT_KIND
from studio.document.blocks import OUTPUT_KIND as OUTPUT_KIND
from studio.document.blocks import entries, exits
from studio.document.data_choice import DataChoice
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.graph import ROOT, Graph, GraphId, Node, NodeId
from studio.program.foreign import Foreign
from studio.program.layout import Item
from studio.program.literals import Unwritable, arguments, one_line

GET_ITEM = "ops.get_item"


@dataclass(frozen=True, slots=True)
class Tensor:
    """What leaves a node by one of its output ports."""

    node: NodeId
    port: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call: of `node`, of the layer that `owner` (the node itself, unless it shares) has.

    `wired` are the wired input ports in the order of their declaration, with their tensors in the order of slots.
    `params` and `constants` are the constructor's and the call's arguments as they are written, `unknown` the names of
    values for which Keras has no argument. `foreign` is the user's own class, where it is one. `nest` is
    how Keras nests the layer's states. `block` is the graph of a block, `made_for` are those of its ports at which the
    tensors arrive that it is made for; an Input in a block that takes what arrives has its own output there.
    """

    node: Node
    owner: Node
    kind: Kind
    wired: tuple[tuple[Port, tuple[Tensor, ...]], ...]
    outputs: tuple[str, ...]
    params: tuple[Item, ...]
    constants: tuple[Item, ...]
    unknown: tuple[str, ...]
    foreign: Foreign | None = None
    nest: Nest = ()
    block: GraphId | None = None
    made_for: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """What makes the layer: its public Keras name, or the name of the user's own class."""
        return self.foreign.class_name if self.foreign else self.kind.path

    @property
    def spreads(self) -> bool:
        """Whether the wires of a list port are passed one by one."""
        return self.foreign is not None and self.foreign.spreads(len(self.sources))

    @property
    def sources(self) -> tuple[Tensor, ...]:
        """Every tensor that goes in."""
        return tuple(tensor for _, tensors in self.wired for tensor in tensors)


@dataclass(frozen=True, slots=True)
class Exit:
    """A tensor that the model gives back, and the Output node that says so; None where the drawing has no Output."""

    tensor: Tensor
    node: Node | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls in an order in which each finds its inputs made, Inputs among them, and the exits.

    `shared` are the owners of layers that are called twice, or by another node than their own. `left_out` are nodes
    that are not part of the model, with the reason as a clause. A block has all its Inputs, used or not.
    """

    steps: tuple[Step, ...]
    exits: tuple[Exit, ...]
    shared: frozenset[NodeId]
    left_out: tuple[tuple[Node, str], ...]
    is_block: bool = False

    @property
    def inputs(self) -> tuple[Step, ...]:
        """The Input nodes."""
        return tuple(step for step in self.steps if step.node.kind == INPUT_KIND)

    @property
    def used(self) -> tuple[Step, ...]:
        """The calls that Keras keeps: all but the Inputs of a block that nothing reads."""
        read = {tensor.node for step in self.steps for tensor in step.sources} | {
            leaf.tensor.node for leaf in self.exits
        }
        return tuple(step for step in self.steps if step.node.kind != INPUT_KIND or step.node.id in read)

    @property
    def is_stack(self) -> bool:
        """Whether it is one Input and a chain of layers, each called once with the one before."""
        if len(self.steps) < 2 or len(self.inputs) != 1 or len(self.exits) != 1 or self.shared:
            return False
        for before, step in zip(self.steps, self.steps[1:], strict=False):
            if step.block is not None or step.kind.is_operation:
                return False
            if [tensors for _, tensors in step.wired] != [(Tensor(before.node.id, "output"),)]:
                return False
            port = step.wired[0][0]
            listed = port.many and not step.spreads
            if listed or port.argument or port.gathered or len(step.outputs) != 1 or step.constants:
                return False
        return self.exits[0].tensor == Tensor(self.steps[-1].node.id, "output")


@dataclass(frozen=True, slots=True)
class Block:
    """A block that a drawing may call: its kind, its own plan, and why it cannot be called, as a clause."""

    kind: Kind
    plan: Plan
    fault: str


def plan(graph: Graph, data: DataChoice, blocks: Mapping[GraphId, Block]) -> Plan:
    """Plan the calls of a drawing, however wrong it is; an Input without a shape takes its feature's.

    In a block it takes that of what arrives.
    """
    is_block = graph.id != ROOT
    order = ordered(graph)
    reasons: dict[NodeId, str] = {}
    steps: dict[NodeId, Step] = {}
    exits: list[Exit] = []
    for id_ in order:
        node = graph.nodes[id_]
        made = _planned(graph, node, data, steps, blocks)
        if isinstance(made, str):
            reasons[id_] = made
        elif node.kind == OUTPUT_KIND:
            exits.append(Exit(made.sources[0], node))
        else:
            steps[id_] = made
    for id_ in graph.nodes.keys() - set(order):
        reasons[id_] = "it is part of a loop, or comes after one"
    if is_block:
        places = {id_: place for place, id_ in enumerate(graph.nodes)}
        exits.sort(key=lambda leaf: places[leaf.node.id] if leaf.node else 0)
    elif not exits:
        read = {tensor.node for step in steps.values() for tensor in step.sources}
        exits = [Exit(Tensor(id_, step.outputs[0]), None) for id_, step in steps.items() if id_ not in read]
        exits = [leaf for leaf in exits if graph.nodes[leaf.tensor.node].kind != INPUT_KIND] or exits
    needed = _needed(steps, exits)
    if is_block:
        needed |= {id_ for id_ in steps if graph.nodes[id_].kind == INPUT_KIND}
    reasons.update(dict.fromkeys(steps.keys() - needed, "no Output needs it"))
    left_out = tuple((node, reasons[node.id]) for node in graph.nodes.values() if node.id in reasons)
    called = [step for id_, step in steps.items() if id_ in needed]
    layers = [step for step in called if not step.kind.is_operation]  # an operation has nothing to share
    times = Counter(step.owner.id for step in layers)
    shared = frozenset(each.owner.id for each in layers if times[each.owner.id] > 1 or each.owner.id != each.node.id)
    return Plan(tuple(called), tuple(exits), shared, left_out, is_block)


def block(graph: Graph, blocks: Mapping[GraphId, Block]) -> Block:
    """The inside of a block, planned; `blocks` are those in it."""
    planned = plan(graph, DataChoice(), blocks)
    inputs, outputs = entries(graph), exits(graph)
    fault = ""
    if not inputs or not outputs:
        fault = f"inside “{one_line(graph.name)}” is no {'Output' if inputs else 'Input'}"
    elif len(planned.inputs) < len(inputs) or len(planned.exits) < len(outputs):
        node, reason = planned.left_out[0]
        fault = f"inside “{one_line(graph.name)}”, {one_line(node.name)} is left out: {reason}"
    kind = block_kind(graph.name, [(n.id, n.name) for n in inputs], [(n.id, n.name) for n in outputs])
    return Block(kind, planned, fault)


def ordered(graph: Graph) -> list[NodeId]:
    """The nodes so that each comes after its sources, else as drawn; without loops and what comes after them."""
    place = {id_: index for index, id_ in enumerate(graph.nodes)}
    missing = {id_: len({edge.source for edge in graph.incoming(id_)}) for id_ in graph.nodes}
    ready = [place[id_] for id_, count in missing.items() if not count]
    heapq.heapify(ready)
    names = list(graph.nodes)
    order: list[NodeId] = []
    while ready:
        id_ = names[heapq.heappop(ready)]
        order.append(id_)
        for target in {edge.target for edge in graph.outgoing(id_)}:
            missing[target] -= 1
            if not missing[target]:
                heapq.heappush(ready, place[target])
    return order


def _planned(
    graph: Graph, node: Node, data: DataChoice, steps: Mapping[NodeId, Step], blocks: Mapping[GraphId, Block]
) -> Step | str:
    """The call of a node whose sources are planned already, or why there is none."""
    owner = graph.nodes[node.shares] if node.shares is not None else node
    if owner.graph != node.graph:
        return f"it calls the layer of {one_line(owner.name)}, which is another block"
    if owner.graph is not None:
        return _planned_block(graph, node, owner, steps, blocks[owner.graph])
    if node.kind == INPUT_KIND and graph.id != ROOT and "shape" not in owner.params:
        return _planned_entry(node, owner)
    kind = KINDS.get(node.kind)
    if kind is None:
        return f"this version knows no kind “{one_line(node.kind)}”"
    if owner.kind != node.kind:
        return f"it calls the layer of {one_line(owner.name)}, which is a {one_line(owner.kind)}"
    wired = _wired(graph, node, kind, steps)
    if isinstance(wired, str):
        return wired
    if kind.name == GET_ITEM and read_key(str(owner.params.get("key"))) is None:
        return "its key is no index"
    foreign = Foreign.of(owner.params) if kind.name == custom.NAME and not refused(kind, owner.params) else None
    if kind.name == custom.NAME and (foreign is None or foreign.fault):
        return foreign.fault if foreign else "its settings do not fit"
    try:
        if foreign is not None:
            params = foreign.arguments
        elif kind.name == INPUT_KIND:
            params = _input_arguments(kind, owner, data)
        else:
            params = arguments(kind.params, owner.params)
        constants = arguments(kind.call, node.call)
    except Unwritable as error:
        return error.reason
    leaving = _leaving(kind, owner, node)
    if leaving is None:
        return "its params do not fit together"
    outputs, nest = leaving
    unknown = [name for name in owner.params if name not in kind.declared]
    unknown += [name for name in node.call if name not in {param.name for param in kind.call}]
    return Step(node, owner, kind, wired, outputs, params, constants, tuple(unknown), foreign, nest)


def _planned_block(graph: Graph, node: Node, owner: Node, steps: Mapping[NodeId, Step], called: Block) -> Step | str:
    """The call of a block."""
    kind = called.kind
    if called.fault:
        return called.fault
    wired = _wired(graph, node, kind, steps)
    if isinstance(wired, str):
        return wired
    if refused(kind, {name: value for name, value in owner.params.items() if name in kind.declared}):
        return "its settings do not fit"
    outputs = tuple(port.name for port in kind.outputs(kind.settings({})))
    unknown = (*(name for name in owner.params if name not in kind.declared), *node.call)
    made_for = tuple(step.node.id for step in called.plan.inputs if step.made_for)
    params = arguments(kind.params, owner.params)
    return Step(node, owner, kind, wired, outputs, params, (), unknown, block=owner.graph, made_for=made_for)


def _planned_entry(node: Node, owner: Node) -> Step | str:
    """An Input in a block that takes what arrives."""
    kind = KINDS[INPUT_KIND]
    try:
        written = arguments(kind.params[1:], owner.params)
    except Unwritable as error:
        return error.reason
    params = tuple(Item(item.expression, item.prefix) for item in written)
    unknown = tuple(name for name in owner.params if name not in kind.declared)
    return Step(node, owner, kind, (), ("output",), params, (), unknown, made_for=("output",))


def _input_arguments(kind: Kind, node: Node, data: DataChoice) -> tuple[Item, ...]:
    feature = data.feature(node.params.get("feature"))
    if "shape" in node.params or feature is None:
        written = arguments(kind.params, node.params)
    else:
        written = arguments(
            kind.params, {**node.params, "shape": encoded_shape(feature), "dtype": encoded_dtype(feature)}
        )
    return tuple(Item(item.expression, item.prefix or "shape=") for item in written)


def _wired(
    graph: Graph, node: Node, kind: Kind, steps: Mapping[NodeId, Step]
) -> tuple[tuple[Port, tuple[Tensor, ...]], ...] | str:
    arrived: dict[str, list[Tensor]] = {}
    for edge in graph.incoming(node.id):
        port = kind.input(edge.target_port)
        if port is None:
            return f"{kind.name} has no input “{one_line(edge.target_port)}”"
        source = steps.get(edge.source)
        if source is None:
            return f"it needs {one_line(graph.nodes[edge.source].name)}, which is left out"
        if edge.source_port not in source.outputs:
            return f"{one_line(source.node.name)} has no output “{one_line(edge.source_port)}”"
        if edge.slot == 0 or port.many:
            arrived.setdefault(port.name, []).append(Tensor(edge.source, edge.source_port))
    for port in kind.inputs:
        count = len(arrived.get(port.name, ()))
        if not port.optional and count < (port.at_least if port.many else 1):
            return f"nothing arrives at its input “{port.name}”" if not count else f"“{port.name}” needs more wires"
    return tuple((port, tuple(arrived[port.name])) for port in kind.inputs if port.name in arrived)


def _leaving(kind: Kind, owner: Node, node: Node) -> tuple[tuple[str, ...], Nest] | None:
    """The names of the output ports, and how states are nested; None where the params make no sense to the kind."""
    settings = kind.settings(owner.params, node.call)
    try:
        return tuple(port.name for port in kind.outputs(settings)), kind.nested(settings)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _needed(steps: Mapping[NodeId, Step], exits: Iterable[Exit]) -> set[NodeId]:
    """The steps on which an exit depends."""
    needed: set[NodeId] = set()
    waiting = [leaf.tensor.node for leaf in exits]
    while waiting:
        id_ = waiting.pop()
        if id_ not in needed:
            needed.add(id_)
            waiting += [tensor.node for tensor in steps[id_].sources]
    return needed
