"""Whatever is drawn: a program is written, compiles, and leads back to its nodes."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.catalog.registry import KINDS, RECIPES, starting_params
from studio.core.values import Inner, Value
from studio.document import edits
from studio.document.changes import Change, EdgeChange, Edit, NodeChange
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    ExcelSource,
    Feature,
    Fit,
    FolderSource,
    Holds,
    JsonSource,
    KerasSource,
    Missing,
    NpzSource,
    ParquetSource,
    SampleSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from studio.document.training_choice import TrainingChoice
from studio.program.writer import write
from tests.notation import graph

HOSTILE = [
    'a"b', "a'b", '"""', "'''", "x\ny", "x\\", "class", "None", "__debug__", "__import__('os')", "keras",
    "layers", "np", "größe", "日本", "", " ", "input", "3x3", "f{x}", "%s", "#", "\u202e", "\0", "_", "a/b",
    "SEED", "data",
]  # fmt: skip
MODULES = {"contextlib", "csv", "itertools", "json", "math", "os", "keras", "numpy", "pandas", "tensorflow"}
names = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
kind_names = st.sampled_from([*KINDS, "Unknown", 'x"; import os'])
inner_names = st.sampled_from([name for _, name in RECIPES] + ["LSTM", "Dense", "Unknown()"])
whole = st.integers(-(2**63), 2**63 - 1)
numbers = whole | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 4)
values: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | numbers | names,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.builds(Inner, inner_names, st.dictionaries(names, inner, max_size=2))
    ),
    max_leaves=5,
)
params = st.dictionaries(
    st.sampled_from(
        ["units", "filters", "shape", "rate", "layer", "loss", "metrics", "feature", "target", "return_state"]
    )
    | names,
    values,
    max_size=4,
)
features = st.builds(
    Feature,
    names,
    st.lists(names, max_size=3).map(tuple),
    st.lists(st.none() | st.integers(1, 9), max_size=3).map(tuple),
    names | st.just("float32"),
    st.sampled_from(Encoding),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(names, max_size=3).map(tuple),
    missing=st.sampled_from(Missing),
    parts=st.lists(st.sampled_from(DatePart), max_size=2).map(tuple),
    fit=st.sampled_from(Fit),
    window=st.none() | st.builds(Window, st.integers(-9, 9), st.integers(1, 9)),
)
sources = (
    st.none()
    | st.builds(SampleSource, names | st.just("iris"))
    | st.builds(CsvSource, names, names, names, names, st.booleans(), names | st.just(""))
    | st.builds(JsonSource, names)
    | st.builds(ParquetSource, names)
    | st.builds(ExcelSource, names, names)
    | st.builds(NpzSource, names | st.just("x.npy"))
    | st.builds(FolderSource, names, st.sampled_from(Holds), names)
    | st.builds(KerasSource, names | st.sampled_from(["mnist", "imdb", "cifar10"]))
)
shares = st.floats(0, 1)
choices = st.builds(
    DataChoice,
    sources,
    st.lists(features, max_size=3).map(tuple),
    st.builds(Split, shares, shares, whole, st.sampled_from(SplitBy), names),
    st.integers(-3, 9),
)
trainings = st.builds(
    TrainingChoice,
    epochs=st.integers(1, 99),
    batch_size=st.integers(1, 99),
    optimizer=st.builds(Inner, inner_names, params),
    seed=whole,
    shuffle=st.booleans(),
    callbacks=st.lists(st.builds(Inner, inner_names, params), max_size=2).map(tuple),
    balanced=st.booleans(),
)


def rarely(draw: st.DrawFn) -> bool:
    """True one time in eight."""
    return draw(st.sampled_from([False] * 7 + [True]))


@st.composite
def drawn_nodes(draw: st.DrawFn) -> list[Node]:
    """Nodes of every kind, half of them with params that work, some calling the layer of an earlier one."""
    nodes: list[Node] = []
    for place in range(draw(st.sampled_from([6, 8, 3, 1, 0]))):
        kind = draw(kind_names) if place or rarely(draw) else "Input"
        chosen = draw(params) if rarely(draw) else {}
        if kind in KINDS and not rarely(draw):
            chosen = {**starting_params(kind), **chosen}
        owners = [node.id for node in nodes if node.shares is None]
        shared = draw(st.sampled_from(owners)) if owners and rarely(draw) else None
        call = draw(params) if rarely(draw) else {}
        nodes.append(Node(f"node{place}", kind, draw(names), chosen, call, shares=shared))
    return nodes


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Drawings with data and training, right and wrong: most wires go forward and arrive at a port that exists."""
    document = Document()
    nodes = draw(drawn_nodes())
    wires: dict[tuple[str, str, int], Edge] = {}
    for target, node in enumerate(nodes):
        ports = [port.name for port in KINDS[node.kind].inputs] if node.kind in KINDS else ["input"]
        if rarely(draw):
            ports.append(draw(names))
        for port in ports:
            for slot in range(draw(st.sampled_from([1, 1, 1, 1, 0, 3]))):
                last = len(nodes) - 1 if rarely(draw) else max(0, target - 1)
                source = nodes[draw(st.integers(0, last))]
                leaving = draw(st.just("state_h") | names) if rarely(draw) else "output"
                edge = Edge(source.id, leaving, node.id, port, slot)
                wires[edge.end] = edge
    changes: list[Change] = [NodeChange(ROOT, None, node) for node in nodes]
    document.apply(Edit("Draw", (*changes, *(EdgeChange(ROOT, None, edge) for edge in wires.values()))))
    document.apply(edits.set_data(document, draw(choices)))
    document.apply(edits.set_training(document, draw(trainings)))
    return document


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents(), names)
def test_every_drawing_has_a_program_that_compiles(document: Document, title: str) -> None:
    program = write(document, title=title)
    tree = ast.parse(program.text)
    compile(program.text, "program", "exec")
    defined = [each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))]
    assert defined[-4:] == ["build_model", "train", "evaluate", "main"]
    assert "load_data" in defined


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(choices, features, features, trainings)
def test_whatever_the_data_is_a_program_defines_what_it_uses(
    data: DataChoice, x: Feature, y: Feature, training: TrainingChoice
) -> None:
    drawing = 'n: input(4, feature="x") > normalization > dense(1) > output(target="y", loss="mse")'
    document = graph(drawing)
    chosen = replace(data, features=(replace(x, name="x"), replace(y, name="y")))
    document.apply(edits.set_data(document, chosen))
    document.apply(edits.set_training(document, training))
    tree = ast.parse(write(document).text)
    names_read = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    written = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    written |= {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    written |= {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    written |= {each.name for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler) and each.name}
    imports = [
        alias for each in ast.walk(tree) if isinstance(each, ast.Import | ast.ImportFrom) for alias in each.names
    ]
    given_names = {alias.asname or alias.name for alias in imports}
    assert names_read <= written | given_names | set(dir(builtins)) | {"__file__"}
    assert given_names <= names_read | {"layers"}
    functions = [each.name for each in tree.body if isinstance(each, ast.FunctionDef)]
    assert len(functions) == len(set(functions))
    assert set(functions) - names_read <= {"load_data", "build_model", "train", "evaluate", "main"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents(), names)
def test_nothing_foreign_is_called_or_imported(document: Document, title: str) -> None:
    """Every call in a program is of a name that the writer knows: foreign text is only ever text."""
    tree = ast.parse(write(document, title=title).text)
    imported = {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    assert imported <= MODULES
    known = {"__import__", "eval", "exec", "compile", "getattr", "open"}
    called = {each.func.id for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
    assert called & known <= {"open"}
    attributes = {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    assert not {name for name in attributes if name.startswith("__")} - {"__init__"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents())
def test_every_line_has_a_node_of_the_drawing_or_none(document: Document) -> None:
    program = write(document)
    assert len(program.text.split("\n")) == len(program.lines) + 1
    assert {place for place in program.lines if place is not None} <= {(ROOT, id_) for id_ in document.root.nodes}
    for id_ in document.root.nodes:
        for line in program.lines_of(id_):
            assert program.node_at(line) == (ROOT, id_)
    for id_ in set(document.root.nodes) - set(program.layers):
        if document.root.nodes[id_].kind != "Output":
            assert program.lines_of(id_), "what is left out has a comment"


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents())
def test_the_same_drawing_has_the_same_program(document: Document) -> None:
    assert write(document) == write(document)
