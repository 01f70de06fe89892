"""Ids that are made once and never reused."""

from __future__ import annotations

import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 10


def new_id() -> str:
    """Return a fresh id: a letter, then letters and digits that nobody confuses; 49 random bits."""
    head = secrets.choice(ALPHABET[:24])
    return head + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
