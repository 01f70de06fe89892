"""`adapt()`: what layers learn from the training examples before training: statistics, boundaries, vocabularies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.program.bound import Bound, Data
from studio.program.layout import INDENT, Line, call, lines
from studio.program.literals import text
from studio.program.model import Names
from studio.program.plan import INPUT_KIND, Plan, Step


def adapting(plan: Plan) -> tuple[Step, ...]:
    """The first calls of layers that learn before training, each after those in front of it."""
    first: dict[str, Step] = {}
    for step in plan.steps:
        if step.kind.adapts(step.kind.settings(step.owner.params, step.node.call)):
            first.setdefault(step.owner.id, step)
    return tuple(first.values())


def adapt(plan: Plan, steps: Iterable[Step], data: Data, names: Names) -> Iterator[Line]:
    """The function's lines. A layer that is called more than once learns from what arrives at its first call."""
    fed = {bound.node: bound for bound in data.inputs}
    yield f"def adapt(model, inputs{', targets' if data.batches else ''}):", None
    yield f'{INDENT}"""Let layers learn from the training inputs what they need, one after the other."""', None
    if data.batches:
        yield f"{INDENT}examples = {data.batches}(inputs, targets)", None
    for step in steps:
        layer = f"model.get_layer({text(names.layers[step.owner.id])})"
        bound = _bound(plan, step, fed)
        if bound is not None:
            given = f"inputs[{text(bound.key)}]" if len(data.inputs) > 1 else "inputs"
            if data.is_known and bound.is_streamed:
                given = f"examples.map(lambda inputs, targets: {given})"
            elif data.is_stored:
                given = f"({given} for inputs, targets in examples)"
            yield from lines(call(f"{layer}.adapt", given), INDENT, node=step.node.id)
            continue
        yield f"{INDENT}layer = {layer}", step.node.id
        yield f"{INDENT}before = keras.Model(model.inputs, layer.input)", step.node.id
        if data.batches:
            arriving = call("before.predict", "examples", verbose="0")
        else:
            arriving = call("before.predict", "inputs", batch_size="BATCH_SIZE", verbose="0")
        yield from lines(call("layer.adapt", arriving), INDENT, node=step.node.id)


def _bound(plan: Plan, step: Step, fed: dict[str | None, Bound]) -> Bound | None:
    """What the data hand to the model just as it arrives at a layer; None if something is in between."""
    source = step.sources[0].node
    bound = fed.get(source)
    entry = next((each for each in plan.steps if each.node.id == source and each.node.kind == INPUT_KIND), None)
    if bound is None or entry is None:
        return None
    feature, params = bound.feature, entry.owner.params
    same = params.get("shape", feature.shape) == feature.shape and params.get("dtype", feature.dtype) == feature.dtype
    return bound if same else None
