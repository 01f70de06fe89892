"""Values as people type them: text to value and back, for every form that is one line of text."""

from __future__ import annotations

import ast

from studio.catalog.forms import Arguments, Axes, ClassName, Dims, Form, Integer, Margins, Number, Numbers, Sizes, Text
from studio.core.values import Value

MAX_TYPED = 10_000


class Unreadable(ValueError):
    """What was typed is no value at all."""


def value_text(value: Value) -> str:
    """A value as it is typed: `3, 3`, `None`, `0.001`; a tuple of one keeps its comma."""
    if isinstance(value, tuple):
        inside = ", ".join(f"({value_text(item)})" if isinstance(item, tuple) else value_text(item) for item in value)
        return f"{inside}," if len(value) == 1 else inside
    return value if isinstance(value, str) else repr(value)


def typed_text(form: Form, value: Value) -> str:
    """A value as it is typed where `form` is asked for: arguments as in a call, `factor=2.0`."""
    if not isinstance(form, Arguments) or not isinstance(value, tuple):
        return value_text(value)
    pairs = [item for item in value if isinstance(item, tuple) and len(item) == 2]
    return ", ".join(f"{name}={item!r}" for name, item in pairs)


def typed_value(form: Form, text: str) -> Value:
    """The value that a text means where `form` is asked for. Raises Unreadable; whether it fits is not looked at."""
    text = text.strip()
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
    value = _literal(text.replace("−", "-").replace("×", ","))
    match form:
        case Integer():
            return int(value) if isinstance(value, float) and value.is_integer() else value
        case Number():
            return value
        case Dims():
            return value if isinstance(value, tuple) else (value,)
        case Axes() | Sizes() | Margins():
            return value[0] if isinstance(value, tuple) and len(value) == 1 else value
        case Numbers():
            return value
        case _:
            return value


def _arguments(text: str) -> Value:
    try:
        call = ast.parse(f"made({text})", mode="eval").body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise Unreadable(text) from None
    if not isinstance(call, ast.Call) or call.args or any(each.arg is None for each in call.keywords):
        raise Unreadable(text)
    return tuple((each.arg, _literal(ast.unparse(each.value))) for each in call.keywords)


def _literal(text: str) -> Value:
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
