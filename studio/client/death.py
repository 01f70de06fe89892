"""Why an engine ended, in a sentence."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

from studio.client.logs import last_words

NO_KERAS = 3
NO_MEMORY = 4
"""Exit codes of the engine, as studio.engine.service gives them."""

_CRASHES = {signal.SIGSEGV, signal.SIGFPE, signal.SIGABRT, signal.SIGBUS, signal.SIGILL}


def death_text(code: int, logs: Sequence[Path]) -> str:
    """Say how a process with this exit code ended (negative: by that signal), and what it said last, if anything."""
    said = next((words for log in logs if (words := last_words(log))), "")
    last = f" It last said: {said}" if said else ""
    if code == NO_KERAS:
        return f"The engine could not import Keras: {said or 'its log is empty'}. Install the studio again."
    if code == NO_MEMORY:
        return f"The engine ran out of the memory it may use. {said} Try a smaller batch or a smaller model."
    if code == 0:
        return f"The engine ended, though nobody had asked it to.{last}"
    if code > 0:
        return f"The engine ended by itself with exit code {code}.{last}"
    name = _signal_name(-code)
    if -code == signal.SIGKILL:
        return f"The engine was ended from outside ({name}); the system does that when memory runs out."
    if -code in _CRASHES:
        return f"The engine crashed inside Keras's backend ({name}).{last}"
    return f"The engine was ended from outside ({name}).{last}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
