"""How much memory the engine takes, and how it is kept from taking all."""

from __future__ import annotations

import resource

import psutil


def resident_bytes() -> int:
    """The memory that this process holds; pages of files that it has mapped are not its own, and given back at need."""
    memory = psutil.Process().memory_info()
    return int(memory.rss - getattr(memory, "shared", 0))


def limit_growth(limit_bytes: int) -> None:
    """From now on, refuse memory beyond `limit_bytes` in all, so that a run fails with an error instead of the machine.

    The limit is on what can be written to (`RLIMIT_DATA`), which on Linux tells memory from mapped files; the backend
    reserves more than it uses, so it is on what is added. A GPU's driver maps far more than that; there, whoever knows
    the resident size has to watch it.
    """
    memory = psutil.Process().memory_info()
    allowed = getattr(memory, "data", memory.vms) + max(0, limit_bytes - resident_bytes())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
