"""`build_model()`: the plan as `keras.Sequential` where it is a plain stack, as the functional API where it is not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from studio.catalog.declaration import Nest, flat
from studio.core.wording import listed
from studio.document.graph import GraphId, NodeId
from studio.program.layout import INDENT, WIDTH, Expression, Group, Item, Line, array, call, lines, table
from studio.program.literals import one_line, quotable, short_path, text
from studio.program.names import identifier, unique
from studio.program.operations import operation_call
from studio.program.plan import INPUT_KIND, Exit, Plan, Step, Tensor


@dataclass(frozen=True)
class Names:
    """What nodes are called in a program: the layer's name in Keras, the variable of the first output.

    `classes` are the names of the user's own classes, which no variable may hide.
    """

    layers: Mapping[NodeId, str]
    variables: Mapping[NodeId, str]
    classes: frozenset[str] = frozenset()
    builders: Mapping[GraphId, str] = field(default_factory=dict)


def build_model(plan: Plan, names: Names, model_name: str) -> Iterator[Line]:
    """The function's lines."""
    yield "def build_model():", None
    yield f'{INDENT}"""Build the model, with the weights that SEED gives."""', None
    yield f"{INDENT}keras.utils.set_random_seed(SEED)", None
    yield from _body(plan, names, text(model_name) if model_name else "")


def build_block(builder: str, title: str, plan: Plan, names: Names) -> Iterator[Line]:
    """The lines of the function that makes a block, once for each of its instances."""
    arriving = [names.variables[step.node.id] for step in plan.inputs if step.made_for]
    yield from lines(call(f"def {builder}", *arriving, "name"), "", suffix=":")
    made_for = f", for tensors like {listed(arriving)}" if arriving else ""
    about = f'"""Build the block {quotable(one_line(title)) or "without a name"}{made_for}."""'
    yield from ((f"{INDENT}{line}", None) for line in textwrap.wrap(about, WIDTH - len(INDENT)))
    yield from _body(plan, names, "name")


def _body(plan: Plan, names: Names, model_name: str) -> Iterator[Line]:
    for node, reason in plan.left_out:
        yield f"{INDENT}# {one_line(node.name) or 'A node'} is left out: {reason}.", node.id
    if not plan.inputs or not plan.exits:
        yield f'{INDENT}raise ValueError("No Input leads anywhere: wire an Input to a layer.")', None
    elif plan.is_stack:
        yield from _unknown_arguments(plan.steps)
        yield from _sequential(plan, names, model_name)
    else:
        yield from _functional(plan, names, model_name)


def exit_keys(plan: Plan, names: Names) -> tuple[str, ...]:
    """The names of the model's outputs, by which losses and targets are told apart: those of the layers that make them.

    A layer with several outputs lends its name to the first only; the others take that of their Output node.
    """
    stems: dict[str, str] = {}
    given: set[str] = set()
    for place, leaf in enumerate(plan.exits):
        maker = names.layers[leaf.tensor.node]
        stems[str(place)] = names.layers[leaf.node.id] if maker in given and leaf.node else maker
        given.add(maker)
    return tuple(unique(stems, ()).values())


def _sequential(plan: Plan, names: Names, model_name: str) -> Iterator[Line]:
    made = [Item(_construction(step, names, {}), node=step.node.id) for step in plan.steps]
    model = call("keras.Sequential", Item(array(made)), *_named(model_name))
    yield from lines(model, INDENT, "return ")


def _functional(plan: Plan, names: Names, model_name: str) -> Iterator[Line]:
    variables = _variables(plan, names)
    layers = _layer_variables(plan, variables, names)
    read = {tensor for step in plan.steps for tensor in step.sources} | {leaf.tensor for leaf in plan.exits}
    made: set[NodeId] = set()
    for step in plan.steps:
        yield from _unknown_arguments((step,))
        layer = layers.get(step.owner.id)
        if layer is not None and step.owner.id not in made:
            made.add(step.owner.id)
            yield from lines(_construction(step, names, variables), INDENT, f"{layer} = ", node=step.owner.id)
            if step.block is not None:
                yield from _settings(step, layer)
        results = [Tensor(step.node.id, port) for port in step.outputs]
        said = {tensor.port: variables[tensor] if tensor in read else "_" for tensor in results}
        target = ", ".join(_grouped(said, step.nest))
        yield from lines(_called(step, layer, variables, names), INDENT, f"{target} = ", node=step.node.id)
    yield from lines(_model(plan, variables, names, model_name), INDENT, "return ")


def _settings(step: Step, layer: str) -> Iterator[Line]:
    """What is set on a block after it was made: `trainable` goes down to all that is in it."""
    for item in step.params:
        yield from lines(item.expression, INDENT, f"{layer}.{item.prefix.rstrip('=')} = ", node=step.owner.id)


def _model(plan: Plan, variables: Mapping[Tensor, str], names: Names, model_name: str) -> Expression:
    inputs = [variables[Tensor(step.node.id, "output")] for step in plan.inputs]
    outputs = _outputs(plan.exits, variables, exit_keys(plan, names), plan.is_block)
    return call(
        "keras.Model",
        Item(inputs[0] if len(inputs) == 1 else array(inputs), "inputs="),
        Item(outputs, "outputs="),
        *_named(model_name),
    )


def _outputs(
    exits: tuple[Exit, ...], variables: Mapping[Tensor, str], keys: tuple[str, ...], is_block: bool
) -> Expression:
    if len(exits) == 1:
        return variables[exits[0].tensor]
    if is_block:
        return array(variables[leaf.tensor] for leaf in exits)
    return table((text(key), variables[leaf.tensor], None) for key, leaf in zip(keys, exits, strict=True))


def _construction(step: Step, names: Names, variables: Mapping[Tensor, str]) -> Group:
    """What makes the layer (or the Input), without calling it; `variables` are needed for what it is made for."""
    name = Item(text(names.layers[step.owner.id]), "name=")
    if step.block is not None:
        arriving = {port.name: tensors[0] for port, tensors in step.wired}
        return call(names.builders[step.block], *(variables[arriving[port]] for port in step.made_for), name)
    if step.node.kind == INPUT_KIND and step.made_for:
        return call(short_path(step.path), *_like(names.variables[step.node.id], step.params), name)
    return call(short_path(step.path), *step.params, name)


def _called(step: Step, layer: str | None, variables: Mapping[Tensor, str], names: Names) -> Expression:
    """The layer called with its inputs; just the Input where there is nothing to call."""
    if step.node.kind == INPUT_KIND:
        return _construction(step, names, variables)
    if step.kind.is_operation:
        return operation_call(step, variables)
    given = (*_call_arguments(step, variables), *step.constants)
    if layer is not None:
        return call(layer, *given)
    made = _construction(step, names, variables)
    return Group(made.head, made.items, made.tail, after=call("", *given))


def _call_arguments(step: Step, variables: Mapping[Tensor, str]) -> Iterator[Item]:
    """The wired ports as arguments: those without an argument's name in place, gathered ones as one list."""
    wired = {port.name: [variables[tensor] for tensor in tensors] for port, tensors in step.wired}
    written: set[str] = set()
    for port in step.kind.inputs:
        prefix = f"{port.argument}=" if port.argument else ""
        if port.gathered and port.argument not in written:
            written.add(port.argument)
            together = [each for each in step.kind.inputs if each.gathered and each.argument == port.argument]
            given = [wired.get(each.name, ["None"])[0] for each in together]
            while not prefix and given and given[-1] == "None":
                given.pop()
            if any(name != "None" for name in given):
                yield Item(array(given), prefix)
        elif port.name in wired and step.spreads:
            yield from map(Item, wired[port.name])
        elif port.name in wired and not port.gathered:
            yield Item(_listed(wired[port.name], step.nest) if port.many else wired[port.name][0], prefix)


def _grouped(said: Mapping[str, str], nest: Nest) -> Iterator[str]:
    """What takes the outputs: those that are in no nest, then the nests, each in brackets of its own."""
    nested = {name for name in flat(nest) if name in said}
    yield from (variable for port, variable in said.items() if port not in nested)
    if nested:
        yield from (_taken(said, item) for item in nest)


def _taken(said: Mapping[str, str], item: str | Nest) -> str:
    if isinstance(item, str):
        return said[item]
    inside = [_taken(said, each) for each in item]
    return f"({', '.join(inside)}{',' if len(inside) == 1 else ''})"


def _listed(given: list[str], nest: Nest) -> Group:
    """The tensors of a list port, nested as Keras wants them where they are as many as the nest has names."""
    if len(given) != len(flat(nest)):
        return array(given)
    rest = iter(given)

    def placed(nest: Nest) -> Group:
        return array(next(rest) if isinstance(item, str) else placed(item) for item in nest)

    return placed(nest)


def _like(tensor: str, params: tuple[Item, ...]) -> Iterator[Item]:
    """The arguments of an Input for what `tensor` is: its shape with the batch axis, its dtype, if they are not set."""
    given = {item.prefix for item in params}
    whole = "batch_size=" not in given
    yield Item(f"{tensor}.shape" if whole else f"{tensor}.shape[1:]", "batch_shape=" if whole else "shape=")
    yield from params
    if "dtype=" not in given:
        yield Item(f"{tensor}.dtype", "dtype=")


def _variables(plan: Plan, names: Names) -> dict[Tensor, str]:
    """A variable for each tensor: the node's for its first output, the port's name added for the others."""
    stems = {
        f"{step.node.id} {port}": names.variables[step.node.id] + (f"_{_said(step, port)}" if place else "")
        for step in plan.steps
        for place, port in enumerate(step.outputs)
    }
    free = unique(stems, names.classes)
    return {Tensor(step.node.id, port): free[f"{step.node.id} {port}"] for step in plan.steps for port in step.outputs}


def _said(step: Step, port: str) -> str:
    """A port's name in a variable; that of a block is called by its label."""
    if step.block is None:
        return port
    label = next(each.shown for each in step.kind.outputs(step.kind.settings({})) if each.name == port)
    return identifier(label, "output").rstrip("_")


def _layer_variables(plan: Plan, variables: Mapping[Tensor, str], names: Names) -> dict[NodeId, str]:
    """A variable for each layer that is called more than once, or has something set after it was made."""
    named = plan.shared.union(step.owner.id for step in plan.steps if step.block is not None and step.params)
    owners = dict.fromkeys(step.owner.id for step in plan.steps if step.owner.id in named)
    return unique({owner: f"{names.variables[owner]}_layer" for owner in owners}, {*variables.values(), *names.classes})


def _unknown_arguments(steps: Iterable[Step]) -> Iterator[Line]:
    for step in steps:
        for name in step.unknown:
            what = f"{one_line(step.node.name)}: {step.kind.name} has no argument “{one_line(name)}”, left out"
            yield f"{INDENT}# {what}.", step.node.id


def _named(model_name: str) -> tuple[Item, ...]:
    return (Item(model_name, "name="),) if model_name else ()
