"""Strict access to the fields of a plain JSON object: what is missing, superfluous or of another type is a Misfit."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from studio.core.values import MAX_NAME
from studio.core.wording import listed
from studio.project.plain import Misfit, Plain, check_text, label, shown

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_WORDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}


class Fields:
    """The fields of one object, taken one by one; `rest` are those that nobody took."""

    def __init__(self, plain: Plain) -> None:
        self.rest: dict[str, Plain] = dict(an_object(plain))

    def take(self, name: str, read: Callable[[Plain], T]) -> T:
        """What `read` makes of the field. Raises Misfit if it is missing."""
        if name not in self.rest:
            raise Misfit("file.missing", f"“{name}” is missing.")
        return self._read(name, read)

    def maybe(self, name: str, read: Callable[[Plain], T], default: T) -> T:
        """What `read` makes of the field, or `default` if it is missing."""
        return self._read(name, read) if name in self.rest else default

    def close(self) -> None:
        """Raise Misfit if a field is left that nobody knows."""
        for name in self.rest:
            raise Misfit("file.unknown", f"“{shown(name)}” is not a field that this version knows.")

    def _read(self, name: str, read: Callable[[Plain], T]) -> T:
        try:
            return read(self.rest.pop(name))
        except Misfit as misfit:
            raise misfit.inside(name) from misfit


def wrong_type(plain: Plain, wanted: str) -> Misfit:
    """What is wrong with a value of another type."""
    return Misfit("file.type", f"{wanted} is expected, {_WORDS[type(plain)]} came.")


def an_object(plain: Plain) -> dict[str, Plain]:
    """A JSON object."""
    if not isinstance(plain, dict):
        raise wrong_type(plain, "an object")
    return plain


def a_name(plain: Plain) -> str:
    """Text of at most 200 characters."""
    name = a_text(plain)
    if len(name) > MAX_NAME:
        check_text(name, MAX_NAME)
    return name


def a_text(plain: Plain) -> str:
    """Text, which `plain.parse` has checked."""
    if not isinstance(plain, str):
        raise wrong_type(plain, "text")
    return plain


def a_switch(plain: Plain) -> bool:
    """True or false."""
    if not isinstance(plain, bool):
        raise wrong_type(plain, "true or false")
    return plain


def a_whole(plain: Plain) -> int:
    """A whole number."""
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise wrong_type(plain, "a whole number")
    return plain


def a_number(plain: Plain) -> float:
    """A number, whole or not, as a float."""
    if not isinstance(plain, (int, float)) or isinstance(plain, bool):
        raise wrong_type(plain, "a number")
    return float(plain)


def a_pair(plain: Plain) -> tuple[float, float]:
    """Two numbers."""
    numbers = a_list(a_number)(plain)
    if len(numbers) != 2:
        raise Misfit("file.type", f"two numbers are expected, {len(numbers)} came.")
    return numbers[0], numbers[1]


def a_word(words: type[E]) -> Callable[[Plain], E]:
    """One of the words of an enumeration."""

    def read(plain: Plain) -> E:
        known = [each.value for each in words]
        if a_text(plain) not in known:
            raise Misfit("file.word", f"“{shown(plain)}” is none of {listed(known)}.")
        return words(plain)

    return read


def a_list(read: Callable[[Plain], T]) -> Callable[[Plain], tuple[T, ...]]:
    """A list of what `read` reads."""

    def read_list(plain: Plain) -> tuple[T, ...]:
        if not isinstance(plain, list):
            raise wrong_type(plain, "a list")
        items: list[T] = []
        for index, item in enumerate(plain):
            try:
                items.append(read(item))
            except Misfit as misfit:
                raise misfit.inside(label(item, index)) from misfit
        return tuple(items)

    return read_list


def optional(read: Callable[[Plain], T]) -> Callable[[Plain], T | None]:
    """Null, or what `read` reads."""
    return lambda plain: None if plain is None else read(plain)
