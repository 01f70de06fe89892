"""Blocks in the hands of the installed Keras: `python -m tests.parity.blocks FILE` writes what both say as JSON.

Every drawing is written as a program and built; what Keras says of each layer, also inside, is compared as the window's
verification does it. Then a batch goes through the model, and shapes and masks of the Outputs are compared again:
Keras's symbolic answer loses the masks of nested models, a real call does not.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

from studio.analysis.problem import Severity
from studio.document.document import Document
from studio.document.graph import NodeId
from studio.engine.verifying import run_verification
from studio.program.writer import write
from studio.protocol.messages import Failed, Verify
from studio.session.session import Session
from studio.session.verification import disagreements
from tests.notation import graph

TOWER = "tower { i: input > d: dense(4, activation='relu') > batch_normalization > o: output }"
AGREED = {
    "two instances": f"{TOWER}; x: input(8) > a: tower > b: tower > output",
    "one instance called twice": f"{TOWER}; x: input(8) > a: tower > s: add > output; y: input(8) > b: =a > s",
    "a frozen block": f"{TOWER}; x: input(8) > a: tower(trainable=False) > dense(2) > output",
    "an input with a shape of its own": "b { input(8) > dense(3) > output }; x: input(8) > b > output",
    "sizes left open inside": "b { input(None, None, 3) > conv2d(4, 3) > output }; input(32, 32, 3) > b > output",
    "a size that is not known yet": "b { input(8) > dense(3) > output }; input(None) > b > output",
    "several inputs and outputs": """
        b { l: input; r: input(4) > d: dense(3) > cat: concatenate; l > cat; cat > one: output; d > two: output }
        x: input(8) > a: b@l; y: input(4) > a@r; a.one > dense(2) > o: output; a.two > p: output
    """,
    "an input goes out again, twice": """
        b { i: input > one: output; i > two: output; i > dense(2) > three: output }
        x: input(8) > a: b > output; a.two > output; a.three > output
    """,
    "an input that nothing uses": """
        b { l: input; r: input; l > dense(2) > output }; x: input(8) > a: b@l; y: input(3) > a@r; a > output
    """,
    "a wire twice": """
        b { l: input; r: input; l > s: add > output; r > s }; x: input(8) > a: b@l; x > a@r; a > dense(2) > output
    """,
    "blocks in blocks": f"""
        {TOWER}; pair {{ l: input > s: tower > cat: concatenate > output; r: input > t: =s > cat }}
        x: input(8) > a: pair@l; y: input(8) > a@r; a > b: tower > output
    """,
    "whole numbers into an input for floats": """
        b { input(8, dtype="float32") > dense(3) > output }; input(8, dtype="int32") > b > output
    """,
    "a batch of a fixed size": f"{TOWER}; input(8, batch_size=4) > tower > output",
    "a mask that goes in": "b { input > lstm(4, return_sequences=True) > output }; input(5, 3) > masking > b > output",
    "a mask that is made inside": """
        b { input > embedding(9, 4, mask_zero=True) > output }; input(5, dtype="int32") > b > output
    """,
    "a mask that is lost inside": "b { input > conv1d(4, 1) > output }; input(5, 3) > masking > b > output",
    "a mask of one input of two": """
        b { l: input > dense(2) > one: output; r: input > dense(2) > two: output }
        x: input(5, 3) > a: b@l; y: input(5, 3) > masking > a@r; a.one > output; a.two > output
    """,
    "names as outside": "d { input > d: dense(3) > output }; x: input(8) > d: d > input: dense(2) > output",
    "convolutions": """
        b { input > conv2d(4, 3, padding='same') > batch_normalization > re_lu > output }
        input(8, 8, 1) > x: b > y: b > flatten > dense(3) > output
    """,
}
REFUSED = {
    "another size": "b { input(8) > dense(3) > output }; input(9) > b > output",
    "another shape at the second call": f"{TOWER}; x: input(8) > a: tower > s: add > output; input(9) > =a > s",
    "another rank": "b { input(8) > dense(3) > output }; input(1, 8) > b > output",
    "too small for what is inside": "b { input(None, None, 3) > conv2d(4, 3) > output }; input(2, 2, 3) > b > output",
    "a mistake inside": "b { input > conv2d(4, 3) > output }; input(8) > b > output",
}
STRICTER = {
    "a last axis of 1, which Keras squeezes when it runs": """
        b { input(8) > dense(3) > output }; input(8, 1) > b > output
    """,
}


def main() -> None:
    """Write the answers."""
    import keras

    folder = Path(sys.argv[1]).parent
    agreed = {name: _differences(graph(drawn), folder) for name, drawn in AGREED.items()}
    refused = {name: [_errors(graph(drawn)), _refusal(graph(drawn), folder)] for name, drawn in REFUSED.items()}
    stricter = {name: [_errors(graph(drawn)), _broken(graph(drawn))] for name, drawn in STRICTER.items()}
    answer = {"keras": keras.__version__, "agreed": agreed, "refused": refused, "stricter": stricter}
    Path(sys.argv[1]).write_text(json.dumps(answer, indent=1))


def _differences(document: Document, folder: Path) -> list[str]:
    session = Session(document)
    verified = run_verification(_asked(document, folder))
    if isinstance(verified, Failed) or _errors(document):
        return [verified.text if isinstance(verified, Failed) else f"the studio refuses it: {_errors(document)}"]
    found = [f"{each.where} {each.node}: {each.text}" for each in disagreements(session, verified)]
    totals = session.analysis.totals
    ours, theirs = (totals.trainable, totals.non_trainable), (verified.trainable, verified.non_trainable)
    if ours != theirs:
        found.append(f"the studio counts {ours}, Keras {theirs}")
    return found + _run(document, session)


def _run(document: Document, session: Session) -> list[str]:
    """What comes out of a real call, where the studio says something else."""
    import keras
    import numpy as np

    model = _built(document)
    batch = [np.ones((4, *(size or 8 for size in each.shape[1:])), each.dtype) for each in model.inputs]
    flat = model(batch if len(batch) > 1 else batch[0])
    flat = list(flat.values()) if isinstance(flat, dict) else [flat]
    wires = [document.root.incoming(id_)[0] for id_ in _outputs(document)]
    found = []
    for wire, out in zip(wires, flat, strict=True):
        spec = session.analysis.edge_spec(wire)
        if spec is None:
            found.append(f"{wire}: the studio does not know what arrives")
            continue
        fits = len(spec.shape) == len(out.shape) and all(
            a in (None, b) for a, b in zip(spec.shape, out.shape, strict=True)
        )
        theirs = (str(keras.backend.standardize_dtype(out.dtype)), getattr(out, "_keras_mask", None) is not None)
        if not fits or (spec.dtype, bool(spec.masked)) != theirs:
            found.append(f"{wire}: the studio says {spec}, a call gives {out.shape} {theirs}")
    return found


def _outputs(document: Document) -> list[NodeId]:
    return [id_ for id_, node in document.root.nodes.items() if node.kind == "Output"]


def _errors(document: Document) -> list[str]:
    errors = [each.code for each in Session(document).analysis.problems if each.severity is Severity.ERROR]
    return [code for code in errors if code.split(".")[0] not in ("data", "loss")]


def _refusal(document: Document, folder: Path) -> str:
    verified = run_verification(_asked(document, folder))
    return verified.text if isinstance(verified, Failed) else ""


def _broken(document: Document) -> str:
    """How what Keras says of a model differs from what comes out of it."""
    import numpy as np

    model = _built(document)
    said = model.output_shape[1:]
    out = model(np.ones((4, *model.input_shape[1:]), "float32")).shape[1:]
    return f"{tuple(said)} is said, {tuple(out)} comes out" if tuple(said) != tuple(out) else ""


def _asked(document: Document, folder: Path) -> Verify:
    path = folder / "asked.py"
    path.write_text(write(document).text)
    return Verify("blocks", str(path))


def _built(document: Document) -> Any:
    module = types.ModuleType("drawn_blocks")
    sys.modules[module.__name__] = module
    exec(compile(write(document).text, module.__name__, "exec"), module.__dict__)
    return module.build_model()


if __name__ == "__main__":
    main()
