"""Edits of features: they are put, encoded, combined, taken away, and whoever uses one in the drawing follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.core.errors import DataRefused
from studio.core.values import Value
from studio.data.keras_sets import find_keras_set
from studio.data.look import Look
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import DataChoice, Encoding, Feature, KerasSource, Split, SplitBy, Window
from studio.document.document import Document
from studio.document.encoded import encoded_dtype, encoded_shape
from studio.document.graph import Node
from studio.session.data_setup import feature_of, feature_with, input_node, output_node, windowed

INPUT_PARAM = "feature"
OUTPUT_PARAM = "target"
INPUT_KIND = "Input"
BESIDE_PX = 264
BELOW_PX = 120
GRID_PX = 8


@dataclass(frozen=True, slots=True)
class Counts:
    """How many examples each part gets; `is_exact` is false where that depends on what stands in the cells."""

    train: int
    validation: int
    test: int
    is_exact: bool


def users(document: Document, name: str) -> tuple[Node, ...]:
    """The nodes of the model that are bound to a feature."""
    return tuple(
        node
        for node in document.root.nodes.values()
        if name in (node.params.get(INPUT_PARAM), node.params.get(OUTPUT_PARAM))
    )


def put_feature(document: Document, feature: Feature, before: str | None, label: str) -> Edit:
    """Put a feature in the place of the one called `before`, or at the end; bound nodes get its name and its shape."""
    data = document.data
    names = [each.name for each in data.features]
    if before in names:
        features = tuple(feature if each.name == before else each for each in data.features)
    else:
        features = (*data.features, feature)
    steps = [edits.set_data(document, replace(data, features=features), label)]
    if before is not None:
        steps += [_bound(document, node, before, feature) for node in users(document, before)]
    return edits.combined(label, steps)


def remove_feature(document: Document, name: str) -> Edit:
    """Take a feature away, and the bindings to it."""
    data = document.data
    label = f"Remove {name}"
    features = tuple(each for each in data.features if each.name != name)
    steps = [edits.set_data(document, replace(data, features=features), label)]
    for node in users(document, name):
        unset = [param for param in (INPUT_PARAM, OUTPUT_PARAM) if node.params.get(param) == name]
        steps.append(edits.set_params(document, node.id, {}, unset=unset))
    return edits.combined(label, steps)


def encode_feature(document: Document, look: Look | None, feature: Feature, encoding: Encoding) -> Edit:
    """Encode a feature in another way. Raises DataRefused with the first cells that cannot be."""
    changed = feature_with(_needed(look), feature, encoding)
    return put_feature(document, changed, feature.name, f"Encode {feature.name}")


def take_out(document: Document, look: Look | None, feature: Feature, columns: Sequence[str]) -> Edit:
    """Take columns out of a feature that has more. Raises DataRefused."""
    rest = tuple(column for column in feature.columns if column not in columns)
    smaller = feature_with(_needed(look), replace(feature, columns=rest), feature.encoding)
    return put_feature(document, smaller, feature.name, f"Take {columns[0]} out of {feature.name}")


def combine(
    document: Document, look: Look | None, features: Sequence[str], columns: Sequence[str]
) -> tuple[Edit, Feature]:
    """Make one feature of the columns of several features and of further ones. Raises DataRefused.

    Features that would keep no column of their own go; columns leave the features that they were in.
    """
    data = document.data
    chosen = [each for each in data.features if each.name in features]
    names = tuple(dict.fromkeys([column for each in chosen for column in each.columns] + list(columns)))
    stem = names[0] if len(names) == 1 else "numbers"
    taken = {each.name for each in data.features if not (each.window is None and set(each.columns) <= set(names))}
    made = feature_of(_needed(look), edits.free_name(stem, taken), names)
    label = f"Make a feature of {names[0]}" if len(names) == 1 else f"Combine {len(names)} columns"
    kept: list[Feature] = []
    gone: list[str] = []
    for each in data.features:
        rest = tuple(column for column in each.columns if column not in names)
        if rest == each.columns or each.window is not None:
            kept.append(each)
        elif rest:
            kept.append(feature_with(_needed(look), replace(each, columns=rest), each.encoding))
        else:
            gone.append(each.name)
    steps = [edits.set_data(document, replace(data, features=(*kept, made)), label)]
    changed = {each.name: each for each in kept if each not in data.features}
    for name in [*gone, *changed]:
        steps += [_bound(document, node, name, changed.get(name, made)) for node in users(document, name)]
    return edits.combined(label, steps), made


def add_window(document: Document, feature: Feature, window: Window) -> tuple[Edit, Feature]:
    """Add a copy of a feature that sees other rows; the split goes by time then, unless somebody chose another."""
    data = document.data
    tail = "next" if window.first > 0 else f"last_{window.length}"
    made = replace(windowed(feature, window.first, window.length), name=free_name(document, f"{feature.name}_{tail}"))
    split = replace(data.split, by=SplitBy.TIME) if data.split.by is SplitBy.RANDOM else data.split
    changed = replace(data, features=(*data.features, made), split=split)
    return edits.set_data(document, changed, f"Add {made.name}"), made


def move_window(document: Document, feature: Feature, window: Window) -> Edit:
    """Let a feature see other rows."""
    return put_feature(
        document, windowed(feature, window.first, window.length), feature.name, f"Change the rows of {feature.name}"
    )


def add_nodes(
    document: Document,
    look: Look | None,
    features: Sequence[str],
    columns: Sequence[str],
    *,
    as_output: bool,
    at: tuple[float, float] | None = None,
) -> tuple[Edit, tuple[Node, ...]]:
    """Draw an Input or an Output for each feature, below each other from `at` on, or where there is room.

    Columns become features first. Raises DataRefused.
    """
    data = document.data
    found = [each for each in data.features if each.name in features]
    made = [feature_of(_needed(look), free_name(document, column), (column,)) for column in columns]
    make = output_node if as_output else input_node
    x, y = at if at is not None else free_place(document.root.nodes.values(), at_end=as_output)
    nodes = tuple(make(document, each, x, y + BELOW_PX * row) for row, each in enumerate([*found, *made]))
    label = f"Add {nodes[0].name}" if len(nodes) == 1 else f"Add {len(nodes)} {'outputs' if as_output else 'inputs'}"
    steps = [edits.set_data(document, replace(data, features=(*data.features, *made)), label)]
    steps += [edits.add_node(node) for node in nodes]
    return edits.combined(label, steps), nodes


def set_split(document: Document, split: Split) -> Edit:
    """Split the examples in another way."""
    return edits.set_data(document, replace(document.data, split=split), "Split the data")


def free_name(document: Document, stem: str) -> str:
    """A name that no feature has."""
    return edits.free_name(stem, {feature.name for feature in document.data.features})


def split_counts(rows: int, data: DataChoice) -> Counts:
    """How many examples each part gets of so many rows, as the script rounds."""
    split = data.split
    each = find_keras_set(data.source.name) if isinstance(data.source, KerasSource) else None
    if each is not None and split.by is SplitBy.COLUMN:  # the column says how Keras divides them
        held_out = max(1, round(split.validation * each.train)) if split.validation > 0 else 0
        return Counts(each.train - held_out, held_out, each.test, is_exact=True)
    if split.by is SplitBy.COLUMN:
        return Counts(rows, 0, 0, is_exact=False)
    validation = max(1, round(split.validation * rows)) if split.validation > 0 else 0
    test = max(1, round(split.test * rows)) if split.test > 0 else 0
    return Counts(max(0, rows - validation - test), validation, test, is_exact=split.by is not SplitBy.GROUP)


def free_place(nodes: Iterable[Node], *, at_end: bool) -> tuple[float, float]:
    """Where a new Input or Output goes: left or right of everything, below those that are there."""
    there = list(nodes)
    if not there:
        return (BESIDE_PX * 2.0 if at_end else 0.0), 0.0
    edge = max(node.x for node in there) if at_end else min(node.x for node in there)
    kind = "Output" if at_end else INPUT_KIND
    column = [node for node in there if abs(node.x - edge) < GRID_PX]
    if column and all(node.kind == kind for node in column):
        return edge, max(node.y for node in column) + BELOW_PX
    middle = sum(node.y for node in there) / len(there)
    return edge + (BESIDE_PX if at_end else -BESIDE_PX), round(middle / GRID_PX) * GRID_PX


def _bound(document: Document, node: Node, before: str, feature: Feature) -> Edit:
    """Let a node that is bound to a feature follow it."""
    if node.params.get(INPUT_PARAM) != before:
        return edits.set_params(document, node.id, {OUTPUT_PARAM: feature.name})
    params: dict[str, Value] = {
        INPUT_PARAM: feature.name,
        "shape": encoded_shape(feature),
        "dtype": encoded_dtype(feature),
    }
    return edits.set_params(document, node.id, params)


def _needed(look: Look | None) -> Look:
    if look is None:
        raise DataRefused(
            "data.look", "The data was not looked at yet.", "Wait for the look, or choose its source again."
        )
    return look
