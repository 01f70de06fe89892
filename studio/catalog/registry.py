"""Every kind and every recipe by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.catalog import core_layers, merging
from studio.catalog.declaration import Kind, Recipe
from studio.catalog.forms import Role

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for family in (core_layers, merging) for kind in family.KINDS}
)
"""What a node can be, by name, in the order of the palette."""

RECIPES: Mapping[tuple[Role, str], Recipe] = MappingProxyType({})
"""Keras objects that are no nodes, by role and by name as well as by short name."""

KNOWN_NAMES: Mapping[Role, frozenset[str]] = MappingProxyType({})
"""The names that each role accepts, short ones included."""
