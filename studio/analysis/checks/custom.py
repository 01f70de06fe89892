"""Custom layers among each other: a program has one of each name."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis.problem import Problem, Severity
from studio.catalog import custom
from studio.document.document import Document


def twice(document: Document) -> Iterator[Problem]:
    """Names that the code of one node defines and the different code of an earlier one does as well."""
    nodes = [
        (node, graph.id)
        for graph in document.graphs.values()
        for node in graph.nodes.values()
        if node.kind == custom.NAME
    ]
    first: dict[str, tuple[str, str]] = {}
    for node, graph in nodes if len(nodes) > 1 else ():
        layer, code = node.params.get("layer"), node.params.get("code", "")
        if not isinstance(layer, str) or not isinstance(code, str):
            continue
        text = custom.source(layer, code)
        taken = sorted(
            name for name in custom.definitions(layer, code) if first.setdefault(name, (text, node.name))[0] != text
        )
        if taken:
            yield Problem(
                "custom.twice",
                Severity.ERROR,
                f"{taken[0]} is defined by the code of “{first[taken[0]][1]}” as well, in another way; a program has "
                "only one of each name. Rename it here, or give both the same code.",
                node.id,
                param="code",
                graph=graph,
            )
