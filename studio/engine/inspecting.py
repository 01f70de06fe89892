"""What a program's data is really like: every example looked at, every file decoded, in chunks and batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import psutil
from numpy.typing import NDArray

from studio.engine.backend import start_afresh
from studio.engine.copies import copies, digests
from studio.engine.decoding import Decoding, file_columns
from studio.engine.examples import count, flat, is_on_disk
from studio.engine.program import execute, failure
from studio.engine.reading import watch_reading
from studio.engine.stopping import Stopped, StopSign
from studio.engine.tallies import RowsOf, Tally
from studio.engine.ties import ties
from studio.protocol.messages import BadFile, Event, Failed, Inspect, Inspected, Inspecting, Measured

CHUNK_BYTES = 2 * 1024**2
INTERVAL_S = 0.05
MOST_EXAMPLES = 200_000
"""With more, a look takes long, however small they are."""
TIED_BYTES = 64 * 1024**2
"""Of what is kept on disk, so much is held in memory to be compared column by column."""
MOST_FILES = 1000
"""How many bad files are named; of all of them, the number is told."""

Array: TypeAlias = NDArray[Any]
Part: TypeAlias = tuple[Any, Any]


RowsOfParts: TypeAlias = dict[str, Array]
"""The rows of the table that the examples of each part are: noted while a program loads its data."""


class EmptyPart(Exception):
    """A part has no examples; the rows of the parts say which."""


class Progress:
    """Tells how far it is, not too often, and ends where that is asked for."""

    def __init__(self, run: str, total: int, send: Callable[[Event], None], sign: StopSign) -> None:
        self._run = run
        self._total = total
        self._send = send
        self._sign = sign
        self._done = 0
        self._sent = 0.0

    def go_on(self, count: int) -> None:
        """So many more are done. Raises Stopped."""
        self._sign.check()
        self._done += count
        if time.monotonic() - self._sent >= INTERVAL_S or self._done == self._total:
            self._send(Inspecting(self._run, self._done, self._total))
            self._sent = time.monotonic()


def run_inspection(request: Inspect, send: Callable[[Event], None], sign: StopSign) -> Inspected | Failed:
    """Inspect the data of the program at the request's path; Measured is sent before the end."""
    path = Path(request.program)
    noted: RowsOfParts = {}
    try:
        sign.check()
        start_afresh()
        try:
            module, data = _loaded(path, noted, lambda names: watch_reading(names, request.run, send, sign))
        except EmptyPart:
            examples = {part: len(rows) for part, rows in noted.items()}
            send(Measured(request.run, examples, False, [], [], [], [], 0, _free_bytes()))
            return Inspected(request.run, False)
        sign.check()
        total = sum(count(part) for part in data.values())
        send(measure(request.run, data, noted, module, Progress(request.run, total, send, sign)))
        return Inspected(request.run, False)
    except Stopped:
        return Inspected(request.run, True)
    except BaseException as error:  # a program's SystemExit must not end the engine
        return failure(request.run, error, path)
    finally:
        start_afresh()


def measure_small(run: str, data: dict[str, Part], most_bytes: int) -> Measured | None:
    """What data is like that stands in memory and is no larger than that; None where looking would take long."""
    arrays = [values for part in data.values() for _, _, values in flat(part)]
    if any(file_columns([values]) or is_on_disk(values) for values in arrays) or sum(map(_size, arrays)) > most_bytes:
        return None
    if sum(map(count, data.values())) > MOST_EXAMPLES:
        return None
    progress = Progress(run, 0, lambda event: None, StopSign())
    return measure(run, data, {}, None, progress)


def measure(run: str, data: dict[str, Part], noted: RowsOfParts, module: Any, progress: Progress) -> Measured:
    """Look at every example of every part. Raises Stopped, and what a broken `load_data` makes NumPy raise."""
    free = _free_bytes()
    has_rows = all(len(noted.get(part, ())) == count(pair) for part, pair in data.items())
    rows_of = {part: _rows(noted[part] if has_rows else None) for part in data}
    known: dict[str, Array] = {}
    tallies: list[tuple[str, Tally]] = []
    failed: list[BadFile] = []
    for part, pair in data.items():
        arrays = [values for _, _, values in flat(pair)]
        in_files = file_columns(arrays)
        made = [
            Tally(key, part, target, in_files=at in in_files, in_memory=not is_on_disk(values))
            for at, (key, target, values) in enumerate(flat(pair))
        ]
        decoding = Decoding(module, part, pair) if in_files else None
        chunks = _chunks(arrays) if decoding is None else decoding.batches()
        known[part] = _counted(chunks, made, count(pair), progress)
        failed += [] if decoding is None else decoding.bad_files
        tallies += [(part, tally) for tally in made]
    return Measured(
        run,
        {part: count(pair) for part, pair in data.items()},
        has_rows,
        [tally.report(rows_of[part]) for part, tally in tallies],
        list(ties(*_named(data["train"]))) if "train" in data else [],
        list(copies(known, rows_of)),
        failed[:MOST_FILES],
        len(failed),
        free,
    )


def _loaded(path: Path, noted: RowsOfParts, watch: Callable[[dict[str, Any]], None]) -> tuple[Any, dict[str, Part]]:
    """The program and its data. Numbers may be missing, so that all the gaps can be told, and not the first alone."""
    module = execute(path)
    _watch(module, noted)
    watch(vars(module))
    for name in ("read_table", "read_tables", "read_arrays"):
        if hasattr(module, name):
            setattr(module, name, _with_gaps(getattr(module, name)))
    try:
        return module, module.load_data()
    except (EmptyPart, MemoryError):
        raise
    except Exception:  # as the program itself would have it, then
        noted.clear()
        module = execute(path)
        _watch(module, noted)
        watch(vars(module))
        return module, module.load_data()


def _with_gaps(read: Callable[..., Any]) -> Callable[..., Any]:
    def reading(path: Path, *names: Any, numbers: Any = (), **named: Any) -> Any:
        free = (*named.pop("optional", ()), *numbers, *(name for each in names for name in each))
        if numbers:
            named["numbers"] = numbers
        return read(path, *names, **named, optional=free)

    return reading


def _watch(module: Any, noted: RowsOfParts) -> None:
    """Have a program's own function note what it comes to; what it does stays the same for good data."""
    check_parts = getattr(module, "check_parts", None)
    if check_parts is not None:

        def checking(rows: dict[str, Array]) -> None:
            noted.update(rows)
            if not all(map(len, rows.values())):
                raise EmptyPart
            check_parts(rows)

        module.check_parts = checking


def _size(values: Any) -> int:
    """Bytes that are in memory once all of it is read."""
    if is_on_disk(values):
        return int(values[:1].nbytes) * len(values)
    return int(getattr(values, "nbytes", 0)) or 64 * len(values)


def _chunks(arrays: list[Any]) -> Iterator[tuple[Array, list[Array]]]:
    """The places and the values of a few examples at a time."""
    count = len(arrays[0])
    widest = sum(_size(values) for values in arrays) / max(1, count)
    step = max(1, int(CHUNK_BYTES / max(1.0, widest)))
    for start in range(0, count, step):
        yield (
            np.arange(start, min(start + step, count)),
            [_plain(values[start : start + step]) for values in arrays],
        )


def _plain(values: Any) -> Array:
    return values if isinstance(values, np.ndarray) else np.asarray(keras.ops.convert_to_numpy(values))


def _named(part: Part) -> tuple[list[tuple[str, Array]], list[tuple[str, Array]]]:
    """Inputs and targets that are small enough to be compared column by column; of those on disk, the first rows."""
    named: tuple[list[tuple[str, Array]], list[tuple[str, Array]]] = ([], [])
    most = min((_first_rows(values) for _, _, values in flat(part) if is_on_disk(values)), default=count(part))
    for key, is_target, values in flat(part):
        if not file_columns([values]) and len(_one_row(values).shape) <= 2:
            named[is_target].append((key, _plain(values[:most])))
    return named


def _first_rows(values: Any) -> int:
    return int(TIED_BYTES / max(1, _one_row(values).nbytes))


def _one_row(values: Any) -> Any:
    return values[:1]


def _counted(
    chunks: Iterator[tuple[Array, list[Any]]], tallies: list[Tally], examples: int, progress: Progress
) -> Array:
    """Let every array of the chunks be counted, and return the digest of each example of the part.

    Examples that cannot be read have one that nothing else has.
    """
    made = np.random.default_rng().integers(2**63, size=examples, dtype=np.uint64)
    for places, chunk in chunks:
        values = [np.asarray(each) for each in chunk]
        if len(places):
            for tally, each in zip(tallies, values, strict=True):
                tally.take(each, places)
            made[places] = digests(values)
        progress.go_on(len(places) or 1)
    return made


def _rows(rows: Array | None) -> RowsOf:
    if rows is None:
        return lambda places: places
    return lambda places: [int(rows[place]) for place in places]


def _free_bytes() -> int:
    return int(psutil.virtual_memory().available)
