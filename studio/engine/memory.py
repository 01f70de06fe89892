"""How much memory the engine takes, and how it is kept from taking all."""

from __future__ import annotations

import resource

import psutil


def resident_bytes() -> int:
    """The memory that this process holds."""
    return int(psutil.Process().memory_info().rss)


def limit_growth(limit_bytes: int) -> None:
    """From now on, refuse memory beyond `limit_bytes` in all, so that a run fails with an error instead of the machine.

    Address space is what can be limited, and the backend reserves more of that than it uses, so the limit is on what
    is added to it. A GPU's driver maps far more than that; there, whoever knows the resident size has to watch it.
    """
    memory = psutil.Process().memory_info()
    allowed = memory.vms + max(0, limit_bytes - memory.rss)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
