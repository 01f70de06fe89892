"""Facts about how a document changed: frozen values that know their inverse, and edits made of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from studio.document.data_choice import DataChoice
from studio.document.graph import ROOT, Edge, Frame, GraphId, Node
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

    @property
    def id(self) -> str:
        """The id of the frame it is about."""
        frame = self.after or self.before
        assert frame is not None
        return frame.id


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


def graphs_of(edit: Edit) -> tuple[GraphId, ...]:
    """The graphs in which an edit changes nodes, wires or frames, in its order."""
    drawn = (change.graph for change in edit.changes if isinstance(change, (NodeChange, EdgeChange, FrameChange)))
    return tuple(dict.fromkeys(drawn))


def moved_to(edit: Edit, graph: GraphId) -> Edit:
    """An edit of the model, made to the inside of a block instead."""

    def moved(change: Change) -> Change:
        match change:
            case NodeChange() | EdgeChange() | FrameChange() if change.graph == ROOT:
                return replace(change, graph=graph)
            case _:
                return change

    return replace(edit, changes=tuple(moved(change) for change in edit.changes))


def merged(first: Edit, second: Edit) -> Edit:
    """One edit that does both; a change that goes on with an earlier one of the same thing is joined with it."""
    changes = list(first.changes)
    latest = {_subject(change): index for index, change in enumerate(changes)}
    for change in second.changes:
        subject = _subject(change)
        index = latest.get(subject)
        joined = None if index is None else _joined(changes[index], change)
        if index is None or joined is None:
            latest[subject] = len(changes)
            changes.append(change)
        else:
            changes[index] = joined
    return replace(second, changes=tuple(changes))


def _subject(change: Change) -> Hashable:
    """What a change is about. Only changes of one subject depend on the order among themselves that joining alters."""
    match change:
        case NodeChange(graph):
            return ("node", graph, change.id)
        case EdgeChange(graph, before, after):
            return ("edge", graph, before or after)
        case FrameChange(graph):
            return ("frame", graph, change.id)
        case GraphChange(graph):
            return ("graph", graph)
        case DataChange():
            return "data"
        case TrainingChange():
            return "training"
        case _:
            assert_never(change)


def _joined(first: Change, second: Change) -> Change | None:
    """The one change from before `first` to after `second`, of the same subject, where the thing stays in between.

    What comes or goes is not joined: nodes come before their wires and go after them.
    """
    match first, second:
        case NodeChange(graph, Node() as before, Node()), NodeChange(_, _, Node() as after):
            return NodeChange(graph, before, after)
        case FrameChange(graph, Frame() as before_frame, Frame()), FrameChange(_, _, Frame() as after_frame):
            return FrameChange(graph, before_frame, after_frame)
        case DataChange(before_data, _), DataChange(_, after_data):
            return DataChange(before_data, after_data)
        case TrainingChange(before_training, _), TrainingChange(_, after_training):
            return TrainingChange(before_training, after_training)
        case _:
            return None
