"""What an edit means for analysis: which nodes became others, and where wires arrive or leave otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from studio.analysis.record import NodeRecord
from studio.document.changes import DataChange, EdgeChange, Edit, FrameChange, GraphChange, NodeChange, TrainingChange
from studio.document.graph import Graph, Node, NodeId


@dataclass(slots=True)
class Follow:
    """The parts of a drawing to look at again.

    `nodes` came, went, or are other layers now; `renamed` only have other names; `moved` are the same elsewhere.
    Wires arrive otherwise at `targets` and leave otherwise from `sources`. `structural` says that the order may be
    another one, `general` that the data, the training or a block is.
    """

    nodes: set[NodeId] = field(default_factory=set)
    renamed: set[NodeId] = field(default_factory=set)
    moved: set[NodeId] = field(default_factory=set)
    targets: set[NodeId] = field(default_factory=set)
    sources: set[NodeId] = field(default_factory=set)
    structural: bool = False
    general: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything is to be looked at again, beside where nodes stand."""
        return bool(self.nodes or self.renamed or self.targets or self.general)


def followed(edit: Edit, records: Mapping[NodeId, NodeRecord], graph: Graph) -> Follow:
    """What an edit, made already, means; `records` are still as before it."""
    follow = Follow()
    for change in edit.changes:
        match change:
            case NodeChange():
                if change.graph == graph.id:
                    _sort_in(follow, change.id, records.get(change.id), graph.nodes.get(change.id))
            case EdgeChange():
                if change.graph == graph.id:
                    _wired(follow, change)
            case DataChange() | TrainingChange() | GraphChange():
                follow.general = True
            case FrameChange():
                pass
            case _:
                assert_never(change)
    return follow


def _wired(follow: Follow, change: EdgeChange) -> None:
    follow.structural = True
    for edge in (change.before, change.after):
        if edge is not None:
            follow.targets.add(edge.target)
            follow.sources.add(edge.source)


def _sort_in(follow: Follow, id_: NodeId, record: NodeRecord | None, after: Node | None) -> None:
    before = record.node if record else None
    if before is None or after is None:
        if before is not after:
            follow.nodes.add(id_)
            follow.structural = True
        return
    if (
        before.params is not after.params  # not by value: 1 and True are equal, and different settings
        or before.call is not after.call
        or before.kind != after.kind
        or before.shares != after.shares
        or before.graph != after.graph
    ):
        follow.nodes.add(id_)
        follow.structural |= before.shares != after.shares or before.kind != after.kind
    elif before.name != after.name:
        follow.renamed.add(id_)
    else:
        follow.moved.add(id_)
