"""Compare the catalogue and random drawings with the installed Keras: `python -m tests.parity --large [--seed S]`.

A large run keeps each piece that is done in `out/parity-SEED.jsonl`, and goes on there when it is started again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path

from studio.catalog.registry import KINDS
from tests.parity.running import GRAPHS, OBJECTS, Done, pieces, run

SMALL, LARGE = 25, 1500
SMALL_GRAPHS, LARGE_GRAPHS = 60, 20_000
SMALL_OBJECTS, LARGE_OBJECTS = 3, 400
NO_LAYER = frozenset({"Output", "Custom", "TFSMLayer"})


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison and report; the exit status is 1 if anything differs."""
    options = _options(arguments)
    kinds = options.kinds.split(",") if options.kinds else [name for name in KINDS if name not in NO_LAYER]
    cases = options.cases if options.cases is not None else LARGE if options.large else SMALL
    graphs = options.graphs
    if graphs is None:
        graphs = 0 if options.kinds else LARGE_GRAPHS if options.large else SMALL_GRAPHS
    kept = Path("out") / f"parity-{options.seed}.jsonl" if options.large and not options.afresh else None
    started = time.monotonic()
    objects = 0 if options.kinds else LARGE_OBJECTS if options.large else SMALL_OBJECTS
    todo = pieces(kinds, cases, options.objects if options.objects is not None else objects, graphs, options.seed)
    found = run(todo, kept, options.workers, lambda done: _tell(done, verbose=options.large))
    proof = _proof()
    if options.json:
        Path(options.json).write_text(json.dumps({"kinds": _by_name(found), **proof}, indent=1))
    return _summary(found, proof, options.seed, time.monotonic() - started)


def _proof() -> dict[str, list[object]]:
    """The evidence for what differs on purpose, and what the catalogue lacks. Imports Keras."""
    from tests.parity.completeness import complaints
    from tests.parity.reasons import outdated
    from tests.parity.stricter import EVIDENCE
    from tests.parity.weighing import weigh

    return {"evidence": [asdict(weigh(entry)) for entry in EVIDENCE], "complaints": [*complaints(), *outdated()]}


def _tell(done: Done, *, verbose: bool) -> None:
    for text in done.disagreements:
        print(f"{done.key}: {text}", flush=True)
    if verbose:
        print(f"{done.key}: {done.accepted} accepted, {len(done.disagreements)} disagreements", flush=True)


def _by_name(found: list[Done]) -> dict[str, dict[str, object]]:
    grouped: defaultdict[str, list[Done]] = defaultdict(list)
    for done in found:
        grouped[done.name].append(done)
    return {
        name: {
            "cases": sum(each.cases for each in group),
            "accepted": sum(each.accepted for each in group),
            "disagreements": [text for each in group for text in each.disagreements],
        }
        for name, group in grouped.items()
    }


def _summary(found: list[Done], proof: dict[str, list[object]], seed: int, seconds: float) -> int:
    import keras

    complaints, evidence = proof["complaints"], proof["evidence"]
    weak = [each for each in evidence if isinstance(each, dict) and not each["holds"]]
    print("\n".join([*map(str, complaints), *(f"no evidence: {each}" for each in weak)]))
    exempted = sum((Counter(each.exempted) for each in found), Counter[str]())
    for reason, count in exempted.most_common():
        print(f"  {count:6} × on purpose: {reason}")
    layers = [each for each in found if each.name not in (GRAPHS, OBJECTS)]
    held = [each for each in found if each.name == OBJECTS]
    drawn = [each for each in found if each.name == GRAPHS]
    wrong = sum(len(each.disagreements) for each in found)
    print(
        f"Keras {keras.__version__}, seed {seed}: {len({each.name for each in layers})} kinds, "
        f"{sum(each.cases for each in layers):,} cases ({sum(each.accepted for each in layers):,} that Keras accepts), "
        f"{sum(each.cases for each in held):,} objects ({sum(each.accepted for each in held):,} that Keras makes), "
        f"{sum(each.cases for each in drawn):,} graphs ({sum(each.accepted for each in drawn):,} that Keras builds), "
        f"{wrong} disagreements, {exempted.total():,} on purpose with {len(evidence)} proofs, "
        f"{len(complaints)} complaints, {sum(each.cpu_s for each in found):.0f} s of CPU, {seconds:.0f} s here"
    )
    return 1 if wrong or complaints or weak else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"{LARGE} cases a kind and {LARGE_GRAPHS:,} graphs")
    parser.add_argument("--cases", type=int, help="so many cases for each kind")
    parser.add_argument("--graphs", type=int, help="so many graphs")
    parser.add_argument("--objects", type=int, help="so many cases for each optimizer, loss, metric, …")
    parser.add_argument("--seed", type=int, default=1, help="which cases and graphs are drawn")
    parser.add_argument("--kinds", help="these kinds only, separated by commas")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="so many processes")
    parser.add_argument("--afresh", action="store_true", help="do not go on where a large run was stopped")
    parser.add_argument("--json", help="write the report into this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
