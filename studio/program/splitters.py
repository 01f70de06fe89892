"""The functions of a script that put rows in order, divide them into parts and make windows of them."""

from __future__ import annotations

CHECK_PARTS = '''\
def check_parts(rows):
    """Raise ValueError for a part that has no rows."""
    for part, chosen in rows.items():
        if len(chosen) == 0:
            raise ValueError(f"No example is left for the part {part!r}.")
'''
CHECK_WINDOWS = '''\
def check_parts(examples):
    """Raise ValueError for a part in which no window lies."""
    for part, rows in examples.items():
        if len(rows) == 0:
            said = "has not as many rows in a row as a window: split by time"
            raise ValueError(f"The part {part!r} {said}.")
'''
EVENLY = '''\
def evenly(values, rng):
    """Return rows in an order by chance in which every value comes evenly spread."""
    order = rng.permutation(len(values))
    _, codes = np.unique(values[order].astype(str), return_inverse=True)
    place = np.empty(len(order))
    for code in range(codes.max() + 1):
        mine = np.flatnonzero(codes == code)
        place[mine] = (np.arange(len(mine)) + 0.5) / len(mine)
    return order[np.argsort(place, kind="stable")]
'''
BY_GROUP = '''\
def by_group(values, rng):
    """Return rows, group after group in an order by chance, and where groups end."""
    names, codes = np.unique(values.astype(str), return_inverse=True)
    places = rng.permutation(len(names))[codes]
    order = np.argsort(places, kind="stable")
    return order, np.flatnonzero(np.diff(places[order])) + 1
'''
NEAREST = '''\
def nearest(ends, count):
    """Return the end of a group that is nearest to a number of rows."""
    if len(ends) == 0:
        raise ValueError("There are fewer groups than parts.")
    return ends[np.abs(ends - count).argmin()]
'''
BY_PART = '''\
def by_part(values):
    """Return the rows of each part that a column names."""
    parts = ("train", "validation", "test")
    unknown = sorted(set(values) - set(parts))
    if unknown:
        raise ValueError(f"The column of the parts says {unknown[0]!r}, not {parts}.")
    said = [part for part in parts if part == "train" or part in values]
    return {part: np.flatnonzero(values == part) for part in said}
'''
SORTED_BY = '''\
def sorted_by(table, name):
    """Return a table with its rows in the order of a column of numbers or dates."""
    try:
        moments = table[name].astype("float64")
    except ValueError:
        moments = as_dates(table[name])
    order = np.argsort(moments, kind="stable")
    return {name: values[order] for name, values in table.items()}
'''
GROUPED_BY = '''\
def grouped_by(table, name):
    """Return a table with the rows of each group together, as they stood."""
    order = np.argsort(table[name].astype(str), kind="stable")
    return {name: values[order] for name, values in table.items()}
'''
COMPLETE = '''\
def complete(table, names):
    """Return a table without the rows in which one of some columns is missing."""
    whole = ~gaps(table, names)
    if not whole.any():
        raise ValueError(f"Each row misses something in one of these: {list(names)}.")
    return {name: values[whole] for name, values in table.items()}
'''
GAPS = '''\
def gaps(table, names):
    """Return for each row whether something is missing in one of some columns."""
    return np.any([missing(table[name]) for name in names], axis=0)
'''
EXAMPLES_OF = '''\
def examples_of(rows, place, first, last, stride):
    """Return every so-manyth row whose rows from first to last are all among them.

    Rows follow on one another where their places do.
    """
    rows = np.sort(rows)
    middle = np.arange(-first, len(rows) - last)
    ends = place[rows[middle + last]] - place[rows[middle + first]]
    return rows[middle[ends == last - first]][::stride]
'''
WINDOW = '''\
def window(values, rows, first, length):
    """Return for each of some rows the rows beside it, from first on."""
    return values[rows[:, None] + np.arange(first, first + length)]
'''
