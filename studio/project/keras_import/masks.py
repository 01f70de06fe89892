"""Masks that Keras writes down though nobody drew them: those that Embedding and Masking layers make."""

from __future__ import annotations

from studio.project.keras_import.calls import Called, ModelEntry, Ref, refs_in

CallKey = tuple[str, int]
OPERATIONS = "keras.src.ops."
MASK = "mask"


def implicit_masks(model: ModelEntry) -> set[CallKey]:
    """The calls of operations that lead to `mask` arguments only, and begin where a layer makes that mask itself.

    Keras 3.15 saves a mask that travels with a tensor as operations of their own (NotEqual, Any) and an argument.
    """
    operations = {
        (entry.name, at): called
        for entry in model.layers
        if entry.layer.module.startswith(OPERATIONS)
        for at, called in enumerate(entry.calls)
    }
    if not operations:
        return set()
    masked = _masked_sources(model)
    used = _uses(model)
    hidden: set[CallKey] = set()
    while True:
        names = {MASK, *(_user(name, at) for name, at in hidden)}
        found = {key for key in operations.keys() - hidden if used.get(key) and used[key] <= names}
        if not found:
            return {key for key in hidden if _begins(operations[key], hidden, masked)}
        hidden |= found


def _uses(model: ModelEntry) -> dict[CallKey, set[str]]:
    """Who uses what a call gives: other calls, the model's outputs, or a mask argument."""
    used: dict[CallKey, set[str]] = {}
    for entry in model.layers:
        for at, called in enumerate(entry.calls):
            given = [(_user(entry.name, at), tree) for tree in called.args]
            given += [(MASK if name == MASK else _user(entry.name, at), tree) for name, tree in called.kwargs.items()]
            for user, tree in given:
                for ref in refs_in(tree):
                    used.setdefault((ref.layer, ref.call), set()).add(user)
    for ref in model.outputs:
        used.setdefault((ref.layer, ref.call), set()).add("the model")
    return used


def _user(name: str, at: int) -> str:
    return f"{name} {at}"


def _begins(called: Called, hidden: set[CallKey], masked: set[Ref]) -> bool:
    """Whether everything that an operation is made of is a tensor that a layer masks, or another hidden operation."""
    refs = [ref for tree in called.args for ref in refs_in(tree)]
    return bool(refs) and all((ref.layer, ref.call) in hidden or ref in masked for ref in refs)


def _masked_sources(model: ModelEntry) -> set[Ref]:
    """The tensors of which a layer makes a mask."""
    found: set[Ref] = set()
    for entry in model.layers:
        makes = entry.layer.class_name == "Masking" or entry.layer.config.get("mask_zero") is True
        if makes:
            for called in entry.calls:
                found.update(ref for tree in called.args for ref in refs_in(tree))
    return found
