"""The functions of a script that keeps a table on disk: its rows are read, and worked on, as they are asked for.

Those that are called as their like for arrays in memory do the same, a part of the rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from studio.document.data_choice import SplitBy
from studio.program.bound import Data
from studio.program.layout import INDENT, Expression, Line, call, lines, table
from studio.program.literals import literal, text
from studio.program.reading import split_column

SPLIT = "split"
"""The column of a stored table by which rows are divided."""

NUMBERS = '''\
class Numbers:
    """Numbers that stand in a temporary file, to which rows are added."""

    def __init__(self, values, files):
        self.file = next(files)
        self.dtype, self.shape, self.count = values.dtype, values.shape[1:], 0

    def add(self, values):
        if self.count == 0:
            self.dtype = values.dtype
        if len(values) and values.dtype != self.dtype:
            said = "has numbers in some rows and dates in others: write dates in all"
            raise ValueError(f"The column of time {said}.")
        try:
            self.file.write(values.tobytes())
        except OSError as error:
            said = f"cannot take the table: {error.strerror}"
            raise OSError(f"The folder {tempfile.gettempdir()} {said}.") from error
        self.count += len(values)

    def column(self):
        self.file.flush()
        shape = (self.count, *self.shape)
        if not self.count:
            return Column(np.empty(shape, self.dtype).__getitem__, 0)
        values = np.memmap(self.file, self.dtype, "r", shape=shape)
        return Column(np.asarray(values).__getitem__, self.count)
'''
TEXTS = '''\
class Texts:
    """Texts that stand in a temporary file, to which rows are added."""

    def __init__(self, values, files):
        self.letters = Numbers(np.empty(0, "uint8"), files)
        self.ends = Numbers(np.empty(0, "int64"), files)
        self.ends.add(np.zeros(1, "int64"))
        self.shape, self.count = values.shape[1:], 0

    def add(self, values):
        cells = [cell.encode(errors="surrogatepass") for cell in values.flat]
        lengths = [len(cell) for cell in cells]
        ends = self.letters.count + np.cumsum(lengths, dtype="int64")
        self.letters.add(np.frombuffer(b"".join(cells), "uint8"))
        self.ends.add(ends)
        self.count += len(values)

    def column(self):
        letters, ends = self.letters.column(), self.ends.column()
        width = math.prod(self.shape)

        def read(rows):
            if isinstance(rows, slice):
                rows = np.arange(*rows.indices(self.count))
            cells = np.asarray(rows)[..., None] * width + np.arange(width)
            bounds = zip(ends[cells.ravel()], ends[cells.ravel() + 1])
            texts = [letters[start:end].tobytes() for start, end in bounds]
            texts = [sys.intern(each.decode(errors="surrogatepass")) for each in texts]
            return np.array(texts, dtype=object).reshape(*np.shape(rows), *self.shape)

        return Column(read, self.count)
'''
COLUMN = '''\
class Column:
    """Rows that are read, and worked on, as they are asked for."""

    def __init__(self, read, count):
        self.read = read
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, rows):
        return self.read(rows)

    def then(self, function):
        return Column(lambda rows: function(self.read(rows)), self.count)
'''
STORED = '''\
def stored(tables):
    """Return columns by name that stand in temporary files, from tables of some rows."""
    columns = {}
    with contextlib.ExitStack() as stack:
        files = (
            stack.enter_context(tempfile.TemporaryFile()) for _ in itertools.count()
        )
        for table in tables:
            for name, values in table.items():
                if name not in columns:
                    kind = Texts if values.dtype == object else Numbers
                    columns[name] = kind(values, files)
                columns[name].add(values)
        return {name: column.column() for name, column in columns.items()}
'''
TAKEN = '''\
def taken(rows, read):
    """Return a column of some rows, of which `read` reads each."""
    return Column(lambda places: read(rows[places]), len(rows))
'''
PICK = '''\
def pick(values, rows):
    """Return some rows of a column as a tensor."""
    return keras.ops.convert_to_tensor(values[rows])
'''
IN_PARTS = '''\
def in_parts(values, rows):
    """Yield some rows of a column, a part of them at a time, as they stand in its file."""
    rows = np.sort(rows)
    for start in range(0, len(rows), 10_000):
        yield values[rows[start : start + 10_000]]
'''
AVERAGE = '''\
def average(parts):
    """Return the mean per column of the numbers in some parts; NaN where there is none."""
    total = count = 0
    for values in parts:
        total = total + np.nansum(values, axis=0, dtype="float64")
        count = count + np.count_nonzero(~np.isnan(values), axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
'''
STANDARDIZE = '''\
def standardize(values, train):
    """Return values with mean 0 and deviation 1 per column over the rows in train."""
    mean = average(in_parts(values, train))
    variance = average((part - mean) ** 2 for part in in_parts(values, train))
    deviation = np.sqrt(np.where(variance > 0, variance, 1))
    return values.then(lambda rows: ((rows - mean) / deviation).astype(rows.dtype))
'''
MIN_MAX = '''\
def min_max(values, train):
    """Return values from 0 to 1 per column between the ends of the rows in train."""
    low, high = math.inf, -math.inf
    for part in in_parts(values, train):
        low = np.fmin(low, np.fmin.reduce(part, axis=0))
        high = np.fmax(high, np.fmax.reduce(part, axis=0))
    width = np.where(high > low, high - low, 1)
    return values.then(lambda rows: ((rows - low) / width).astype(rows.dtype))
'''
FILL = '''\
def fill(values, train):
    """Return values with the mean of the rows in train where there is none."""
    mean = average(in_parts(values, train))
    if np.isnan(mean).any():
        raise ValueError("A column has no value in any training example.")
    return values.then(
        lambda rows: np.where(np.isnan(rows), mean, rows).astype(rows.dtype)
    )
'''
FLAGGED = '''\
def flagged(values, absent):
    """Return values with further numbers that say which of them were missing."""
    pair = values.read, absent.read
    return Column(
        lambda rows: np.concatenate([read(rows) for read in pair], axis=-1), len(values)
    )
'''
MOMENTS = '''\
def moments(cells):
    """Return the texts of numbers or of dates as such."""
    try:
        return cells.astype("float64")
    except ValueError:
        return as_dates(cells)
'''
COMPLETE = '''\
def complete(tables, names):
    """Yield tables without the rows in which one of some columns is missing."""
    is_empty = True
    for table in tables:
        whole = ~gaps(table, names)
        if whole.any():
            is_empty = False
            yield {name: values[whole] for name, values in table.items()}
    if is_empty:
        raise ValueError(f"Each row misses something in one of these: {list(names)}.")
'''
SORTED_BY = '''\
def sorted_by(table, name):
    """Return a table with its rows in the order of a column."""
    order = np.argsort(table[name][:], kind="stable")
    return {name: taken(order, values.read) for name, values in table.items()}
'''
GROUPED_BY = '''\
def grouped_by(table, name):
    """Return a table with the rows of each group together, as they stood."""
    order = np.argsort(table[name][:].astype(str), kind="stable")
    return {name: taken(order, values.read) for name, values in table.items()}
'''
FUNCTIONS = (
    NUMBERS, TEXTS, COLUMN, STORED, TAKEN, PICK, IN_PARTS, AVERAGE, STANDARDIZE, MIN_MAX, FILL, FLAGGED, MOMENTS,
    COMPLETE, SORTED_BY, GROUPED_BY,
)  # fmt: skip


def encoded(data: Data, variables: dict[str, str], encoding: Iterator[Line]) -> Iterator[Line]:
    """The function that encodes some rows of the table, by the lines that do so."""
    yield "def encoded(table):", None
    yield f'{INDENT}"""Return the features of some rows, and by what they are divided."""', None
    yield from encoding
    features: list[tuple[str, Expression, None]] = [(text(name), name, None) for name in variables.values()]
    if split_column(data):
        cells = f"table[{text(split_column(data))}]"
        features.append((text(SPLIT), f"moments({cells})" if data.choice.split.by is SplitBy.TIME else cells, None))
    yield from lines(table(features), INDENT, "return ")


def read_stored(data: Data, read: Expression, variables: dict[str, str]) -> Iterator[Line]:
    """The lines of `load_data` that assign the features, from the call that reads the table piece by piece."""
    if data.dropped():
        read = call("complete", read, literal(data.dropped()))
    yield from lines(call("stored", call("map", "encoded", read)), INDENT, "table = ")
    split = data.choice.split
    if split.by is SplitBy.TIME and split_column(data):
        yield f"{INDENT}table = sorted_by(table, {text(SPLIT)})", None
    if split.by is SplitBy.GROUP and data.is_windowed:
        yield f"{INDENT}table = grouped_by(table, {text(SPLIT)})", None
    for bound in data.features:
        name = variables[bound.feature.name]
        yield f"{INDENT}{name} = table[{text(name)}]", bound.node
