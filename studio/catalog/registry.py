"""Every kind and every recipe by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from studio.catalog import (
    activations,
    convolution,
    core_layers,
    losses,
    merging,
    normalization,
    optimizers,
    pooling,
    recipes,
    recurrent,
    regularization,
    reshaping,
    wrappers,
)
from studio.catalog.declaration import REQUIRED, Family, Kind, Recipe
from studio.catalog.forms import Role
from studio.core.values import Inner, Params, Value


def _kinds() -> Mapping[str, Kind]:
    modules = (
        core_layers,
        activations,
        convolution,
        pooling,
        recurrent,
        normalization,
        regularization,
        reshaping,
        merging,
    )
    kinds = [kind for module in modules for kind in module.KINDS]
    kinds.append(wrappers.bidirectional({kind.name: kind for kind in recurrent.KINDS}))
    order = {family: at for at, family in enumerate(Family)}
    return MappingProxyType({kind.name: kind for kind in sorted(kinds, key=lambda kind: order[kind.family])})


def _recipes() -> Mapping[tuple[Role, str], Recipe]:
    everything = (*recipes.RECIPES, *losses.RECIPES, *optimizers.RECIPES)
    return MappingProxyType({(recipe.role, name): recipe for recipe in everything for name in recipe.names})


def _names(kinds: Iterable[Kind], known: Iterable[tuple[Role, str]]) -> Mapping[Role, frozenset[str]]:
    names: dict[Role, set[str]] = {}
    for role, name in known:
        names.setdefault(role, set()).add(name)
    names[Role.RECURRENT_LAYER] = {kind.name for kind in recurrent.KINDS}
    return MappingProxyType({role: frozenset(words) for role, words in names.items()})


KINDS: Mapping[str, Kind] = _kinds()
"""What a node can be, by name, in the order of the palette."""

RECIPES: Mapping[tuple[Role, str], Recipe] = _recipes()
"""Keras objects that are no nodes, by role and by name as well as by short name and alias."""

KNOWN_NAMES: Mapping[Role, frozenset[str]] = _names(KINDS.values(), RECIPES)
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


def starting_params(kind_name: str) -> dict[str, Value]:
    """Values for the params that have no default, so that a fresh node works. Raises KeyError for no such kind."""
    return _starts(KINDS[kind_name])


def starting_recipe(role: Role, name: str) -> Inner:
    """A recipe with values for the params that have no default. Raises KeyError if there is no such recipe."""
    found = RECIPES[role, name]
    return Inner(found.name, _starts(found))


def _starts(made: Kind | Recipe) -> dict[str, Value]:
    return {param.name: param.start for param in made.params if param.default is REQUIRED}
