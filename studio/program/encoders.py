"""The functions of a script that turn columns into what a model takes."""

from __future__ import annotations

ENCODE = '''\
def encode(values, classes):
    """Return the index of each value in classes."""
    values = values if values.dtype == object else values.astype(str)
    index = {name: number for number, name in enumerate(classes)}
    unknown = sorted(set(values.ravel().tolist()) - set(classes))
    if unknown:
        raise ValueError(f"Not among the {len(classes)} classes: {unknown[:5]}")
    places = [index[value] for value in values.flat]
    return np.array(places, dtype="int64").reshape(values.shape)
'''
CHECK_LENGTHS = '''\
def check_lengths(**features):
    """Raise ValueError where features have different numbers of rows."""
    if len(set(map(len, features.values()))) > 1:
        said = [f"{name} has {len(values)}" for name, values in features.items()]
        raise ValueError(f"Features differ in length: {', '.join(said)} rows.")
'''
STANDARDIZE = '''\
def standardize(values, train):
    """Return values with mean 0 and deviation 1 per column over the rows in train."""
    mean = np.nanmean(values[train], axis=0)
    deviation = np.nanstd(values[train], axis=0)
    return (values - mean) / np.where(deviation > 0, deviation, 1)
'''
MIN_MAX = '''\
def min_max(values, train):
    """Return values from 0 to 1 per column between the ends of the rows in train."""
    low, high = np.nanmin(values[train], axis=0), np.nanmax(values[train], axis=0)
    return (values - low) / np.where(high > low, high - low, 1)
'''
FILL = '''\
def fill(values, train):
    """Return values with the mean of the rows in train where there is none."""
    if np.isnan(values[train]).all(axis=0).any():
        raise ValueError("A column has no value in any training example.")
    return np.where(np.isnan(values), np.nanmean(values[train], axis=0), values)
'''
WHOLE = '''\
def whole(values):
    """Return whole numbers as integers."""
    if (values != np.round(values)).any():
        raise ValueError("Whole numbers are expected; there are others.")
    return values.astype("int64")
'''
CYCLES = '''\
def cycles(table, names, parts):
    """Return sine and cosine of where in its cycle each part of some dates stands."""
    turns = [turn(as_dates(table[name]), part) for name in names for part in parts]
    angles = 2 * np.pi * np.stack(turns, axis=-1)[..., None]
    pairs = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    return pairs.reshape(len(pairs), -1).astype("float32")
'''
TURN = '''\
def turn(dates, part):
    """Return how far in its cycle a part of dates stands, from 0 to 1."""
    cycle, step, steps = {
        "month": ("Y", "M", 12),
        "day": ("M", "D", 31),
        "weekday": ("W", "D", 7),
        "hour": ("D", "h", 24),
        "minute": ("h", "m", 60),
    }[part]
    if part == "weekday":
        dates = dates + np.timedelta64(3, "D")  # NumPy's weeks begin on Thursdays
    begun = dates.astype(f"datetime64[{cycle}]")
    return (dates.astype(f"datetime64[{step}]") - begun) / np.timedelta64(steps, step)
'''
AS_DATES = '''\
def as_dates(cells):
    """Return texts such as 2024-12-31 or 2024-12-31 23:59 as dates, "" as none."""
    return np.where(cells == "", "NaT", cells).astype("datetime64[s]")
'''
INSIDE = '''\
def inside(folder, names):
    """Return the paths of files, none of which may lie outside of a folder."""
    folder = folder.resolve()
    paths = [(folder / name).resolve() if name else None for name in names]
    for name, path in zip(names, paths):
        if path and not path.is_relative_to(folder):
            raise ValueError(f"{name} is not in the folder {folder}.")
    return paths
'''
FILES = '''\
def files(folder, names):
    """Return the paths of files in a folder as TensorFlow takes them, as bytes."""
    paths = [os.fsencode(path) if path else b"" for path in inside(folder, names)]
    return np.array(paths, dtype=object)
'''
FOLDER_FILES = '''\
def files(folder, names):
    """Return the paths of files that a folder holds as TensorFlow takes them, as bytes."""
    folder = folder.resolve()
    paths = [os.fsencode(os.path.join(folder, name)) if name else b"" for name in names]
    return np.array(paths, dtype=object)
'''
"""For the names that `read_folder` found below the folder itself, where it follows no links."""
PICK = '''\
def pick(values, rows):
    """Return some rows of an array, or of a tensor of text, as a tensor."""
    if isinstance(values, np.ndarray):
        return keras.ops.convert_to_tensor(values[rows])
    return keras.ops.take(values, rows, axis=0)
'''
BALANCED_WEIGHTS = '''\
def balanced_weights(targets):
    """Return a weight for each class, with which all classes weigh the same together."""
    targets = np.asarray(targets[:])
    if targets.ndim > 1 and targets.shape[-1] > 1:
        targets = targets.argmax(axis=-1)
    classes, counts = np.unique(targets, return_counts=True)
    weights = len(targets) / (len(classes) * counts)
    return dict(zip(classes.tolist(), weights.tolist()))
'''
