"""The functions of a script that read files: each returns a table, which is arrays by the names of columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studio.data.files import SUFFIXES, FileSort
from studio.document.data_choice import CsvSource, Holds
from studio.program.literals import text

CSV_COLUMNS = '''\
def read_columns(path, names):
    """Yield the cells of columns of a CSV file with the numbers of their lines, some at a time."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=",", strict=True)
        try:
            header = next((row for row in reader if row), [])
            unknown = [name for name in names if name not in header]
            if unknown:
                raise ValueError(f"{path} has no column {unknown[0]!r}.")
            places = [header.index(name) for name in names]
            rows = ((reader.line_num, row) for row in reader if row)
            while chunk := list(itertools.islice(rows, 10_000)):
                for line, row in chunk:
                    if len(row) != len(header):
                        message = f"{len(row)} cells, not {len(header)}"
                        raise ValueError(f"Line {line} of {path} has {message}.")
                lines, cells = zip(*chunk)
                columns = list(zip(*cells))
                yield lines, [columns[place] for place in places]
        except csv.Error as error:
            line = f"Line {reader.line_num} of {path}"
            raise ValueError(f"{line} cannot be read: {error}.") from error
        except UnicodeError as error:
            place = f"{path} below line {reader.line_num}"
            raise ValueError(f"{place} is no {file.encoding} text.") from error
'''
HEADLESS_COLUMNS = '''\
def read_columns(path, names):
    """Yield the cells of columns of a CSV file with the numbers of their lines, some at a time."""
    places = [int(name.removeprefix("column_")) - 1 for name in names]
    width = 0
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=",", strict=True)
        try:
            rows = ((reader.line_num, row) for row in reader if row)
            while chunk := list(itertools.islice(rows, 10_000)):
                width = width or max(len(chunk[0][1]), max(places) + 1)
                for line, row in chunk:
                    if len(row) != width:
                        message = f"{len(row)} cells, not {width}"
                        raise ValueError(f"Line {line} of {path} has {message}.")
                lines, cells = zip(*chunk)
                columns = list(zip(*cells))
                yield lines, [columns[place] for place in places]
        except csv.Error as error:
            line = f"Line {reader.line_num} of {path}"
            raise ValueError(f"{line} cannot be read: {error}.") from error
        except UnicodeError as error:
            place = f"{path} below line {reader.line_num}"
            raise ValueError(f"{place} is no {file.encoding} text.") from error
'''
JSON_COLUMNS = '''\
def read_columns(path, names):
    """Yield values of JSON objects as texts with the numbers of their lines, some at a time."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
        rows = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        while chunk := list(itertools.islice(rows, 10_000)):
            lines, texts = zip(*chunk)
            records = [as_record(text, line, path) for line, text in chunk]
            yield lines, [[as_text(each.get(name)) for each in records] for name in names]
'''
EACH_ONCE = '''\
def each_once(pairs):
    """Return a JSON object, in which no name may stand twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError(f"a name stands twice among {[name for name, _ in pairs]}")
    return made
'''
AS_RECORD = '''\
def as_record(text, line, path):
    """Return the JSON object in a line."""
    try:
        content = text.encode(errors="surrogateescape")
        record = json.loads(content, object_pairs_hook=each_once)
    except (RecursionError, ValueError) as error:
        raise ValueError(f"Line {line} of {path} is no JSON: {error}.") from error
    if not isinstance(record, dict):
        raise ValueError(f"Line {line} of {path} is no JSON object.")
    return record
'''
AS_TEXT = '''\
def as_text(value):
    """Return a value of a JSON object as the text of a cell; null is an empty one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
'''
READ_TABLES = '''\
def read_tables(path, numbers=(), texts=(), optional=()):
    """Yield columns of a table, some rows at a time: arrays of numbers, and of texts.

    Only cells of optional columns may be empty: they become NaN, or "".
    """
    names = [*numbers, *texts]
    is_empty = True
    gc.disable()  # there is no garbage, and looking for it takes most of the time
    try:
        for lines, columns in read_columns(path, names):
            is_empty = False
            table = {}
            for name, cells in zip(names, columns):
                if name in numbers:
                    values = as_numbers(cells, lines, name)
                else:
                    texts_read = [cell if cell.strip() else "" for cell in cells]
                    values = np.array(texts_read, dtype=object)
                if name not in optional and missing(values).any():
                    line = lines[int(missing(values).argmax())]
                    raise ValueError(f"Line {line} of {path} has no {name!r}.")
                table[name] = values
            yield table
    finally:
        gc.enable()
    if is_empty:
        raise ValueError(f"{path} has no rows.")
'''
READ_TABLE = '''\
def read_table(path, **wanted):
    """Return columns of a table by name, as `read_tables` reads them."""
    tables = list(read_tables(path, **wanted))
    names = list(tables[0])
    return {
        name: np.concatenate([table.pop(name) for table in tables]) for name in names
    }
'''
AS_NUMBERS = '''\
def as_numbers(cells, lines, name):
    """Return cells as an array of numbers, with NaN for an empty one."""
    with contextlib.suppress(ValueError):
        values = [float(cell) for cell in cells]
        return np.array(values, dtype="float32")
    values = []
    for line, cell in zip(lines, cells):
        try:
            values.append(float(cell) if cell.strip() else math.nan)
        except ValueError:
            message = f"Line {line} has {cell!r} as {name!r}, which is no number."
            raise ValueError(message) from None
    return np.array(values, dtype="float32")
'''
AS_NUMBER = '''\
def as_number(cell):
    """Return the number in a cell, in which a point is no decimal sign."""
    if "." in cell:
        raise ValueError(f"{cell!r} is no number.")
    return float(cell.replace(",", "."))
'''
PANDAS_TABLE = '''\
def read_table(path, numbers=(), texts=(), optional=()):
    """Return columns of a table by name: arrays of numbers, and of texts.

    Only cells of optional columns may be empty: they become NaN, or "".
    """
    names = [*numbers, *texts]
    frame = pandas.read_parquet(path, columns=names)
    table = {}
    for name in numbers:
        table[name] = pandas.to_numeric(frame[name]).to_numpy("float32", na_value=np.nan)
    for name in texts:
        cells = ["" if empty else str(cell) for cell, empty in zip(frame[name], frame[name].isna())]
        table[name] = np.array(cells, dtype=object)
    return checked(table, path, optional)
'''
CHECKED = '''\
def checked(table, source, optional):
    """Return a table in which nothing is missing but in the optional columns."""
    for name, values in table.items():
        if name not in optional and missing(values).any():
            row = int(missing(values).argmax()) + 1
            raise ValueError(f"Row {row} of {source} has no {name!r}.")
    return table
'''
MISSING = '''\
def missing(values):
    """Return for each row whether a number or a text in it is missing."""
    absent = np.isnan(values) if values.dtype.kind == "f" else values == ""
    return absent.reshape(len(values), -1).any(axis=1)
'''
READ_ARRAYS = '''\
def read_arrays(path, names, optional=()):
    """Return arrays of a NumPy archive by name; only the optional ones may hold NaN."""
    with np.load(path, allow_pickle=False) as file:
        table = {name: file[name] for name in names}
    return checked(table, path, optional)
'''
READ_ARRAY = '''\
def read_arrays(path, names, optional=()):
    """Return the array of a NumPy file by its name; only an optional one may hold NaN."""
    table = {name: np.load(path, allow_pickle=False) for name in names}
    return checked(table, path, optional)
'''
READ_FOLDER = '''\
def read_folder(folder):
    """Return the files below a folder, as a table ordered by path."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            is_ours = path.suffix.lower() in SUFFIXES and not name.startswith(".")
            if is_ours and not path.is_symlink():
                found.append(path.relative_to(folder))
    found.sort(key=Path.as_posix)
    if not found:
        raise ValueError(f"{folder} holds none of the files {SUFFIXES}.")
    table = {
        "file": [path.as_posix() for path in found],
        "class": [path.parent.name for path in found],
        "part": [PARTS.get(path.parts[0], "") for path in found],
    }
    return {name: np.array(cells, dtype=object) for name, cells in table.items()}
'''
OWN_FOLDER = '''\
def own_folder(path):
    """Return the name of the folder that a file lies in; "" if that is one of a part."""
    return "" if path.parent.as_posix() in PARTS else path.parent.name
'''
WITH_MASKS = '''\
def with_masks(table):
    """Return the table of a folder without its masks, and with the mask of each file."""
    inside = f"{MASKS}/"
    is_mask = np.array([name.startswith(inside) for name in table["file"]])
    masks = {Path(name).stem: name for name in table["file"][is_mask]}
    table = {name: cells[~is_mask] for name, cells in table.items()}
    found = [masks.get(Path(name).stem, "") for name in table["file"]]
    return table | {"mask": np.array(found, dtype=object)}
'''
KERAS = '''\
def read_dataset():
    """Return the examples that Keras keeps, training and test ones, as arrays."""
    train, test = keras.datasets.mnist.load_data()
    return {
        "x": np.concatenate([train[0], test[0]]),
        "y": np.concatenate([train[1], test[1]]),
        "part": np.repeat(["train", "test"], [len(train[1]), len(test[1])]),
    }
'''
KERAS_TEXTS = '''\
def read_dataset():
    """Return the texts that Keras keeps, as numbers of words, cut or filled to 200."""
    train, test = keras.datasets.imdb.load_data(num_words=10_000)
    words = [keras.utils.pad_sequences(part[0], maxlen=200) for part in (train, test)]
    return {
        "x": np.concatenate(words),
        "y": np.concatenate([train[1], test[1]]),
        "part": np.repeat(["train", "test"], [len(train[1]), len(test[1])]),
    }
'''
WORDS = frozenset({"imdb", "reuters"})
"""The sets of `keras.datasets` whose examples are lists of numbers of words."""


def csv_columns(source: CsvSource) -> str:
    """The function that reads the columns of a table in a text file."""
    written = CSV_COLUMNS if source.header else HEADLESS_COLUMNS
    encoding = "utf-8-sig" if source.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else source.encoding
    written = written.replace('encoding="utf-8-sig"', f"encoding={text(encoding)}")
    return written.replace('delimiter=","', f"delimiter={text(source.delimiter)}")


def as_numbers(decimal: str, dtype: str) -> str:
    """The function that turns cells into numbers."""
    written = AS_NUMBERS.replace('"float32"', text(dtype))
    return written if decimal == "." else written.replace("float(cell)", "as_number(cell)")


def as_number(decimal: str) -> str:
    """The function that turns a cell with another decimal sign than a point into a number."""
    return AS_NUMBER.replace('","', text(decimal))


def pandas_table(sheet: str | None, dtype: str) -> str:
    """The function that reads a Parquet file, or a sheet of a workbook; "" is the first."""
    written = PANDAS_TABLE.replace('"float32"', text(dtype))
    if sheet is None:
        return written
    named = text(sheet) if sheet else "0"
    read = f"read_excel(path, sheet_name={named}).rename(columns=str)[names]"
    return written.replace("read_parquet(path, columns=names)", read)


def dataset(name: str) -> str:
    """The function that has Keras read one of its own data sets."""
    if name in WORDS:
        return KERAS_TEXTS.replace("imdb", name)
    return KERAS.replace("mnist", name)


def folder(wanted: Collection[str]) -> str:
    """The function that lists the files of a folder, with the columns that are wanted.

    Where there are parts, a file that lies in the folder of one, and in no other, has no class.
    """
    written = READ_FOLDER
    if "part" in wanted:
        written = written.replace("[path.parent.name for", "[own_folder(path) for")
    lines = written.splitlines(keepends=True)
    unwanted = tuple(f'        "{name}": ' for name in ("class", "part") if name not in wanted)
    return "".join(line for line in lines if not line.startswith(unwanted))


def suffixes(holds: Holds) -> Iterable[str]:
    """The suffixes of the files of a folder, in order."""
    return sorted(SUFFIXES[FileSort(holds.value)])
