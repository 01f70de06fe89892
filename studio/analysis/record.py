"""What analysis keeps of one node between edits: its kind, its settings, what arrives, what leaves, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Never, TypeAlias, cast

from studio.analysis.problem import Problem
from studio.catalog.declaration import InferRule, Kind, Ports, ShapeError, Weight
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.document.graph import Edge, GraphId, Node, NodeId

if TYPE_CHECKING:
    from studio.analysis.blocks import Inside

Outputs: TypeAlias = Mapping[str, "TensorSpec | None"]
Arguments: TypeAlias = "list[TensorSpec | tuple[TensorSpec, ...] | None]"

NOTHING: Mapping[str, Never] = MappingProxyType({})
NO_ASSUMPTIONS: Mapping[NodeId, Outputs] = MappingProxyType({})


class NodeRecord:
    """One node as analysis sees it.

    `kind` is None for a kind that the catalogue does not know. `block` is the graph that the node calls, if it is a
    block, and `inside` what is in there for this call. `settings` is None where a param was
    refused: such a node computes nothing. `rule` infers its outputs with these settings. `owner` has the layer that
    this node calls again. `feeds` has an entry for each input port, in order: None (optional and not wired), a wire,
    or a list of wires; it is None as a whole where the wiring is incomplete or wrong. `arguments` are the specs that
    arrived last, None if one was unknown; `failure` is what the rule said about them.
    """

    __slots__ = (
        "arguments",
        "block",
        "failure",
        "feeds",
        "inside",
        "kind",
        "node",
        "outputs",
        "owner",
        "ports",
        "problems",
        "refused",
        "rule",
        "settings",
        "tally",
        "wires",
    )

    def __init__(self, node: Node) -> None:
        self.node = node
        self.kind: Kind | None = None
        self.settings: Settings | None = None
        self.rule: InferRule | None = None
        self.ports: Ports = ()
        self.refused: Mapping[str, str] = NOTHING
        self.owner: NodeRecord | None = None
        self.block: GraphId | None = None
        self.inside: Inside | None = None
        self.wires: list[Edge] = []
        self.feeds: list[Feed] | None = None
        self.arguments: Arguments | None = None
        self.failure: Exception | None = None
        self.outputs: Outputs = NOTHING
        self.problems: tuple[Problem, ...] = ()
        self.tally: Tally | None = None

    @property
    def id(self) -> NodeId:
        """The node's id."""
        return self.node.id


class Tally:
    """What a node weighs and costs, once it was asked for."""

    __slots__ = ("activation_bytes", "multiply_adds", "weights")

    def __init__(
        self, weights: tuple[Weight, ...] | None, multiply_adds: int | None, activation_bytes: int | None
    ) -> None:
        self.weights = weights
        self.multiply_adds = multiply_adds
        self.activation_bytes = activation_bytes


Feed: TypeAlias = "None | tuple[NodeRecord, str] | list[tuple[NodeRecord, str]]"


def gathered(feeds: list[Feed], assumed: Mapping[NodeId, Outputs] = NO_ASSUMPTIONS) -> Arguments | None:
    """What arrives at the ports, as rules take it; None if any of it is unknown. `assumed` goes before what is."""
    if assumed:
        return _gathered_assuming(feeds, assumed)
    if len(feeds) == 1 and isinstance(feeds[0], tuple):  # most nodes
        only = feeds[0][0].outputs.get(feeds[0][1])
        return None if only is None else [only]
    arguments: Arguments = []
    for feed in feeds:
        if feed is None:
            arguments.append(None)
        elif isinstance(feed, tuple):
            spec = feed[0].outputs.get(feed[1])
            if spec is None:
                return None
            arguments.append(spec)
        else:
            specs = tuple([record.outputs.get(port) for record, port in feed])
            if None in specs:
                return None
            arguments.append(cast("tuple[TensorSpec, ...]", specs))
    return arguments


def _gathered_assuming(feeds: list[Feed], assumed: Mapping[NodeId, Outputs]) -> Arguments | None:
    arguments: Arguments = []
    for feed in feeds:
        wires = [] if feed is None else feed if isinstance(feed, list) else [feed]
        specs = [assumed.get(record.id, record.outputs).get(port) for record, port in wires]
        known = tuple(spec for spec in specs if spec is not None)
        if len(known) < len(specs):
            return None
        arguments.append(known if isinstance(feed, list) else known[0] if known else None)
    return arguments


def shape_failure(record: NodeRecord) -> ShapeError | None:
    """What the node's rule has against what arrives, if that is it."""
    return record.failure if isinstance(record.failure, ShapeError) else None
