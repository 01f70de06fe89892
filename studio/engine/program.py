"""The program of a run: its four functions, and where in it an exception came from."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from studio.engine.moments import Moments
from studio.protocol.messages import Failed

MODULE = "program"
MAX_TEXT = 2_000
MAX_TRACEBACK = 100_000

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NOISE = re.compile(
    r"""^( Graph\ execution\ error:?
         | Detected\ at\ node\ .*
         | \s+File\ ".*
         | \s*<stack\ traces\ unavailable>
         | \s*\[\[\{\{.*
         | \t\ \[\[.*
         | \d+\ root\ error\(s\)\ found\.
         | Original\ stack\ trace.*
         )$""",
    re.VERBOSE,
)
_TAILS = re.compile(r"\s*\[Op:[^\]]*\]|\{\{function_node [^}]*\}\}\s*")


@dataclass(frozen=True, slots=True)
class Program:
    """The functions of a program's text that a run calls, in this order."""

    load_data: Callable[[], Any]
    build_model: Callable[[], Any]
    train: Callable[..., Any]
    evaluate: Callable[[Any, Any], dict[str, float]]
    batches: Callable[..., Any] | None = None
    """What reads the examples of a part from files, where they do not stand in memory."""
    batch_size: int = 32
    moments: Moments | None = None
    """When examples are, once the data is loaded."""
    names: dict[str, Any] = field(default_factory=dict)
    """All that the program defines."""


def load_program(path: Path) -> Program:
    """Execute the text at `path` as a fresh module of its own, and return its functions.

    The module is called `program`, so a script's own `if __name__ == "__main__"` does not run. Raises whatever the
    text raises; AttributeError if a function is missing.
    """
    module = execute(path)
    moments = Moments(vars(module))
    return Program(
        module.load_data,
        module.build_model,
        module.train,
        module.evaluate,
        getattr(module, "batches", None),
        getattr(module, "BATCH_SIZE", 32),
        moments,
        vars(module),
    )


def execute(path: Path) -> ModuleType:
    """The text at `path`, executed as the fresh module `program`. Raises whatever the text raises."""
    module = ModuleType(MODULE)
    module.__file__ = str(path)
    sys.modules[MODULE] = module  # pickling, and Keras's registry of custom objects, look classes up there
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    return module


def failure(run: str, error: BaseException, path: Path) -> Failed:
    """Say what a program raised: its class, what it says without the noise, and the line of `path` that led there."""
    lines = traceback.format_exception(error)
    return Failed(
        run,
        type(error).__name__,
        readable(str(error)) or type(error).__name__,
        _line_in(path, error),
        _ANSI.sub("", "".join(lines))[-MAX_TRACEBACK:],
    )


def readable(text: str) -> str:
    """The message of a Keras or backend exception without colors, graph names, stacks and argument dumps."""
    text = _TAILS.sub("", _ANSI.sub("", text))
    text = text.split("\n\nArguments received by ")[0]
    lines = [line.rstrip() for line in text.splitlines() if not _NOISE.match(line)]
    kept = re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
    return kept if len(kept) <= MAX_TEXT else kept[:MAX_TEXT] + "…"


def _line_in(path: Path, error: BaseException) -> int | None:
    """The line of the deepest frame in the program, also where the exception was wrapped in another."""
    name = str(path)
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return None
        if isinstance(seen, SyntaxError) and seen.filename == name:
            return seen.lineno
        line = _deepest(name, seen.__traceback__)
        if line is not None:
            return line
        seen = seen.__cause__ or seen.__context__
    return None


def _deepest(name: str, frames: TracebackType | None) -> int | None:
    line = None
    while frames is not None:
        if os.fspath(frames.tb_frame.f_code.co_filename) == name:
            line = frames.tb_lineno
        frames = frames.tb_next
    return line
