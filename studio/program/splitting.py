"""The lines of `load_data` that divide rows into parts, and make examples of the rows beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from studio.document.data_choice import Split, SplitBy
from studio.program.bound import Data
from studio.program.layout import INDENT, Group, Item, Line, call, lines
from studio.program.literals import literal, text
from studio.program.storing import SPLIT


def split_rows(data: Data, first: str) -> Iterator[Line]:
    """The lines that assign `rows`: those of each part. `first` is the array whose rows are counted."""
    split = data.choice.split
    count = "trained" if data.has_test_file else f"len({first})"
    rng = f"np.random.default_rng({split.seed % 2**32})"
    column = _split_column(data) + ("[:trained]" if data.has_test_file else "")
    if split.by is SplitBy.COLUMN:
        yield from _by_column(data, column, rng)
    elif split.by is SplitBy.GROUP:
        yield from lines(call("by_group", column, rng), INDENT, "order, ends = ")
        yield from _by_ends(data)
    elif split.by is SplitBy.TIME:
        yield f"{INDENT}order = np.arange({count})", None
        yield from _from_the_end(data)
    else:
        drawn = f"{rng}.permutation({count})"
        if split.by is SplitBy.STRATIFIED:
            yield from lines(call("evenly", column, rng), INDENT, "order = ")
        else:
            yield f"{INDENT}order = {drawn}", None
        yield from _from_the_start(data)
    if data.has_test_file:
        yield f'{INDENT}rows["test"] = np.arange(trained, len({first}))', None
    if not data.is_windowed:
        yield f"{INDENT}check_parts(rows)", None


def make_examples(data: Data, first: str) -> Iterator[Line]:
    """The lines that leave of the rows of each part those that can be examples, where these have windows."""
    windows = [bound.feature.window for bound in data.features if bound.feature.window is not None]
    if not windows:
        return
    begin = min(0, *(window.first for window in windows))
    end = max(0, *(window.first + window.length - 1 for window in windows))
    split = data.choice.split
    place = "kept" if data.dropped() else f"np.arange(len({first}))"
    if split.by is SplitBy.GROUP:
        column = f"{_split_column(data)}.astype(str)"
        yield f"{INDENT}_, groups = np.unique({column}, return_inverse=True)", None
        place += " + groups"
    yield f"{INDENT}place = {place}", None
    made = call("examples_of", "chosen", "place", str(begin), str(end), str(max(1, data.choice.stride)))
    each = Group("{", (Item(made, "part: "),), "}", clause="for part, chosen in rows.items()")
    yield from lines(each, INDENT, "examples = ")
    yield f"{INDENT}check_parts(examples)", None


def drop_rows(data: Data) -> Iterator[Line]:
    """The lines that leave out rows with missing cells, but remember where windows break for it."""
    if not data.dropped() or not data.is_windowed:
        return
    whole = call("gaps", "table", literal(data.dropped()))
    yield from lines(Group("np.flatnonzero(", (Item(whole, "~"),)), INDENT, "kept = ")
    if data.has_test_file:
        yield f"{INDENT}trained = np.count_nonzero(kept < trained)", None
    yield f"{INDENT}table = {{name: values[kept] for name, values in table.items()}}", None


def _split_column(data: Data) -> str:
    """The array by which rows are divided."""
    return f"table[{text(SPLIT)}][:]" if data.is_stored else f"table[{text(data.choice.split.column)}]"


def _shares(data: Data) -> tuple[float, float]:
    """Those of validation and test, 0 for a part that is not drawn."""
    split: Split = data.choice.split
    return max(0.0, split.validation), 0.0 if data.has_test_file else max(0.0, split.test)


def _from_the_start(data: Data) -> Iterator[Line]:
    validation, test = _shares(data)
    held_out: list[str] = []
    ends: list[str] = []
    if validation:
        yield f"{INDENT}held_out = max(1, round({validation!r} * len(order)))", None
        held_out.append('"validation": order[:held_out]')
        ends.append("held_out")
    if test:
        before = "held_out + " if ends else ""
        yield f"{INDENT}tested = {before}max(1, round({test!r} * len(order)))", None
        held_out.append(f'"test": order[{"".join(ends)}:tested]')
        ends.append("tested")
    train = f"order[{ends[-1]}:]" if ends else "order"
    yield from _rows(f'"train": {train}', *held_out)


def _from_the_end(data: Data) -> Iterator[Line]:
    """The same from the other end: what comes last is for the test."""
    validation, test = _shares(data)
    parts: list[str] = []
    end = "len(order)"
    if test:
        yield f"{INDENT}tested = {end} - max(1, round({test!r} * len(order)))", None
        parts.insert(0, '"test": order[tested:]')
        end = "tested"
    if validation:
        yield f"{INDENT}held_out = {end} - max(1, round({validation!r} * len(order)))", None
        stop = "" if end == "len(order)" else end
        parts.insert(0, f'"validation": order[held_out:{stop}]')
        end = "held_out"
    train = "order" if end == "len(order)" else f"order[:{end}]"
    yield from _rows(f'"train": {train}', *parts)


def _by_ends(data: Data) -> Iterator[Line]:
    """The same at the ends of groups."""
    validation, test = _shares(data)
    parts: list[str] = []
    start = ""
    if validation:
        free = "ends[:-1]" if test else "ends"  # the last group is left for the training part, one for the test
        yield f"{INDENT}held_out = nearest({free}, {validation!r} * len(order))", None
        parts.append('"validation": order[:held_out]')
        start = "held_out"
    if test:
        ends, before = (f"ends[ends > {start}]", f"{start} + ") if start else ("ends", "")
        yield f"{INDENT}tested = nearest({ends}, {before}{test!r} * len(order))", None
        parts.append(f'"test": order[{start}:tested]')
        start = "tested"
    yield from _rows(f'"train": {f"order[{start}:]" if start else "order"}', *parts)


def _by_column(data: Data, column: str, rng: str) -> Iterator[Line]:
    validation, _ = _shares(data)
    yield f"{INDENT}rows = by_part({column})", None
    if not validation:
        return
    deeper = INDENT * 2
    yield f'{INDENT}if "validation" not in rows:', None
    if data.is_windowed:
        yield f'{deeper}order = rows["train"][::-1]', None
    else:
        yield f'{deeper}order = {rng}.permutation(rows["train"])', None
    yield f"{deeper}held_out = max(1, round({validation!r} * len(order)))", None
    yield f'{deeper}rows["train"] = order[held_out:]', None
    yield f'{deeper}rows["validation"] = order[:held_out]', None


def _rows(*parts: str) -> Iterator[Line]:
    yield from lines(Group("{", tuple(map(Item, parts)), "}"), INDENT, "rows = ")
