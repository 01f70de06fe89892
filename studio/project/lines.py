"""Plain JSON as text that diffs well: what changes by itself stands on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

from studio.project.plain import Plain

INDENT = "  "
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True)


class Lines(dict[str, Plain]):
    """An object that is written with at least one line for each field."""


class Rows(list[Plain]):
    """A list that is written with at least one line for each item."""


def text_of(value: Plain, indent: str = "") -> str:
    """The JSON text of `value`: Lines and Rows over several lines, everything else on one."""
    if isinstance(value, Lines) and value:
        return _block(
            "{}", (f"{_ENCODER.encode(k)}: {text_of(value[k], indent + INDENT)}" for k in sorted(value)), indent
        )
    if isinstance(value, Rows) and value:
        return _block("[]", (text_of(item, indent + INDENT) for item in value), indent)
    return _ENCODER.encode(value)


def _block(brackets: str, lines: Iterator[str], indent: str) -> str:
    inner = f",\n{indent}{INDENT}".join(lines)
    return f"{brackets[0]}\n{indent}{INDENT}{inner}\n{indent}{brackets[1]}"
