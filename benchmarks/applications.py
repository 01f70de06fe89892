"""How fast the studio knows every shape of models of keras.applications, against Keras building them in the same run.

Keras builds each model as a script does, with its weights, in a process of its own; there it is saved as text, which
the studio imports. `ms_ours` is a new Analysis of the drawing with its problems, `ms_keras` the constructor. All are
medians of CPU time. Prints one JSON line, last: `ratio` is the smallest of the models' ratios, each in `models`.
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
    found[name] = statistics.median(times)
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
            ours = statistics.median(analysed_ms(document) for _ in range(OUR_ROUNDS))
            models[name] = {
                "nodes": len(document.root.nodes),
                "ms_ours": round(ours, 3),
                "ms_keras": round(theirs[name], 1),
                "ratio": round(theirs[name] / ours, 1),
            }
    line = {"name": "applications", "ratio": min(each["ratio"] for each in models.values()), "models": models}
    print(json.dumps(line))


if __name__ == "__main__":
    main()
