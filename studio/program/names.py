"""Names that Python and Keras both take, made from the names that people give to nodes and features."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from studio.document.edits import name_stem
from studio.document.graph import Graph, NodeId

RESERVED = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
OPERATION = "ops."
USED = frozenset({"keras", "layers"})
"""The names that `build_model` uses for itself."""

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Latin letters that are more than a letter with an accent."""


def layer_names(graph: Graph, automatic: Collection[str] = ()) -> dict[NodeId, str]:
    """For each node a name that Keras takes and that no other has: its own, where that is possible.

    `automatic` are the beginnings of names that Keras gives to operations by itself (`add`, `add_1`), which no layer
    may have; what operations are called here is for variables only.

    Nodes that make a layer choose first; Output nodes and further calls of a layer need theirs for variables and keys.
    """
    nodes = sorted(graph.nodes.values(), key=lambda node: node.kind == "Output" or node.shares is not None)
    stems = {node.id: layer_name(node.name) or name_stem(_plain(node.kind)) for node in nodes}
    unnamed = {node.id for node in nodes if node.kind.startswith(OPERATION)}
    layers = {
        id_: f"{stem}_layer" if re.sub(r"_\d+$", "", stem) in automatic else stem
        for id_, stem in stems.items()
        if id_ not in unnamed
    }
    named = unique(layers, automatic)
    return named | unique({id_: stems[id_] for id_ in stems if id_ in unnamed}, named.values())


def layer_name(name: str) -> str:
    """`name` in letters, digits, `_` and `-`, which every backend takes as part of a scope; empty if none is left."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", _ascii(name)).strip("_-")


def variable_names(
    names: Mapping[NodeId, str], kinds: Mapping[NodeId, str], classes: Iterable[str] = ()
) -> dict[NodeId, str]:
    """For each layer name an identifier of its own, none of `classes`; `kinds` help where it begins with a digit."""
    stems = {key: identifier(name, name_stem(_plain(kinds[key]))) for key, name in names.items()}
    return unique(stems, taken=USED.union(classes))


def identifier(name: str, stem: str) -> str:
    """A lower-case identifier that is neither a keyword nor a built-in; `stem` stands in front of a digit."""
    word = re.sub(r"\W+", "_", _ascii(name).lower()).strip("_")
    stem = re.sub(r"\W+", "_", stem).strip("_") or "node"
    if not word:
        word = stem
    elif word[0].isdigit():
        word = f"{stem}_{word}"
    if word == "input":
        return "inputs"
    if not word.isidentifier():
        return f"node_{word}"
    return f"{word}_" if word in RESERVED else word


def unique(stems: Mapping[str, str], taken: Iterable[str]) -> dict[str, str]:
    """The stems under their keys; one that is taken already gets `_2`, `_3`, …"""
    used = set(taken) | set(stems.values())
    given: set[str] = set(taken)
    numbers: dict[str, int] = {}
    result: dict[str, str] = {}
    for key, stem in stems.items():
        name = stem
        while name in given or (name in used and name != stem):
            numbers[stem] = numbers.get(stem, 1) + 1
            name = f"{stem}_{numbers[stem]}"
        used.add(name)
        given.add(name)
        result[key] = name
    return result


def _ascii(text: str) -> str:
    """`text` with its accents taken off; what has no ASCII letter becomes a blank."""
    folded = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return "".join(char if char.isascii() else "" if unicodedata.combining(char) else " " for char in folded)


def _plain(kind: str) -> str:
    return re.sub(r"\W+", "_", _ascii(kind)).strip("_") or "node"
