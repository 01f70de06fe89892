"""What a node is before any tensor arrives: its kind, its settings, its ports, and where its wires come from."""

from __future__ import annotations

import logging
import marshal
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeAlias

from studio.analysis.record import NOTHING, Feed, NodeRecord
from studio.catalog import custom
from studio.catalog.declaration import OUTPUT, REQUIRED, InferRule, Kind, Param, Port, Ports, ShapeError
from studio.catalog.registry import KINDS, KNOWN_NAMES, refused
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Params, Value
from studio.document.blocks import INPUT_KIND as INPUT_KIND
from studio.document.blocks import OUTPUT_KIND as OUTPUT_KIND
from studio.document.data_choice import DataChoice
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.graph import GraphId, Node, NodeId

log = logging.getLogger(__name__)

MOST_REMEMBERED = 20_000


class BlockKinds(Protocol):
    """Knows the blocks of a document as kinds, and the kind of custom layers, whose rules look up what is known."""

    custom: Kind

    def kind(self, graph: GraphId) -> Kind:
        """The kind of the nodes that call a block."""


class Bound(NamedTuple):
    """What follows from a kind and params alone: what was refused, the settings, the rule, the output ports."""

    refused: Mapping[str, str]
    settings: Settings | None
    rule: InferRule | None
    ports: Ports


Remembered: TypeAlias = tuple[str, bytes | str]
Memory: TypeAlias = "dict[Remembered, Bound]"
"""Kinds with params that were bound before: most layers of a large model repeat."""


PLAIN = frozenset(KINDS) - {INPUT_KIND, custom.NAME}
"""The kinds of which params alone say what a node of theirs does."""

UNBOUND = Bound(NOTHING, None, None, ())


def bind(
    record: NodeRecord, records: Mapping[NodeId, NodeRecord], data: DataChoice, memory: Memory, blocks: BlockKinds
) -> None:
    """Read the node's own facts anew; `records` are all nodes, for layers that are called again.

    An Input without a shape takes its feature's.
    """
    node = record.node
    record.owner = None
    if node.kind in PLAIN and node.graph is None and node.shares is None and not node.call:  # most nodes
        record.block = record.inside = None
        record.kind = plain = KINDS[node.kind]
        record.refused, record.settings, record.rule, record.ports = _remembered(plain, node.params, memory)
        return
    record.block = block = (node if node.shares is None else records[node.shares].node).graph
    if block is None:
        record.inside = None
    record.kind = kind = KINDS.get(node.kind) if block is None else blocks.kind(block)
    if kind is not None and kind.name == custom.NAME and block is None:
        record.kind = kind = blocks.custom
    bound = UNBOUND
    if kind is None:
        pass
    elif node.shares is not None:
        record.owner = owner = records[node.shares]
        if calls_same(node, owner.node) and not owner.refused:
            bound = bound_to(kind, owner.node.params, node.call)
        else:
            bound = Bound(NOTHING, None, None, _ports(kind, _starting(kind, owner.node.params, owner.refused)))
    elif block is not None or kind is blocks.custom:  # these rules look things up: nothing of them may be remembered
        bound = bound_to(kind, node.params, node.call)
    else:
        params = _shaped(node.params, data) if node.kind == INPUT_KIND else node.params
        bound = bound_to(kind, params, node.call)
    record.refused, record.settings, record.rule, record.ports = bound


def enter(record: NodeRecord, spec: TensorSpec | None) -> None:
    """Read the facts of an Input inside a block, by which `spec` comes in; None is not known yet."""
    kind, params = KINDS[INPUT_KIND], record.node.params
    shape = {"shape": spec.shape[1:] if spec is not None else ()}
    record.refused, record.settings, _, record.ports = bound_to(kind, {**shape, **params}, record.node.call)
    record.rule = None if spec is None or record.settings is None else lambda settings: (spec,)


def calls_same(node: Node, owner: Node) -> bool:
    """Whether a node that calls the layer of another is of the same kind, and of the same block."""
    return owner.kind == node.kind and owner.graph == node.graph


def bound_to(kind: Kind, params: Params, call: Params) -> Bound:
    """Check params and call arguments against their forms, and fill in Keras's defaults."""
    wrong = refused(kind, params)
    if call:
        wrong = {**wrong, **_refused_call(kind, call)}
    if wrong:
        return Bound(wrong, None, None, _ports(kind, _starting(kind, {**params, **call}, wrong)))
    settings = kind.settings(params, call)
    return Bound(NOTHING, settings, kind.rule(params), _ports(kind, settings))


def _remembered(kind: Kind, params: Params, memory: Memory) -> Bound:
    # All tell 1, 1.0 and True apart. marshal is fastest; it refuses an Inner, and a mapping that is no dict.
    try:
        key: Remembered = (kind.name, marshal.dumps(params, 2))  # type: ignore[arg-type]
    except ValueError:
        key = (kind.name, _key(params))
    bound = memory.get(key)
    if bound is None:
        if len(memory) >= MOST_REMEMBERED:
            memory.clear()
        bound = memory[key] = bound_to(kind, params, NOTHING)
    return bound


def _key(params: Params) -> bytes | str:
    # No value is a tuple with a dict in it, but an Inner opened.
    opened = {name: (value.kind, value.params) if type(value) is Inner else value for name, value in params.items()}
    try:
        return marshal.dumps(opened, 2)
    except ValueError:  # an Inner inside of an Inner, or of a tuple
        return repr(params)


def feed(record: NodeRecord, records: Mapping[NodeId, NodeRecord]) -> None:
    """Find out what is wired to each input port; `record.feeds` is None if that is incomplete or wrong."""
    kind, wires = record.kind, record.wires
    if kind is None:
        record.feeds = None
        return
    ports = kind.inputs
    if len(wires) == 1 and len(ports) == 1 and not ports[0].many:  # most nodes
        wire = wires[0]
        fits = wire.target_port == ports[0].name and not wire.slot
        record.feeds = [(records[wire.source], wire.source_port)] if fits else None
        return
    feeds: list[Feed] = []
    used = 0
    for port in kind.inputs:
        arriving = [(records[wire.source], wire.source_port) for wire in wires if wire.target_port == port.name]
        used += len(arriving)
        if misfit(port, len(arriving)) or (arriving and not port.many and last_slot(record, port.name)):
            record.feeds = None
            return
        if port.many:
            feeds.append(list(arriving))
        else:
            feeds.append(arriving[0] if arriving else None)
    record.feeds = feeds if used == len(wires) else None


def misfit(port: Port, wires: int) -> bool:
    """Whether a port has fewer or more wires than it takes."""
    if not port.many:
        return wires > 1 or (not wires and not port.optional)
    least = 0 if port.optional else port.at_least
    return wires < least or (port.at_most is not None and wires > port.at_most)


def last_slot(record: NodeRecord, port: str) -> int:
    """The slot of the last wire of a port."""
    return max((wire.slot for wire in record.wires if wire.target_port == port), default=0)


def starting(param: Param) -> Value:
    """A value that fits a param: Keras's default, or what a fresh node begins with."""
    return param.start if param.default is REQUIRED else param.default


def _shaped(params: Params, data: DataChoice) -> Params:
    if "shape" in params:
        return params
    feature = data.feature(params.get("feature"))
    return {**params, "shape": encoded_shape(feature), "dtype": encoded_dtype(feature)} if feature else params


def _refused_call(kind: Kind, call: Params) -> dict[str, str]:
    declared = replace(kind, params=kind.call, call=())
    return declared.refused(call, KNOWN_NAMES)


def _starting(kind: Kind, params: Params, wrong: Collection[str] = ()) -> Settings:
    """Settings that fit, as near to `params` as can be: enough to tell the ports."""
    bad = {name.partition(".")[0] for name in wrong}
    values = {param.name: starting(param) for param in (*kind.params, *kind.call)}
    values.update((name, value) for name, value in params.items() if name in values and name not in bad)
    return Settings(values)


def _ports(kind: Kind, settings: Settings) -> Ports:
    try:
        return kind.outputs(settings)
    except ShapeError:  # settings that contradict each other; the rule for shapes says so
        return (OUTPUT,)
    except Exception:
        log.exception("the output ports of %s could not be told", kind.name)
        return (OUTPUT,)
