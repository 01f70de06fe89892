"""The script: everything that a drawing stands for, as Python that trains it, with a map from lines to nodes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.values import Inner, Params
from studio.core.wording import listed
from studio.document.blocks import NodeRef, Way
from studio.document.data_choice import DataChoice, SplitBy
from studio.document.document import Document
from studio.document.graph import ROOT, GraphId, NodeId
from studio.program.adapting import adapt, adapting
from studio.program.blocks import Plans, names_of, nested_layers, plans
from studio.program.bound import Bound, Data
from studio.program.data import encode_rows, functions, load_data, names_used
from studio.program.foreign import Foreign
from studio.program.layout import WIDTH, Line
from studio.program.literals import one_line, quotable
from studio.program.model import Names, build_block, build_model, exit_keys
from studio.program.names import layer_name
from studio.program.operations import keras_names
from studio.program.plan import Plan
from studio.program.reading import File, chosen_file, constants
from studio.program.streaming import naming_files, read
from studio.program.training import Target, batches_class, evaluate, train

MAIN = '''\
def main():
    """Train and evaluate the model; print the history last, as one line of JSON."""
    data = load_data()
    model = build_model()
    model.summary()
    history = train(model, data)
    print(evaluate(model, data))
    print(json.dumps(history.history))


if __name__ == "__main__":
    main()'''
BY_COLUMN = frozenset({SplitBy.STRATIFIED, SplitBy.GROUP, SplitBy.COLUMN})
"""Splits that take a column."""
BLANK: Line = ("", None)


@dataclass(frozen=True)
class Program:
    """A script. `lines` says for each line, the first at index 0, which node it stands for.

    `samples` are the files of `resources/samples` that must lie beside the script. `layers` are the names that Keras
    knows the called nodes' layers by, in the order of the calls; `nested` those of the layers inside blocks, such as
    `encoder/dense`, by the path of block nodes with the node at its end. Operations, which Keras names itself, have the
    place of their call, `add#1`. `foreign` are the texts in it that its user
    wrote or got from others: it must not run before each of them is trusted. `data` is what it reads and learns, under
    the names that it has for that.
    """

    text: str
    lines: tuple[NodeRef | None, ...]
    samples: tuple[str, ...]
    layers: Mapping[NodeId, str]
    nested: Mapping[Way, str]
    foreign: tuple[str, ...] = ()
    data: Data = Data(DataChoice())

    def lines_of(self, node: NodeId, graph: GraphId = ROOT) -> tuple[int, ...]:
        """The numbers, from 1, of the lines that stand for a node."""
        return tuple(number for number, owner in enumerate(self.lines, 1) if owner == (graph, node))

    def node_at(self, line: int) -> NodeRef | None:
        """The node that a line, counted from 1, stands for; None for other lines and beyond the end."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None


def write(document: Document, *, title: str = "", epochs: int | None = None, base: Path | None = None) -> Program:
    """The script of a document, whatever is drawn; what cannot be written is left out, with a comment that says why.

    `epochs` stands in for the project's number. Relative data files are looked for in `base`.
    """
    planned = plans(document)
    drawn, own = planned.model, _own(planned)
    called = names_of(document, planned, {name for foreign, _ in own for name in foreign.defined})
    names = called[ROOT]
    learning = adapting(drawn)
    data = _data(document, drawn, names)
    chosen = chosen_file(document.data, base)
    file = None if data.missing else chosen
    data = replace(data, is_known=file is not None)
    targets = _targets(drawn, names)
    choice = document.training
    number = choice.epochs if epochs is None else epochs
    loading = [tuple(load_data(data, file))]
    if data.is_stored and file is not None:
        loading.insert(0, tuple(encode_rows(data, file)))
    if data.is_streamed:
        loading += [tuple(read(data)), tuple(naming_files(data))]
    is_batched = (choice.shuffle and not data.is_streamed) or data.is_stored
    batching = [tuple(batches_class(data, shuffles=choice.shuffle))] if is_batched else []
    training = tuple(train(choice, data, targets, is_stateful=_keeps_state(planned), is_adapting=bool(learning)))
    needed = functions(data, file, (*(line for section in (*loading, *batching) for line in section), *training))
    loading += batching
    used = names_used("\n".join((*needed, *(line for section in loading for line, _ in section))))
    head = (*_head(title, chosen, data), BLANK, *_imports(planned, used), BLANK)
    written = _placed(ROOT, (*head, *_constants(data, file, choice.seed % 2**32, number, choice.batch_size)))
    for graph, section in (
        *((ref.graph, foreign.definition(ref.node)) for foreign, ref in own),
        *((ROOT, _plain(each)) for each in needed),
        *((ROOT, section) for section in loading),
        *([(ROOT, adapt(drawn, learning, data, names))] if learning else []),
        *((id_, _build_block(document, planned, called, id_)) for id_ in planned.blocks),
        (ROOT, build_model(drawn, names, _slug(title))),
        (ROOT, training),
        (ROOT, evaluate(data)),
        (ROOT, _plain(MAIN)),
    ):
        written += _placed(graph, (BLANK, BLANK, *section))
    text = "".join(f"{line}\n" for line, _ in written)
    samples = file.samples if file else ()
    layers = {step.node.id: names.layers[step.owner.id] for step in drawn.steps} | keras_names(drawn.steps)
    sources = tuple(foreign.source for foreign, _ in own)
    nested = nested_layers(planned, called)
    return Program(text, tuple(ref for _, ref in written), samples, layers, nested, sources, data)


def _placed(graph: GraphId, section: Iterable[Line]) -> list[tuple[str, NodeRef | None]]:
    """Lines about the nodes of one graph."""
    return [(line, None if node is None else NodeRef(graph, node)) for line, node in section]


def _own(planned: Plans) -> list[tuple[Foreign, NodeRef]]:
    """The texts of the user's own, each with the first node that needs it."""
    first: dict[str, tuple[Foreign, NodeRef]] = {}
    for graph, step in planned.steps:
        if step.foreign is not None:
            first.setdefault(step.foreign.source, (step.foreign, NodeRef(graph, step.node.id)))
    return list(first.values())


def _build_block(document: Document, planned: Plans, called: Mapping[GraphId, Names], block: GraphId) -> Iterator[Line]:
    names = called[block]
    return build_block(names.builders[block], document.graphs[block].name, planned.blocks[block], names)


def _keeps_state(planned: Plans) -> bool:
    return any(_is_stateful(step.owner.params) for _, step in planned.steps)


def _is_stateful(params: Params) -> bool:
    """Whether a layer, or one inside it, keeps its state from batch to batch."""
    inner = (value for value in params.values() if isinstance(value, Inner))
    return bool(params.get("stateful")) or any(_is_stateful(value.params) for value in inner)


def _data(document: Document, drawn: Plan, names: Names) -> Data:
    """What the Inputs and Outputs of the model are bound to."""
    inputs: list[Bound] = []
    targets: list[Bound] = []
    unbound: list[str] = []
    for step in drawn.inputs:
        feature = document.data.feature(step.owner.params.get("feature"))
        if feature is None:
            unbound.append(f"{one_line(step.node.name)} to a feature of the data")
        else:
            inputs.append(Bound(names.layers[step.node.id], feature, step.node.id))
    for target in _targets(drawn, names):
        feature = document.data.feature(target.node.params.get("target"))
        if feature is None:
            unbound.append(f"{one_line(target.node.name)} to a target")
        else:
            targets.append(Bound(target.key, feature, target.node.id))
    if not inputs and not unbound:
        unbound.append("an Input to a feature of the data")
    if not targets and not unbound:
        unbound.append("an Output to a target")
    missing = ""
    if document.data.source is not None and unbound:
        missing = f"Bind {' and '.join(unbound)} in Layer Studio, then write this script again."
    split = document.data.split
    if not missing and split.by in BY_COLUMN and not split.column:
        missing = "Choose the column that divides the examples in Layer Studio, then write this script again."
    return Data(document.data, tuple(inputs), tuple(targets), missing)


def _targets(drawn: Plan, names: Names) -> tuple[Target, ...]:
    keys = exit_keys(drawn, names)
    return tuple(Target(key, leaf.node) for key, leaf in zip(keys, drawn.exits, strict=True) if leaf.node is not None)


def _head(title: str, file: File | None, data: Data) -> Iterator[Line]:
    """The docstring; foreign text cannot end it."""
    named = f"{one_line(title)}: a" if one_line(title) else "A"
    source = f"Learns from {one_line(file.title)}." if file else "No data is chosen yet."
    needs = ["Keras", "NumPy", *(file.needs if file else ()), *(["TensorFlow"] if data.is_streamed else [])]
    subject = textwrap.wrap(f'"""{quotable(named)} Keras model drawn in Layer Studio.', WIDTH)
    about = textwrap.wrap(quotable(f"{source} Needs {listed(needs)}."), WIDTH)
    yield from ((line, None) for line in (*subject, "", *about))
    yield '"""', None


def _imports(planned: Plans, used: frozenset[str]) -> Iterator[Line]:
    """The imports of what is used: of Python, a blank line, of others."""
    layers = any(step.path.startswith("keras.layers.") for _, step in planned.steps)
    written = {
        "import contextlib": "contextlib" in used,
        "import csv": "csv" in used,
        "import gc": "gc" in used,
        "import itertools": "itertools" in used,
        "import json": True,
        "import math": "math" in used,
        "import os": "os" in used,
        "import sys": "sys" in used,
        "import tempfile": "tempfile" in used,
        "from pathlib import Path": not used.isdisjoint({"DATA", "Path"}),
        "": True,
        "import keras": True,
        "import numpy as np": "np" in used,
        "import pandas": "pandas" in used,
        "import tensorflow as tf": "tf" in used,
        "from keras import layers": layers,
    }
    yield from ((line, None) for line, is_used in written.items() if is_used)


def _constants(data: Data, file: File | None, seed: int, epochs: int, batch_size: int) -> Iterator[Line]:
    yield from constants(data, file) if file else ()
    yield f"SEED = {seed}", None
    yield f"EPOCHS = {epochs}", None
    yield f"BATCH_SIZE = {batch_size}", None


def _plain(text: str) -> Iterator[Line]:
    return ((line, None) for line in text.rstrip("\n").split("\n"))


def _slug(title: str) -> str:
    """A name for the model that every backend takes."""
    return re.sub(r"[^a-z0-9]+", "_", layer_name(title).lower()).strip("_")
