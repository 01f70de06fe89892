"""`load_data()`: from files to encoded examples, split into parts, and the functions that it calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from studio.document.data_choice import FolderSource
from studio.program import encoders, reading, splitters, storing, streaming
from studio.program.bound import Bound, Data
from studio.program.encoding import chosen, encode_columns, learn_statistics
from studio.program.layout import INDENT, Expression, Group, Item, Line, call, lines, prefixed, table
from studio.program.literals import text
from studio.program.names import identifier, unique
from studio.program.reading import File, read_piecewise, read_source
from studio.program.splitting import drop_rows, make_examples, split_rows

FUNCTIONS = (
    encoders.INSIDE, encoders.FILES, encoders.ENCODE, encoders.WHOLE, encoders.TURN, encoders.CYCLES,
    encoders.AS_DATES, encoders.CHECK_LENGTHS, encoders.FILL, encoders.STANDARDIZE, encoders.MIN_MAX,
    splitters.SORTED_BY, splitters.GROUPED_BY, splitters.COMPLETE, splitters.GAPS, splitters.BY_PART, splitters.EVENLY,
    splitters.BY_GROUP, splitters.NEAREST, splitters.CHECK_PARTS, splitters.EXAMPLES_OF, splitters.WINDOW,
    encoders.PICK, encoders.BALANCED_WEIGHTS,
)  # fmt: skip
"""Functions that scripts can have, in the order in which they stand there."""
STREAMING = (
    streaming.STRETCH, streaming.LETTERBOX, streaming.CROP, streaming.READ_IMAGE, streaming.READ_MASK,
    streaming.NUMBERED, streaming.READ_TEXT, streaming.READ_SOUND, streaming.OR_ZEROS, streaming.BATCHES,
)  # fmt: skip
"""Those that only scripts have that read files batch by batch."""

LOCALS = frozenset(
    {
        "chosen", "columns", "ends", "examples", "features", "file", "groups", "held_out", "kept", "order", "part",
        "place", "rows", "split", "table", "tables", "tested", "trained",
    }
)  # fmt: skip
"""The names that `load_data` uses for itself."""
MODULES = frozenset(
    {
        "contextlib", "csv", "gc", "itertools", "json", "keras", "layers", "math", "np", "os", "pandas", "sys",
        "tempfile", "tf",
    }
)  # fmt: skip
GLOBALS = frozenset({"Batches", "Path", "batches", "data", "encoded", "main", "naming_files", "read", "train"})


def load_data(data: Data, file: File | None) -> Iterator[Line]:
    """The function's lines."""
    yield "def load_data():", None
    ends = [*data.parts, "…"] if data.parts_are_found else data.parts
    yield f'{INDENT}"""Return inputs and targets of each part: {", ".join(ends)}."""', None
    if file is None:
        missing = data.missing or "No data is chosen: choose it in Layer Studio, then write this script again."
        yield from lines(call("ValueError", text(missing)), INDENT, "raise ")
        return
    variables = _variables(data, file)
    first = next(iter(variables.values()))
    if data.is_stored:
        yield from storing.read_stored(data, read_piecewise(data, file), variables)
    else:
        yield from read_source(data, file)
        yield from drop_rows(data)
        yield from encode_columns(data, file, variables)
    yield "", None
    yield from split_rows(data, first)
    yield from make_examples(data, first)
    yield from learn_statistics(data, variables)
    yield from _parts(data, variables)


def encode_rows(data: Data, file: File) -> Iterator[Line]:
    """The function that encodes some rows of a table that is kept on disk."""
    variables = _variables(data, file)
    yield from storing.encoded(data, variables, encode_columns(data, file, variables))


def functions(data: Data, file: File | None, written: Iterable[Line]) -> tuple[str, ...]:
    """The text of each function that some lines call, each with those that it calls itself."""
    readers = tuple(reading.functions(data, file)) if file is not None else ()
    streamed = STREAMING if data.is_streamed else ()
    stored = storing.FUNCTIONS if data.is_stored else ()
    known = {_name(each): each for each in (*readers, *FUNCTIONS, *stored, *streamed)}
    if file is not None and isinstance(file.source, FolderSource):
        known["files"] = encoders.FOLDER_FILES
    if data.is_windowed:
        known["check_parts"] = splitters.CHECK_WINDOWS
    needed: set[str] = set()
    waiting = _called("\n".join(line for line, _ in written))
    while waiting:
        name = waiting.pop()
        if name in known and name not in needed:
            needed.add(name)
            waiting |= _called(known[name])
    return tuple(each for name, each in known.items() if name in needed)


def names_used(written: str) -> frozenset[str]:
    """The names that stand in a piece of Python."""
    return frozenset(each.id for each in ast.walk(ast.parse(written)) if isinstance(each, ast.Name))


def _called(written: str) -> set[str]:
    return set(names_used(written))


def _name(function: str) -> str:
    return re.match(r"(?:def|class) (\w+)", function)[1]  # type: ignore[index]


def _variables(data: Data, file: File) -> dict[str, str]:
    functions = (*reading.functions(data, file), *FUNCTIONS, *storing.FUNCTIONS, *STREAMING)
    taken = LOCALS | MODULES | GLOBALS | {_name(each) for each in functions}
    stems = {bound.feature.name: identifier(bound.feature.name, "feature") for bound in data.features}
    return unique({name: f"{stem}_values" if stem in taken else stem for name, stem in stems.items()}, ())


def _parts(data: Data, variables: dict[str, str]) -> Iterator[Line]:
    inputs = _picked(data, data.inputs, variables)
    targets = _picked(data, data.targets, variables)
    pair = Group("(", (Item(inputs), Item(targets)))
    rows = "examples" if data.is_windowed else "rows"
    parts = Group("{", (Item(pair, "part: "),), "}", clause=f"for part, chosen in {rows}.items()")
    yield from lines(parts, INDENT, "return ")


def _picked(data: Data, bounds: tuple[Bound, ...], variables: dict[str, str]) -> Expression:
    if len(bounds) == 1:
        return _chosen(data, bounds[0], variables)
    return table((text(bound.key), _chosen(data, bound, variables), None) for bound in bounds)


def _chosen(data: Data, bound: Bound, variables: dict[str, str]) -> Expression:
    picked = chosen(bound, variables[bound.feature.name])
    if data.is_stored:
        return call("taken", "chosen", prefixed("lambda chosen: ", picked))
    return call("keras.ops.convert_to_tensor", picked) if bound.is_text else picked
