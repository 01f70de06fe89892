"""What a param can hold: plain, finite, immutable values, and whole inner Keras objects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from studio.core.errors import EditRefused

MAX_NAME = 200
MAX_TEXT = 100_000
MAX_DEPTH = 24
INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Inner:
    """A Keras object that a param holds: a wrapped layer, an initializer, an optimizer; its `kind` and its params.

    `kind` is the name in the catalogue (`LSTM`, `HeNormal`, `Adam`); `params` hold only what was set.
    """

    kind: str
    params: Mapping[str, Value] = field(default_factory=dict)


Value: TypeAlias = "None | bool | int | float | str | tuple[Value, ...] | Inner"
Params: TypeAlias = Mapping[str, Value]


def check_value(value: object, depth: int = 0) -> None:
    """Raise EditRefused unless `value` is a Value: finite numbers, int64, bounded text and depth."""
    if depth > MAX_DEPTH:
        raise EditRefused("value.depth", f"A value is nested more than {MAX_DEPTH} levels deep.", "Flatten it.")
    match value:
        case None | bool():
            return
        case int():
            if value not in INT64:
                raise EditRefused(
                    "value.range",
                    f"{value} does not fit into 64 bits.",
                    "Use a number between −2⁶³ and 2⁶³ − 1.",
                )
        case float():
            if not math.isfinite(value):
                raise EditRefused("value.finite", f"{value} is not a finite number.", "Use an ordinary number.")
        case str():
            check_text(value, MAX_TEXT)
        case tuple():
            for item in value:
                check_value(item, depth + 1)
        case Inner(kind, params):
            check_text(kind, MAX_NAME)
            for name, item in params.items():
                check_text(name, MAX_NAME)
                check_value(item, depth + 1)
        case _:
            raise EditRefused(
                "value.type",
                f"{type(value).__name__} cannot be a param's value.",
                "Use numbers, text, lists or layers.",
            )


def check_text(text: str, limit: int) -> None:
    """Raise EditRefused if `text` is longer than `limit` or cannot be written as UTF-8."""
    if len(text) > limit:
        raise EditRefused(
            "value.long",
            f"“{text[:40]}…” has {len(text):,} characters; {limit:,} are allowed.",
            "Shorten it.",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EditRefused(
            "value.text", "A text holds half a character (a lone surrogate).", "Type it again."
        ) from error
