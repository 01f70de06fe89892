"""A saved model as nodes and wires: calls become nodes, nested models become blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from studio.catalog.declaration import Kind, Port, ShapeError
from studio.catalog.operations.declaring import PREFIX
from studio.catalog.operations.shaping import Key, key_text
from studio.catalog.registry import KINDS
from studio.core.ids import new_id
from studio.core.values import MAX_NAME, Params, Value
from studio.document.blocks import BLOCK_KIND
from studio.document.changes import EdgeChange, Edit, GraphChange, NodeChange
from studio.document.document import Document
from studio.document.edits import free_name
from studio.document.graph import ROOT, Edge, GraphId, Node, NodeId
from studio.project.keras_import import translations
from studio.project.keras_import.calls import MODELS, Called, LayerEntry, ModelEntry, Ref, Tree, model_entry, refs_in
from studio.project.keras_import.masks import implicit_masks
from studio.project.keras_import.objects import Notes, kind_of, params_of
from studio.project.plain import Misfit

INPUT, OUTPUT = "Input", "Output"
OPERATIONS = "keras.src.ops."


@dataclass(slots=True)
class Inside:
    """A graph that is being drawn: its nodes in order, and by layer and call the node and its output ports."""

    graph: GraphId
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    made: dict[tuple[str, int], tuple[NodeId, tuple[str, ...]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def add(self, node: Node, ports: tuple[str, ...], layer: str, call: int) -> None:
        """Take a node in."""
        self.nodes[node.id] = node
        self.made[layer, call] = (node.id, ports)

    def free(self, name: str) -> str:
        """A layer's name for one of its nodes, or with a number where another has it."""
        name = free_name(name[: MAX_NAME - 8], self.names)
        self.names.add(name)
        return name

    def wire(self, ref: Ref, target: NodeId, port: str, slot: int = 0) -> None:
        """Draw a wire from a tensor to a port."""
        source, ports = self.source(ref)
        self.edges.append(Edge(source, ports, target, port, slot))

    def source(self, ref: Ref) -> tuple[NodeId, str]:
        """The node and port that a tensor leaves by. Raises Misfit if there is no such call."""
        made = self.made.get((ref.layer, ref.call))
        if made is None or not 0 <= ref.output < len(made[1]):
            raise Misfit(
                "import.tensor", f"output {ref.output} of call {ref.call} of “{ref.layer[:60]}” is nowhere made"
            )
        return made[0], made[1][ref.output]


class Drawing:
    """Draws a model and the models in it; `notes` say what was lost."""

    def __init__(self) -> None:
        self.notes = Notes()
        self._graphs: dict[GraphId, tuple[str, Inside]] = {}

    def document(self, model: ModelEntry) -> Document:
        """A new document with the model in it. Raises Misfit for what cannot be drawn."""
        inside = self._draw(model, ROOT)
        document = Document()
        changes: list[GraphChange | NodeChange | EdgeChange] = [
            GraphChange(id_, None, name) for id_, (name, _) in self._graphs.items()
        ]
        drawn = [*(each for _, each in self._graphs.values()), inside]
        for graph in drawn:
            changes += [NodeChange(graph.graph, None, node) for node in graph.nodes.values()]
        for graph in drawn:
            changes += [EdgeChange(graph.graph, None, edge) for edge in graph.edges]
        document.apply(Edit("Import", tuple(changes)))
        return document

    def _draw(self, model: ModelEntry, graph: GraphId) -> Inside:
        inside = Inside(graph)
        skipped = implicit_masks(model)
        waiting = {(entry.name, at): (entry, called) for entry in model.layers for at, called in enumerate(entry.calls)}
        order = dict.fromkeys(model.inputs)
        for ref in order:
            self._input(inside, model, ref.layer)
        for entry in model.layers:
            if entry.layer.class_name == "InputLayer" and (entry.name, 0) not in inside.made:
                self._input(inside, model, entry.name)
        while waiting:
            before = len(waiting)
            for key, (entry, called) in list(waiting.items()):
                if key in skipped:
                    del waiting[key]
                elif all((ref.layer, ref.call) in inside.made for ref in _needed(called, skipped)):
                    del waiting[key]
                    try:
                        self._call(inside, entry, key[1], called, skipped)
                    except Misfit as misfit:
                        raise misfit.inside(entry.name[:60]) from misfit
            if len(waiting) == before:
                names = ", ".join(sorted({name[:60] for name, _ in waiting})[:3])
                raise Misfit("import.order", f"the calls of {names} go in a circle")
        given = dict(zip(model.outputs, model.output_names, strict=False))
        for ref in dict.fromkeys(model.outputs):
            source, port = inside.source(ref)
            name = given.get(ref) or f"{inside.nodes[source].name}_output"
            node = Node(new_id(), OUTPUT, inside.free(name), {})
            inside.nodes[node.id] = node
            inside.edges.append(Edge(source, port, node.id, "input"))
        return inside

    def _input(self, inside: Inside, model: ModelEntry, name: str) -> None:
        entry = next((each for each in model.layers if each.name == name), None)
        if entry is None:
            raise Misfit("import.input", f"there is no layer “{name[:60]}”, which is an input of the model")
        shape = entry.layer.config.get("batch_shape") or entry.layer.config.get("batch_input_shape")
        if not isinstance(shape, list) or not all(size is None or isinstance(size, int) for size in shape):
            raise Misfit("import.input", f"the input “{name[:60]}” has no shape")
        params: dict[str, Value] = {"shape": tuple(shape[1:])}
        dtype = entry.layer.config.get("dtype")
        if isinstance(dtype, str) and dtype != "float32":
            params["dtype"] = dtype
        if shape[0] is not None:
            params["batch_size"] = shape[0]
        inside.add(Node(new_id(), INPUT, inside.free(name), params), ("output",), name, 0)

    def _call(self, inside: Inside, entry: LayerEntry, at: int, called: Called, skipped: set[tuple[str, int]]) -> None:
        if entry.layer.class_name in MODELS:
            self._block(inside, entry, at, called)
            return
        translated = translations.translated(entry, called)
        if translated is not None:
            self._translated(inside, entry, at, translated, called)
            return
        if entry.layer.module.startswith(OPERATIONS):
            kind = KINDS.get(f"{PREFIX}{_function(entry.layer.class_name)}")
            if kind is not None:
                self._operation(inside, kind, entry, at, called)
                return
        kind = kind_of(entry.layer)
        if kind is None:
            self._unknown(inside, entry, at, called)
            return
        shares = self._owner(inside, entry, at)
        params = {} if shares is not None else params_of(kind, entry.layer.config, self.notes, entry.name)
        node = Node(new_id(), kind.name, inside.free(entry.name), params, shares=shares)
        wires, call = self._wired(kind, entry, called, skipped)
        node = replace(node, call=call)
        owner_params = inside.nodes[shares].params if shares is not None else params
        inside.add(node, _outputs(kind, owner_params, call), entry.name, at)
        for port, ref, slot in wires:
            inside.wire(ref, node.id, port, slot)

    def _owner(self, inside: Inside, entry: LayerEntry, at: int) -> NodeId | None:
        """The node of the layer's first call, where this one is another."""
        made = (inside.made.get((entry.name, each)) for each in range(at))
        return next((found[0] for found in made if found is not None), None)

    def _wired(
        self, kind: Kind, entry: LayerEntry, called: Called, skipped: set[tuple[str, int]]
    ) -> tuple[list[tuple[str, Ref, int]], Params]:
        """The wires that arrive, and the constant arguments of the call."""
        groups = _argument_groups(kind)
        call: dict[str, Value] = {}
        wires: list[tuple[str, Ref, int]] = []
        given = list(zip(groups, called.args, strict=False))
        names = {param.name for param in kind.call}
        for name, value in called.kwargs.items():
            group = next((each for each in groups if any(name in (port.argument, port.name) for port in each)), None)
            if name == "mask" and all((ref.layer, ref.call) in skipped for ref in refs_in(value)):
                continue
            if group is not None:
                given.append((group, value))
            elif name == "training":
                if value is not False:
                    text = "training= at a call was left out: fit and predict do not look at it"
                    self.notes.say(f"{entry.name}: {text}.")
            elif name in names and not list(refs_in(value)):
                if value is not None and value is not False:
                    call[name] = value
            elif value is not None:
                self.notes.say(f"{entry.name}: the argument {name[:60]} of its call was left out.")
        for group, value in given:
            wires += _spread(group, value)
        return wires, call

    def _operation(self, inside: Inside, kind: Kind, entry: LayerEntry, at: int, called: Called) -> None:
        """A function of keras.ops: its tensors are wires, its numbers params."""
        params: dict[str, Value] = params_of(kind, entry.layer.config, self.notes, entry.name)
        wires: list[tuple[str, Ref, int]] = []
        arguments = dict(zip(_signature(kind), called.args, strict=False))
        if kind.name == "ops.einsum":
            arguments = {"operands": tuple(called.args)}
        arguments.update(called.kwargs)
        for name, value in arguments.items():
            port = kind.input(name)
            found = list(refs_in(value))
            if port is not None and found:
                wires += [(name, ref, slot) for slot, ref in enumerate(found)]
            elif kind.name == "ops.get_item":
                params["key"] = key_text(_key(value))
            elif name in kind.declared and isinstance(value, (int, float, str)) and not isinstance(value, bool):
                params[name] = value
            elif value is not None:
                self.notes.say(f"{entry.name}: the argument {name[:60]} was left out.")
        node = Node(new_id(), kind.name, inside.free(entry.name), params)
        inside.add(node, _outputs(kind, params, {}), entry.name, at)
        for name, ref, slot in wires:
            inside.wire(ref, node.id, name, slot)

    def _translated(
        self, inside: Inside, entry: LayerEntry, at: int, steps: tuple[translations.Step, ...], called: Called
    ) -> None:
        """What a private layer of keras.applications does, in public ones; the last has its name."""
        if at:
            raise Misfit("import.shared", f"“{entry.name[:60]}” is called twice, which a translated layer cannot be")
        arriving = [ref for arg in called.args for ref in refs_in(arg)]
        nodes: list[NodeId] = []
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            name = entry.name if last else f"{entry.name}_{step.suffix}"
            node = Node(new_id(), step.kind, inside.free(name), dict(step.params))
            inside.nodes[node.id] = node
            nodes.append(node.id)
            for port, source in step.wires:
                if isinstance(source, int):
                    inside.wire(arriving[source], node.id, port)
                else:
                    inside.edges.append(Edge(nodes[int(source)], "output", node.id, port))
        inside.made[entry.name, at] = (nodes[-1], ("output",))

    def _block(self, inside: Inside, entry: LayerEntry, at: int, called: Called) -> None:
        shares = self._owner(inside, entry, at)
        if shares is None:
            graph = new_id()
            model = model_entry(entry.layer)
            self._graphs[graph] = (model.name or entry.name, self._draw(model, graph))
            params: dict[str, Value] = {} if model.trainable else {"trainable": False}
        else:
            graph = inside.nodes[shares].graph or ""
            params = {}
        drawn = self._graphs[graph][1]
        entering = [node.id for node in drawn.nodes.values() if node.kind == INPUT]
        leaving = tuple(node.id for node in drawn.nodes.values() if node.kind == OUTPUT)
        node = Node(new_id(), BLOCK_KIND, inside.free(entry.name), params, shares=shares, graph=graph)
        inside.add(node, leaving, entry.name, at)
        for port, ref in zip(entering, (ref for arg in called.args for ref in refs_in(arg)), strict=False):
            inside.wire(ref, node.id, port)

    def _unknown(self, inside: Inside, entry: LayerEntry, at: int, called: Called) -> None:
        """A layer that nobody here knows: it says so, and keeps what Keras wrote."""
        kind = entry.layer.class_name[:MAX_NAME]
        self.notes.say(f"{entry.name}: {kind} is not known; its node keeps the configuration.")
        kept = {"keras": {"module": entry.layer.module, "class_name": kind, "config": dict(entry.layer.config)}}
        shares = self._owner(inside, entry, at)
        node = Node(new_id(), kind, inside.free(entry.name), kept=kept, shares=shares)
        inside.add(node, ("output", *(f"output_{each}" for each in range(1, 16))), entry.name, at)
        for slot, ref in enumerate(ref for arg in (*called.args, *called.kwargs.values()) for ref in refs_in(arg)):
            inside.wire(ref, node.id, "input", slot)


def _needed(called: Called, skipped: set[tuple[str, int]]) -> Iterable[Ref]:
    trees = (*called.args, *called.kwargs.values())
    return (ref for tree in trees for ref in refs_in(tree) if (ref.layer, ref.call) not in skipped)


def _argument_groups(kind: Kind) -> list[tuple[Port, ...]]:
    """The arguments of the layer's call, in order: a port each, or those that are gathered into one list."""
    groups: dict[tuple[str, str], tuple[Port, ...]] = {}
    for port in kind.inputs:
        key = ("gathered", port.argument) if port.gathered else ("single", port.name)
        groups[key] = (*groups.get(key, ()), port)
    return list(groups.values())


def _spread(group: tuple[Port, ...], value: Tree) -> list[tuple[str, Ref, int]]:
    """The wires of one argument."""
    if len(group) > 1 or group[0].gathered:
        items = value if isinstance(value, tuple) and not isinstance(value, Ref) else (value,)
        return [(port.name, item, 0) for port, item in zip(group, items, strict=False) if isinstance(item, Ref)]
    found = list(refs_in(value))
    return [(group[0].name, ref, slot if group[0].many else 0) for slot, ref in enumerate(found)]


def _outputs(kind: Kind, params: Params, call: Params) -> tuple[str, ...]:
    try:
        return tuple(port.name for port in kind.outputs(kind.settings(params, call)))
    except ShapeError:
        return ("output",)


def _signature(kind: Kind) -> tuple[str, ...]:
    """What stands in place in an operation's call: its tensors, then what else the call is given."""
    if kind.name == "ops.get_item":
        return ("x", "key")
    return (*(port.name for port in kind.inputs), *(name for name in kind.declared if kind.input(name) is None))


def _key(value: Tree) -> list[Key | str]:
    parts = value if isinstance(value, tuple) and not isinstance(value, Ref) else (value,)
    found: list[Key | str] = []
    for part in parts:
        if part is ...:
            found.append("...")
        elif part is None or isinstance(part, (int, slice)):
            found.append(part)
        else:
            raise Misfit("import.index", f"{str(part)[:60]} cannot stand in an index")
    return found


def _function(class_name: str) -> str:
    """The function of an operation's class: GetItem → get_item. Source: keras.src.utils.naming.to_snake_case."""
    return translations.FUNCTIONS.get(class_name) or translations.snake(class_name)
