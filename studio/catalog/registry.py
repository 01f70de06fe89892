"""Every kind and every recipe by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.catalog import (
    activations,
    adaptive_pooling,
    attention,
    audio,
    callbacks,
    categories,
    cells,
    conv_lstm,
    convolution,
    core_layers,
    custom,
    einsum,
    embedding,
    foreign,
    grouped_attention,
    image_colors,
    image_geometry,
    image_mixes,
    image_sizes,
    lookups,
    losses,
    merging,
    normalization,
    operations,
    optimizers,
    pooling,
    preprocessing,
    recipes,
    recurrent,
    regularization,
    reshaping,
    resizing,
    text,
    wrappers,
)
from studio.catalog.declaration import REQUIRED, Family, Kind, Recipe
from studio.catalog.forms import Known, Names, Role
from studio.catalog.late import checked
from studio.core.values import Inner, Params, Value

FAMILIES = (
    core_layers, einsum, embedding, custom, foreign, activations, convolution, pooling, adaptive_pooling,
    recurrent, conv_lstm, attention, grouped_attention, normalization,
    regularization, reshaping, resizing, merging, operations, preprocessing, categories, lookups,
    text, audio, image_sizes, image_geometry, image_colors, image_mixes,
)  # fmt: skip
LAYERS = (Role.LAYER, Role.RECURRENT_LAYER, Role.CELL)
"""The roles of whole kinds inside of a param."""
PLAIN_INPUT = "input"


def _kinds() -> Mapping[str, Kind]:
    kinds = {kind.name: checked(kind) for module in FAMILIES for kind in module.KINDS}
    kinds["RNN"] = recurrent.rnn(CELLS, refused)
    for wrapper in (
        wrappers.bidirectional({name: kinds[name] for name in RECURRENT}, refused),
        wrappers.time_distributed(kinds, refused),
        wrappers.spectral_normalization(kinds, refused),
    ):
        kinds[wrapper.name] = wrapper
    order = {family: at for at, family in enumerate(Family)}
    return MappingProxyType({kind.name: kind for kind in sorted(kinds.values(), key=lambda kind: order[kind.family])})


def _cells() -> Mapping[str, Kind]:
    """The cells, checked as kinds are; a stack of them holds any of them, another stack as well."""
    made = {cell.name: checked(cell) for cell in cells.CELLS}
    stack = cells.stacked(made, refused)
    made[stack.name] = stack
    return MappingProxyType(made)


def _recipes() -> Mapping[tuple[Role, str], Recipe]:
    everything = (*recipes.RECIPES, *losses.RECIPES, *optimizers.RECIPES, *callbacks.RECIPES)
    return MappingProxyType({(recipe.role, name): recipe for recipe in everything for name in recipe.names})


def _takes_one_tensor(kind: Kind) -> bool:
    required = [port for port in kind.inputs if not port.optional]
    return kind.family is not Family.INPUT and [port.name for port in required] == [PLAIN_INPUT]


def _known_names() -> Known:
    roles = dict.fromkeys(role for role, _ in RECIPES)
    return MappingProxyType(
        {
            **{role: _names(role) for role in roles},
            Role.RECURRENT_LAYER: Names(RECURRENT, ()),
            Role.CELL: Names(CELLS, ()),
            Role.LAYER: Names((kind.name for kind in KINDS.values() if _takes_one_tensor(kind)), ()),
        }
    )


def _names(role: Role) -> Names:
    """The names of a role's recipes; a recipe without a short name has no text that Keras takes."""
    recipes = [(name, found) for (each, name), found in RECIPES.items() if each is role]
    return Names((name for name, _ in recipes), (name for name, found in recipes if found.short is not None))


def refused(made: Kind | Recipe, params: Params) -> dict[str, str]:
    """What is wanted in place of each param that does not fit, by name; `layer.units` for one inside of a param."""
    wrong = made.refused(params, KNOWN_NAMES)
    roles = made.roles
    if not roles:
        return wrong
    for name, value in params.items():
        if isinstance(value, (Inner, tuple)) and name in roles and name not in wrong:
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Inner):
                    inside = refused(in_role(roles[name], item.kind), item.params)
                    wrong.update((f"{name}.{inner}", wanted) for inner, wanted in inside.items())
    return wrong


RECURRENT = (*(kind.name for kind in (*recurrent.KINDS, *conv_lstm.KINDS)), "RNN")
"""The layers that Bidirectional can hold."""

CELLS: Mapping[str, Kind] = _cells()
"""What RNN does at each step, by name."""

KINDS: Mapping[str, Kind] = _kinds()
"""What a node can be, by name, in the order of the palette."""

RECIPES: Mapping[tuple[Role, str], Recipe] = _recipes()
"""Keras objects that are no nodes, by role and by name as well as by short name and alias."""

KNOWN_NAMES: Known = _known_names()
"""The names that each role accepts, short ones included."""


def recipe(role: Role, value: Value) -> tuple[Recipe, Params] | None:
    """The recipe that a value names, and the params that it sets: `"adam"`, `Inner("Adam", {…})`. Or None."""
    match value:
        case str(name):
            params: Params = {}
        case Inner(name, params):
            pass
        case _:
            return None
    found = RECIPES.get((role, name))
    return None if found is None else (found, params)


def in_role(role: Role, name: str) -> Kind | Recipe:
    """What a name stands for in a role. Raises KeyError if there is none."""
    if role is Role.CELL:
        return CELLS[name]
    return KINDS[name] if role in LAYERS else RECIPES[role, name]


def starting_params(kind_name: str) -> dict[str, Value]:
    """Values for the params that have no default, so that a fresh node works. Raises KeyError for no such kind."""
    return starting_values(KINDS[kind_name])


def starting_object(role: Role, name: str) -> Inner:
    """A layer or recipe with values for the params that have no default. Raises KeyError if there is none."""
    made = in_role(role, name)
    return Inner(made.name, starting_values(made))


def starting_values(made: Kind | Recipe) -> dict[str, Value]:
    """Values for the params that have no default, also of what is not in the catalogue: a block."""
    return {p.name: p.start for p in made.params if p.default is REQUIRED or p.start is not None}
