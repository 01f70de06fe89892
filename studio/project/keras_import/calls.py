"""The calls in a saved functional model: which layer, with what, in which order; nothing is looked up yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from studio.project.keras_import.objects import Saved, saved
from studio.project.plain import Misfit, Plain

MODELS = frozenset({"Functional", "Sequential"})
TENSOR = "__keras_tensor__"
SLICE, ELLIPSIS = "__slice__", "__ellipsis__"
NUMBERS = frozenset({"__numpy__", "__tensor__"})


class Ref(NamedTuple):
    """A tensor: which output of which call of which layer."""

    layer: str
    call: int
    output: int


Tree: TypeAlias = "Ref | tuple[Tree, ...] | Plain"
"""Tensors and plain values as a call nests them; lists are tuples."""


@dataclass(frozen=True, slots=True)
class Called:
    """One call: the arguments in their places and by name, and the shape of the first tensor that goes in."""

    args: tuple[Tree, ...]
    kwargs: Mapping[str, Tree]
    first_shape: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """A layer of a model by name, with its calls in order."""

    name: str
    layer: Saved
    calls: tuple[Called, ...]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model: its layers as they were saved, its inputs and outputs, and the outputs' names if they have any."""

    name: str
    layers: tuple[LayerEntry, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]
    trainable: bool = True
    output_names: tuple[str, ...] = ()


def model_entry(model: Saved) -> ModelEntry:
    """The model in a configuration. Raises Misfit for what is no Functional or Sequential model."""
    if model.class_name not in MODELS:
        raise Misfit(
            "import.subclass",
            f"{model.class_name} is a class of somebody's own, whose insides Keras does not save. "
            "Only Sequential and functional models can be opened",
        )
    layers = model.config.get("layers")
    if not isinstance(layers, list):
        raise Misfit("import.layers", "the model has no list of layers")
    name = str(model.config.get("name") or "")
    trainable = model.config.get("trainable") is not False
    if model.class_name == "Sequential":
        return _sequential(name, layers, model.config, trainable)
    entries = tuple(_layer(each) for each in layers)
    inputs = _refs(model.config.get("input_layers"))
    outputs = tuple(_counted(ref, entries) for ref in _refs(model.config.get("output_layers")))
    named = model.config.get("output_layers")
    names = tuple(map(str, named)) if isinstance(named, dict) and len(named) == len(outputs) else ()
    return ModelEntry(name, entries, inputs, outputs, trainable, names)


def _counted(ref: Ref, entries: tuple[LayerEntry, ...]) -> Ref:
    """An output's tensor with its call counted from 0.

    Among the outputs, and nowhere else, Keras counts the calls of a functional model from 1: the first is that of the
    model itself. Source: keras.src.models.functional.Functional.get_config.
    """
    entry = next((each for each in entries if each.name == ref.layer), None)
    return ref._replace(call=ref.call - 1) if entry is not None and entry.layer.class_name == "Functional" else ref


def _sequential(name: str, layers: list[Plain], config: Mapping[str, Plain], trainable: bool) -> ModelEntry:
    """A stack: each layer called with what the one before gives."""
    found = [saved(each) for each in layers]
    if not found or found[0].class_name != "InputLayer":
        shape = config.get("build_input_shape")
        if not isinstance(shape, list):
            raise Misfit("import.unbuilt", f"the Sequential model “{name}” was never given an input")
        found.insert(0, Saved("keras.layers", "InputLayer", {"batch_shape": shape, "name": f"{name}_input"}))
    entries: list[LayerEntry] = []
    for layer in found:
        before = entries[-1].name if entries else None
        calls = (Called((Ref(before, 0, 0),), {}),) if before is not None else ()
        entries.append(LayerEntry(str(layer.config.get("name") or layer.class_name), layer, calls))
    return ModelEntry(name, tuple(entries), (Ref(entries[0].name, 0, 0),), (Ref(entries[-1].name, 0, 0),), trainable)


def _layer(plain: Plain) -> LayerEntry:
    layer = saved(plain)
    name = plain.get("name") or layer.config.get("name")
    nodes = plain.get("inbound_nodes")
    if not isinstance(name, str) or not isinstance(nodes, list):
        raise Misfit("import.layer", f"a {layer.class_name} has no name or no list of its calls")
    if nodes and isinstance(nodes[0], list):
        raise Misfit(
            "import.keras2", "the calls are written as Keras 2 wrote them, which this version does not read"
        ).inside(name)
    return LayerEntry(name, layer, tuple(_called(node) for node in nodes))


def _called(node: Plain) -> Called:
    if not isinstance(node, dict):
        raise Misfit("import.call", "a call is no object")
    args = node.get("args") or []
    kwargs = node.get("kwargs") or {}
    tree = tuple(_tree(each) for each in args) if isinstance(args, list) else ()
    named = {str(name): _tree(value) for name, value in kwargs.items()} if isinstance(kwargs, dict) else {}
    return Called(tree, named, _first_shape(args))


def _tree(plain: Plain) -> Tree:
    if isinstance(plain, list):
        return tuple(_tree(each) for each in plain)
    if not isinstance(plain, dict):
        return plain
    config = plain.get("config")
    match plain.get("class_name"):
        case "__keras_tensor__" if isinstance(config, dict):
            return _ref(config.get("keras_history"))
        case "__slice__" if isinstance(config, dict):
            return slice(config.get("start"), config.get("stop"), config.get("step"))
        case "__ellipsis__":
            return ...
        case "__numpy__" | "__tensor__" if isinstance(config, dict) and isinstance(config.get("value"), (int, float)):
            return config["value"]
        case _:
            return plain


def _ref(history: Plain) -> Ref:
    if isinstance(history, list) and len(history) == 3 and isinstance(history[0], str):
        call, output = history[1:]
        if isinstance(call, int) and isinstance(output, int):
            return Ref(history[0], call, output)
    raise Misfit("import.tensor", f"{str(history)[:80]} says of no tensor where it comes from")


def _first_shape(plain: Plain) -> tuple[int | None, ...] | None:
    """The shape of the first tensor, where it is written beside."""
    if isinstance(plain, list):
        return next((shape for shape in map(_first_shape, plain) if shape is not None), None)
    if isinstance(plain, dict) and plain.get("class_name") == TENSOR and isinstance(plain.get("config"), dict):
        shape = plain["config"].get("shape")
        return tuple(shape) if isinstance(shape, list) else None
    return None


def _refs(plain: Plain) -> tuple[Ref, ...]:
    """References as `input_layers` and `output_layers` have them: one, a list, or objects of them, however nested."""
    if isinstance(plain, list) and len(plain) == 3 and isinstance(plain[0], str) and isinstance(plain[1], int):
        return (_ref(plain),)
    if isinstance(plain, list):
        return tuple(ref for each in plain for ref in _refs(each))
    if isinstance(plain, dict):
        return tuple(ref for each in plain.values() for ref in _refs(each))
    return ()


def refs_in(tree: Tree) -> Iterator[Ref]:
    """Every tensor in a tree, in order."""
    if isinstance(tree, Ref):
        yield tree
    elif isinstance(tree, tuple):
        for each in tree:
            yield from refs_in(each)
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from refs_in(each)
