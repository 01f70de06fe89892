"""The data sets that Keras downloads once and keeps: what is in them, how large they are, and where they are kept.

Source: the modules of keras.datasets (Keras 3.15): the files that they ask get_file for, and what they return.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.paths import cache_dir
from studio.data.archive import ArchiveLook, look_at_npz
from studio.data.encodings import Suggestion

STORE = "storage.googleapis.com"
TORONTO = "www.cs.toronto.edu"
MOST_WORDS, MOST_STEPS = 10_000, 200
"""How many words of texts the program tells apart, and how many of each text it takes."""
PARTS = "part"
"""The column that says which of Keras's two parts an example is from."""


@dataclass(frozen=True, slots=True)
class CacheFile:
    """A file that Keras keeps: its path below the folder of data sets, and its size in bytes.

    One that `is_checked` is downloaded again where its content is another than Keras expects.
    """

    path: str
    size: int
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class KerasSet:
    """A module of `keras.datasets`; `suggestions` are its features, as those of other data sets, target last."""

    name: str
    title: str
    summary: str
    train: int
    test: int
    files: tuple[CacheFile, ...]
    host: str
    licence: str
    icon: str
    suggestions: tuple[Suggestion, ...]

    @property
    def size(self) -> int:
        """How many bytes are downloaded."""
        return sum(file.size for file in self.files)

    @property
    def examples(self) -> int:
        """How many examples there are in both parts."""
        return self.train + self.test


def keras_sets() -> tuple[KerasSet, ...]:
    """All that are offered, in their order."""
    return SETS


def find_keras_set(name: str) -> KerasSet | None:
    """The one of this name, if it is offered."""
    return next((each for each in SETS if each.name == name), None)


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where Keras keeps data sets: where KERAS_HOME says, else below the home folder; elsewhere if it may not write."""
    home, named = Path.home(), environment.get("KERAS_HOME")
    folder = Path(named).expanduser() if named else (home if os.access(home, os.W_OK) else Path("/tmp")) / ".keras"
    if folder.exists() and not os.access(folder, os.W_OK):
        folder = Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()) / ".keras"
    return folder / "datasets"


def is_cached(each: KerasSet, folder: Path) -> bool:
    """Whether all files are there, so that Keras would download none; a file of another size it would fetch again."""
    return not missing_files(each, folder)


def missing_files(each: KerasSet, folder: Path) -> tuple[CacheFile, ...]:
    """The files that Keras would download."""
    return tuple(file for file in each.files if not _is_there(folder / file.path, file))


def excerpt_path(each: KerasSet) -> Path:
    """Where the engine leaves an excerpt that can be looked at; the folder is made if missing."""
    folder = cache_dir() / "excerpts"
    folder.mkdir(exist_ok=True)
    return folder / f"{each.name}.npz"


def look_at_excerpt(each: KerasSet, folder: Path) -> ArchiveLook | None:
    """A look at the excerpt, as if it was at all of the data; None where there is none of the files as they are now.

    Raises DataRefused where it is broken.
    """
    path = excerpt_path(each)
    try:
        newest = max((folder / file.path).stat().st_mtime_ns for file in each.files)
        if path.stat().st_mtime_ns < newest:
            return None
    except OSError:
        return None
    look = look_at_npz(path)
    examples = max(array.shape[0] for array in look.arrays)  # the labels are all there
    arrays = tuple(replace(array, shape=(examples, *array.shape[1:])) for array in look.arrays)
    return replace(look, arrays=arrays, examples=examples, mismatched=())


def _is_there(path: Path, file: CacheFile) -> bool:
    try:
        return path.stat().st_size == file.size or not file.is_checked
    except OSError:
        return False


def _images(sides: tuple[int, int, int]) -> Suggestion:
    return Suggestion("image", ("x",), sides, "float32", "scale", 1 / 255, span=(0.0, 255.0))


def _classes(name: str, *classes: str) -> Suggestion:
    return Suggestion(name, ("y",), (), "int64", "category", classes=classes, is_target=True)


def _words() -> Suggestion:
    return Suggestion("words", ("x",), (MOST_STEPS,), "int32", span=(0.0, MOST_WORDS - 1.0))


CLOTHES = (
    "T-shirt or top", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
MANY_THINGS = (
    "apple", "aquarium fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle", "bowl", "boy",
    "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle", "chair", "chimpanzee", "clock",
    "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest",
    "fox", "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn mower", "leopard", "lion", "lizard",
    "lobster", "man", "maple tree", "motorcycle", "mountain", "mouse", "mushroom", "oak tree", "orange", "orchid",
    "otter", "palm tree", "pear", "pickup truck", "pine tree", "plain", "plate", "poppy", "porcupine", "possum",
    "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper",
    "snail", "snake", "spider", "squirrel", "streetcar", "sunflower", "sweet pepper", "table", "tank", "telephone",
    "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow tree", "wolf",
    "woman", "worm",
)  # fmt: skip
TOPICS = (
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar",
    "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp",
    "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel",
    "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
)  # fmt: skip

SETS = (
    KerasSet(
        "mnist", "MNIST", "Handwritten digits, 28 × 28, gray.", 60_000, 10_000,
        (CacheFile("mnist.npz", 11_490_434),), STORE, "CC BY-SA 3.0", "image",
        (_images((28, 28, 1)), _classes("digit", *map(str, range(10)))),
    ),
    KerasSet(
        "fashion_mnist", "Fashion-MNIST", "Pictures of clothes, 28 × 28, gray.", 60_000, 10_000,
        (
            CacheFile("fashion-mnist/train-labels-idx1-ubyte.gz", 29_515, is_checked=False),
            CacheFile("fashion-mnist/train-images-idx3-ubyte.gz", 26_421_880, is_checked=False),
            CacheFile("fashion-mnist/t10k-labels-idx1-ubyte.gz", 5_148, is_checked=False),
            CacheFile("fashion-mnist/t10k-images-idx3-ubyte.gz", 4_422_102, is_checked=False),
        ),
        STORE, "MIT", "image", (_images((28, 28, 1)), _classes("kind", *CLOTHES)),
    ),
    KerasSet(
        "cifar10", "CIFAR-10", "Small photographs of ten kinds of things, 32 × 32, in color.", 50_000, 10_000,
        (CacheFile("cifar-10-batches-py-target_archive", 170_498_071),), TORONTO, "no licence stated", "image",
        (_images((32, 32, 3)), _classes("kind", *THINGS)),
    ),
    KerasSet(
        "cifar100", "CIFAR-100", "Small photographs of a hundred kinds of things, 32 × 32, in color.", 50_000, 10_000,
        (CacheFile("cifar-100-python-target_archive", 169_001_437),), TORONTO, "no licence stated", "image",
        (_images((32, 32, 3)), _classes("kind", *MANY_THINGS)),
    ),
    KerasSet(
        "imdb", "IMDB reviews", "Film reviews as numbers of words: did the author like the film?", 25_000, 25_000,
        (CacheFile("imdb.npz", 17_464_789),), STORE, "no licence stated", "text",
        (_words(), _classes("opinion", "negative", "positive")),
    ),
    KerasSet(
        "reuters", "Reuters newswires", "News as numbers of words, of 46 topics.", 8_982, 2_246,
        (CacheFile("reuters.npz", 2_110_848),), STORE, "for research, © Reuters", "text",
        (_words(), _classes("topic", *TOPICS)),
    ),
    KerasSet(
        "california_housing", "California housing", "Blocks of houses in 1990, and what the houses were worth.",
        16_512, 4_128, (CacheFile("california_housing.npz", 743_530),), STORE, "no licence stated", "table",
        (
            Suggestion("block", ("x",), (8,), "float32", "standardize"),
            Suggestion("value", ("y",), (1,), "float32", "standardize", is_target=True),
        ),
    ),
)  # fmt: skip
