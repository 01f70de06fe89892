"""Programs as modules: executed beside their data, with a stand-in for Keras where only the data matters."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from studio.core.paths import resources_dir
from studio.program.writer import Program


def keras_stand_in() -> types.ModuleType:
    """Just enough of Keras for a program's `load_data` and `Batches`."""
    keras = types.ModuleType("keras")
    utils = types.ModuleType("keras.utils")
    utils.PyDataset = type("PyDataset", (), {})  # type: ignore[attr-defined]
    keras.utils = utils  # type: ignore[attr-defined]
    keras.ops = types.ModuleType("keras.ops")  # type: ignore[attr-defined]
    keras.ops.convert_to_tensor = lambda values: values
    keras.layers = types.ModuleType("keras.layers")  # type: ignore[attr-defined]
    return keras


def executed(program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """The names of a program executed in `folder`, beside the samples that it wants, without Keras."""
    for name in program.samples:
        (folder / name).write_bytes((resources_dir() / "samples" / name).read_bytes())
    path = folder / "program.py"
    path.write_text(program.text, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "keras", keras_stand_in())
    names: dict[str, Any] = {"__name__": "program", "__file__": str(path)}
    exec(compile(program.text, str(path), "exec"), names)
    return names
