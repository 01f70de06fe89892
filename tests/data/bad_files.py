"""Data with something wrong in it that is binary, large, or no file that can be kept: made anew, always alike."""

from __future__ import annotations

import io
import os
import pickle
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow
from numpy.lib import format as npy
from PIL import Image
from pyarrow import parquet

from studio.data.csv_table import MAX_LINE
from studio.data.frames import MAX_UNPACKED_BYTES

LOOKED_ROWS = 2000
"""As many rows as the tests let a look see, so that long tables need not be as long."""
LONG_ROWS = 20_000
SHEET = b"xl/worksheets/sheet1.xml"
SIZE_AT, OFFSET_AT = 24, 42
"""Where the directory of an archive says how large a member is, and where it begins."""


def array_bytes(values: np.ndarray, version: tuple[int, int] = (1, 0)) -> bytes:  # type: ignore[type-arg]
    """What `numpy.save` writes."""
    file = io.BytesIO()
    npy.write_array(file, values, version, allow_pickle=False)
    return file.getvalue()


def archive(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    """An archive of some members as they are."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, compression)


def patched(path: Path, offset: int, number: int) -> None:
    """Write another number into what the directory of an archive says of its last member."""
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\1\2") + offset
    content[at : at + 4] = struct.pack("<I", number)
    path.write_bytes(content)


def encrypted(path: Path) -> None:
    """An archive with a password."""
    archive(path, {"x.npy": array_bytes(np.zeros(2))})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)


def overlapping(path: Path) -> None:
    """An archive whose second member lies where the first one does."""
    archive(path, {"a.npy": array_bytes(np.zeros(3)), "b.npy": array_bytes(np.zeros(3))})
    patched(path, OFFSET_AT, 0)


def pickled() -> bytes:
    """The bytes of an array of objects, as `numpy.save` writes it when it may."""
    file = io.BytesIO()
    npy.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": (2,)})
    return file.getvalue() + pickle.dumps([{}, {}])


def picture(path: Path, width: int = 8, height: int = 6, mode: str = "RGB", color: int | None = 7) -> None:
    """An image of one color."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (width, height), (color,) * len(mode) if mode in ("RGB", "RGBA") else color).save(path)


def noise(path: Path) -> None:
    """An image that no compression makes small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)).save(path)


def png_header(width: int, height: int) -> bytes:
    """A PNG file that says to be of some size, and has next to no pixels."""
    parts = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(bytes(9)))
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def cut(path: Path, share: float) -> None:
    """Leave only the beginning of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def sound(path: Path, width: int = 2, frames: int = 400) -> None:
    """A WAV file with samples of so many bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(b"\1" * width * frames)


def sounds(folder: Path, bad: Callable[[Path], object]) -> None:
    """Two classes of sounds, one of which is bad."""
    for name in ("high/1.wav", "low/1.wav"):
        sound(folder / name)
    bad(folder / "low" / "bad.wav")


def pictures(folder: Path, bad: Callable[[Path], object], name: str = "bad.png") -> None:
    """Two classes of images, one of which is bad."""
    for each in ("cat/1.png", "dog/1.png"):
        noise(folder / each)
    bad(folder / "dog" / name)


def masked(folder: Path, images: int, masks: dict[str, str], **shape: int) -> None:
    """Images, and masks by their names in a mode."""
    for number in range(1, images + 1):
        picture(folder / "images" / f"{number}.png")
    for name, mode in masks.items():
        picture(folder / "masks" / name, mode=mode, **(shape if name == "2.png" else {}))


def texts(folder: Path, bad: bytes) -> None:
    """Two classes of texts, one of which is bad."""
    for name, content in (("glad/1.txt", b"thank you\n"), ("sad/1.txt", b"never again\n"), ("sad/bad.txt", bad)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def linked(folder: Path) -> None:
    """Images, and a link to one that lies beside the folder."""
    picture(folder.parent / "secret.png")
    pictures(folder, lambda path: path.symlink_to(folder.parent / "secret.png"))


def linked_folder(folder: Path) -> None:
    """Images, and a link to a folder beside the folder."""
    picture(folder.parent / "secrets" / "1.png")
    pictures(folder, lambda path: path.symlink_to(folder.parent / "secrets"), "more")


def named_by(table: Path, second: str) -> None:
    """A table that names a picture, and something else."""
    picture(table.parent / "picture.png")
    table.write_text(f"photo,kind\npicture.png,a\n{second},b\n", encoding="utf-8")


def through_a_link(table: Path) -> None:
    """A table that names a file behind a link that leads out of its folder."""
    outside = table.parent.parent / f"outside_{table.parent.name}"
    picture(outside / "1.png")
    (table.parent / "inside").symlink_to(outside)
    named_by(table, "inside/1.png")


def odd_names(folder: Path) -> None:
    """Files whose names are no UTF-8."""
    for name in (b"cat/\xff\xfe.png", b"dog/m\xfchle.png", "dog/mühle.png".encode()):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        picture(path)


def long_table(path: Path, *last: str) -> None:
    """A table whose last rows are beyond those that a look sees."""
    path.write_text("x,y\n" + "1,sea\n2,land\n" * (LONG_ROWS // 2) + "".join(last), encoding="latin-1")


def long_lines(path: Path, last: str) -> None:
    """JSON lines whose last one is beyond those that a look sees."""
    rows = '{"x": 1, "y": "sea"}\n{"x": 2, "y": "land"}\n' * (LONG_ROWS // 2)
    path.write_text(rows + last, encoding="latin-1")


def workbook(path: Path, *rows: tuple[object, ...]) -> None:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def swollen(path: Path) -> None:
    """A workbook that unpacks to more than is read."""
    workbook(path, ("size",), (1,))
    patched(path, SIZE_AT, MAX_UNPACKED_BYTES + 1)


def columns(path: Path, names: list[str], *values: list[object]) -> None:
    """A Parquet file."""
    parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array(each) for each in values], names), path)


def cut_parquet(path: Path) -> None:
    """A Parquet file that ends too early."""
    columns(path, ["size"], list(range(1000)))
    cut(path, 0.5)


def broken_inside(path: Path) -> None:
    """A workbook whose sheet is no longer what was compressed."""
    workbook(path, ("size", "kind"), (1, "a"))
    content = bytearray(path.read_bytes())
    at = content.index(SHEET) + len(SHEET) + 9
    content[at : at + 30] = bytes(30)
    path.write_bytes(content)


def not_utf8_inside(path: Path) -> None:
    """A Parquet file with a text that is none."""
    texts = pyarrow.array([b"plain", b"m\xfchle"]).view(pyarrow.string())
    parquet.write_table(pyarrow.Table.from_arrays([texts], ["name"]), path)


def behind_its_end(path: Path) -> None:
    """A WAV file in which a part begins behind the whole."""
    sound(path)
    content = path.read_bytes()
    path.write_bytes(
        content[:4] + struct.pack("<I", 40) + content[8:36] + b"LIST" + struct.pack("<I", 10**6) + bytes(9)
    )


def bomb(path: Path) -> None:
    """An archive that would grow a millionfold."""
    archive(path, {"x.npy": array_bytes(np.zeros(2))}, zipfile.ZIP_DEFLATED)
    patched(path, SIZE_AT, 2**31)


MADE: dict[str, Callable[[Path], object]] = {
    "line_of_a_million.csv": lambda path: path.write_text("size,price\n1,2\n" + "3" * (MAX_LINE + 1), "utf-8"),
    "field_of_200000.csv": lambda path: path.write_text("note,price\na,1\n" + "b" * 200_000 + ",2\n"),
    "columns_10001.csv": lambda path: path.write_text(",".join(f"c{at}" for at in range(10_001)) + "\n"),
    "name_of_300_letters.csv": lambda path: path.write_text("n" * 300 + ",price\n1,2\n"),
    "classes_1500.csv": lambda path: path.write_text("kind,x\n" + "".join(f"k{at},1\n" for at in range(1500))),
    "files_outside.csv": lambda path: named_by(path, "../picture.png"),
    "absolute_files.csv": lambda path: named_by(path, str(path.parent / "picture.png")),
    "files_gone.csv": lambda path: named_by(path, "gone.png"),
    "files_of_two_sorts.csv": lambda path: named_by(path, "bell.wav"),
    "files_behind_a_link.csv": through_a_link,
    "last_cell_a_text.csv": lambda path: long_table(path, "ten,sea\n"),
    "last_point_for_thousands.csv": lambda path: path.write_text(
        "x;y\n" + "1,5;sea\n2,25;land\n" * (LONG_ROWS // 2) + "1.234;sea\n"
    ),
    "last_row_short.csv": lambda path: long_table(path, "3,sea\n", "4\n"),
    "last_row_long.csv": lambda path: long_table(path, "3,sea,5\n"),
    "last_quote_open.csv": lambda path: long_table(path, '3,"sea\n', "4,land\n"),
    "last_row_nul.csv": lambda path: long_table(path, "3,s\0ea\n"),
    "last_row_not_utf8.csv": lambda path: long_table(path, "3,s\xe9a\n"),
    "last_class_unknown.csv": lambda path: long_table(path, "3,moon\n"),
    "last_cell_empty.csv": lambda path: long_table(path, ",sea\n"),
    "last_line_cut.jsonl": lambda path: long_lines(path, '{"x": 3, "y": "se'),
    "last_line_a_list.jsonl": lambda path: long_lines(path, "[3]\n"),
    "last_line_not_utf8.jsonl": lambda path: long_lines(path, '{"x": 3, "y": "s\xe9a"}\n'),
    "last_line_nested.jsonl": lambda path: long_lines(path, '{"x": 3, "y": ' + "[" * 100_000 + "\n"),
    "line_of_a_million.jsonl": lambda path: path.write_text('{"a": "' + "b" * MAX_LINE + '"}\n'),
    "nested_deeply.jsonl": lambda path: path.write_text('{"a": ' + "[" * 100_000 + "\n"),
    "objects.npy": lambda path: path.write_bytes(pickled()),
    "objects.npz": lambda path: archive(path, {"x.npy": pickled()}),
    "fields.npy": lambda path: path.write_bytes(array_bytes(np.zeros(3, [("a", "i4"), ("b", "f4")]))),
    "one_number.npy": lambda path: path.write_bytes(array_bytes(np.array(3.0))),
    "shorter_than_said.npy": lambda path: path.write_bytes(array_bytes(np.zeros((9, 4)))[:-8]),
    "longer_than_said.npy": lambda path: path.write_bytes(array_bytes(np.zeros((9, 4))) + b"more"),
    "version_3.npz": lambda path: archive(path, {"x.npy": array_bytes(np.zeros(3), (3, 0))}),  # type: ignore[arg-type]
    "bomb.npz": bomb,
    "cut.npz": lambda path: (np.savez(path, x=np.zeros(999)), cut(path, 0.5)),
    "no_members.npz": lambda path: archive(path, {}),
    "same_name_twice.npz": lambda path: archive(
        path, {"x.npy": array_bytes(np.zeros(2)), "x": array_bytes(np.zeros(2))}
    ),
    "climbing.npz": lambda path: archive(path, {"../x.npy": array_bytes(np.zeros(2))}),
    "lzma.npz": lambda path: archive(path, {"x.npy": array_bytes(np.zeros(2))}, zipfile.ZIP_LZMA),
    "password.npz": encrypted,
    "overlapping.npz": overlapping,
    "members_1001.npz": lambda path: archive(path, {f"{at}.npy": array_bytes(np.zeros(1)) for at in range(1001)}),
    "no_arrays_inside.npz": lambda path: archive(path, {"readme.txt": b"hello, I am no array"}),
    "cut.parquet": cut_parquet,
    "nested.parquet": lambda path: columns(path, ["size", "box"], [1, 2], [[1, 2], [3, 4]]),
    "no_rows.parquet": lambda path: columns(path, ["size"], []),
    "same_name_twice.parquet": lambda path: columns(path, ["size", "size"], [1], [2]),
    "empty_name.parquet": lambda path: columns(path, ["size", ""], [1], [2]),
    "first_row_empty.xlsx": lambda path: workbook(path, (), ("size",), (1,)),
    "only_header.xlsx": lambda path: workbook(path, ("size", "price")),
    "same_name_twice.xlsx": lambda path: workbook(path, ("size", "size"), (1, 2)),
    "empty_name.xlsx": lambda path: workbook(path, ("size", None, "price"), (1, 2, 3)),
    "cells_beside.xlsx": lambda path: workbook(path, ("size", "price"), (1, 2), (3, 4, "a remark")),
    "title_above.xlsx": lambda path: workbook(path, ("Prices of 2024",), ("size", "price"), (1, 2)),
    "swollen.xlsx": swollen,
    "no_workbook.xlsx": lambda path: archive(path, {"readme.txt": b"hello"}),
    "broken_inside.xlsx": broken_inside,
    "not_utf8.parquet": not_utf8_inside,
    "header_cut.npy": lambda path: path.write_bytes(array_bytes(np.zeros(3)).replace(b"}", b"(")),
    "wav_behind_its_end": lambda path: sounds(path, behind_its_end),
    "text_among_numbers.xlsx": lambda path: workbook(path, ("size", "kind"), (1, "a"), ("two", "b"), (3, "a")),
    "empty_folder": lambda path: path.mkdir(),
    "hidden_only": lambda path: picture(path / ".cache" / "1.png"),
    "pdf_only": lambda path: (path.mkdir(), (path / "scan.pdf").write_bytes(b"%PDF")),
    "masks_only": lambda path: picture(path / "masks" / "1.png", mode="L"),
    "one_class": lambda path: [picture(path / "cat" / f"{at}.png") for at in range(3)],
    "text_called_png": lambda path: pictures(path, lambda bad: bad.write_text("no image")),
    "empty_png": lambda path: pictures(path, lambda bad: bad.touch()),
    "huge_header": lambda path: pictures(path, lambda bad: bad.write_bytes(png_header(60_000, 60_000))),
    "wide_header": lambda path: pictures(path, lambda bad: bad.write_bytes(png_header(51_000_000, 1))),
    "no_pixels": lambda path: pictures(path, lambda bad: bad.write_bytes(png_header(0, 5))),
    "cut_in_the_header": lambda path: pictures(path, lambda bad: (noise(bad), cut(bad, 0.005))),
    "webp_called_png": lambda path: pictures(path, lambda bad: Image.new("RGB", (4, 4)).save(bad, format="WEBP")),
    "png_cut_in_the_pixels": lambda path: pictures(path, lambda bad: (noise(bad), cut(bad, 0.5))),
    "jpeg_cut_in_the_pixels": lambda path: pictures(path, lambda bad: (noise(bad), cut(bad, 0.5)), "bad.jpg"),
    "link_to_a_file": linked,
    "link_to_a_folder": linked_folder,
    "odd_names": odd_names,
    "mask_of_other_proportions": lambda path: masked(path, 3, dict.fromkeys(("1.png", "2.png"), "L"), width=20),
    "mask_missing": lambda path: masked(path, 3, dict.fromkeys(("1.png", "3.png"), "L")),
    "masks_in_color": lambda path: masked(path, 2, dict.fromkeys(("1.png", "2.png"), "RGB")),
    "two_masks_of_one_name": lambda path: masked(path, 2, dict.fromkeys(("1.png", "2.png", "2.bmp"), "L")),
    "wav_24_bit": lambda path: sounds(path, lambda bad: sound(bad, width=3)),
    "wav_8_bit": lambda path: sounds(path, lambda bad: sound(bad, width=1)),
    "wav_cut": lambda path: sounds(path, lambda bad: (sound(bad), cut(bad, 0.5))),
    "wav_cut_in_the_header": lambda path: sounds(path, lambda bad: (sound(bad), cut(bad, 0.02))),
    "wav_of_nothing": lambda path: sounds(path, lambda bad: sound(bad, frames=0)),
    "mp3_called_wav": lambda path: sounds(path, lambda bad: bad.write_bytes(b"ID3\4" + bytes(99))),
    "binary_text": lambda path: texts(path, b"\x7fELF\2\1\1\0\0"),
    "latin1_text": lambda path: texts(path, b"dear reader,\nm\xfchle\n"),
    "utf16_text": lambda path: texts(path, b"\xff\xfe" + "dear reader".encode("utf-16-le")),
}
"""What writes each of them at the path that it is given."""
