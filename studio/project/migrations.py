"""How older versions of the format become the present one, one step at a time, on plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from studio.project.plain import Plain

VERSION = 1
"""The version that is written. Raised when an older studio would misread a file, with a migration from the last."""

Migration: TypeAlias = Callable[[dict[str, Plain]], dict[str, Plain]]

MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})
"""From each version that is still read to the next one. A migration changes everything but `version` itself."""


def migrated(
    plain: dict[str, Plain], version: int, steps: Mapping[int, Migration] = MIGRATIONS
) -> dict[str, Plain] | None:
    """A file's content of `version` as the present version has it; None if no chain of steps leads there."""
    while version < VERSION:
        step = steps.get(version)
        if step is None:
            return None
        version += 1
        plain = {**step(plain), "version": version}
    return plain
