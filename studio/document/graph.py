"""The graph that the user draws: nodes, edges, frames, and who is wired to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, TypeVar

from studio.core.values import Params

T = TypeVar("T")
NodeId: TypeAlias = str
GraphId: TypeAlias = str
ROOT: GraphId = "main"
"""The graph that is the model; every other graph is the inside of a block."""


@dataclass(frozen=True, slots=True)
class Node:
    """One call of a layer or operation; a box on the canvas.

    `params` hold the Keras constructor arguments that were set (an absent one is at Keras's default), `call` the
    constant arguments of this call. `shares` names the node whose layer, and so whose weights, this one calls
    again; its own `params` are then empty. `graph` is the inside of a block. `kept` are fields that a newer
    version wrote and this one does not know; they are saved as they came.
    """

    id: NodeId
    kind: str
    name: str
    params: Params = field(default_factory=dict)
    call: Params = field(default_factory=dict)
    x: float = 0.0
    y: float = 0.0
    shares: NodeId | None = None
    graph: GraphId | None = None
    kept: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A wire from an output port to an input port; `slot` orders the wires of a list port (merge layers)."""

    source: NodeId
    source_port: str
    target: NodeId
    target_port: str
    slot: int = 0

    @property
    def end(self) -> tuple[NodeId, str, int]:
        """Where the wire arrives; at most one wire arrives at an end, so this identifies it in its graph."""
        return (self.target, self.target_port, self.slot)


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle behind nodes, or, with `text`, a note. Only for the reader."""

    id: str
    title: str = ""
    text: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 320.0
    height: float = 160.0
    hue: int = 0


class Places:
    """In which order things first came, so that one that comes back can take its old place."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._settled = True

    def __getitem__(self, id_: str) -> int:
        return self._first[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def remember(self, ids: Iterable[str]) -> None:
        """Take over the places of others: `ids` in order; what is not among them comes after them."""
        self._first = {id_: place for place, id_ in enumerate(dict.fromkeys((*ids, *self._first)))}

    def put(self, things: dict[str, T], id_: str, thing: T) -> None:
        """Add or replace a thing. One that comes back stands last until `settle`."""
        place = self._first.setdefault(id_, len(self._first))
        if id_ not in things and things and self._first[next(reversed(things))] > place:
            self._settled = False
        things[id_] = thing

    def settle(self, things: dict[str, T]) -> None:
        """Put everything in its place."""
        if not self._settled:
            ordered = sorted(things.items(), key=lambda item: self._first[item[0]])
            things.clear()
            things.update(ordered)
            self._settled = True


class GraphPlaces(NamedTuple):
    """The ids of all nodes and frames that a graph ever had, in the order of their places."""

    graph: GraphId
    nodes: tuple[NodeId, ...]
    frames: tuple[str, ...]


class Graph:
    """Nodes by id, edges by end, frames by id. Read freely; only `Document.apply` writes.

    Nodes and frames stand in the order in which they first came: one that comes back (undo) takes its old place.
    Edges stand in the order of the nodes at which they arrive, then by port and slot. So the order of everything
    follows from what is there, and does not depend on the way that led to it.
    """

    def __init__(self, id: GraphId, name: str = "") -> None:  # noqa: A002 - the word of the domain
        self.id = id
        self.name = name
        self.nodes: dict[NodeId, Node] = {}
        self.frames: dict[str, Frame] = {}
        self.edge_count = 0
        self._places = Places()
        self._frame_places = Places()
        self._incoming: dict[NodeId, dict[tuple[str, int], Edge]] = {}
        self._outgoing: dict[NodeId, dict[Edge, None]] = {}

    @property
    def places(self) -> GraphPlaces:
        """Where what comes back goes."""
        return GraphPlaces(self.id, tuple(self._places), tuple(self._frame_places))

    @property
    def edges(self) -> Iterator[Edge]:
        """Every edge, in the order of the nodes at which they arrive, then by port and slot."""
        for node in self.nodes:
            yield from self.incoming(node)

    def incoming(self, node: NodeId) -> list[Edge]:
        """The edges that arrive at a node, sorted by port and slot."""
        ends = self._incoming.get(node)
        if not ends:
            return []
        if len(ends) == 1:
            return list(ends.values())
        return [ends[key] for key in sorted(ends)]

    def arrivals(self) -> Iterator[tuple[NodeId, list[Edge]]]:
        """Every node with its `incoming` edges, faster than one by one."""
        incoming = self._incoming
        for node in self.nodes:
            ends = incoming[node]
            yield node, list(ends.values()) if len(ends) < 2 else [ends[key] for key in sorted(ends)]

    def outgoing(self, node: NodeId) -> list[Edge]:
        """The edges that leave a node, in the order of the nodes at which they arrive, then by port and slot."""
        edges = list(self._outgoing.get(node, ()))
        if len(edges) > 1:
            edges.sort(key=lambda edge: (self._places[edge.target], edge.target_port, edge.slot))
        return edges

    def targets(self, node: NodeId) -> list[NodeId]:
        """The nodes at which the edges that leave a node arrive, each as often as one does, in no order."""
        return [edge.target for edge in self._outgoing.get(node, ())]

    def edge_at(self, node: NodeId, port: str, slot: int = 0) -> Edge | None:
        """The edge that arrives at a port's slot, if any."""
        return self._incoming.get(node, {}).get((port, slot))

    def has_edge(self, edge: Edge) -> bool:
        """Whether exactly this edge is drawn."""
        return self.edge_at(*edge.end) == edge

    def named(self, name: str) -> Node | None:
        """The first node with this name, if any."""
        return next((node for node in self.nodes.values() if node.name == name), None)

    # Written by `Document` alone.

    def put_node(self, node: Node) -> None:
        """Add or replace a node."""
        self._places.put(self.nodes, node.id, node)
        self._incoming.setdefault(node.id, {})
        self._outgoing.setdefault(node.id, {})

    def drop_node(self, node: NodeId) -> None:
        """Remove a node that has no edges."""
        del self.nodes[node]
        del self._incoming[node]
        del self._outgoing[node]

    def put_edge(self, edge: Edge) -> None:
        """Add an edge at a free end."""
        self._incoming[edge.target][edge.target_port, edge.slot] = edge
        self._outgoing[edge.source][edge] = None
        self.edge_count += 1

    def drop_edge(self, edge: Edge) -> None:
        """Remove an edge."""
        del self._incoming[edge.target][edge.target_port, edge.slot]
        del self._outgoing[edge.source][edge]
        self.edge_count -= 1

    def put_frame(self, frame: Frame) -> None:
        """Add or replace a frame."""
        self._frame_places.put(self.frames, frame.id, frame)

    def drop_frame(self, frame: str) -> None:
        """Remove a frame."""
        del self.frames[frame]

    def remember(self, places: GraphPlaces) -> None:
        """Take over the places of another graph, of which this one is a copy."""
        self._places.remember(places.nodes)
        self._frame_places.remember(places.frames)

    def settle(self) -> None:
        """Put what came back into its old place; called once after every edit."""
        self._places.settle(self.nodes)
        self._frame_places.settle(self.frames)
