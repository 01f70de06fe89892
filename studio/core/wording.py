"""Numbers, sizes, times and lists as the studio writes them."""

from __future__ import annotations

from collections.abc import Sequence

LONG_DECIMALS = 9
"""Numbers with so many characters are better said in another way, where there is one."""


def count_text(count: int) -> str:
    """Group digits: `1,234,567`."""
    return f"{count:,}"


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Say how many: `1 problem`, `3 problems`."""
    return f"{count:,} {singular if count == 1 else many or singular + 's'}"


def bytes_text(size: int) -> str:
    """Say a size in binary units with at most three figures (below 1000 GB): `512 B`, `1.5 MB`."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= 1024
        if value < 99.95:
            return f"{value:.1f} {unit}"
        if value < 999.5:
            break
    return f"{value:,.0f} {unit}"


def duration_text(seconds: float) -> str:
    """Say a duration: `0.4 s`, `12 s`, `2 min 10 s`, `3 h 5 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """Join words as a sentence does: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def rows_text(read: int, expected: int | None) -> str:
    """How many rows were read, of about how many."""
    return f"{read:,} rows" if expected is None or expected < read else f"{read:,} of about {expected:,} rows"


def one_over(value: float) -> int | None:
    """The whole number of which a number is one part, where that says it better: 255 for 0.00392156862745098."""
    if not 1e-6 < value < 1 or len(repr(value)) < LONG_DECIMALS:
        return None
    whole = round(1 / value)
    return whole if 1 / whole == value else None
