"""Operations in a program: `keras.ops.add(x, 3.0)`, `x[:, 0]`, and the names that Keras gives to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from studio.catalog.operations.declaring import auto_name
from studio.catalog.operations.shaping import key_text, read_key
from studio.document.graph import NodeId
from studio.program.layout import Expression, Item, array, call
from studio.program.plan import GET_ITEM, Step, Tensor

EINSUM = "ops.einsum"
CAST = "cast"
"""What Keras calls the operation by which a layer brings what arrives to the dtype that it computes in."""
OF_MASKS = frozenset(
    {
        "all", "any", "concatenate", "expand_dims", "logical_and", "logical_or", "not_equal", "ones_like", "stack",
        "zeros_like",
    }
)  # fmt: skip
"""What Keras calls the operations by which layers make masks, and merge them."""
UNDRAWN = OF_MASKS | {CAST}
"""Operations of which Keras may have more than are drawn."""


def operation_call(step: Step, variables: Mapping[Tensor, str]) -> Expression:
    """The call of an operation: tensors and the numbers in their place first, then the other params."""
    wired = {port.name: [variables[tensor] for tensor in tensors] for port, tensors in step.wired}
    params = {item.prefix.rstrip("=") or at: item for at, item in enumerate(step.params)}
    if step.kind.name == GET_ITEM:
        return f"{wired['x'][0]}[{key_text(read_key(str(step.owner.params['key'])) or [])}]"
    if step.kind.name == EINSUM:
        return call(step.path, *step.params, *map(Item, wired["operands"]))
    sides: list[Item] = []
    for port in step.kind.inputs:
        if port.name in wired:
            sides.append(Item(array(wired[port.name]) if port.many else wired[port.name][0]))
        elif port.name in params:
            sides.append(Item(params[port.name].expression))
    ports = {port.name for port in step.kind.inputs}
    return call(step.path, *sides, *(item for name, item in params.items() if name not in ports))


def keras_names(steps: Iterable[Step]) -> dict[NodeId, str]:
    """By which name and place Keras's answer has each operation of a graph: `add#0`, `add#1`, in the order of calls."""
    places: Counter[str] = Counter()
    found = {}
    for step in steps:
        if step.kind.is_operation:
            stem = auto_name(step.kind)
            found[step.node.id] = f"{stem}#{places[stem]}"
            places[stem] += 1
    return found


def placed(names: Collection[str], known: Collection[str]) -> dict[str, str]:
    """For each of Keras's `names` that is none of the `known` ones what `keras_names` calls it: `add_3` → `add#1`.

    Names inside of blocks are counted block by block: `encoder/add_3` → `encoder/add#0`. Where Keras has more calls
    than are known, because layers make such operations too, nobody can tell which is which: they are left out.
    """
    grouped: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        if name not in known:
            stem, number = _parts(name)
            grouped.setdefault(stem, []).append((number, name))
    for stem in [stem for stem in grouped if stem.rpartition("/")[2] in UNDRAWN]:
        if len(grouped[stem]) > sum(each.startswith(f"{stem}#") for each in known):
            del grouped[stem]
    return {name: f"{stem}#{place}" for stem, group in grouped.items() for place, (_, name) in enumerate(sorted(group))}


def can_be_missing(name: str) -> bool:
    """Whether `placed` may have left an operation out."""
    return name.rpartition("/")[2].partition("#")[0] in UNDRAWN


def automatic_stems(steps: Iterable[Step]) -> frozenset[str]:
    """What the names begin with that Keras itself gives to operations in these graphs: `add`, `add_1`, …

    How far it counts nobody can tell, because layers make layers inside of them that count too. A layer with such a
    name would clash: Keras refuses a model in which two have the same.
    """
    stems = {CAST}
    for step in steps:
        if step.kind.is_operation:
            stems.add(auto_name(step.kind))
        if step.kind.name == "Masking" or step.owner.params.get("mask_zero"):
            stems |= OF_MASKS
    return frozenset(stems)


def _parts(name: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?)_(\d+)", name)
    return (found[1], int(found[2])) if found else (name, 0)
