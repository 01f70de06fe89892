"""Text as it stands in the data: how a layer that reads text gets it in place of class numbers."""

from __future__ import annotations

from studio.analysis import fixes
from studio.analysis.binding import INPUT_KIND
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards
from studio.document.data_choice import Encoding
from studio.document.graph import NodeId

WORDS = frozenset({Encoding.CATEGORY, Encoding.ONE_HOT})
"""Encodings behind which the data have words."""
MOST = 20
"""So many nodes back is looked for the Input."""


def as_text(record: NodeRecord, drawing: Drawing) -> tuple[Fix, ...]:
    """Hand a category on as the words that it has in the data, where those are what arrives at a node."""
    looked: set[NodeId] = set()
    for before in backwards(record, drawing, looked, MOST):
        feature = drawing.data.feature(before.node.params.get("feature"))
        if before.node.kind != INPUT_KIND or feature is None or feature.encoding not in WORDS:
            continue
        return (fixes.as_text(feature, f"Hand “{feature.name}” on as text", before),)
    return ()
