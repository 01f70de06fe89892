"""Compare the catalogue with the installed Keras: `python -m tests.parity --large [--cases N] [--seed S]`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from studio.catalog.registry import KINDS

SMALL, LARGE = 25, 1000
NO_LAYER = frozenset({"Output"})


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison and report; the exit status is 1 if anything differs."""
    options = _options(arguments)
    from tests.parity.comparing import compare_many  # Keras is imported after the arguments are checked
    from tests.parity.completeness import complaints
    from tests.parity.oracle import keras
    from tests.parity.stricter import EVIDENCE
    from tests.parity.weighing import weigh

    cases = options.cases or (LARGE if options.large else SMALL)
    kinds = options.kinds.split(",") if options.kinds else [name for name in KINDS if name not in NO_LAYER]
    started = time.process_time()
    reports = {name: compare_many(KINDS[name], cases, options.seed) for name in kinds}
    weighed = [weigh(entry) for entry in EVIDENCE]
    complained = complaints()
    result = {
        "keras": keras.__version__,
        "seed": options.seed,
        "kinds": {
            name: {"cases": r.cases, "accepted": r.accepted, "disagreements": [str(each) for each in r.disagreements]}
            for name, r in reports.items()
        },
        "evidence": [asdict(each) for each in weighed],
        "complaints": complained,
    }
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1))
    total = sum(report.cases for report in reports.values())
    accepted = sum(report.accepted for report in reports.values())
    wrong = [str(each) for report in reports.values() for each in report.disagreements]
    exempted = sum((report.exempted for report in reports.values()), Counter[str]())
    weak = [each for each in weighed if not each.holds]
    print("\n".join([*wrong, *complained, *(f"no evidence: {each}" for each in weak)]))
    for reason, count in exempted.most_common():
        print(f"  {count:6} × on purpose: {reason}")
    print(
        f"Keras {keras.__version__}: {len(kinds)} kinds, {total:,} cases (seed {options.seed}, {accepted:,} that Keras "
        f"accepts), {len(wrong)} disagreements, {exempted.total():,} on purpose with {len(weighed)} proofs, "
        f"{len(complained)} complaints, {time.process_time() - started:.0f} s of CPU"
    )
    return 1 if wrong or complained or weak else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"{LARGE} cases for each kind in place of {SMALL}")
    parser.add_argument("--cases", type=int, help="so many cases for each kind")
    parser.add_argument("--seed", type=int, default=1, help="which cases are drawn")
    parser.add_argument("--kinds", help="these kinds only, separated by commas")
    parser.add_argument("--json", help="write the report into this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
