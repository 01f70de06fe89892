"""Who looked at whom: which checks an edit concerns, because they read nodes other than their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studio.document.graph import NodeId

NOBODY: frozenset[NodeId] = frozenset()


class Watching:
    """For each node whose checks look further than at what arrives: the nodes that they looked at, and the reverse."""

    def __init__(self) -> None:
        self._looked: dict[NodeId, frozenset[NodeId]] = {}
        self._watchers: dict[NodeId, set[NodeId]] = {}

    def note(self, watcher: NodeId, looked: Collection[NodeId]) -> None:
        """Keep what a node's checks looked at just now, in place of what they looked at before."""
        before = self._looked.get(watcher, NOBODY)
        if not looked and not before:
            return
        after = frozenset(looked)
        for node in before - after:
            self._watchers[node].discard(watcher)
        for node in after - before:
            self._watchers.setdefault(node, set()).add(watcher)
        if after:
            self._looked[watcher] = after
        else:
            del self._looked[watcher]

    def concerned(self, nodes: Iterable[NodeId]) -> set[NodeId]:
        """The nodes whose checks looked at any of these."""
        if not self._watchers:
            return set()
        found: set[NodeId] = set()
        for node in nodes:
            watchers = self._watchers.get(node)
            if watchers:
                found |= watchers
        return found
