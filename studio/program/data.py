"""`load_data()`: from a file to encoded examples, split into parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.core.wording import listed
from studio.data.samples import find_sample
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, NpzSource, SampleSource, Split
from studio.document.graph import NodeId
from studio.program.layout import INDENT, WIDTH, Expression, Group, Item, Line, call, flat, lines, table
from studio.program.literals import literal, text
from studio.program.names import identifier, unique

TAKEN = frozenset(
    {
        "chosen", "columns", "csv", "encode", "file", "held_out", "np", "order", "part", "read_table", "rows",
        "standardize", "table", "tested",
    }
)  # fmt: skip
"""The names that `load_data` uses for itself."""

READ_TABLE = '''\
def read_table(path, delimiter):
    """Return the columns of a CSV file by name, each as a tuple of texts."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header, *rows = (row for row in reader if row)
    return dict(zip(header, zip(*rows, strict=True), strict=True))
'''
ENCODE = '''\
def encode(values, classes):
    """Return the index of each value in classes."""
    values = np.asarray(values).astype(str)
    index = {name: number for number, name in enumerate(classes)}
    unknown = sorted(set(values.flat) - set(classes))
    if unknown:
        raise ValueError(f"Not among the {len(classes)} classes: {unknown[:5]}")
    return np.array([index[value] for value in values.flat]).reshape(values.shape)
'''
STANDARDIZE = '''\
def standardize(values, train):
    """Return values with mean 0 and deviation 1 per column over the rows in train."""
    mean, deviation = values[train].mean(axis=0), values[train].std(axis=0)
    return (values - mean) / np.where(deviation > 0, deviation, 1)
'''


PICK = '''\
def pick(values, rows):
    """Return some rows of an array, or of a tensor of text, as a tensor."""
    if isinstance(values, np.ndarray):
        return keras.ops.convert_to_tensor(values[rows])
    return keras.ops.take(values, rows, axis=0)
'''


@dataclass(frozen=True, slots=True)
class Bound:
    """A feature that the model reads or predicts: under which name the model knows it, and the node that says so."""

    key: str
    feature: Feature
    node: NodeId | None

    @property
    def is_text(self) -> bool:
        """Whether it comes to the model as text."""
        return is_text(self.feature)


@dataclass(frozen=True, slots=True)
class Data:
    """What the model needs of the data; `missing` says in a sentence what has to be chosen first, if anything."""

    choice: DataChoice
    inputs: tuple[Bound, ...] = ()
    targets: tuple[Bound, ...] = ()
    missing: str = ""

    @property
    def features(self) -> tuple[Bound, ...]:
        """Every feature once, inputs first."""
        first: dict[str, Bound] = {}
        for bound in (*self.inputs, *self.targets):
            first.setdefault(bound.feature.name, bound)
        return tuple(first.values())

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that there are examples for."""
        split = self.choice.split
        return ("train", *(["validation"] if split.validation > 0 else []), *(["test"] if split.test > 0 else []))


@dataclass(frozen=True, slots=True)
class File:
    """A file that is read: the expression of its path, whether it is a table, and how it is described."""

    path: str
    is_table: bool
    delimiter: str = ","
    title: str = ""
    sample: str | None = None


def chosen_file(choice: DataChoice, base: Path | None) -> File | None:
    """The file behind the source; None if nothing is chosen or the sample is not one of ours."""
    match choice.source:
        case None:
            return None
        case SampleSource(name):
            sample = find_sample(name)
            if sample is None:
                return None
            beside = f"Path(__file__).with_name({text(sample.file)})"
            title = f"{sample.title} ({sample.file}, {sample.licence})"
            return File(beside, sample.file.endswith(".csv"), ",", title, sample.file)
        case CsvSource(path, delimiter):
            return File(f"Path({text(_absolute(path, base))})", True, delimiter, Path(path).name)
        case NpzSource(path):
            return File(f"Path({text(_absolute(path, base))})", False, ",", Path(path).name)
        case _:
            return None


def load_data(data: Data, file: File | None) -> Iterator[Line]:
    """The function's lines."""
    yield "def load_data():", None
    yield f'{INDENT}"""Return inputs and targets of each part: {", ".join(data.parts)}."""', None
    if file is None:
        missing = data.missing or "No data is chosen: choose it in Layer Studio, then write this script again."
        yield from lines(call("ValueError", text(missing)), INDENT, "raise ")
        return
    variables = _variables(data)
    if file.is_table:
        yield from _read_table(data, file, variables)
    else:
        yield from _read_arrays(data, variables)
    yield "", None
    if len(variables) > 1:
        same = f"{INDENT}assert {' == '.join(f'len({name})' for name in variables.values())}"
        message = f', "{listed([*variables.values()])} differ in length"'
        yield same + (message if len(same + message) <= WIDTH else ""), None
    yield from _split(data.choice.split, next(iter(variables.values())))
    for bound in data.features:
        if bound.feature.encoding is Encoding.STANDARDIZE:
            name = variables[bound.feature.name]
            yield f'{INDENT}{name} = standardize({name}, rows["train"])', bound.node
    yield from _parts(data, variables)


def functions(data: Data, file: File | None, shuffles: bool) -> tuple[str, ...]:
    """The text of each function that `load_data` and the batches call."""
    if file is None:
        return ()
    encodings = {bound.feature.encoding for bound in data.features}
    by_name = any(_by_name(bound.feature) for bound in data.features)
    return (
        *([READ_TABLE] if file.is_table else []),
        *([ENCODE] if by_name else []),
        *([STANDARDIZE] if Encoding.STANDARDIZE in encodings else []),
        *([PICK] if shuffles and any(bound.is_text for bound in data.inputs) else []),
    )


def is_text(feature: Feature) -> bool:
    """Whether a feature stays text, which Keras takes as a tensor and not as an array."""
    return feature.dtype == "string" and feature.encoding is Encoding.NONE


def _absolute(path: str, base: Path | None) -> str:
    return str(base / path) if base is not None else path


def _variables(data: Data) -> dict[str, str]:
    stems = {bound.feature.name: identifier(bound.feature.name, "feature") for bound in data.features}
    return unique({name: f"{stem}_values" if stem in TAKEN else stem for name, stem in stems.items()}, ())


def _read_table(data: Data, file: File, variables: dict[str, str]) -> Iterator[Line]:
    yield from lines(call("read_table", "DATA", text(file.delimiter)), INDENT, "table = ")
    for bound in data.features:
        feature = bound.feature
        columns = feature.columns or (feature.name,)
        raw = f"table[{text(columns[0])}]"
        if len(columns) > 1:
            yield from lines(literal(columns), INDENT, "columns = ", node=bound.node)
            raw = "[table[name] for name in columns]"
        numbers = call("np.array", raw, **_dtype(feature))
        turned = ".T" if len(columns) > 1 else ""
        shaped = "" if turned and len(feature.shape) == 1 else _reshaped(feature)
        yield from _assigned(bound, variables, raw, numbers, turned + shaped, INDENT)


def _read_arrays(data: Data, variables: dict[str, str]) -> Iterator[Line]:
    yield f"{INDENT}with np.load(DATA, allow_pickle=False) as file:", None
    for bound in data.features:
        feature = bound.feature
        raw = f"file[{text((feature.columns or (feature.name,))[0])}]"
        numbers = f"{raw}.astype({_dtype(feature).get('dtype', 'str')})"
        yield from _assigned(bound, variables, raw, numbers, _reshaped(feature), INDENT * 2)


def _assigned(
    bound: Bound, variables: dict[str, str], raw: str, numbers: Expression, shaped: str, indent: str
) -> Iterator[Line]:
    """The assignments that turn raw values into the feature; `shaped` follows what they are made of."""
    feature, name = bound.feature, variables[bound.feature.name]
    value = call("encode", raw, literal(feature.classes)) if _by_name(feature) else numbers
    if feature.encoding is Encoding.SCALE:
        shaped += _scaling(feature.scale)
    yield from lines(_suffixed(value, shaped), indent, f"{name} = ", node=bound.node)
    if feature.encoding is Encoding.ONE_HOT:
        yield f"{indent}{name} = np.eye({len(feature.classes)}, dtype={text(feature.dtype)})[{name}]", bound.node


def _dtype(feature: Feature) -> dict[str, str]:
    """The dtype of an array of numbers, or of class numbers; none for text, which has that of its longest word."""
    return {} if is_text(feature) else {"dtype": text("int64" if _classes(feature) else feature.dtype)}


def _classes(feature: Feature) -> bool:
    return feature.encoding in (Encoding.CATEGORY, Encoding.ONE_HOT)


def _reshaped(feature: Feature) -> str:
    """The call that gives each example its shape, where that is known and not the business of one-hot vectors."""
    if not feature.shape or None in feature.shape or feature.encoding is Encoding.ONE_HOT:
        return ""
    return f".reshape({', '.join(map(repr, (-1, *feature.shape)))})"


def _by_name(feature: Feature) -> bool:
    """Whether classes have to be looked up by name, because they are not just 0, 1, 2, …"""
    return _classes(feature) and feature.classes != tuple(map(str, range(len(feature.classes))))


def _scaling(scale: float) -> str:
    """`/ 255` where that is what the scale stands for, `* 0.3` otherwise."""
    divisor = round(1 / scale) if scale else 0
    return f" / {divisor}" if divisor > 1 and abs(divisor * scale - 1) < 1e-9 else f" * {scale!r}"


def _suffixed(expression: Expression, suffix: str) -> Expression:
    if not suffix or isinstance(expression, str):
        return f"{expression}{suffix}" if isinstance(expression, str) else expression
    return Group(expression.head, expression.items, expression.tail + suffix, expression.after, expression.lone_comma)


def _split(split: Split, first: str) -> Iterator[Line]:
    yield f"{INDENT}order = np.random.default_rng({split.seed % 2**32}).permutation(len({first}))", None
    held_out: list[str] = []
    ends: list[str] = []
    if split.validation > 0:
        yield f"{INDENT}held_out = max(1, round({split.validation!r} * len(order)))", None
        held_out.append('"validation": order[:held_out]')
        ends.append("held_out")
    if split.test > 0:
        before = "held_out + " if ends else ""
        yield f"{INDENT}tested = {before}max(1, round({split.test!r} * len(order)))", None
        held_out.append(f'"test": order[{"".join(ends)}:tested]')
        ends.append("tested")
    train = f"order[{ends[-1]}:]" if ends else "order"
    yield from lines(Group("{", (Item(f'"train": {train}'), *map(Item, held_out)), "}"), INDENT, "rows = ")


def _parts(data: Data, variables: dict[str, str]) -> Iterator[Line]:
    inputs = _picked(data.inputs, variables)
    targets = _picked(data.targets, variables)
    pair = Group("(", (Item(inputs), Item(targets)))
    whole = "return {part: (%s, %s) for part, chosen in rows.items()}"
    short = INDENT + whole % (flat(inputs), flat(targets))
    if len(short) <= WIDTH:
        yield short, None
        return
    yield f"{INDENT}return {{", None
    yield from lines(pair, INDENT * 2, "part: ")
    yield f"{INDENT * 2}for part, chosen in rows.items()", None
    yield f"{INDENT}}}", None


def _picked(bounds: Iterable[Bound], variables: dict[str, str]) -> Expression:
    every = tuple(bounds)
    if len(every) == 1:
        return _chosen(every[0], variables)
    return table((text(bound.key), _chosen(bound, variables), None) for bound in every)


def _chosen(bound: Bound, variables: dict[str, str]) -> Expression:
    chosen = f"{variables[bound.feature.name]}[chosen]"
    return call("keras.ops.convert_to_tensor", chosen) if bound.is_text else chosen
