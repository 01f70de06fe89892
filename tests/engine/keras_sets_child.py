"""Runs in a process of its own, with Keras: loads small data sets from a cache of the test's own, prints JSON.

`python keras_sets_child.py PROGRAMS RESULT`, with KERAS_HOME in the environment and a proxy that refuses everything.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
from keras.src.utils import file_utils

from studio.data.keras_sets import MOST_STEPS, excerpt_path, find_keras_set
from studio.engine.fetching import run_fetch
from studio.engine.stopping import StopSign
from studio.protocol.messages import Event, Fetch


def fetched(name: str, *, download: bool = True) -> list[str]:
    """What is said of a data set that is to be fetched."""
    each = find_keras_set(name)
    assert each is not None
    classes = each.suggestions[-1].classes
    told: list[Event] = []
    told.append(
        run_fetch(Fetch("r", name, str(excerpt_path(each)), classes, MOST_STEPS, download), told.append, StopSign())
    )
    return [str(event) for event in told]


def loaded(path: Path) -> dict[str, Any]:
    """What a program makes of the cache: for each part the shapes, the dtypes and the labels."""
    parts = runpy.run_path(str(path))["load_data"]()
    return {
        part: {
            "shapes": [list(values.shape) for values in pair],
            "dtypes": [str(values.dtype) for values in pair],
            "labels": np.unique(pair[1]).tolist(),
            "largest": float(np.max(pair[0])),
        }
        for part, pair in parts.items()
    }


def main() -> None:
    """Write one JSON object about all of them."""
    results: dict[str, Any] = {"fetched": {name: fetched(name) for name in ("fashion_mnist", "mnist", "imdb")}}
    results["not agreed to"] = fetched("mnist", download=False)
    cache = Path(os.environ["KERAS_HOME"], "datasets")
    results["kept"] = (cache / "mnist.npz").read_text(encoding="utf-8")
    os.replace(cache / "good.npz", cache / "mnist.npz")
    file_utils.validate_file = lambda *arguments, **more: True  # our small files are none of Keras's
    results["excerpted"] = {path.stem: fetched(path.stem) for path in sorted(Path(sys.argv[1]).glob("*.py"))}
    results["loaded"] = {path.stem: loaded(path) for path in sorted(Path(sys.argv[1]).glob("*.py"))}
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


main()
