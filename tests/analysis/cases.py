"""Data to bind to, and ways to look at what analysis says."""

from __future__ import annotations

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem
from studio.document import edits
from studio.document.data_choice import DataChoice, Encoding, Feature, NpzSource
from studio.document.document import Document
from tests.notation import graph

DIGITS = tuple("0123456789")
FEATURES = (
    Feature("image", ("image",), (28, 28, 1), "float32", Encoding.SCALE, 1 / 255),
    Feature("numbers", ("a", "b", "c"), (3,), "float32", Encoding.STANDARDIZE),
    Feature("words", ("words",), (20,), "int32"),
    Feature("digit", ("digit",), (), "int64", Encoding.CATEGORY, classes=DIGITS),
    Feature("one_hot", ("digit",), (), "float32", Encoding.ONE_HOT, classes=DIGITS),
    Feature("yes", ("yes",), (), "int64", Encoding.CATEGORY, classes=("no", "yes")),
    Feature("price", ("price",), (1,), "float32"),
    Feature("plain_price", ("price",), (), "float32"),
)
DATA = DataChoice(NpzSource("data.npz"), FEATURES)
BOUND = frozenset({"feature.missing", "loss.missing", "structure.no_output", "structure.dangling", "data.missing"})
"""What a drawing of a few layers without data lacks, and what a test of something else does not ask for."""


def drawn(text: str) -> Document:
    """The drawing, with data."""
    document = graph(text)
    document.apply(edits.set_data(document, DATA))
    return document


def problems(text: str) -> list[Problem]:
    """What is wrong with a drawing, apart from what is missing around it."""
    return [problem for problem in Analysis(drawn(text)).problems if problem.code not in BOUND]


def codes(text: str) -> list[tuple[str, str | None]]:
    """The same as pairs of a code and the name of the node."""
    document = drawn(text)
    found = [problem for problem in Analysis(document).problems if problem.code not in BOUND]
    return [(p.code, document.root.nodes[p.node].name if p.node else None) for p in found]


def shapes(text: str) -> dict[str, list[tuple[int | None, ...] | None]]:
    """The shapes of what leaves each node, by its name."""
    document = graph(text)
    analysis = Analysis(document)
    return {
        node.name: [spec.shape if spec else None for spec in analysis.outputs(node.id).values()]
        for node in document.root.nodes.values()
    }


def place(problem: Problem) -> tuple[object, ...]:
    """What makes a problem the same one after an edit."""
    return (problem.code, problem.node, problem.port, problem.slot, problem.param)
