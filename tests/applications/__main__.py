"""Compare the models of keras.applications: `python -m tests.applications [NAME …] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Compare and print a line for each model; the exit status is 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.applications", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these models; all of them if there is none")
    parser.add_argument("--json", type=Path, help="write the report into this file")
    options = parser.parse_args(arguments)
    from tests.applications.comparing import NAMES, compare

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or NAMES:
            each = compare(name, Path(folder))
            found.append(each)
            said = "; ".join(each.wrong) or "agrees"
            print(
                f"{name:22} {each.nodes:5,} nodes {each.parameters:13,} parameters  Keras {each.keras_s:6.2f} s  "
                f"import {each.import_s:5.2f} s  shapes {each.infer_s * 1000:6.1f} ms  {said}",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1))
    wrong = sum(bool(each.wrong) for each in found)
    print(f"{len(found)} models, {wrong} that differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
