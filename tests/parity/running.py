"""Runs the comparison in pieces, side by side, each piece kept on disk when it is done: what was stopped goes on."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PIECE_CASES = 500
PIECE_GRAPHS = 50
PIECE_OBJECTS = 20
PIECES_A_CHILD = 40
"""Keras keeps more and more in memory; then another process goes on."""
GRAPHS, OBJECTS = "graphs", "objects"
"""The names of the pieces that are whole graphs, and of those of optimizers and so on; others have a kind's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """So many cases of a kind, or of each object, or graphs; the `part` and the seed say which."""

    name: str
    part: int
    cases: int
    seed: int

    @property
    def key(self) -> str:
        """What it is known by on disk."""
        return f"{self.name} {self.part} {self.cases} {self.seed}"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a piece."""

    key: str
    name: str
    cases: int
    accepted: int
    exempted: dict[str, int]
    disagreements: list[str]
    cpu_s: float


def pieces(kinds: Sequence[str], cases: int, objects: int, graphs: int, seed: int) -> list[Piece]:
    """The whole run in pieces; a piece draws the same however many run beside it. `objects` are cases of each."""
    return [
        *(
            Piece(OBJECTS, part, min(PIECE_OBJECTS, objects - start), seed)
            for part, start in enumerate(range(0, objects, PIECE_OBJECTS))
        ),
        *(
            Piece(name, part, min(PIECE_CASES, cases - start), seed)
            for name in kinds
            for part, start in enumerate(range(0, cases, PIECE_CASES))
        ),
        *(
            Piece(GRAPHS, part, min(PIECE_GRAPHS, graphs - start), seed)
            for part, start in enumerate(range(0, graphs, PIECE_GRAPHS))
        ),
    ]


def run(todo: Sequence[Piece], kept: Path | None, workers: int, tell: Callable[[Done], None]) -> list[Done]:
    """What came of every piece, those that `kept` has from before among them; `tell` hears of each as it ends."""
    before = {each.key: each for each in _kept(kept)}
    found = [before[piece.key] for piece in todo if piece.key in before]
    left = [piece for piece in todo if piece.key not in before]
    for done in _all_done(left, workers):
        if kept is not None:
            _keep(kept, done)
        tell(done)
        found.append(done)
    return found


def _all_done(left: Sequence[Piece], workers: int) -> Iterator[Done]:
    if workers < 2 or len(left) < 2:
        yield from map(do, left)
        return
    spawning = multiprocessing.get_context("spawn")
    with spawning.Pool(workers, maxtasksperchild=PIECES_A_CHILD) as pool:
        yield from pool.imap_unordered(do, left)


def do(piece: Piece) -> Done:
    """Draw and compare a piece. Imports Keras."""
    import time

    from studio.catalog.registry import KINDS
    from tests.parity.building import compare_graphs
    from tests.parity.comparing import compare_many
    from tests.parity.objects import compare_objects

    started, seed = time.process_time(), f"{piece.name} {piece.seed} {piece.part}"
    if piece.name == GRAPHS:
        report = compare_graphs(piece.cases, seed)
    elif piece.name == OBJECTS:
        report = compare_objects(piece.cases, seed)
    else:
        report = compare_many(KINDS[piece.name], piece.cases, seed)
    spent = time.process_time() - started
    return Done(
        piece.key, piece.name, report.cases, report.accepted, dict(report.exempted), report.disagreements, spent
    )


def _kept(path: Path | None) -> Iterator[Done]:
    if path is None or not path.exists():
        return
    for line in path.read_text().splitlines():
        try:
            yield Done(**json.loads(line))
        except (ValueError, TypeError):  # the line on which it was stopped
            continue


def _keep(path: Path, done: Done) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(asdict(done)) + "\n")
        file.flush()
        os.fsync(file.fileno())
