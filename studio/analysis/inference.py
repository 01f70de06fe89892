"""Shapes along the drawing: a kept order, and the re-inference of what is downstream of a change and no more."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from studio.analysis import binding, structure
from studio.analysis.following import Follow
from studio.analysis.record import Arguments, NodeRecord, Outputs, gathered
from studio.catalog.declaration import Kind, Port, ShapeError
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.document.data_choice import DataChoice
from studio.document.graph import Graph, GraphId, NodeId

if TYPE_CHECKING:
    from studio.analysis.blocks import Inside

log = logging.getLogger(__name__)

RANK_BOUND = frozenset({"BatchNormalization", "GroupNormalization", "PReLU"})
"""Layers that Keras ties to the rank they were built for, though their weights would fit others."""


class Blocks(binding.BlockKinds, Protocol):
    """Looks inside the blocks of a document. A spec that is None is not known."""

    def entering(self, block: GraphId, arriving: Mapping[str, TensorSpec | None]) -> tuple[TensorSpec | None, ...]:
        """What its Inputs are made for by the first call, at whose ports this arrives."""

    def inside(self, block: GraphId, entering: tuple[TensorSpec | None, ...]) -> Inside | None:
        """What is in there; None for a block that is too large."""

    def outputs(
        self, block: GraphId, entering: tuple[TensorSpec | None, ...], arriving: Sequence[TensorSpec | None]
    ) -> tuple[TensorSpec | None, ...]:
        """What a call gives. Raises ShapeError if it cannot be called with that."""


class Inference:
    """The records of a graph's nodes, kept right by `update` after every edit.

    `order` has every node that can be computed after those that feed it; `stuck` are the nodes on a cycle or after
    one; `levels` is how many nodes the longest path has. `visited` are the nodes that the last `update` inferred,
    `changed` those of them that give something else since, `failing` all those whose rule refuses what arrives;
    `opened` are the blocks, `reopened` those whose inside the last `update` found otherwise.

    In a block, `entering` says what its Inputs are made for; the model's Inputs take what they are from `data`.
    """

    def __init__(
        self,
        graph: Graph,
        data: DataChoice,
        blocks: Blocks,
        entering: Mapping[NodeId, TensorSpec | None] | None = None,
        memory: binding.Memory | None = None,
    ) -> None:
        self.graph = graph
        self.data = data
        self.blocks = blocks
        self.entering = entering
        self.records: dict[NodeId, NodeRecord] = {}
        self.order: tuple[NodeId, ...] = ()
        self.rank: dict[NodeId, int] = {}
        self.stuck: frozenset[NodeId] = frozenset()
        self.levels = 0
        self.failing: set[NodeId] = set()
        self.visited: set[NodeId] = set()
        self.changed: set[NodeId] = set()
        self.opened: set[NodeId] = set()
        self.reopened: set[NodeId] = set()
        self.calls: dict[NodeId, set[NodeId]] = {}
        """By the id in `shares`: the nodes that name it."""
        self._memory: binding.Memory = {} if memory is None else memory
        self._first: dict[NodeId, list[NodeRecord]] = {}

    def build(self) -> None:
        """Look at every node."""
        records = self.records
        for node in self.graph.nodes.values():
            records[node.id] = NodeRecord(node)
            if node.shares is not None:
                self.calls.setdefault(node.shares, set()).add(node.id)
        self._bind(records)
        for id_, wires in self.graph.arrivals():
            record = records[id_]
            record.wires = wires
            binding.feed(record, records)
        self._sort()
        for id_ in (*self.order, *self.stuck):
            self._apply(records[id_])

    def update(self, follow: Follow) -> set[NodeId]:
        """Follow an edit; return the nodes that it is about, with those that call their layers."""
        self.visited = set()
        self.changed = set()
        self.reopened = set()
        touched = self._rebind(follow.nodes)
        for id_ in follow.renamed:
            self.records[id_].node = self.graph.nodes[id_]
        touched |= follow.targets
        touched.intersection_update(self.records)
        for id_ in touched:
            record = self.records[id_]
            record.wires = self.graph.incoming(id_)
            binding.feed(record, self.records)
        resorted = self._sort() if follow.structural else set()
        self._propagate(touched | resorted)
        return touched

    def layer(self, record: NodeRecord) -> list[NodeRecord]:
        """Every call of the layer that a node calls, in order; the first one builds the weights."""
        return self._first.get((record.owner or record).id, [record])

    def supposed(
        self, record: NodeRecord, port: Port, spec: TensorSpec, slot: int | None = None
    ) -> tuple[TensorSpec, ...] | None:
        """What a node would give if `spec` arrived at a port; None if something else that it needs is unknown.

        At a list port, `slot` is the wire that it replaces; without one it comes last. Raises ShapeError.
        """
        kind, settings = record.kind, record.settings
        if kind is None or settings is None:
            return None
        arguments: Arguments = []
        for each in kind.inputs:
            wires = {wire.slot: wire for wire in record.wires if wire.target_port == each.name}
            specs = {at: self.records[wire.source].outputs.get(wire.source_port) for at, wire in wires.items()}
            if each.name == port.name:
                specs[(max(specs, default=-1) + 1 if slot is None else slot) if port.many else 0] = spec
            known = tuple(specs[at] for at in sorted(specs))
            if None in known or (len(known) < each.at_least and not each.optional):
                return None
            if each.many:
                arguments.append(tuple(one for one in known if one is not None))
            else:
                arguments.append(known[0] if known else None)
        return self.rule(kind, settings, arguments)

    def with_settings(
        self, source: NodeRecord, settings: Settings, target: NodeRecord
    ) -> tuple[TensorSpec, ...] | None:
        """What `target` would give if `source`, upstream of it or the same, had other settings.

        None if something on the way is unknown. Raises ShapeError if a rule on the way refuses.
        """
        last = self.rank.get(target.id, -1)
        assumed: dict[NodeId, Outputs] = {}
        queue = [self.rank.get(source.id, last + 1)]
        specs: tuple[TensorSpec, ...] | None = None
        waiting = set(queue)
        while queue and queue[0] <= last:
            at = heappop(queue)
            record = self.records[self.order[at]]
            kind = record.kind
            used = settings if record is source else record.settings
            arguments = gathered(record.feeds, assumed) if record.feeds is not None else None
            if kind is None or used is None or arguments is None:
                return None
            specs = self.rule(kind, used, arguments)
            ports = kind.outputs(used)
            assumed[record.id] = {port.name: spec for port, spec in zip(ports, specs, strict=True)}
            if assumed[record.id] != record.outputs:
                for edge in self.graph.outgoing(record.id):
                    place = self.rank.get(edge.target, last + 1)
                    if place not in waiting:
                        waiting.add(place)
                        heappush(queue, place)
        return specs if target.id in assumed else None

    def rule(self, kind: Kind, settings: Settings, arguments: Arguments) -> tuple[TensorSpec, ...]:
        """What a rule says of a supposition. Raises ShapeError, also where the rule fails on it by a bug."""
        try:
            return kind.infer(settings, *arguments)
        except ShapeError:
            raise
        except Exception as error:
            log.exception("the rule of %s failed on %s", kind.name, dict(settings.values))
            raise ShapeError("kind.rule", str(error)) from error

    def _rebind(self, nodes: Collection[NodeId]) -> set[NodeId]:
        """Renew the records of nodes and of those that call their layers; return which there are."""
        graph_nodes, records = self.graph.nodes, self.records
        for id_ in nodes:
            before, node = records.get(id_), graph_nodes.get(id_)
            if before is not None and before.node.shares is not None:
                self.calls[before.node.shares].discard(id_)
            if node is None:
                records.pop(id_, None)
                self.failing.discard(id_)
                self.changed.discard(id_)
                self.opened.discard(id_)
                continue
            if node.shares is not None:
                self.calls.setdefault(node.shares, set()).add(id_)
            if before is None:
                records[id_] = NodeRecord(node)
                self.changed.add(id_)
            else:
                before.node = node
        changed = set(nodes)
        stack = list(nodes)
        while stack:
            fresh = self.calls.get(stack.pop(), set()) - changed
            changed |= fresh
            stack.extend(fresh)
        self._bind(changed.intersection(records))
        return changed

    def _bind(self, ids: Iterable[NodeId]) -> None:
        """Read the facts of nodes anew: of those with a layer of their own first, for those that call it again."""
        records, calls = self.records, []
        for id_ in ids:
            record = records[id_]
            if record.node.shares is None:
                binding.bind(record, records, self.data, self._memory, self.blocks)
            else:
                calls.append(record)
        for record in calls:
            binding.bind(record, records, self.data, self._memory, self.blocks)
        if self.entering is not None:
            for id_, spec in self.entering.items():
                if id_ in records and records[id_].kind is not None and records[id_].owner is None:
                    binding.enter(records[id_], spec)

    def _sort(self) -> set[NodeId]:
        """Find the order anew; return the nodes that can be computed now and could not before, or the other way."""
        before = self.stuck
        records = self.records
        self.order, self.stuck, self.levels = structure.ordered({id_: records[id_].wires for id_ in self.graph.nodes})
        self.rank = dict(zip(self.order, range(len(self.order)), strict=True))
        changed = set(before ^ self.stuck).intersection(self.records)
        return changed | self._group_calls() if self.calls else changed

    def _group_calls(self) -> set[NodeId]:
        """Find the calls of each layer in order; return those of layers that are or were called more than once."""
        touched = {record.id for calls in self._first.values() for record in calls}
        groups: dict[NodeId, list[NodeRecord]] = {}
        for sharers in self.calls.values():
            for id_ in sharers:
                owner = self.records[id_].owner
                if owner is not None:
                    groups.setdefault(owner.id, [owner]).append(self.records[id_])
        for calls in groups.values():
            calls.sort(key=lambda record: (self.rank.get(record.id, len(self.rank)), record.id))
        self._first = groups
        touched.update(record.id for calls in groups.values() for record in calls)
        return touched.intersection(self.records)

    def _propagate(self, changed: Iterable[NodeId]) -> None:
        """Infer nodes anew, and on from each whose outputs are others than before, in order."""
        rank, order, records, targets = self.rank, self.order, self.records, self.graph.targets
        due = bytearray(len(order))  # one byte for each place: a known order needs no other queue
        for id_ in changed:
            if id_ in rank:
                due[rank[id_]] = 1
            else:
                self.visited.add(id_)
                if self._infer(records[id_]):
                    self.changed.add(id_)
        at = due.find(1)
        while at >= 0:
            id_ = order[at]
            record = records[id_]
            self.visited.add(id_)
            arguments = record.arguments
            after = self._later_calls(record) if self._first else []
            if self._infer(record):
                self.changed.add(id_)
                after += targets(id_)
            elif record.arguments == arguments:
                after = []
            for target in after:
                if target in rank:
                    due[rank[target]] = 1
            at = due.find(1, at + 1)

    def _later_calls(self, record: NodeRecord) -> list[NodeId]:
        calls = self.layer(record)
        return [later.id for later in calls[calls.index(record) + 1 :]]

    def _infer(self, record: NodeRecord) -> bool:
        """Infer one node; return whether its outputs are others than before."""
        before = record.outputs
        self._apply(record)
        return record.outputs != before

    def _apply(self, record: NodeRecord) -> None:
        """Give a node the outputs that follow from what arrives at it."""
        record.tally = None
        if record.failure is not None:
            record.failure = None
            self.failing.discard(record.id)
        if record.block is not None:
            self._apply_block(record, record.block)
            return
        rule, settings, feeds, ports = record.rule, record.settings, record.feeds, record.ports
        if rule is None or settings is None or feeds is None or (self.stuck and record.id in self.stuck):
            record.arguments = None
            record.outputs = {port.name: None for port in ports}
            return
        record.arguments = arguments = gathered(feeds)
        if arguments is None:
            record.outputs = {port.name: None for port in ports}
            return
        try:
            specs = rule(settings, *arguments)
            if self._first:
                self._check_built(record, settings, arguments)
            if len(ports) == 1:
                record.outputs = {ports[0].name: specs[0]}
            else:
                record.outputs = {port.name: spec for port, spec in zip(ports, specs, strict=True)}
        except Exception as error:
            if not isinstance(error, ShapeError):
                log.exception("the rule of %s failed on %s", record.node.kind, dict(settings.values))
            record.failure = error
            self.failing.add(record.id)
            record.outputs = {port.name: None for port in ports}

    def _apply_block(self, record: NodeRecord, block: GraphId) -> None:
        """Look inside a block as its first call makes it, and give the node what this call gives."""
        first = next((call for call in self.layer(record) if call.settings is not None), record)
        entering = self.blocks.entering(block, self._arriving(first))
        inside = self.blocks.inside(block, entering)
        self.opened.add(record.id)
        if inside is not record.inside:
            record.inside = inside
            self.reopened.add(record.id)
        there = record.settings is not None and record.feeds is not None and record.id not in self.stuck
        record.arguments = gathered(record.feeds) if there and record.feeds is not None else None
        record.outputs = {port.name: None for port in record.ports}
        arriving = self._arriving(record)
        try:
            ports = record.kind.inputs if record.kind is not None else ()
            specs = self.blocks.outputs(block, entering, [arriving.get(port.name) for port in ports])
        except ShapeError as error:
            record.failure = error
            self.failing.add(record.id)
        else:
            if record.arguments is not None:
                record.outputs = {port.name: spec for port, spec in zip(record.ports, specs, strict=True)}

    def _arriving(self, record: NodeRecord) -> dict[str, TensorSpec | None]:
        """What arrives by each wire, by port."""
        return {
            wire.target_port: self.records[wire.source].outputs.get(wire.source_port)
            for wire in record.wires
            if not wire.slot
        }

    def _check_built(self, record: NodeRecord, settings: Settings, arguments: Arguments) -> None:
        """Raise ShapeError if the first call of the same layer built weights that do not fit this call."""
        first, kind = next(call for call in self.layer(record) if call.settings is not None), record.kind
        if (
            kind is None
            or first is record
            or first.arguments is None
            or first.failure is not None
            or first.settings is None
        ):
            return
        built = kind.weights(first.settings, *first.arguments)
        needed = kind.weights(settings, *arguments)
        wrong = next((pair for pair in zip(built, needed, strict=True) if pair[0].shape != pair[1].shape), None)
        if wrong is None and kind.name in RANK_BOUND and _ranks(first.arguments) != _ranks(arguments):
            raise ShapeError(
                "share.shape",
                f"{kind.title} was built for inputs with {_ranks(first.arguments)[0]} axes at its first call; "
                f"here it gets {_ranks(arguments)[0]}. Give it the same number of axes, or a layer of its own.",
            )
        if wrong is not None:
            raise ShapeError(
                "share.shape",
                f"The layer was built at its first call, with a {wrong[0].name} of {wrong[0].shape}; "
                f"for what arrives here it would have to be {wrong[1].shape}. "
                "Give it inputs of the same shape, or a layer of its own.",
            )


def _ranks(arguments: Arguments) -> list[int]:
    return [argument.rank for argument in arguments if isinstance(argument, TensorSpec)]
