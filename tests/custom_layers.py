"""Drawings with custom layers, for tests of everything that must not run them, and of everything that may."""

from __future__ import annotations

from pathlib import Path

from studio.catalog.custom import NAME, START
from studio.core.values import Value
from studio.document import edits
from studio.document.document import Document
from studio.document.graph import Node
from studio.session.data_setup import sample_choice
from tests.notation import graph

CODE = START


def drawn(*names: str, **params: Value) -> Document:
    """`input(4) > NAME > … > dense(1) > output`, with custom layers of these names and params in a row."""
    document = graph("input(4) > dense(1) > output")
    nodes = list(document.root.nodes.values())
    last, end = nodes[0], nodes[1]
    document.apply(edits.remove(document, [], document.root.incoming(end.id)))
    for name in names:
        node = edits.new_node(document, NAME, 0, 0, {"layer": "Scale", "code": CODE, **params}, name=name)
        document.apply(edits.add_node(node))
        document.apply(edits.connect(document, last.id, "output", node.id, "inputs"))
        last = node
    document.apply(edits.connect(document, last.id, "output", end.id, "input"))
    return document


def trainable(**params: Value) -> Document:
    """A custom layer between the numbers of the iris sample and a classifier of its species."""
    document = graph("input(4) > dense(3) > output")
    nodes = list(document.root.nodes.values())
    document.apply(edits.set_data(document, sample_choice("iris")))
    made = edits.new_node(document, NAME, 0, 0, {"layer": "Scale", "code": CODE, **params})
    edge = document.root.incoming(nodes[1].id)[0]
    document.apply(edits.insert_on_edge(document, edge, made, "inputs", "output"))
    document.apply(edits.set_params(document, nodes[0].id, {"feature": "numbers"}))
    document.apply(edits.set_params(document, nodes[1].id, {"activation": "softmax"}))
    document.apply(
        edits.set_params(document, nodes[2].id, {"target": "species", "loss": "sparse_categorical_crossentropy"})
    )
    return document


def custom(document: Document, name: str = "custom") -> Node:
    """The node of this name."""
    found = document.root.named(name)
    assert found is not None
    return found


def malicious(mark: Path) -> str:
    """Code that writes the file `mark` as soon as any of it runs."""
    return f"open({str(mark)!r}, 'w').write('ran')\n\n\n{CODE}"
