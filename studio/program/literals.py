"""Values as Python literals and Keras objects: nothing but checked names and escaped text gets into a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from studio.catalog.declaration import REQUIRED, Kind, Param, Recipe
from studio.catalog.forms import Entries, EntryKind, FeatureName, Number, Object, Objects, Rate, Role
from studio.catalog.registry import in_role
from studio.core.values import Inner, Params, Value
from studio.core.wording import one_over
from studio.program.layout import Expression, Group, Item, array, call


class Unwritable(Exception):
    """A value has no Python: `reason` says which and why, as a clause."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text(value: str) -> str:
    """A text literal in the quotes that need fewer escapes, double ones if it does not matter."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_escaped(char, quote) for char in value) + quote


def literal(value: Value, role: Role | None = None) -> Expression:
    """A value as Python; a Keras object is looked up in `role`. Raises Unwritable for one that nobody knows."""
    match value:
        case float() if (whole := one_over(value)) is not None:
            return f"1 / {whole}"
        case None | bool() | int() | float():
            return repr(value)
        case str():
            return text(value)
        case tuple():
            return Group("(", tuple(Item(literal(item, role)) for item in value), lone_comma=True)
        case Inner(kind, params):
            return keras_object(kind, params, role)
        case _:
            assert_never(value)


def keras_object(kind: str, params: Params, role: Role | None) -> Expression:
    """A Keras object: its short text where no param differs from Keras's default, or else the call that makes it."""
    found = _declaration(kind, role)
    given = arguments(found.params, params)
    if isinstance(found, Recipe) and found.short and not given:
        return text(found.short)
    if not found.path:
        raise Unwritable(f"“{one_line(kind)}” cannot be made")
    return call(short_path(found.path), *given)


def arguments(declared: tuple[Param, ...], params: Params) -> tuple[Item, ...]:
    """The arguments that differ from Keras's defaults: required ones first and by position, the others by name.

    Names that are not declared are left out. Raises Unwritable where a required one is missing.
    """
    given: list[Item] = []
    by_position = True
    for param in declared:
        if isinstance(param.form, FeatureName):
            continue
        if param.name not in params:
            if param.default is REQUIRED:
                raise Unwritable(f"{param.name} is not set")
            by_position = False
            continue
        value = params[param.name]
        by_position = by_position and param.default is REQUIRED
        if param.default is not REQUIRED and same(value, param.default):
            continue
        given.append(Item(_argument(param, value), "" if by_position else f"{param.name}="))
    return tuple(given)


def same(first: Value, second: Value) -> bool:
    """Whether two values are equal and of one type: 1 is neither 1.0 nor True."""
    return type(first) is type(second) and first == second and repr(first) == repr(second)


def quotable(words: str) -> str:
    """Words that can stand in a docstring: they cannot end it."""
    return words.replace("\\", "/").replace('"', "'")


def short_path(path: str) -> str:
    """A public Keras name as a program writes it: `keras.layers.Dense` as `layers.Dense`."""
    return path.removeprefix("keras.") if path.startswith("keras.layers.") else path


def one_line(words: str) -> str:
    """Foreign text for a comment: printable, on one line, bounded."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return plain if len(plain) <= 120 else plain[:119] + "…"


def _argument(param: Param, value: Value) -> Expression:
    match param.form:
        case Object(role):
            return literal(value, role)
        case Rate():
            return literal(value, Role.SCHEDULE)
        case Objects(role) if isinstance(value, tuple):
            return objects(value, role)
        case Entries(of) if isinstance(value, tuple):
            return array(_real(entry) if of is EntryKind.NUMBER else literal(entry) for entry in value)
        case Number():
            return _real(value)
        case _:
            return literal(value)


def _real(value: Value) -> Expression:
    """A number with its point, which some Keras objects insist on; or what stands in its place."""
    return repr(float(value)) if type(value) is int else literal(value)


def objects(values: Iterable[Value], role: Role) -> Expression:
    """A list of Keras objects."""
    return Group("[", tuple(Item(literal(value, role)) for value in values), "]")


def _declaration(kind: str, role: Role | None) -> Kind | Recipe:
    try:
        if role is not None:
            return in_role(role, kind)
    except KeyError:
        pass
    raise Unwritable(f"“{one_line(kind)}” is no {role or 'Keras object'} that this version knows")


def _escaped(char: str, quote: str) -> str:
    if char in (quote, "\\"):
        return "\\" + char
    return char if char.isprintable() else repr(char)[1:-1]
