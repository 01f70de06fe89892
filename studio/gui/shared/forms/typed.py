"""Values as people type them: text to value and back, for every form that is one line of text."""

from __future__ import annotations

import ast
import csv
import io
import re

from studio.catalog.forms import (
    Arguments,
    Axes,
    ClassName,
    Dims,
    Entries,
    EntryKind,
    Form,
    Integer,
    Margins,
    Number,
    Numbers,
    Sizes,
    Text,
    Token,
)
from studio.core.values import Value
from studio.core.wording import one_over

MAX_TYPED = 10_000
FRACTION = re.compile(r"\s*([-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*/\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*")


class Unreadable(ValueError):
    """What was typed is no value at all."""


def value_text(value: Value) -> str:
    """A value as it is typed: `3, 3`, `None`, `0.001`, `1/255`; a tuple of one keeps its comma."""
    whole = one_over(value) if isinstance(value, float) else None
    return f"1/{whole}" if whole is not None else _plain_text(value)


def _plain_text(value: Value) -> str:
    if isinstance(value, tuple):
        inside = ", ".join(f"({_plain_text(item)})" if isinstance(item, tuple) else _plain_text(item) for item in value)
        return f"{inside}," if len(value) == 1 else inside
    return value if isinstance(value, str) else repr(value)


def typed_text(form: Form, value: Value) -> str:
    """A value as it is typed where `form` is asked for: arguments as in a call, `factor=2.0`; words as in a table."""
    if isinstance(form, Entries) and form.of is EntryKind.TEXT and isinstance(value, tuple):
        return _words_text(value)
    if isinstance(form, Token) and isinstance(value, str):
        plain = value == value.strip() and value not in ("", "None") and _token(value) == value
        return value if plain else repr(value)
    if not isinstance(form, Arguments) or not isinstance(value, tuple):
        return value_text(value)
    pairs = [item for item in value if isinstance(item, tuple) and len(item) == 2]
    return ", ".join(f"{name}={item!r}" for name, item in pairs)


def typed_value(form: Form, text: str) -> Value:
    """The value that a text means where `form` is asked for. Raises Unreadable; whether it fits is not looked at."""
    text = text.strip()
    if isinstance(form, Text) and form.optional and text in ("", "None"):
        return None
    if isinstance(form, (Text, ClassName)):
        return text
    if not text and isinstance(form, Arguments):
        return ()
    if not text or text == "None":
        return None
    if len(text) > MAX_TYPED:
        raise Unreadable(text[:40])
    if isinstance(form, Arguments):
        return _arguments(text)
    if isinstance(form, Token):
        return _token(text)
    if isinstance(form, Entries) and form.of is EntryKind.TEXT:
        return _words(text)
    value = _literal(text.replace("−", "-").replace("×", ","))
    match form:
        case Integer():
            return int(value) if isinstance(value, float) and value.is_integer() else value
        case Number():
            return value
        case Dims(single=False):
            return value if isinstance(value, tuple) else (value,)
        case Axes() | Sizes() | Margins():
            return value[0] if isinstance(value, tuple) and len(value) == 1 else value
        case Entries(single=False):
            return value if isinstance(value, tuple) else (value,)
        case Numbers():
            return value
        case _:
            return value


def _token(text: str) -> Value:
    """A whole number where one is typed, a text in quotes or any other text."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, (int, str)) and not isinstance(value, bool) else text


def _words(text: str) -> Value:
    """Words with commas between them; quotes around those that hold a comma, as in a table."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True))
    except csv.Error:
        raise Unreadable(text) from None
    return tuple(word for row in rows for word in row)


def _words_text(words: tuple[Value, ...]) -> str:
    return ", ".join(_quoted(str(word)) for word in words)


def _quoted(word: str) -> str:
    plain = word == word.strip() and word not in ("", "None") and not any(mark in word for mark in ',"\r\n')
    return word if plain else '"' + word.replace('"', '""') + '"'


def _arguments(text: str) -> Value:
    try:
        call = ast.parse(f"made({text})", mode="eval").body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise Unreadable(text) from None
    if not isinstance(call, ast.Call) or call.args or any(each.arg is None for each in call.keywords):
        raise Unreadable(text)
    return tuple((each.arg, _literal(ast.unparse(each.value))) for each in call.keywords)


def _literal(text: str) -> Value:
    fraction = FRACTION.fullmatch(text)
    if fraction is not None and float(fraction[2]):
        return float(fraction[1]) / float(fraction[2])
    try:
        return _frozen(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise Unreadable(text) from None


def _frozen(value: object) -> Value:
    match value:
        case list() | tuple():
            return tuple(_frozen(item) for item in value)
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise Unreadable(repr(value))
