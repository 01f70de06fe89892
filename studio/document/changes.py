"""Facts about how a document changed: frozen values that know their inverse, and edits made of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from studio.document.data_choice import DataChoice
from studio.document.graph import Edge, Frame, GraphId, Node
from studio.document.training_choice import TrainingChoice


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node came (`before` is None), went (`after` is None), or became another value under the same id."""

    graph: GraphId
    before: Node | None
    after: Node | None

    @property
    def id(self) -> str:
        """The id of the node it is about."""
        node = self.after or self.before
        assert node is not None
        return node.id


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """An edge came (`before` is None) or went (`after` is None)."""

    graph: GraphId
    before: Edge | None
    after: Edge | None


@dataclass(frozen=True, slots=True)
class FrameChange:
    """A frame or note came, went, or changed."""

    graph: GraphId
    before: Frame | None
    after: Frame | None


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A block's empty inside came, went, or was renamed; `before` and `after` are its names."""

    graph: GraphId
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DataChange:
    """The data choice became another."""

    before: DataChoice
    after: DataChoice


@dataclass(frozen=True, slots=True)
class TrainingChange:
    """The training choice became another."""

    before: TrainingChoice
    after: TrainingChoice


Change: TypeAlias = NodeChange | EdgeChange | FrameChange | GraphChange | DataChange | TrainingChange


@dataclass(frozen=True, slots=True)
class Edit:
    """One undoable step: a label in the user's words and its changes, in the order in which they are made.

    Edits with the same `merge_key` (a gesture's number in it) that follow each other are one step in the history.
    """

    label: str
    changes: tuple[Change, ...]
    merge_key: Hashable = None

    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.label, tuple(inverse(change) for change in reversed(self.changes)))


def inverse(change: Change) -> Change:
    """The change that takes `change` back."""
    match change:
        case NodeChange(graph, before, after):
            return NodeChange(graph, after, before)
        case EdgeChange(graph, before, after):
            return EdgeChange(graph, after, before)
        case FrameChange(graph, before, after):
            return FrameChange(graph, after, before)
        case GraphChange(graph, before, after):
            return GraphChange(graph, after, before)
        case DataChange(before, after):
            return DataChange(after, before)
        case TrainingChange(before, after):
            return TrainingChange(after, before)
        case _:
            assert_never(change)


def merged(first: Edit, second: Edit) -> Edit:
    """One edit that does both; steps of the same node, frame or choice in a row become one change each."""
    changes: list[Change] = list(first.changes)
    for change in second.changes:
        earlier = changes[-1] if changes else None
        if len(second.changes) > 1:
            earlier = next((done for done in changes if _same_thing(done, change)), None)
        joined = _joined(earlier, change)
        if earlier is None or joined is None:
            changes.append(change)
        else:
            changes[changes.index(earlier)] = joined
    return replace(second, changes=tuple(changes))


def _same_thing(first: Change, second: Change) -> bool:
    return _joined(first, second) is not None


def _joined(first: Change | None, second: Change) -> Change | None:
    """The one change from before `first` to after `second`, where the second only goes on with the first."""
    match first, second:
        case NodeChange(graph, Node() as before, Node() as middle), NodeChange(_, then, Node() as after):
            return NodeChange(graph, before, after) if middle == then and graph == second.graph else None
        case FrameChange(graph, Frame() as before_frame, Frame() as middle_frame), FrameChange(
            _, then, Frame() as last
        ):
            joins = middle_frame == then and graph == second.graph
            return FrameChange(graph, before_frame, last) if joins else None
        case DataChange(before_data, _), DataChange(_, after_data):
            return DataChange(before_data, after_data)
        case TrainingChange(before_training, _), TrainingChange(_, after_training):
            return TrainingChange(before_training, after_training)
        case _:
            return None
