"""How fast the studio knows every shape of models of keras.applications, against Keras building them in the same run.

Keras builds each model as a script does, with its weights, in a process of its own; there it is saved as text, which
the studio imports. `ms_inferred` is the inference of every shape alone, `ms_ours` a new Analysis of the drawing: shapes
and every check, to the list of problems; `ms_keras` is the constructor. All are medians of CPU time, ours with cold
caches. Prints one JSON line, last: `ratio` is the smallest of the models' ratios of `ms_inferred`, `ratio_checked` that
of `ms_ours`. `ratio_least` divides the least that Keras needed by the least that `ms_inferred` was.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studio.analysis.analysis import Analysis
from studio.analysis.blocks import Blocks
from studio.analysis.inference import Inference
from studio.core.memory import uncollected
from studio.document.document import Document
from studio.project.keras_import.importing import import_model

NAMES = ("ResNet50", "MobileNetV3Large", "EfficientNetB0", "DenseNet121")
ROUNDS, OUR_ROUNDS = 5, 21
KERAS = """
import json, statistics, sys, time
import keras
folder, rounds, *names = sys.argv[1:]
found = {}
for name in names:
    times = []
    for _ in range(int(rounds)):
        keras.utils.clear_session()
        start = time.process_time()
        model = getattr(keras.applications, name)(weights=None)
        times.append((time.process_time() - start) * 1000)
    open(f"{folder}/{name}.json", "w").write(model.to_json())
    found[name] = statistics.median(times), min(times)
print(json.dumps(found))
"""


def analysed_ms(document: Document) -> float:
    """CPU milliseconds of one analysis from scratch."""
    gc.collect()
    start = time.process_time()
    analysis = Analysis(document)
    assert analysis.problems is not None
    taken = (time.process_time() - start) * 1000
    analysis.close()
    return taken


def inferred_ms(document: Document) -> float:
    """CPU milliseconds of inferring every shape from scratch."""
    gc.collect()
    start = time.process_time()
    with uncollected():
        inference = Inference(document.root, document.data, Blocks(document))
        inference.build()
    taken = (time.process_time() - start) * 1000
    assert not inference.failing
    return taken


def main() -> None:
    """Measure and print the line."""
    models = {}
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [sys.executable, "-c", KERAS, folder, str(ROUNDS), *NAMES], capture_output=True, text=True, check=True
        )
        theirs = json.loads(ran.stdout.splitlines()[-1])
        for name in NAMES:
            document = import_model(Path(folder) / f"{name}.json").document
            median, least = theirs[name]
            all_inferred = [inferred_ms(document) for _ in range(OUR_ROUNDS)]
            inferred = statistics.median(all_inferred)
            ours = statistics.median(analysed_ms(document) for _ in range(OUR_ROUNDS))
            models[name] = {
                "nodes": len(document.root.nodes),
                "ms_inferred": round(inferred, 3),
                "ms_ours": round(ours, 3),
                "ms_keras": round(median, 1),
                "ratio": round(median / inferred, 1),
                "ratio_checked": round(median / ours, 1),
                "ratio_least": round(least / min(all_inferred), 1),
            }
    ratios = ("ratio", "ratio_checked", "ratio_least")
    smallest = {key: min(each[key] for each in models.values()) for key in ratios}
    line = {"name": "applications", **smallest, "models": models}
    print(json.dumps(line))


if __name__ == "__main__":
    main()
