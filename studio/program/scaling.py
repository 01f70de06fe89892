"""A factor as a person writes it."""

from __future__ import annotations


def scaling(scale: float) -> str:
    """`/ 255` where that is what the scale stands for, `* 0.3` otherwise; nothing for 1."""
    if scale == 1:
        return ""
    divisor = round(1 / scale) if abs(scale) > 1e-12 else 0
    return f" / {divisor}" if divisor > 1 and abs(divisor * scale - 1) < 1e-9 else f" * {scale!r}"
