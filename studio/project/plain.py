"""Foreign text as plain JSON values: every limit is checked, and nothing is understood yet."""

from __future__ import annotations

import json
import math
import re
from typing import Any, TypeAlias

from studio.core.errors import FileRefused
from studio.core.values import INT64, MAX_NAME, MAX_TEXT

MAX_BYTES = 50_000_000
MAX_DEPTH = 64
MAX_CONTAINERS = 1_000_000

Plain: TypeAlias = Any
"""What JSON can say: None, bool, int, float, str, list, and dict with text as keys."""

_OPENING = frozenset(b"[{")
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_TOO_LONG = INT64.stop
_MEND = "Mend it in a text editor, or open a backup."


class Misfit(Exception):
    """Something in a file is not as it should be. Callers add where, from the inside out, with `inside`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.place: tuple[str, ...] = ()

    def inside(self, where: str) -> Misfit:
        """Say that the place so far is inside of `where`."""
        self.place = (where, *self.place)
        return self

    def refusal(self, name: str) -> FileRefused:
        """The error fit to be shown, for the file `name`."""
        place = f"{' / '.join(self.place)}: " if self.place else ""
        return FileRefused(self.code, f"{name} cannot be read: {place}{self.text}", _MEND)


class _Doubled(dict[str, Plain]):
    """A JSON object in which one key came twice."""

    key = ""


def parse(content: bytes, name: str) -> Plain:
    """The JSON value that `content` holds. Raises FileRefused with the place of what is wrong."""
    if not content.strip():
        raise FileRefused("file.empty", f"{name} is empty.", "Open a backup of it.")
    if len(content) > MAX_BYTES:
        raise FileRefused(
            "file.large",
            f"{name} is {len(content):,} bytes large; at most {MAX_BYTES:,} are read.",
            "Choose the right file.",
        )
    left_open = _check_brackets(content, name)
    text = _text(content, name, left_open)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_whole, parse_constant=float)
    except json.JSONDecodeError as error:
        raise _unparsed(name, text, error, left_open) from error
    try:
        _check(value)
    except Misfit as misfit:
        raise misfit.refusal(name) from misfit
    return value


def _check_brackets(content: bytes, name: str) -> bool:
    """Refuse what would nest too deeply or be too many values; say whether brackets stay open at the end."""
    unescaped = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(unescaped.split(b'"')[::2]).translate(None, _OTHERS)
    if brackets.count(b"{") + brackets.count(b"[") > MAX_CONTAINERS:
        raise FileRefused(
            "file.large",
            f"{name} holds more than {MAX_CONTAINERS:,} lists and objects.",
            "It is no project of Layer Studio; choose another file.",
        )
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in _OPENING else -1
        if depth > MAX_DEPTH:
            raise FileRefused(
                "file.depth",
                f"{name} is nested more than {MAX_DEPTH} levels deep.",
                "It is no project of Layer Studio; choose another file.",
            )
    return depth > 0


def _text(content: bytes, name: str, left_open: bool) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if left_open and error.start >= len(content) - 3:
            raise _cut_off(name) from error
        raise FileRefused(
            "file.encoding",
            f"{name} is not UTF-8 text: byte {error.start:,} does not fit.",
            "Choose a project file; they end in .layers.",
        ) from error


def _unparsed(name: str, text: str, error: json.JSONDecodeError, left_open: bool) -> FileRefused:
    if not text.lstrip().startswith("{"):
        return FileRefused(
            "file.foreign", f"{name} is no project of Layer Studio.", "Choose a project file; they end in .layers."
        )
    if left_open:
        return _cut_off(name)
    return FileRefused(
        "file.json",
        f"{name} is damaged: line {error.lineno}, column {error.colno} is not JSON ({error.msg}).",
        _MEND,
    )


def _cut_off(name: str) -> FileRefused:
    return FileRefused("file.truncated", f"{name} is damaged: it ends in the middle.", "Open a backup of it.")


def _object(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    doubled = _Doubled(plain)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            doubled.key = key
        seen.add(key)
    return doubled


def _whole(digits: str) -> int:
    """A whole number; one that is too long to be read quickly becomes one that is refused."""
    return int(digits) if len(digits) <= 20 else _TOO_LONG


def _check(value: Plain) -> None:
    """Raise Misfit if a number, text or object inside of `value` cannot be part of a project."""
    kind = type(value)
    if kind is str:
        if len(value) > MAX_NAME or not value.isascii():
            check_text(value, MAX_TEXT)
    elif kind is int:
        if value not in INT64:
            raise Misfit("file.number", "the whole number does not fit into 64 bits.")
    elif kind is float:
        if not math.isfinite(value):
            raise Misfit("file.number", "the number is not finite (NaN, Infinity or too large).")
    elif kind is list:
        for index, item in enumerate(value):
            try:
                _check(item)
            except Misfit as misfit:
                raise misfit.inside(label(item, index)) from misfit
    elif kind is dict:
        for key, item in value.items():
            try:
                if len(key) > MAX_NAME or not key.isascii():
                    check_text(key, MAX_NAME)
                _check(item)
            except Misfit as misfit:
                raise misfit.inside(shown(key)) from misfit
    elif kind is _Doubled:
        raise Misfit("file.twice", f"“{shown(value.key)}” stands there twice.")


def check_text(text: str, limit: int) -> None:
    """Raise Misfit if `text` has more than `limit` characters or half a character."""
    if len(text) > limit:
        raise Misfit("file.long", f"the text has {len(text):,} characters; at most {limit:,} are allowed.")
    if re.search(r"[\ud800-\udfff]", text):
        raise Misfit("file.text", "the text holds half a character (a lone surrogate).")


def shown(text: str) -> str:
    """Foreign text, short and harmless enough for a message."""
    safe = "".join(letter if letter.isprintable() else "�" for letter in text[:60])
    return safe + "…" if len(text) > 60 else safe


def label(item: Plain, index: int) -> str:
    """How an item of a list is called in a message: by its name, else its id, else its number from 1."""
    if isinstance(item, dict):
        for key in ("name", "id"):
            if isinstance(item.get(key), str) and item[key]:
                return shown(item[key])
    return str(index + 1)
