"""The one line on a card that says which params matter: `32 · 3×3 · same · relu`."""

from __future__ import annotations

from studio.catalog.declaration import REQUIRED, Kind, Param
from studio.catalog.forms import Axes, Dims, Margins, Objects, Sizes, Switch
from studio.catalog.settings import Settings
from studio.core.values import Inner, Value
from studio.core.wording import one_over
from studio.document.edits import name_stem

DOT = " · "


def headline(kind: Kind, settings: Settings) -> str:
    """The params that the kind names in its headline, as a person says them; what says nothing is left out."""
    words = []
    for name in kind.headline:
        param = kind.param(name)
        if param is not None and name in settings.values:
            word = _word(param, settings.values[name])
            if word:
                words.append(word)
    return DOT.join(words)


def _word(param: Param, value: Value) -> str:
    if value is None or (isinstance(value, str) and value == param.default):
        return ""
    match param.form:
        case Switch():
            return param.name if value is True and param.default is not True else ""
        case Sizes(rank=rank):
            return "" if param.default is not REQUIRED and _are_ones(value) else _sizes(value, rank)
        case Margins():
            return _plain(value)
        case Dims():
            return " × ".join(_plain(size) for size in value) if isinstance(value, tuple) and value else "scalar"
        case Axes():
            return f"axis {_plain(value)}"
        case Objects():
            return ", ".join(_plain(item) for item in value) if isinstance(value, tuple) else ""
        case _:
            return "" if value == () and param.default is not REQUIRED else _plain(value)


def _are_ones(value: Value) -> bool:
    return value == 1 or (isinstance(value, tuple) and all(size == 1 for size in value))


def _sizes(value: Value, rank: int) -> str:
    sizes = value if isinstance(value, tuple) else (value,) * rank
    return "×".join(_plain(size) for size in sizes)


def _plain(value: Value) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return str(value)
        case int():
            return str(value).replace("-", "−")
        case float():
            whole = one_over(value)
            return (f"{value:g}" if whole is None else f"1/{whole}").replace("-", "−")
        case str():
            return value
        case Inner(kind, params):
            first = next((_plain(item) for item in params.values() if isinstance(item, int)), "")
            return f"{name_stem(kind)} {first}".rstrip()
        case tuple():
            return ", ".join(f"({_plain(item)})" if isinstance(item, tuple) else _plain(item) for item in value)
