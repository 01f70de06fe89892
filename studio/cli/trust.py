"""`layer-studio trust`: show the code that came with a project, and let its user decide whether it may run."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.core.wording import listed
from studio.session.session import Session
from studio.session.trust import Trust, fingerprint, sources, users_trust

WARNING = "It runs as you, with everything that you may do. Trust it only if you have read it or know who wrote it."


def trust(project: Path, *, sha256: str | None) -> int:
    """Show each text of a project that is not trusted, and ask; return 0 if all of them are trusted then.

    With `sha256`, trust the text that has it and ask nothing. Without a terminal, nothing is asked either.
    """
    known = users_trust()
    found = sources(Session.open(project).document)
    for text, names in found.items():
        if known.has(text):
            continue
        if sha256 == fingerprint(text) or (sha256 is None and _decided(text, names)):
            known.add(text)
    left = [text for text in found if not known.has(text)]
    print(_summary(known, list(found)))
    return 1 if left else 0


def _decided(text: str, names: list[str]) -> bool:
    print(f"Code of {listed(names)}, SHA-256 {fingerprint(text)}:\n")
    print("\n".join(f"    {_shown(line)}" for line in text.splitlines()))
    print(f"\n{WARNING}")
    if not sys.stdin.isatty():
        return False
    return input("Trust this very text? [y/N] ").strip().lower() in ("y", "yes")


def _shown(line: str) -> str:
    """A line without anything that could command a terminal or turn the reading direction around."""
    return "".join(char if char.isprintable() or char == "\t" else "�" for char in line)


def _summary(known: Trust, texts: list[str]) -> str:
    if not texts:
        return "The project holds no code of its own."
    left = [text for text in texts if not known.has(text)]
    if not left:
        return "All code of the project is trusted."
    shas = "\n".join(f"  {fingerprint(text)}" for text in left)
    return f"Not trusted, and so never run (--sha256 trusts one without asking):\n{shas}"
