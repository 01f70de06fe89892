"""How an engine process is started: its command and its clean environment."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import studio
from studio.core.errors import EngineRefused
from studio.core.paths import state_dir

KEPT_PYTHON_VARIABLES = frozenset({"PYTHONHASHSEED", "PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONUTF8"})
"""The others change how Python behaves; PYTHONDONTWRITEBYTECODE alone doubles the time to import Keras."""


DEFAULTS = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # A warm engine beside a run must not hold all of a GPU's memory, which is what the backends do by themselves.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
}
"""What an engine is told unless the user says otherwise; the number of threads is the backend's own choice."""
LARGE_FILES = Path("/var/tmp")
"""Where large temporary files belong (Filesystem Hierarchy Standard, 5.15): `/tmp` may be in memory."""


def engine_command(memory_limit: int | None = None) -> list[str]:
    """The command of a real engine; `-P` keeps the working directory off its import path."""
    limit = [] if memory_limit is None else ["--memory-limit", str(memory_limit)]
    return [sys.executable, "-P", "-m", "studio.engine", *limit]


def engine_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without what would make Python behave differently, and with the studio on the import path."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith("PYTHON") or name in KEPT_PYTHON_VARIABLES
    }
    own = str(Path(studio.__file__).resolve().parents[1])
    folders = [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(folder)]
    if own not in folders and own not in site.getsitepackages():
        folders.append(own)
    if folders:
        kept["PYTHONPATH"] = os.pathsep.join(folders)
    room = {"TMPDIR": str(LARGE_FILES)} if os.access(LARGE_FILES, os.W_OK) else {}
    return DEFAULTS | room | kept


def launch(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start an engine as the head of a process group of its own. Raises EngineRefused.

    Its working directory is a folder of ours; its stderr is appended to `log`.
    """
    try:
        folder = state_dir() / "engine"
        folder.mkdir(mode=0o700, exist_ok=True)
        with log.open("ab") as errors:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env=engine_environment(os.environ),
                start_new_session=True,
                bufsize=0,
            )
    except OSError as error:
        raise EngineRefused(
            "engine.start",
            f"The engine could not be started: {error.strerror or error}.",
            "Check that there is memory and space left, or install the studio again.",
        ) from error
