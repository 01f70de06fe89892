"""A quick, bounded look at a folder: its files as the rows of a table, with their classes, parts and masks."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.core.errors import DataRefused
from studio.core.wording import listed as named
from studio.data.files import FileFault, FileSort, sort_of
from studio.data.folder import PARTS, ClassLook, FileRow, FolderLook
from studio.data.headers import MAX_FAULTS, Unreadable, image_header, look_at_files, spread
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import MAX_DISTINCT, MAX_FREQUENT, MAX_SHOWN, Cell, ColumnKind, ColumnLook

MAX_FILES = 1_000_000
MAX_SECONDS = 1.2
MAX_IGNORED = 10
MAX_SAMPLES = 60
MAX_OF_EACH = 8
MAX_PAIRS = 50
MAX_FOLDERS = 200
MAX_NAMED = 3
MASK_FOLDERS = ("masks", "mask", "segmentations", "segmentation", "annotations", "labels")
PROPORTIONS_DIFFER = 0.02


@dataclass(slots=True)
class _Listed:
    """Names below a folder, with `/`, by what the files hold."""

    names: dict[FileSort, list[str]] = field(default_factory=lambda: defaultdict(list))
    ignored: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    is_whole: bool = True


def look_at_folder(path: Path, options: LookOptions = AS_FOUND) -> FolderLook:
    """Look at the names of at most MAX_FILES files for about MAX_SECONDS, and at the headers of some of them.

    Hidden files and links are left out. Raises DataRefused where there is nothing to read.
    """
    listed = _listed(path)
    holds = options.holds or _most(listed)
    names = sorted(listed.names.get(holds, ())) if holds is not None else []
    if holds is None or not names:
        raise _nothing(path, listed, options.holds)
    masks = _masks(names, holds) if options.masks is None else options.masks.rstrip("/")
    folders = _folders(listed.names.get(FileSort.IMAGES, ()))
    by_stem, twice = _by_stem(path, names, masks)
    if masks:
        if not by_stem and listed.is_whole:
            raise _no_masks(path, masks, holds, folders)
        names = [name for name in names if not name.startswith(f"{masks}/")]
    if not names:
        raise DataRefused(
            "folder.masks", f"{path.name} holds masks in {masks} and nothing else.", "Choose the folder above them."
        )
    if by_stem and listed.is_whole and not any(_stem(name) in by_stem for name in names):
        raise _no_pairs(masks, names, by_stem)
    looked = look_at_files(path, names, holds)
    mask = _mask_column(path, names, by_stem) if masks else None
    pairs = _pair_faults(path, names, by_stem)
    other = tuple(sort for sort in listed.names if sort is not holds)
    left_out = [name for sort in other for name in sorted(listed.names[sort])] + listed.ignored
    classes = _classes(names, has_masks=bool(masks))
    columns = [ColumnLook("file", ColumnKind.FILE, None, 0, None, None, files=looked)]
    columns += [_text_column("class", list(map(_class, names)))] if classes else []
    parts = list(map(_part, names))
    columns += [_text_column("part", parts)] if any(parts) else []
    columns += [mask] if mask is not None else []
    return FolderLook(
        path,
        holds,
        len(names),
        tuple(columns),
        classes,
        looked,
        _samples(names, classes, by_stem),
        masks,
        tuple(left_out[:MAX_IGNORED]),
        (*looked.faults, *twice, *pairs, *(mask.files.faults if mask and mask.files else ()), *_links(listed)),
        listed.is_whole,
        tuple((sort, len(listed.names[sort])) for sort in FileSort if listed.names.get(sort)),
        folders,
    )


def _listed(path: Path) -> _Listed:
    """The files below a folder, those next to its top first, so that an early end loses few folders."""
    listed = _Listed()
    until = time.monotonic() + MAX_SECONDS
    waiting = [""]
    count = 0
    try:
        for below in waiting:
            for entry in _entries(path / below, must_be=not below):
                name = f"{below}/{entry.name}" if below else entry.name
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    listed.links.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif (sort := sort_of(os.path.splitext(entry.name)[1])) is not None:
                    listed.names[sort].append(name)
                elif len(listed.ignored) < MAX_IGNORED:
                    listed.ignored.append(name)
                count += 1
                if count == MAX_FILES or (count % 1000 == 0 and time.monotonic() > until):
                    listed.is_whole = False
                    return listed
    except OSError as error:
        raise DataRefused(
            "folder.read",
            f"{path.name} could not be read: {error.strerror or error}.",
            "Check its name and its permissions.",
        ) from error
    return listed


def _entries(path: Path, *, must_be: bool) -> Iterator[os.DirEntry[str]]:
    """What is in a folder; nothing where it may not be read, unless it `must_be`."""
    try:
        entries = os.scandir(path)
    except OSError:
        if must_be:
            raise
        return
    with entries:
        yield from entries


def _most(listed: _Listed) -> FileSort | None:
    """What most of the files hold; of as many, what comes first."""
    counts = {sort: len(listed.names.get(sort, ())) for sort in FileSort}
    most = max(FileSort, key=lambda sort: counts[sort])
    return most if counts[most] else None


def _nothing(path: Path, listed: _Listed, wanted: FileSort | None) -> DataRefused:
    what = f"no {wanted.value}" if wanted is not None else "no images, texts or sounds"
    there = f"; the first of other files is {_shown(listed.ignored[0])}" if listed.ignored and wanted is None else ""
    return DataRefused(
        "folder.nothing",
        f"{path.name} holds {what} that can be read{there}.",
        "Choose a folder with PNG, JPEG, BMP or GIF images, .txt files or WAV sounds, one folder for each class.",
    )


def _no_masks(path: Path, masks: str, holds: FileSort, folders: Sequence[str]) -> DataRefused:
    there = f"Folders with images are {named(folders[:MAX_NAMED])}. " if folders else ""
    return DataRefused(
        "folder.no_masks",
        f"{path.name} has no {holds} in {_shown(masks)}, where its masks are to be.",
        f"{there}Choose another folder for the masks, or none.",
    )


def _no_pairs(masks: str, names: Sequence[str], by_stem: Mapping[str, str]) -> DataRefused:
    """A mask is called as its image is: not one of these is."""
    images = named([_shown(name) for name in names[:MAX_NAMED]])
    found = named([_shown(name) for name in sorted(by_stem.values())[:MAX_NAMED]])
    return DataRefused(
        "folder.mask_names",
        f"No file in {_shown(masks)} has the name of an image. Images: {images}. Masks: {found}.",
        "Give each mask the name of its image (the suffix may differ), or choose another folder of masks, or none.",
    )


def _folders(images: Sequence[str]) -> tuple[str, ...]:
    """The folders that images lie below, those at the top first; a name that a project cannot keep is left out."""
    found: set[str] = set()
    for folder in {name.rpartition("/")[0] for name in images}:
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    kept = (name for name in found if _shown(name) == name)
    return tuple(sorted(kept, key=lambda name: (name.count("/"), name))[:MAX_FOLDERS])


def _masks(names: Sequence[str], holds: FileSort) -> str:
    """The folder at the top that is called as masks are, with masks for half of the other images or more."""
    if holds is not FileSort.IMAGES:
        return ""
    tops = {name.partition("/")[0] for name in names if "/" in name}
    for called in MASK_FOLDERS:
        for top in sorted(tops):
            if top.lower() != called:
                continue
            masks = {_stem(name) for name in names if name.startswith(f"{top}/")}
            others = [name for name in names if not name.startswith(f"{top}/")]
            if others and 2 * sum(_stem(name) in masks for name in others) >= len(others):
                return top
    return ""


def _by_stem(path: Path, names: Sequence[str], masks: str) -> tuple[dict[str, str], list[FileFault]]:
    """The masks by their stems, and what is wrong with those that share one."""
    found: dict[str, str] = {}
    twice: list[FileFault] = []
    for name in names if masks else ():
        if not name.startswith(f"{masks}/"):
            continue
        stem = _stem(name)
        if stem in found and len(twice) < MAX_FAULTS:
            said = f"{_shown(name)} has the same name as the mask {_shown(found[stem])}; one of them is never used."
            twice.append(FileFault("file.mask_twice", name, said))
        found[stem] = name
    return found, twice


def _mask_column(path: Path, names: Sequence[str], by_stem: Mapping[str, str]) -> ColumnLook:
    cells = [by_stem.get(_stem(name), "") for name in names]
    blanks = [(row, "") for row, cell in enumerate(cells, 1) if not cell]
    looked = look_at_files(path, [cell for cell in cells if cell], FileSort.IMAGES, are_masks=True)
    return ColumnLook(
        "mask", ColumnKind.FILE, None, len(blanks), None, None, blanks=tuple(blanks[:MAX_SHOWN]), files=looked
    )


def _pair_faults(path: Path, names: Sequence[str], by_stem: Mapping[str, str]) -> list[FileFault]:
    """Masks of other proportions than their images, among some pairs."""
    faults: list[FileFault] = []
    if not by_stem:
        return []
    for name in spread([name for name in names if _stem(name) in by_stem], MAX_PAIRS):
        mask = by_stem[_stem(name)]
        try:
            (height, width, _), (high, wide, _) = image_header(path / name), image_header(path / mask)
        except Unreadable:
            continue  # said where each of them is looked at
        if abs(height * wide - high * width) > PROPORTIONS_DIFFER * height * wide:
            said = f"{_shown(mask)} has {wide:,} × {high:,} pixels, and its image {width:,} × {height:,}."
            faults.append(FileFault("file.mask_size", mask, said))
    return faults[:MAX_FAULTS]


def _links(listed: _Listed) -> list[FileFault]:
    return [
        FileFault("file.link", name, f"{_shown(name)} is a link; links are not followed.")
        for name in listed.links[:MAX_FAULTS]
    ]


def _classes(names: Sequence[str], *, has_masks: bool) -> tuple[ClassLook, ...]:
    """The folders that files lie in; none where all lie next to each other, or in the one beside the masks."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        counts[_class(name)][_part(name)] += 1
    if set(counts) == {""} or (has_masks and len(counts) == 1):
        return ()
    return tuple(ClassLook(name, tuple(sorted(counts[name].items()))) for name in sorted(counts))


def _samples(names: Sequence[str], classes: Sequence[ClassLook], by_stem: Mapping[str, str]) -> tuple[FileRow, ...]:
    """The first rows of each class, as many of each; the first of all rows where there are no classes."""
    most = min(MAX_OF_EACH, MAX_SAMPLES // len(classes)) if classes else MAX_SAMPLES
    shown: Counter[str] = Counter()
    samples: list[FileRow] = []
    for name in names:
        label = _class(name) if classes else ""
        if shown[label] < max(1, most) and len(samples) < MAX_SAMPLES:
            shown[label] += 1
            samples.append(FileRow(name, label, _part(name), by_stem.get(_stem(name), "")))
    return tuple(sorted(samples, key=lambda row: row.label))


def _class(name: str) -> str:
    """The folder that a file lies in; "" where that is a part's."""
    folder = name.rpartition("/")[0]
    return "" if folder in PARTS else folder.rpartition("/")[2]


def _part(name: str) -> str:
    """The part that the folder at the top says; a file beside the folders has none."""
    return PARTS.get(name.partition("/")[0], "")


def _stem(name: str) -> str:
    """What masks have in common with their images."""
    return os.path.splitext(name.rpartition("/")[2])[0]


def _text_column(name: str, cells: Sequence[str]) -> ColumnLook:
    counts = Counter(cells)
    missing = counts.pop("", 0)
    blanks: list[Cell] = []
    if missing:
        blanks = [(row, "") for row, cell in enumerate(cells, 1) if not cell][:MAX_SHOWN]
    distinct = tuple(sorted(counts)) if len(counts) <= MAX_DISTINCT else None
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_FREQUENT]
    kind = ColumnKind.TEXT if counts else ColumnKind.EMPTY
    return ColumnLook(name, kind, distinct, missing, None, None, frequent=tuple(frequent), blanks=tuple(blanks))


def _shown(name: str) -> str:
    """A name as it can be shown, whatever bytes it is made of."""
    return name.encode("utf-8", "replace").decode()
