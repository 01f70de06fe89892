"""Whether the table of a data choice can be kept on disk while a program runs, or has to be in memory."""

from __future__ import annotations

from collections.abc import Iterable

from studio.document.data_choice import STREAMED, CsvSource, DataChoice, Feature, JsonSource, Missing
from studio.document.document import Document


def used_features(document: Document) -> tuple[Feature, ...]:
    """The features that Inputs and Outputs are bound to."""
    names = {node.params.get(name) for node in document.root.nodes.values() for name in ("feature", "target")}
    return tuple(feature for feature in document.data.features if feature.name in names)


def why_in_memory(data: DataChoice, features: Iterable[Feature]) -> str:
    """Why a table is in memory though it was to be kept on disk, as the end of a sentence; "" if it need not.

    `features` are those that the model reads and learns.
    """
    used = tuple(features)
    if not isinstance(data.source, CsvSource | JsonSource):
        return "only a CSV or JSON lines are read piece by piece"
    if isinstance(data.source, CsvSource) and data.source.test_path:
        return "the test part is a file of its own"
    if any(feature.encoding in STREAMED for feature in used):
        return "its cells name files, which are read batch by batch beside it"
    if any(feature.window is not None for feature in used) and any(feature.missing is Missing.DROP for feature in used):
        return "windows have to leave out the rows with gaps"
    return ""
